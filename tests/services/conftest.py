"""A real encrypted file with the demo house, and one transaction per step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

from crmdesk.models.unit_of_work import UnitOfWork
from tests.support.desk import ME, House, open_house

T = TypeVar("T")
Step = Callable[[Callable[[UnitOfWork], T]], T]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The demo house, signed in as Sam."""
    opened = open_house(tmp_path)
    yield opened
    opened.close()


class Steps:
    """Runs each step in a transaction of its own, as Sam."""

    def __init__(self, house: House) -> None:
        self._house = house

    def __call__(self, step: Callable[[UnitOfWork], T]) -> T:
        with Session(self._house.engines.write, expire_on_commit=False) as session, session.begin():
            return step(UnitOfWork(session, self._house.clock, ME.agent_id))


@pytest.fixture
def do(house: House) -> Steps:
    """Run a use case: ``do(lambda uow: services.x(uow, ...))``."""
    return Steps(house)
