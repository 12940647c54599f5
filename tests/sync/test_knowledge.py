"""Knowledge among desks: published offline, read everywhere; whoever is second with a version keeps their words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from crmdesk.domain.knowledge.edition import NewEdition, Shelf
from crmdesk.domain.people import Role
from crmdesk.models.local import EXISTS_ALREADY, Outbox, OutboxState
from crmdesk.services import knowledge, unsent
from crmdesk.sync.engine import Engine
from tests.support.server import Device, desk_of
from tests.sync.conftest import SyncedDesk


def refunds(body: str) -> NewEdition:
    return NewEdition(Shelf.ARTICLE, "refunds", "Refunds", body, "refund")


@pytest.fixture
def lena(engine: Engine, at_desk: Callable[[Device], SyncedDesk]) -> SyncedDesk:
    """A supervisor's desk, of a team of its own."""
    return at_desk(desk_of(engine, "lena", team="north", role=Role.SUPERVISOR))


@pytest.fixture
def nora(engine: Engine, at_desk: Callable[[Device], SyncedDesk]) -> SyncedDesk:
    """Another supervisor's desk."""
    return at_desk(desk_of(engine, "nora", role=Role.SUPERVISOR))


def shown(desk: SyncedDesk) -> list[tuple[int, str, str, bool]]:
    found = desk.do(knowledge.articles)
    return [(view.version, view.body, view.by, view.unsent) for view in found]


def test_what_is_published_without_a_network_reaches_everybody(anna: SyncedDesk, lena: SyncedDesk) -> None:
    lena.sync()
    lena.do(knowledge.publish, refunds("Start it at once."))
    assert shown(lena) == [(1, "Start it at once.", "Lena", True)]
    lena.sync()
    anna.sync()
    assert shown(anna) == shown(lena) == [(1, "Start it at once.", "Lena", False)]


def test_the_second_who_publishes_a_version_is_told_and_keeps_their_words(
    anna: SyncedDesk, lena: SyncedDesk, nora: SyncedDesk
) -> None:
    lena.sync()
    nora.sync()
    lena.do(knowledge.publish, refunds("Lena's words."))
    nora.do(knowledge.publish, refunds("Nora's words."))
    lena.sync()
    nora.sync()
    anna.sync()
    assert shown(anna) == [(1, "Lena's words.", "Lena", False)]
    kept = nora.do(lambda uow: uow.session.scalars(select(Outbox)).all())
    assert [(row.state, row.reason, row.set_["body"]) for row in kept] == [
        (OutboxState.REFUSED.value, EXISTS_ALREADY, "Nora's words.")
    ]
    (change,) = nora.do(unsent.changes)
    assert (change.what, change.text) == ("Article, Refunds", "Refunds\n\nNora's words.")
    assert shown(nora) == shown(anna), "what was refused is not shown as if it stood"
    nora.do(unsent.try_again, change.seq)
    nora.sync()
    anna.sync()
    assert shown(anna) == [(2, "Nora's words.", "Nora", False)]
