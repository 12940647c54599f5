"""Complaints with whole lives, written past the engine as an import would, and a desk that asks for their return."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.cases.returns import (
    Behind,
    CaseBehind,
    CasesBehind,
    Figure,
    Given,
    Part,
    Period,
    Return,
    ReturnShown,
    Scope,
    Signature,
)
from crmdesk.domain.cases.steps import written
from crmdesk.domain.ids import new_id
from crmdesk.domain.quick import dataclass
from crmdesk.runtime.desk.returns import ReturnSource
from crmdesk.runtime.return_link import shown_from
from crmdesk.sync.engine import Engine, return_desk
from crmdesk.sync.engine.asking import asked
from crmdesk.sync.engine.return_spells import DECIDED
from crmdesk.sync.reading import decode
from crmdesk.sync.return_wire import AskBehind, AskReturn, AskSign, BehindReply, ReturnReply
from crmdesk.sync.wire import encode
from tests.support.server import Device

DISP, ISO = "uk-fca-disp", "iso-10002"
HALF_YEAR = Period(date(2026, 1, 1), date(2026, 6, 30))
WINTER = datetime(2025, 10, 1, tzinfo=UTC)
Answer = TypeVar("Answer")

_COMPLAINT = text(
    "insert into crm.complaint (id, scope_id, reference, product, category, severity, safety, verbatim, "
    "desired_remedy, state, received_at, received_zone, regime, vulnerability, outcome, redress_minor, currency, "
    "answered_at) values (:id, 1, :reference, :product, :category, 3, false, 'x', '', :state, :received, "
    "'Europe/London', :regime, :marks, :outcome, :redress, 'GBP', :answered)"
)
_STEP = text(
    "insert into crm.complaint_step "
    "(id, scope_id, complaint_id, kind, by_id, at, details, parents, digest, accepted, updated_at) "
    "values (:id, 1, :complaint, :kind, :by, :at, :details, '', repeat('0', 64), "
    "(select coalesce(max(accepted), 0) + 1 from crm.complaint_step), :taken)"
)
_REDRESS = text(
    "insert into crm.redress (id, scope_id, complaint_id, kind, words, amount_minor, currency, removed) "
    "values (:id, 1, :complaint, :kind, '', :minor, :currency, :removed)"
)


@dataclass(frozen=True, slots=True)
class Life:
    """What happened to a complaint: when it was open, as pairs of begin and end, and how each time ended."""

    id: UUID
    reference: str
    product: str
    marked: bool
    regime: str
    spells: tuple[tuple[datetime, datetime | None], ...]
    outcomes: tuple[str, ...]


def keep(
    engine: Engine, *lives: Life, told: Iterable[dict[str, Any]] | None = None, taken: datetime | None = None
) -> None:
    """Write complaints with their steps past the engine, as an import would; or with the steps ``told``. ``taken`` is
    when the server took them, None where it does not know."""

    def run(conn: Connection) -> None:
        conn.execute(text("set local session_replication_role = replica"))
        for life in lives:
            end = life.spells[-1][1]
            conn.execute(
                _COMPLAINT,
                {
                    **{"id": life.id, "reference": life.reference, "product": life.product, "category": "Delay"},
                    **{"received": life.spells[0][0], "regime": life.regime, "answered": end},
                    **{"marks": "health" if life.marked else "", "outcome": life.outcomes[-1] if end else ""},
                    **{"redress": 1_000 if end else 0, "state": "closed" if end else "registered"},
                },
            )
            for step in steps(life) if told is None else told:
                known = {"id": new_id(), "complaint": life.id, "by": UUID(int=1), "taken": taken}
                conn.execute(_STEP, {**known, **step})

    engine.run(run)


def steps(life: Life) -> Iterator[dict[str, Any]]:
    """Yield the steps of a life that the return reads, and notes, which it passes over."""
    for number, (begin, end) in enumerate(life.spells):
        if number:
            yield {"kind": "reopened", "at": begin, "details": "{}"}
        yield {"kind": "noted", "at": begin + timedelta(minutes=1), "details": written({"words": "Rang."})}
        if end is None:
            continue
        outcome = life.outcomes[number]
        if outcome in DECIDED:
            told = written({"outcome": outcome, "redress_minor": 1_000, "currency": "GBP"})
            yield {"kind": "decision_drafted", "at": end - timedelta(hours=1), "details": told}
            yield {"kind": "response_sent", "at": end, "details": "{}"}
        else:
            yield {"kind": outcome, "at": end, "details": "{}"}


def give(engine: Engine, complaint: UUID, kind: str, minor: int, currency: str = "GBP", removed: bool = False) -> None:
    """Write down redress past the engine."""

    def run(conn: Connection) -> None:
        conn.execute(text("set local session_replication_role = replica"))
        told = {"complaint": complaint, "kind": kind, "minor": minor, "currency": currency, "removed": removed}
        conn.execute(_REDRESS, {"id": new_id(), **told})

    engine.run(run)


def a_life(draw: random.Random, number: int) -> Life:
    """Return a complaint that was open once, twice or three times, at any hour."""
    at = WINTER + timedelta(minutes=draw.randrange(60 * 24 * 330))
    spells: list[tuple[datetime, datetime | None]] = []
    outcomes: list[str] = []
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        end = at + timedelta(minutes=draw.choice([draw.randrange(60 * 24 * 4), draw.randrange(60 * 24 * 90)]) + 61)
        spells.append((at, end))
        outcomes.append(draw.choice(["upheld", "partly_upheld", "rejected", "goodwill", "withdrawn", "forwarded"]))
        at = end + timedelta(minutes=draw.randrange(1, 60 * 24 * 60))
    if draw.random() < 0.4:
        spells[-1] = (spells[-1][0], None)
    regime = draw.choice([DISP, DISP, DISP, "", ISO])
    return Life(
        new_id(), f"CP-{number}", draw.choice("AB"), draw.random() < 0.2, regime, tuple(spells), tuple(outcomes)
    )


def once(received: datetime, ended: datetime | None, outcome: str = "upheld", regime: str = DISP) -> Life:
    """Return a complaint about product A that was open once."""
    return Life(new_id(), f"CP-{received:%m%d%H%M}", "A", False, regime, ((received, ended),), (outcome,))


# How a desk asks for it ----------------------------------------------------------------------------------------------


class ReturnsNextDoor:
    """Reaches the server's answers on a thread: the same bytes go there and back as over a network. See
    ``runtime.desk.returns.ReturnSource``."""

    def __init__(self, engine: Engine, person: Device, thread: ThreadPoolExecutor) -> None:
        self._engine, self._person, self._thread = engine, person.principal, thread

    async def made(self, scope: Scope) -> ReturnShown:
        """Return the return of a scope as things stand now."""
        message = AskReturn(self._person.device_id, scope)
        return shown_from(await self._ask(return_desk.made, message, ReturnReply))

    async def behind(self, scope: Scope, wanted: Behind) -> CasesBehind:
        """Return the complaints behind a part of it."""
        message = AskBehind(self._person.device_id, scope, wanted)
        return (await self._ask(return_desk.behind, message, BehindReply)).behind

    async def sign(self, scope: Scope, digest: str) -> ReturnShown:
        """Sign it if it still has this digest, and return it."""
        message = AskSign(self._person.device_id, scope, digest)
        return shown_from(await self._ask(return_desk.sign, message, ReturnReply))

    async def _ask(self, step: Callable[..., Any], message: Any, answer: type[Answer]) -> Answer:
        def answered() -> bytes:
            question = decode(encode(message), type(message))
            found = asked(step)
            device, person = self._person.device_id, self._person.user_id
            return encode(self._engine.run(lambda conn: found(conn, device, person, question)))

        return decode(await asyncio.wrap_future(self._thread.submit(answered)), answer)


@contextmanager
def returns_of(engine: Engine, person: Device) -> Iterator[ReturnSource]:
    """Return what a desk asks for the return, in somebody's name."""
    with ThreadPoolExecutor(1, "returns") as thread:
        yield ReturnsNextDoor(engine, person, thread)


def a_return() -> ReturnShown:
    """Return the return of a half-year that was signed and has changed since."""
    counted = (212, 388, 6, 401, 205, 118, 262, 21, 166, 190, 45, 52, 9)
    before = (212, 388, 4, 400, 204, 118, 262, 20, 165, 190, 45, 52, 9)
    products = ("Boiler cover", "Home emergency", "Landlord cover", "Pay by wallet", "Plumbing and drainage")
    categories = ("Appointment missed", "Billing and payments", "Delay", "Fault not repaired")
    parts = tuple(
        Part(product, category, 9 + 7 * n + 3 * m, 8 + 6 * n + 4 * m, 3 + 2 * n + m)
        for n, product in enumerate(products)
        for m, category in enumerate(categories)
    )
    given = (
        *(Given("apology", "", 31, 0), Given("distress", "GBP", 74, 1_062_500), Given("goodwill", "GBP", 12, 60_000)),
        *(Given("refund", "GBP", 98, 3_145_050), Given("repair", "", 27, 0), Given("", "GBP", 0, 12_500)),
    )
    scope = Scope(DISP, HALF_YEAR)
    redress = {"GBP": sum(one.minor for one in given)}
    made, signed = (Return(scope, dict(zip(Figure, n, strict=True)), redress, given, parts) for n in (counted, before))
    at = datetime(2026, 7, 2, 9, 12, tzinfo=UTC)
    signatures = (Signature("Lea Marsh", at, signed.digest()),)
    return ReturnShown(made, "FCA: complaints (DISP)", "", signed, signatures)


class PaperReturn:
    """Answers with one return, for pictures. See ``runtime.desk.returns.ReturnSource``."""

    async def made(self, scope: Scope) -> ReturnShown:
        """Return it."""
        return a_return()

    async def behind(self, scope: Scope, wanted: Behind) -> CasesBehind:
        """Return six complaints."""
        at = datetime(2026, 2, 3, 10, 40, tzinfo=UTC)
        names = ("Margaret Ellison", "Yusuf Demir", "Hannah Brandt", "", "Oluwaseun Adeyemi", "Margaret Ellison")
        products = ("Boiler cover", "Home emergency", "Landlord cover")
        cases = tuple(
            CaseBehind(
                UUID(int=n),
                f"CP-2026-{7300 + 41 * n}",
                products[n % 3],
                "Fault not repaired",
                at + timedelta(days=9 * n, minutes=97 * n),
                None if n % 4 == 3 else at + timedelta(days=9 * n + 20),
                "upheld" if n % 2 else "rejected",
                True,
                name,
            )
            for n, name in enumerate(names)
        )
        return CasesBehind(cases, len(cases))

    async def sign(self, scope: Scope, digest: str) -> ReturnShown:
        """Return it as it was."""
        return a_return()
