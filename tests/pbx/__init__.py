"""Calls through a real Asterisk on loopback: what desks and boards are told is compared with what the phones saw.

Not part of a plain ``./run.sh test``; run it by its name: ``./run.sh test tests/pbx``.
"""
