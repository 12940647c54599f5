"""The guards of the GUI tests guard: each of them fails a test that leaves something behind."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

_TESTS = """
import asyncio, logging, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from tests.conftest import *
from tests.gui.conftest import *
KEPT = []

def test_window(qapp):
    KEPT.append(QWidget())
    KEPT[-1].show()

def test_timer(qapp):
    KEPT.append(QTimer())
    KEPT[-1].start(60000)

def test_log(qapp):
    logging.getLogger('crmdesk.x').warning('something odd')

def test_thread(qapp):
    threading.Thread(target=threading.Event().wait, args=(4,), daemon=True).start()

def test_task(qt_loop):
    async def go():
        KEPT.append(asyncio.ensure_future(asyncio.sleep(60)))
    qt_loop.run(go())

def test_clean(qapp):
    pass
"""


def test_what_is_left_behind_fails_the_test(pytester: pytest.Pytester) -> None:
    root = Path(__file__).resolve().parents[2]
    pytester.makepyfile(_TESTS)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-o", f"pythonpath={root}")
    result.assert_outcomes(passed=6, errors=5)
    for complaint in ("windows left", "timers left", "something odd", "threads left", "tasks left"):
        result.stdout.fnmatch_lines([f"*{complaint}*"])
