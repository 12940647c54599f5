"""Search as one types among a million customers: every prefix of names, misspelt names and numbers (p99 ≤ 50 ms)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import common
from benchmarks._rows import made_id
from benchmarks._store import BORN, CUSTOMERS, KEY, SEED, store
from crmdesk.domain.clock import SystemClock
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.engine import open_store
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.search import find

BUDGET_MS = 50.0
_RUNS = 3
_PEOPLE = 120
_REGION = "GB"


def typed(session: Session) -> dict[str, list[str]]:
    """Return what is typed, by kind: each prefix of two letters or more, the last with one wrong letter, numbers."""
    rng = Random(SEED)
    names = [_somebody(session, rng) for _ in range(_PEOPLE)]
    numbers = list(session.scalars(select(ContactPoint.e164).where(ContactPoint.e164.is_not(None)).limit(_PEOPLE)))
    return {
        "prefix": [prefix for name, _ in names for prefix in _prefixes(name)],
        "latin": [prefix for _, latin in names if latin for prefix in _prefixes(latin)],
        "misspelt": [wrong for name, _ in names if (wrong := _misspelt(rng, name))],
        "number": [number[:end] for number in numbers if number for end in range(4, len(number) + 1, 2)],
    }


def _somebody(session: Session, rng: Random) -> tuple[str, str]:
    """Return name and Latin name of the customer who was made first after a random instant of the first year."""
    after = UUID(bytes=made_id(rng, BORN + rng.random() * timedelta(days=364)))
    row = session.execute(
        select(Customer.name, Customer.latin_name).where(Customer.id >= after).order_by(Customer.id).limit(1)
    ).one()
    return row[0], row[1]


def _prefixes(name: str) -> Iterator[str]:
    return (name[:end] for end in range(2, len(name) + 1))


def _misspelt(rng: Random, name: str) -> str | None:
    longest = max(name.split(), key=len)
    if len(longest) < 6 or not longest.isascii():
        return None
    at = rng.randrange(2, len(longest) - 1)
    return longest[:at] + rng.choice("aeiounrst") + longest[at + 1 :]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure several runs and print their medians, by kind of text and over all."""
    parser = common.parser("typeahead", __doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--interactions", type=int, default=0)
    arguments = parser.parse_args(argv)
    path, _ = store(arguments.customers, arguments.interactions)
    engines = open_store(path, KEY)
    clock = SystemClock()

    def search(text: str) -> object:
        with Session(engines.read) as session, session.begin():
            return find(UnitOfWork(session, clock, None), text, _REGION)

    with Session(engines.read) as session:
        kinds = typed(session)
    runs = []
    for _ in range(_RUNS):
        times = {kind: common.times_ms(search, texts) for kind, texts in kinds.items() if texts}
        times["all"] = [each for kind in times.values() for each in kind]
        runs.append({f"{kind}_p{p}_ms": common.percentile(each, p) for kind, each in times.items() for p in (50, 99)})
        slowest = sorted(zip(times["all"], [t for texts in kinds.values() for t in texts], strict=True))[-1]
        runs[-1]["slowest_ms"] = slowest[0]
    figures = common.middle(runs)
    engines.dispose()
    result = {"bench": "typeahead", "customers": arguments.customers, "texts": sum(map(len, kinds.values())), **figures}
    result |= {"slowest_text": slowest[1], "budget_ms": BUDGET_MS, "within_budget": figures["all_p99_ms"] <= BUDGET_MS}
    return common.report(result, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
