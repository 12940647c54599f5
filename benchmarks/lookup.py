"""Exact number look-up among a million customers in the encrypted store, over the raw driver's time (budget 3×)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from benchmarks import common
from benchmarks._store import CUSTOMERS, KEY, SEED, store
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.ids import new_id
from crmdesk.models.engine import connector, open_store
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.look_up import HOLDERS, who_calls

BUDGET = 3.0
_RUNS = 5
_LOOK_UPS = 4_000


def _numbers(connection: Any, count: int) -> list[str]:
    """Return numbers of customers in no order, and one in twenty that nobody has."""
    rng = Random(SEED)
    held = [row[0] for row in connection.execute("SELECT e164 FROM contact_point WHERE e164 IS NOT NULL")]
    chosen = rng.sample(held, min(count, len(held)))
    return [f"+1900555{rng.randrange(10_000):04d}" if at % 20 == 0 else number for at, number in enumerate(chosen)]


def _raw(connection: Any) -> Callable[[str], object]:
    """Return the look-up by the driver alone, with the very statement that SQLAlchemy makes."""
    compiled = HOLDERS.compile(dialect=sqlite.dialect())
    statement, places = str(compiled), compiled.positiontup or []
    limits = {key: value for key, value in compiled.params.items() if key != "e164"}

    def look_up(number: str) -> object:
        values = {**limits, "e164": number}
        return connection.execute(statement, tuple(values[place] for place in places)).fetchall()

    return look_up


def _core(session: Session) -> Callable[[str], object]:
    return lambda number: session.execute(HOLDERS, {"e164": number}).all()


def _whole(engine: Engine) -> Callable[[str], object]:
    """Return all that a pop asks: a transaction of its own, the holders, and the evidence for each."""
    clock, nobody = SystemClock(), new_id()

    def look_up(number: str) -> object:
        with Session(engine) as session, session.begin():
            return who_calls(UnitOfWork(session, clock, None), number, False, nobody)

    return look_up


def _run(connection: Any, engine: Engine, numbers: Sequence[str]) -> dict[str, float]:
    raw = common.times_ms(_raw(connection), numbers)
    with Session(engine) as session, session.begin():
        core = common.times_ms(_core(session), numbers)
    whole = common.times_ms(_whole(engine), numbers)
    found: dict[str, float] = {}
    for name, times in (("raw", raw), ("core", core), ("who_calls", whole)):
        found[f"{name}_p50_ms"] = common.percentile(times, 50)
        found[f"{name}_p99_ms"] = common.percentile(times, 99)
    found["ratio_p50"] = found["core_p50_ms"] / found["raw_p50_ms"]
    found["ratio_p99"] = found["core_p99_ms"] / found["raw_p99_ms"]
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Measure several runs and print their medians."""
    parser = common.parser("lookup", __doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--interactions", type=int, default=0)
    arguments = parser.parse_args(argv)
    path, _ = store(arguments.customers, arguments.interactions)
    connection = connector(path, KEY)()
    engines = open_store(path, KEY)
    numbers = _numbers(connection, _LOOK_UPS)
    _run(connection, engines.read, numbers)  # the first one warms the caches of all three
    figures = common.middle([_run(connection, engines.read, numbers) for _ in range(_RUNS)])
    connection.close()
    engines.dispose()
    result = {"bench": "lookup", "customers": arguments.customers, "look_ups": len(numbers), "runs": _RUNS, **figures}
    result |= {"budget_ratio": BUDGET, "within_budget": figures["ratio_p50"] <= BUDGET}
    return common.report(result, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
