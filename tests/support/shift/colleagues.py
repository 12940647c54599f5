"""Colleagues at desks of their own: real profiles and real turns of sync, changing the customer who is on the phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Note
from crmdesk.models.unit_of_work import UnitOfWork
from tests.faults.desk import Desk

_BREATH_S = 0.4
"""Between two changes of one colleague."""
_MOST = 3
"""Changes that one colleague makes to one customer."""


class Colleague(threading.Thread):
    """Changes whom it is turned to, a few times: a line of the wishes, a field, a note. ``words`` are what was
    typed; each of them must be at the server in the end."""

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__(name=f"colleague {name}")
        self._desk, self._login = desk, name
        self._end = threading.Event()
        self._about = ""
        self._left = 0
        self.words: list[tuple[str, str]] = []
        """Customer and line, as they were saved."""
        self.trouble: BaseException | None = None

    def run(self) -> None:
        """Work until told to end."""
        try:
            while not self._end.wait(_BREATH_S):
                self._desk.turn()
                if self._left:
                    self._change(self._about)
                    self._desk.turn()
            self._desk.come_to_rest()
        except BaseException as error:
            self.trouble = error
            raise

    def turn_to(self, name: str) -> None:
        """Change this customer from now on."""
        self._about, self._left = name, _MOST

    def end(self) -> None:
        """Send what there is, and end."""
        self._end.set()

    def _change(self, name: str) -> None:
        line = f"{self._login} {len(self.words) + 1}"
        if self._desk.do(_changed, name, line):
            self.words.append((name, line))
            self._left -= 1


def _changed(uow: UnitOfWork, name: str, line: str) -> bool:
    """Put a line above somebody's wishes and write a note about them; return whether they are known here."""
    row = uow.session.scalar(select(Customer).where(Customer.name == name))
    if row is None:
        return False
    uow.update(row, "preferences", preferences=f"{line}\n{row.preferences}")
    uow.update(row, "city", city=f"Chicago, IL ({line})")
    uow.insert(Note(customer_id=row.id, author_id=uow.actor, body=line, written_at=uow.clock.now()), "note")
    return True


@contextmanager
def at_work(folder: Path, server: str, passwords: dict[str, str], logins: Sequence[str]) -> Iterator[list[Colleague]]:
    """Let colleagues work while the block runs; raises what went wrong at their desks."""
    desks = {login: Desk(folder / login, server) for login in logins}
    for login, desk in desks.items():
        desk.sign_in(login, passwords[login])
    colleagues = [Colleague(desk, login) for login, desk in desks.items()]
    for colleague in colleagues:
        colleague.start()
    try:
        yield colleagues
    finally:
        for colleague in colleagues:
            colleague.end()
        for colleague in colleagues:
            colleague.join()
        for desk in desks.values():
            desk.close()
    for colleague in colleagues:
        if colleague.trouble is not None:
            raise colleague.trouble
