"""The desk's door to routing rules: editions, trying and publishing are the server's."""

from __future__ import annotations

from typing import Protocol

from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.routing.codec import lenient_from, written
from crmdesk.domain.routing.dry_run import DryRun
from crmdesk.domain.routing.rules import Rules
from crmdesk.domain.routing.views import Book, Edition, Household, Published


@dataclass(frozen=True, slots=True)
class PublishAnswer:
    """The edition that was made, or the one that somebody else published in between; then nothing was made."""

    made: Edition | None
    first: Published | None


class RoutingSource(Protocol):
    """Whoever knows them: the server. Every method raises Unavailable without an answer, Refused for a no."""

    async def book(self) -> tuple[tuple[Edition, ...], str, Household]:
        """Return the editions, the rules of the newest, and what rules can name."""
        ...

    async def edition(self, number: int) -> tuple[Edition, str]:
        """Return one edition and its rules."""
        ...

    async def try_rules(self, body: str) -> DryRun:
        """Return what rules would have done with the cases of the last days."""
        ...

    async def publish(
        self, body: str, on: int, why: str, brings_back: int | None
    ) -> tuple[Edition | None, tuple[Edition, str] | None]:
        """Publish rules after an edition; return it, or the one that came in between."""
        ...


class RoutingDesk:
    """``reach`` is told by the link whom to ask, None while there is nobody."""

    def __init__(self) -> None:
        self._source: RoutingSource | None = None

    def reach(self, source: RoutingSource | None) -> None:
        """Ask there from now on."""
        self._source = source

    def _reached(self) -> RoutingSource:
        if self._source is None:
            raise Unavailable(
                tr("The routing rules are at the server, which cannot be reached."),
                tr("What you wrote is kept; try again later."),
            )
        return self._source

    async def book(self) -> Book:
        """Return the rules in force and the editions before them."""
        editions, body, household = await self._reached().book()
        number = editions[0].number if editions else 0
        return Book(number, lenient_from(body) if body else (), editions, household)

    async def edition(self, number: int) -> Published:
        """Return one edition with its rules."""
        edition, body = await self._reached().edition(number)
        return Published(edition, lenient_from(body))

    async def try_rules(self, rules: Rules) -> DryRun:
        """Return what rules would have done with the cases of the last days."""
        return await self._reached().try_rules(written(rules))

    async def publish(self, rules: Rules, on: int, why: str, brings_back: int | None = None) -> PublishAnswer:
        """Publish rules after the edition ``on``, with a word of why."""
        made, first = await self._reached().publish(written(rules), on, why, brings_back)
        return PublishAnswer(made, None if first is None else Published(first[0], lenient_from(first[1])))
