"""The return for the regulator over 1,000,000 complaints on PostgreSQL (budget 5 s)."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from benchmarks._house import RULES
from benchmarks.common import parser, percentile, report
from crmdesk.domain.cases.files import read_rules
from crmdesk.domain.cases.returns import Period, Return, Scope
from crmdesk.domain.people import Role
from crmdesk.domain.shipped import shipped
from crmdesk.server.local_postgres import local_postgres
from crmdesk.sync.engine import Engine, returns
from crmdesk.sync.engine.knowledge import publish
from crmdesk.sync.engine.people import HOUSE, NewPerson, add_person
from crmdesk.sync.engine.setup import initialise

BUDGET_S = 5.0
COUNT = 1_000_000
TURNED = 0.02
"""The share of complaints that were opened again."""

_PASSWORD = "made-up customers only"
_REGIME = "uk-fca-disp"
_FIRST = datetime(2024, 1, 1, tzinfo=UTC)
_DAYS = 900
_PERIOD = Period(date(2026, 1, 1), date(2026, 6, 30))
_COMPLAINT = (
    *("id", "scope_id", "reference", "product", "category", "severity", "safety", "verbatim", "desired_remedy"),
    *("state", "received_at", "received_zone", "regime", "vulnerability", "outcome", "redress_minor", "currency"),
    "answered_at",
)
_REDRESS = ("id", "scope_id", "complaint_id", "kind", "words", "amount_minor", "currency", "removed")
GIVEN = 0.5
"""The share of answered complaints with redress."""

_STEP = ("id", "scope_id", "complaint_id", "kind", "by_id", "at", "details", "parents", "digest", "accepted")
_WORDS = "I waited in from eight and nobody came, nobody rang, and this is the third time that it happens to us. " * 4


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and return the exit code."""
    made = parser("returns", __doc__)
    made.add_argument("--complaints", type=int, default=COUNT, metavar="N")
    made.add_argument("--runs", type=int, default=5, metavar="N")
    options = made.parse_args(arguments)
    with local_postgres() as postgres:
        engine = Engine(postgres.url(), connections=2)
        initialise(engine, lambda: NewPerson("admin", "Ada Min", Role.ADMINISTRATOR, _PASSWORD))
        leader = engine.run(lambda conn: add_person(conn, NewPerson("lea", "Lea", Role.SUPERVISOR, _PASSWORD)))
        with TemporaryDirectory() as folder:
            (Path(folder) / "house.toml").write_text(RULES, encoding="utf-8")
            engine.run(lambda conn: publish(conn, leader, read_rules(Path(folder), shipped("regimes"))))
        _fill(postgres.url(), options.complaints)
        taken, found = [], None
        for _ in range(options.runs):
            began = perf_counter()
            found = engine.run(_made)
            taken.append(perf_counter() - began)
        engine.close()
    assert found is not None
    result = {
        "benchmark": "returns",
        "complaints": options.complaints,
        "adds_up": found.adds_up,
        "counted": {figure.value: n for figure, n in found.figures.items()},
        "median_s": round(percentile(taken, 50), 2),
        "worst_s": round(max(taken), 2),
        "budget_s": BUDGET_S,
        "within_budget": found.adds_up and percentile(taken, 50) <= BUDGET_S,
    }
    return report(result, options.json)


def _made(conn: Any) -> Return:
    return returns.made(conn, Scope(_REGIME, _PERIOD))


def _fill(url: str, count: int) -> None:
    draw = random.Random(7)
    turned: list[tuple[UUID, datetime]] = []
    given: list[tuple[UUID, int]] = []
    with psycopg.connect(url.replace("+psycopg", "", 1)) as conn:
        conn.execute("set session_replication_role = replica")
        _copy(conn, "complaint", _COMPLAINT, _complaints(draw, count, turned, given))
        _copy(conn, "complaint_step", _STEP, _steps(turned))
        _copy(conn, "redress", _REDRESS, _redress(given))
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as conn:
        conn.execute("vacuum analyze")


def _copy(
    conn: psycopg.Connection[Any], entity: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]
) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    into = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier("crm", entity), names)
    with conn.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)


def _complaints(
    draw: random.Random, count: int, turned: list[tuple[UUID, datetime]], given: list[tuple[UUID, int]]
) -> Iterator[tuple[Any, ...]]:
    for number in range(count):
        id_ = UUID(int=draw.getrandbits(128))
        received = _FIRST + timedelta(seconds=draw.randrange(_DAYS * 86_400))
        answered = received + timedelta(hours=draw.randrange(1, 24 * 70)) if draw.random() < 0.97 else None
        outcome = draw.choice(["upheld", "partly_upheld", "rejected", "goodwill", "withdrawn"]) if answered else ""
        if answered is not None and draw.random() < TURNED:
            turned.append((id_, answered))
        decided = draw.randrange(0, 90_000)
        if answered is not None and draw.random() < GIVEN:
            given.append((id_, decided))
        yield (
            *(id_, HOUSE, f"CP-{number}", f"Product {draw.randrange(12)}", f"Category {draw.randrange(10)}", 3, False),
            *(_WORDS, "", "closed" if answered else "registered", received, "Europe/London", _REGIME),
            *("health" if draw.random() < 0.1 else "", outcome, decided, "GBP", answered),
        )


def _steps(turned: list[tuple[UUID, datetime]]) -> Iterator[tuple[Any, ...]]:
    number = 0
    for id_, answered in turned:
        for kind, at in (("response_sent", answered), ("reopened", answered + timedelta(days=9))):
            number += 1
            step = UUID(int=number)
            yield (step, HOUSE, id_, kind, UUID(int=1), at, "{}", "", "0" * 64, number)


def _redress(given: list[tuple[UUID, int]]) -> Iterator[tuple[Any, ...]]:
    for number, (id_, minor) in enumerate(given):
        kind = ("refund", "distress", "goodwill", "interest")[number % 4]
        yield UUID(int=number + 1), HOUSE, id_, kind, "", minor, "GBP", False


if __name__ == "__main__":
    sys.exit(main())
