"""One Asterisk, one database, one gateway and a desk for everybody, for all calls of this folder."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.pbx import packages
from tests.pbx.floor import Floor
from tests.pbx.switch import Switch, switch
from tests.support.postgres import Databases


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> None:
    """The desks live as long as the floor, and so do their threads; that all end with it is looked at there."""


@pytest.fixture(scope="session")
def asterisk() -> Iterator[Switch]:
    """A running Asterisk; where none can be had the tests say why."""
    reason = packages.why_not()
    if reason:
        pytest.skip(reason)
    with packages.unpacked() as root, switch(root) as running:
        yield running


def free_address() -> str:
    """Return a loopback address that a gateway can take, leave and take again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture(scope="session")
def floor(asterisk: Switch, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    """The house at work."""
    before = set(threading.enumerate())
    made = Floor(asterisk, databases.ready(), tmp_path_factory.mktemp("floor"))
    made.open(free_address())
    yield made
    made.close()
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=5)
    assert not [thread.name for thread in set(threading.enumerate()) - before if thread.is_alive()]
