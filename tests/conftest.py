"""Rules for every test: what a test starts ends with it."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.support.postgres"]

# Before anything imports Qt: no test may open a window on somebody's screen.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")


# How long an example takes says something of the machine, not of the product.
settings.register_profile("whatever the machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("whatever the machine")

_WORTH_COLLECTING = 50_000
"""Objects made and not freed since the last collection."""


_LONGER_PROOFS = frozenset({"model", "faults", "e2e"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count everything in the folders of the longer proofs among them (``./run.sh prove``)."""
    for item in items:
        if _LONGER_PROOFS & set(item.path.relative_to(item.config.rootpath).parts):
            item.add_marker("long")


@pytest.fixture(autouse=True)
def garbage_is_collected_on_the_main_thread_alone() -> Iterator[None]:
    """Let no worker thread collect the widgets that a test of the screen left: Qt does not survive that, and the test
    that is running when it falls is another one. The program does the same (``ui.qt.garbage``)."""
    gc.disable()
    yield
    if gc.get_count()[0] > _WORTH_COLLECTING:
        gc.collect(1)  # what is younger than the last look: the whole heap would take longer than most tests


def _threads() -> set[threading.Thread]:
    # A dummy is what Python keeps of a thread of Qt's that once called it; it can be neither joined nor ended.
    return {t for t in threading.enumerate() if t.is_alive() and not isinstance(t, threading._DummyThread)}


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> Iterator[None]:
    """Fail a test after which a thread is running that was not running before it."""
    before = _threads()
    yield
    left = _threads() - before
    for thread in left:
        # A thread that was told to end may need a moment; joining waits for the event itself.
        thread.join(timeout=2)
    still = sorted(thread.name for thread in _threads() - before)
    assert not still, f"threads left running: {still}"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name, as sockets need it."""
    made = Path(tempfile.mkdtemp(prefix="crmdesk-test-"))
    yield made
    shutil.rmtree(made)
