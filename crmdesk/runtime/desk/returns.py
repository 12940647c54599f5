"""The desk's door to the return for the regulator: counted at the server, signed there, written to files here."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from crmdesk.domain.cases.house import NO_ENTITY
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.database import Database
from crmdesk.services import exporting
from crmdesk.services.rules import RulesInForce

if TYPE_CHECKING:
    from crmdesk.domain.cases.returns import Behind, CasesBehind, ReturnShown, Scope
    from crmdesk.domain.sheets import Sheet

_NO_ENTITY = mark("Products of no entity")


@dataclass(frozen=True, slots=True)
class ReturnChoices:
    """What a return can be made of, as pairs of key and title: regimes, and legal entities besides the whole house;
    ``regime`` is the key of the house's own ("": no rules were published)."""

    regime: str
    regimes: tuple[tuple[str, str], ...]
    entities: tuple[tuple[str, str], ...]


class ReturnSource(Protocol):
    """Whoever counts: the server. Every method raises Unavailable without an answer, Refused for a no."""

    async def made(self, scope: Scope) -> ReturnShown:
        """Return the return of a scope as things stand now."""
        ...

    async def behind(self, scope: Scope, wanted: Behind) -> CasesBehind:
        """Return the complaints behind a part of it."""
        ...

    async def sign(self, scope: Scope, digest: str) -> ReturnShown:
        """Sign it if it still has this digest, and return it."""
        ...


class ReturnsDesk:
    """``reach`` is told by the link whom to ask, None while there is nobody."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rules = RulesInForce()
        self._source: ReturnSource | None = None

    def reach(self, source: ReturnSource | None) -> None:
        """Ask there from now on."""
        self._source = source

    def _reached(self) -> ReturnSource:
        if self._source is None:
            what = tr("The return is counted at the server, which cannot be reached.")
            raise Unavailable(what, tr("Look again when the status line says that the server is there."))
        return self._source

    async def choices(self) -> ReturnChoices:
        """Return what a return can be made of, by the rules on this computer."""
        return await self._database.read(self._choices)

    def _choices(self, uow: UnitOfWork) -> ReturnChoices:
        book = self._rules.book(uow)
        if book.house is None:
            return ReturnChoices("", (), ())
        entities = tuple((one.key, one.title) for one in book.house.entities)
        rest = ((NO_ENTITY, tr(_NO_ENTITY)),) if entities else ()
        regimes = tuple(sorted(((one.key, one.title) for one in book.regimes.values()), key=lambda one: one[1]))
        return ReturnChoices(book.house.regime, regimes, entities + rest)

    async def made(self, scope: Scope) -> ReturnShown:
        """Return the return of a scope as things stand now; raises Unavailable, and Refused for who may not."""
        return await self._reached().made(scope)

    async def behind(self, scope: Scope, wanted: Behind) -> CasesBehind:
        """Return the complaints behind a part of a return; raises as ``made`` does."""
        return await self._reached().behind(scope, wanted)

    async def sign(self, scope: Scope, digest: str) -> ReturnShown:
        """Sign a return in the name of whoever is signed in; raises Refused where it is no longer the one that has
        this digest."""
        return await self._reached().sign(scope, digest)

    async def export(self, path: Path, sheets: tuple[Sheet, ...]) -> None:
        """Write tables as XLSX or, by the name's ending, CSV; raises UserMistake where the file cannot be written."""
        await asyncio.to_thread(exporting.write, path, sheets)
