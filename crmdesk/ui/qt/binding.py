"""Loads PySide without its hook on ``import``: whoever imports this before the rest of the program starts faster.

PySide replaces ``builtins.__import__`` to serve ``from __feature__ import snake_case``. To do so it reads the source of
every module that is imported from then on, SQLAlchemy's too, and keeps the lines; nobody here uses ``__feature__``.
"""

from __future__ import annotations

import builtins

import PySide6.QtCore

NAME = PySide6.__name__.lower()
"""What ``QT_API`` calls the binding."""

_plain = getattr(builtins, "__orig_import__", None)  # where PySide keeps Python's own
if _plain is not None:
    builtins.__import__ = _plain
