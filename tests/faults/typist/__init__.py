"""Somebody types at a real desk whose process is killed at a random moment, over and over: what is left afterwards?

``python -m tests.faults.typist --kills N`` forks a desk for each kill: the real window, offscreen, on a real encrypted
profile. ``robot`` types in the desk's process, in ``places``, through key events; each key, and each "saved" on the
screen, goes through a pipe (``lines``) to ``play``, which kills. ``ledger`` says what must be found in its place by the
next desk: all that was said to be saved, and all that was typed more than a second before the kill.
"""
