"""A complaint that was registered without a network is routed when it arrives, and its desk says why."""

from __future__ import annotations

from collections.abc import Callable

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.complaints import NewComplaint
from crmdesk.domain.people import Role
from crmdesk.domain.routing.codec import written
from crmdesk.domain.routing.conditions import Fact, Relation
from crmdesk.domain.routing.rules import Place, Priority
from crmdesk.services import case_views, cases, complaints
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine import routing_editions as editions
from crmdesk.sync.routing_wire import PublishRules
from tests.support.routing import about, rule
from tests.support.server import Device, desk_of
from tests.sync.conftest import SyncedDesk

SitDown = Callable[[Device], SyncedDesk]
BOOK = RuleBook(None, {})
GAS = rule(1, "Gas", about(Fact.WORDS, "gas", relation=Relation.CONTAINS), team="Gas", priority=Priority.URGENT)
REST = rule(2, "Rest", team="Front office")


def test_what_was_registered_offline_is_routed_by_the_rules_of_its_arrival(engine: Engine, at_desk: SitDown) -> None:
    lea = desk_of(engine, "lea", role=Role.SUPERVISOR)
    anna = at_desk(desk_of(engine, "anna"))
    anna.sync()
    reference = anna.do(complaints.next_reference)
    new = NewComplaint(
        reference, None, None, "Boiler cover", "Delay", 3, "It smells of gas.", "", False, "Europe/London"
    )
    id_ = anna.do(lambda uow: complaints.register(uow, new))
    before = anna.do(lambda uow: case_views.view(uow, BOOK, id_))
    assert (before.line.place, before.why_here) == (Place(), None)
    message = PublishRules(lea.principal.device_id, written((GAS, REST)), 0, "First")
    engine.run(lambda conn: editions.publish_rules(conn, lea.principal, message))
    anna.sync()
    view = anna.do(lambda uow: case_views.view(uow, BOOK, id_))
    assert (view.line.place, view.line.priority) == (Place("Gas"), Priority.URGENT)
    assert view.why_here is not None
    assert view.why_here.short == "Routed to team Gas by “Gas” of edition 1."
    anna.do(lambda uow: cases.claim(uow, id_))
    anna.sync()
    claimed = anna.do(lambda uow: case_views.view(uow, BOOK, id_))
    assert claimed.why_here is not None
    assert claimed.why_here.person == "Anna took it on. That stands above the rules."
