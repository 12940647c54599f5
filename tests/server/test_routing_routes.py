"""Routing rules over HTTP, at a gateway process: a supervisor reads, tries and publishes them, an agent may not."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from crmdesk.domain.people import Role
from crmdesk.domain.routing.codec import written
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import NewPerson, add_person
from crmdesk.sync.routing_wire import (
    AskEdition,
    AskRouting,
    EditionReply,
    PublishReply,
    PublishRules,
    RoutingReply,
    TryReply,
    TryRules,
)
from crmdesk.sync.transports.http import TurnedAway
from tests.support.gateway import gateway
from tests.support.routing import rule
from tests.support.wire_desk import PASSWORD, Desk

REST = rule(1, "Rest", team="Front office")


def test_a_supervisor_asks_for_rules_over_the_wire_and_an_agent_is_turned_away(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    for login, role in (("sue", Role.SUPERVISOR), ("lena", Role.AGENT)):
        engine.run(partial(add_person, person=NewPerson(login, login.title(), role, PASSWORD)))
    with gateway(database_url) as running:
        sue, lena = Desk(running.url, "sue"), Desk(running.url, "lena")
        try:
            me = sue.device
            assert sue.client.ask("/routing", AskRouting(me), RoutingReply).editions == ()
            body = written((REST,))
            assert sue.client.ask("/routing/try", TryRules(me, body), TryReply).run.cases == 0
            made = sue.client.ask("/routing/publish", PublishRules(me, body, 0, "First"), PublishReply).made
            assert made is not None and (made.number, made.by, made.why, made.rules) == (1, "Sue", "First", 1)
            assert sue.client.ask("/routing/edition", AskEdition(me, 1), EditionReply).body == body
            with pytest.raises(TurnedAway) as refused:
                lena.client.ask("/routing", AskRouting(lena.device), RoutingReply)
            assert "supervisor" in refused.value.what
            with pytest.raises(TurnedAway):
                sue.client.ask("/routing/publish", PublishRules(me, "[]x", 1, "Broken"), PublishReply)
        finally:
            sue.close()
            lena.close()
