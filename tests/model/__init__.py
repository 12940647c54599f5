"""The whole of sync as one machine: real desks, the real engine, a real PostgreSQL, and everything that can go wrong.

``machine`` plays at random (Hypothesis), ``truth`` knows what must be true afterwards, ``test_model`` runs it for a
while, ``faults`` plants known mistakes in a copy of the program and proves that the machine finds each.
"""
