"""100,000 rows from one desk to another through the gateway over HTTP, in seconds, and what COPY and bulk load take.

``limit`` is measured in the same run on the same rows (``_limit``); ``searchable`` is the pull's with words of names
indexed, which ``times_limit`` does not make use of. ``create``: made at the desk, with outbox and second file.
``push``: everything is sent and answered; ``echo``: the own rows have come back, the outbox is empty. ``pull``: all of
them at another desk. ``inc_push``, ``inc_pull``: 1,000 changed rows, the median of five such rounds, as is their
limit's. ``first_copy``: a new desk's snapshot. ``a_to_b_ms``: from saved on one desk to applied on the other, which
waits for the live channel's hint.
Budgets: push 15 times the limit, pull 3 times, for both numbers of rows.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import select
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from benchmarks import common
from benchmarks._desks import BenchDesk, house
from benchmarks._limit import Limit
from benchmarks._people import Person, people
from benchmarks._store import SEED
from crmdesk.models.customer import Customer
from crmdesk.models.unit_of_work import UnitOfWork

ROWS, CHANGED, ROUNDS, SINGLE = 100_000, 1_000, 5, 200
PUSH_BUDGET, PULL_BUDGET = 15.0, 3.0
_AT_ONCE = 500
_OWN = ("kind", "name", "latin_name", "summary", "city", "since", "care", "tier", "language", "product", "preferences")


def _seconds(action: Callable[[], object]) -> float:
    began = perf_counter()
    action()
    return round(perf_counter() - began, 3)


def _pushed(desk: BenchDesk) -> tuple[float, float]:
    """Do a turn; return the seconds until the last answer was written down, and those for the rest."""
    began = perf_counter()
    desk.sync()
    ended = perf_counter()
    return round(desk.sent_at - began, 3), round(ended - desk.sent_at, 3)


def _make(uow: UnitOfWork, persons: Sequence[Person]) -> None:
    for person in persons:
        uow.insert(Customer(**{name: getattr(person, name) for name in _OWN}), "Customer")
        uow.apart()


def _make_all(desk: BenchDesk, persons: Sequence[Person]) -> None:
    for at in range(0, len(persons), _AT_ONCE):
        desk.do(_make, persons[at : at + _AT_ONCE])


def _ids(uow: UnitOfWork, count: int) -> list[UUID]:
    return list(uow.session.scalars(select(Customer.id).order_by(Customer.id).limit(count)))


def _change(uow: UnitOfWork, ids: Sequence[UUID], city: str) -> None:
    for row_id in ids:
        uow.update(uow.session.get_one(Customer, row_id), "City", city=city)
        uow.apart()


def _city(uow: UnitOfWork, row_id: UUID) -> str:
    return uow.session.get_one(Customer, row_id).city


def _count(uow: UnitOfWork) -> int:
    return len(uow.session.execute(select(Customer.id)).all())


class _Listener:
    """The other desk as it waits: each hint of the live channel makes it pull."""

    def __init__(self, url: str, desk: BenchDesk) -> None:
        header = {"Authorization": f"Bearer {desk.client.access_token}"}
        self._desk = desk
        self._stack = ExitStack()
        self._live: ClientConnection = self._stack.enter_context(
            connect(url.replace("http", "ws", 1) + "/live", additional_headers=header)
        )
        self._row: UUID | None = None
        self._city = ""
        self._seen = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def expect(self, row_id: UUID, city: str) -> None:
        """Look out for a change that is about to be made."""
        self._row, self._city = row_id, city
        self._seen.clear()

    def wait(self) -> None:
        """Return when it is in the file."""
        if not self._seen.wait(30):
            raise AssertionError("the change never came")

    def close(self) -> None:
        """Stop listening."""
        self._stack.close()
        self._thread.join()

    def _listen(self) -> None:
        while True:
            try:
                self._live.recv()
            except ConnectionClosed:
                return
            self._desk.sync()
            if self._row is not None and self._desk.do(_city, self._row) == self._city:
                self._seen.set()


def _singly(url: str, one: BenchDesk, other: BenchDesk, ids: Sequence[UUID]) -> list[float]:
    listener = _Listener(url, other)
    taken = []
    for number, row_id in enumerate(ids):
        city = f"Town {number}"
        listener.expect(row_id, city)
        one.do(_change, [row_id], city)
        began = perf_counter()
        one.sync()
        listener.wait()
        taken.append((perf_counter() - began) * 1000)
    listener.close()
    return taken


def _increment(one: BenchDesk, other: BenchDesk, ids: Sequence[UUID], city: str) -> dict[str, float]:
    one.do(_change, ids, city)
    push, echo = _pushed(one)
    pull = _seconds(other.sync)
    if other.do(_city, ids[-1]) != city:
        raise AssertionError("the other desk does not have what was sent")
    return {"inc_push": push, "inc_echo": echo, "inc_pull": pull}


def measure(count: int, folder: Path) -> dict[str, Any]:
    """Return the figures of one run."""
    persons = list(people(count, SEED))
    with house("anna", "bela", "cem") as (url, database):
        anna, bela = BenchDesk(url, "anna", folder), BenchDesk(url, "bela", folder)
        for desk in (anna, bela):
            desk.sync()
        took: dict[str, Any] = {"create": _seconds(lambda: _make_all(anna, persons))}
        limit = Limit(anna.path, database, folder)
        took["limit"] = {"push": limit.push(count), "pull": limit.pull(count)}
        took["searchable"] = round(limit.pull_searchable(count), 4)
        took["push"], took["echo"] = _pushed(anna)
        took["pull"] = _seconds(bela.sync)
        ids = anna.do(_ids, CHANGED)
        least = [{"inc_push": limit.push_changed(CHANGED), "inc_pull": limit.pull(CHANGED)} for _ in range(ROUNDS)]
        limit.close()
        took["limit"] |= {name: median(each[name] for each in least) for name in least[0]}
        took |= common.middle([_increment(anna, bela, ids, f"Elsewhere {number}") for number in range(ROUNDS)])
        if bela.do(_count) != count:
            raise AssertionError("the other desk does not have what was sent")
        cem = BenchDesk(url, "cem", folder)
        took["first_copy"] = _seconds(cem.sync)
        cem.close()
        single = _singly(url, anna, bela, ids[:SINGLE])
        for desk in (anna, bela):
            desk.close()
    took["a_to_b_ms"] = {f"p{p}": round(common.percentile(single, p), 1) for p in (50, 99)}
    return took


def main(argv: Sequence[str] | None = None) -> int:
    """Measure once and print the figures with how often each is the limit."""
    parser = common.parser("sync", __doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    arguments = parser.parse_args(argv)
    with TemporaryDirectory(prefix="crmdesk-bench-") as folder:
        took = measure(arguments.rows, Path(folder))
    limit = {name: round(value, 4) for name, value in took.pop("limit").items()}
    times = {name: round(took[name] / value, 2) for name, value in limit.items()}
    within = all(value <= (PUSH_BUDGET if name.endswith("push") else PULL_BUDGET) for name, value in times.items())
    result = {"bench": "sync", "rows": arguments.rows, "limit": limit, **took, "times_limit": times}
    return common.report(result | {"within_budget": within}, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
