"""Sync among real processes that fail: killed programs, cut connections, full disks, wrong clocks, a lost server.

``tests/model`` plays at random within one process; here each computer is a process, the network is TCP, and the server
is a gateway process on a PostgreSQL. ``child`` is a desk without a screen that kills itself at its n-th numbered point,
``crashes`` tries every n, ``proxy`` is the network. Two starts on one profile are in ``tests/e2e/test_profile.py``.
"""
