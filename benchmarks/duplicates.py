"""Duplicates: the public Febrl sets (each < 5 s), somebody just typed among a million customers (p99 ≤ 50 ms)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import common
from benchmarks._rows import made_id
from benchmarks._store import BORN, CUSTOMERS, KEY, SEED, store
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.customers import NewCustomer
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.engine import open_store
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.duplicates import like
from tests.support.febrl import OWN_HOMES, found_within, load, quality

BUDGET_S = 5.0
BUDGET_MS = 50.0
_RUNS = 3
_PEOPLE = 150
_REGION = "GB"
_OTHER_NUMBER = "+447700900999"


def _sets() -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name, files in (("febrl3", ("3",)), ("febrl4", ("4a", "4b"))):
        took = []
        for _ in range(_RUNS):
            began = perf_counter()
            records = load(*files)
            found = found_within(records, OWN_HOMES)
            took.append(perf_counter() - began)
        reached = quality(records, found)
        figures |= {f"{name}_s": sorted(took)[_RUNS // 2], f"{name}_f1": round(reached.f1, 4)}
        figures |= {f"{name}_precision": round(reached.precision, 4), f"{name}_recall": round(reached.recall, 4)}
    return figures


def _typed(session: Session) -> list[NewCustomer]:
    """Return people who are on file as they are typed anew: every few letters, whole, with their number, misspelt."""
    rng = Random(SEED)
    typed = []
    for _ in range(_PEOPLE):
        after = UUID(bytes=made_id(rng, BORN + rng.random() * timedelta(days=364)))
        query = select(Customer.id, Customer.name, Customer.latin_name).where(Customer.id >= after)
        row = session.execute(query.order_by(Customer.id).limit(1)).one()
        number = session.scalar(select(ContactPoint.e164).where(ContactPoint.customer_id == row.id).limit(1)) or ""
        latin = row.latin_name or row.name
        typed += [NewCustomer(row.name[:end]) for end in range(2, len(row.name) + 1, 3)]
        typed += [NewCustomer(latin, number=number), NewCustomer(latin[:3] + latin[4:], number=_OTHER_NUMBER)]
    return typed


def _while_typing(customers: int) -> dict[str, float]:
    path, _ = store(customers)
    engines = open_store(path, KEY)
    clock = SystemClock()

    def look(new: NewCustomer) -> object:
        with Session(engines.read) as session, session.begin():
            return like(UnitOfWork(session, clock, None), new, _REGION)

    with Session(engines.read) as session:
        typed = _typed(session)
    runs = []
    for _ in range(_RUNS):
        took = common.times_ms(look, typed)
        runs.append({f"like_p{p}_ms": common.percentile(took, p) for p in (50, 99)} | {"like_max_ms": max(took)})
    engines.dispose()
    return common.middle(runs)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = common.parser("duplicates", __doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    arguments = parser.parse_args(argv)
    figures = _sets() | _while_typing(arguments.customers)
    quick = max(figures["febrl3_s"], figures["febrl4_s"]) < BUDGET_S and figures["like_p99_ms"] <= BUDGET_MS
    result = {"bench": "duplicates", "customers": arguments.customers, **figures}
    result |= {"budget_s": BUDGET_S, "budget_ms": BUDGET_MS, "within_budget": quick}
    return common.report(result, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
