"""The server routes what is registered, says why, lets people stand above rules, and keeps every edition."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Connection, TextClause, text

from crmdesk.domain.cases.files import read_rules
from crmdesk.domain.cases.steps import Step, StepKind, values_of
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.domain.routing.codec import written
from crmdesk.domain.routing.conditions import Fact, Group, Relation
from crmdesk.domain.routing.reasons import Kept, Routed, read
from crmdesk.domain.routing.rules import Place, Priority, Rule
from crmdesk.domain.shipped import shipped
from crmdesk.models.base import to_microseconds
from crmdesk.models.wireform import to_wire
from crmdesk.sync.engine import Engine, Rejection
from crmdesk.sync.engine import routing_editions as editions
from crmdesk.sync.engine.erasing import erase_customer
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.engine.knowledge import publish
from crmdesk.sync.engine.people import disable, set_skills
from crmdesk.sync.routing_wire import (
    AskEdition,
    AskRouting,
    PublishReply,
    PublishRules,
    RoutingReply,
    TryRules,
)
from crmdesk.sync.wire import Op, Status
from tests.support.house_rules import HOUSE_TOML
from tests.support.routing import about, rule
from tests.support.server import Device, complaint, customer, desk_of, request, request_step

AT = datetime(2026, 11, 21, 10, 5, tzinfo=UTC)
GRAVE = rule(
    1, "Grave", about(Fact.SEVERITY, "4", relation=Relation.AT_LEAST), team="Seniors", priority=Priority.URGENT
)
GOLD = rule(2, "Gold", about(Fact.TIER, "Gold"), team="Front office", skill="retention")
REST = rule(3, "Rest", team="Billing", priority=Priority.NORMAL)


class House:
    """A supervisor, an agent, and what they do."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.lea = desk_of(engine, "lea", role=Role.SUPERVISOR)
        self.anna = desk_of(engine, "anna")
        self.number = 0

    def publish(self, *rules: Rule, on: int | None = None, why: str = "A try", back: int | None = None) -> PublishReply:
        """Publish rules after an edition, the newest by default."""
        message = PublishRules(self.lea.principal.device_id, written(rules), self.last if on is None else on, why, back)
        return self.engine.run(lambda conn: editions.publish_rules(conn, self.lea.principal, message))

    def ask(self) -> RoutingReply:
        message = AskRouting(self.lea.principal.device_id)
        return self.engine.run(lambda conn: editions.ask_routing(conn, self.lea.principal, message))

    @property
    def last(self) -> int:
        found = self.ask().editions
        return found[0].number if found else 0

    def register(self, customer_id: UUID | None = None, desk: Device | None = None, **values: Any) -> UUID:
        """Register a complaint as a desk does: the row and its first step, sent together."""
        by = desk or self.anna
        self.number += 1
        id_, step = new_id(), new_id()
        first = Step(StepKind.REGISTERED, by.principal.user_id, AT, {})
        told = complaint(f"CP-{self.number}", **values)
        if customer_id is not None:
            told["customer_id"] = customer_id.hex
        results = by.push(
            by.mutation("complaint", id_, Op.INSERT, **told),
            by.mutation("complaint_step", step, Op.INSERT, **to_wire(values_of(step, id_, first, None, ()))),
        )
        assert [one.status for one in results] == [Status.OK, Status.OK], results
        return id_

    def row(self, id_: UUID) -> Any:
        query = text(
            "select team, skill, priority, routed, routed_owner, assigned_to, assigned_by, regime, ver "
            "from crm.complaint where id = :id"
        )
        return self.engine.run(lambda conn: conn.execute(query, {"id": id_}).one())

    def routed(self, id_: UUID) -> Routed:
        found = read(self.row(id_).routed)
        assert found is not None
        return found

    def customer(self, **values: Any) -> UUID:
        id_ = new_id()
        assert self.anna.insert("customer", id_, **customer(**values)).status is Status.OK
        return id_

    def claim(self, desk: Device, id_: UUID, owner: UUID, seen: UUID | None = None) -> Status:
        """Give a complaint to somebody, from a desk that saw ``seen`` as its owner."""
        made = desk.mutation("complaint", id_, Op.UPDATE, 1, assigned_to=owner.hex)
        base = {"assigned_to": None if seen is None else seen.hex}
        return desk.push(msgspec.structs.replace(made, base=base))[0].status

    def agent(self, name: str) -> UUID:
        return desk_of(self.engine, name).principal.user_id


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine)


def test_a_complaint_is_routed_when_it_is_registered_and_says_by_what(house: House) -> None:
    house.publish(GRAVE, GOLD, REST)
    row = house.row(id_ := house.register(severity=3, customer_id=house.customer(tier="Gold")))
    assert (row.team, row.skill, row.priority) == ("Front office", "retention", "normal")
    routed = house.routed(id_)
    assert routed.edition == 1 and routed.decision.place == Place("Front office", "retention")
    assert [one.name for one in routed.decision.taken] == ["Gold", "Rest"]
    assert [(one.name, one.missing) for one in routed.decision.passed] == [("Grave", GRAVE.when.parts)]


def test_before_anything_was_published_nothing_is_routed(house: House) -> None:
    row = house.row(house.register())
    assert (row.team, row.routed) == ("", "")


def test_what_was_routed_stays_when_other_rules_are_published(house: House) -> None:
    house.publish(REST)
    first = house.register()
    house.publish(rule(3, "Rest", team="Elsewhere"))
    second = house.register()
    assert (house.row(first).team, house.routed(first).edition) == ("Billing", 1)
    assert (house.row(second).team, house.routed(second).edition) == ("Elsewhere", 2)


def test_a_second_first_step_routes_nothing_anew(house: House) -> None:
    house.publish(REST)
    id_ = house.register()
    house.publish(rule(3, "Rest", team="Elsewhere"))
    step = new_id()
    again = values_of(step, id_, Step(StepKind.REGISTERED, house.anna.principal.user_id, AT, {}), None, ())
    house.anna.push(house.anna.mutation("complaint_step", step, Op.INSERT, **to_wire(again)))
    assert house.row(id_).team == "Billing"


def test_a_customer_of_the_same_push_counts_too(house: House) -> None:
    house.publish(GOLD, REST)
    anna, who, id_, step = house.anna, new_id(), new_id(), new_id()
    first = values_of(step, id_, Step(StepKind.REGISTERED, anna.principal.user_id, AT, {}), None, ())
    results = anna.push(
        anna.mutation("customer", who, Op.INSERT, **customer(tier="gold")),
        anna.mutation("complaint", id_, Op.INSERT, **complaint("CP-99", customer_id=who.hex)),
        anna.mutation("complaint_step", step, Op.INSERT, **to_wire(first)),
    )
    assert {one.status for one in results} == {Status.OK}
    assert house.row(id_).team == "Front office"


def test_a_customer_of_another_team_is_known_to_the_server(house: House, engine: Engine) -> None:
    gas = desk_of(engine, "gustav", team="Gas")
    who = new_id()
    assert gas.insert("customer", who, **customer(tier="Gold")).status is Status.OK
    house.publish(GOLD, REST)
    assert house.row(house.register(customer_id=who)).team == "Front office"


def test_a_rule_can_name_a_person_and_that_person_has_it(house: House) -> None:
    boris = house.agent("boris")
    house.publish(rule(1, "Boris", owner=boris))
    row = house.row(house.register())
    assert (row.assigned_to, row.routed_owner, row.assigned_by) == (boris, boris, None)


def test_a_rule_whose_person_left_rests(house: House, engine: Engine) -> None:
    boris = house.agent("boris")
    house.publish(rule(1, "Boris", owner=boris), REST)
    engine.run(lambda conn: disable(conn, "boris"))
    id_ = house.register()
    assert (house.row(id_).assigned_to, house.row(id_).team) == (None, "Billing")
    assert [(one.name, one.paused) for one in house.routed(id_).decision.passed] == [("Boris", True)]


def test_who_took_it_on_while_registering_keeps_it(house: House) -> None:
    boris, me = house.agent("boris"), house.anna.principal.user_id
    house.publish(rule(1, "Boris", owner=boris))
    id_ = house.register(assigned_to=me.hex)
    row = house.row(id_)
    assert (row.assigned_to, row.assigned_by, row.routed_owner) == (me, me, boris)
    assert house.routed(id_).kept == (Kept.OWNER,)


def test_who_took_it_on_offline_after_registering_stands_above_the_rule(house: House) -> None:
    """Both were queued on a desk without a network: the claim was made without having seen what routing did."""
    boris, me = house.agent("boris"), house.anna.principal.user_id
    house.publish(rule(1, "Boris", owner=boris))
    id_ = house.register()
    assert house.claim(house.anna, id_, me) is Status.OK
    assert (house.row(id_).assigned_to, house.row(id_).assigned_by) == (me, me)


def test_a_colleague_does_not_take_it_from_a_person_who_took_it_on(house: House, engine: Engine) -> None:
    boris = desk_of(engine, "boris")
    house.publish(REST)
    id_, me = house.register(), house.anna.principal.user_id
    assert house.claim(house.anna, id_, me) is Status.OK
    assert house.claim(boris, id_, boris.principal.user_id) is Status.TAKEN


def test_a_supervisor_who_gives_it_to_somebody_else_is_named(house: House, engine: Engine) -> None:
    boris, carla = house.agent("boris"), house.agent("carla")
    house.publish(rule(1, "Boris", owner=boris))
    id_ = house.register()
    assert house.claim(house.lea, id_, carla, seen=boris) is Status.OK
    row = house.row(id_)
    assert (row.assigned_to, row.assigned_by, row.routed_owner) == (carla, house.lea.principal.user_id, boris)


def in_house(house: House, folder: Path) -> None:
    """Publish the rules of a house."""
    (folder / "house.toml").write_text(HOUSE_TOML, encoding="utf-8")
    found = read_rules(folder, shipped("regimes"))
    house.engine.run(lambda conn: publish(conn, house.lea.principal.user_id, found))


def test_hours_sums_and_deadlines_are_the_houses(house: House, tmp_path: Path) -> None:
    in_house(house, tmp_path)
    outside = rule(1, "At night", about(Fact.HOURS, relation=Relation.NO), team="Night", regime="iso-10002")
    much = rule(2, "Much", about(Fact.ASKED, "20000", relation=Relation.AT_LEAST), team="Seniors", regime="no-such")
    house.publish(outside, much, REST)
    night = house.register()  # a Saturday
    assert (house.row(night).team, house.row(night).regime) == ("Night", "iso-10002")
    tuesday = to_microseconds(datetime(2026, 11, 24, 10, tzinfo=UTC))
    asked = house.register(received_at=tuesday, desired_remedy="Give me £250 back.", regime="uk-fca-disp")
    assert (house.row(asked).team, house.row(asked).regime) == ("Seniors", "uk-fca-disp")
    assert house.routed(asked).kept == (Kept.REGIME,)


def test_rules_that_somebody_chose_for_a_complaint_stand_above_routing(house: House, tmp_path: Path) -> None:
    in_house(house, tmp_path)
    house.publish(rule(1, "All", regime="iso-10002", team="Billing"))
    assert house.row(house.register(regime="uk-fca-disp")).regime == "iso-10002"  # what holds for its product anyway
    chosen = house.register(regime="us-cfpb")
    assert house.row(chosen).regime == "us-cfpb" and house.routed(chosen).kept == (Kept.REGIME,)


def _one(conn: Connection, query: TextClause, id_: UUID) -> Any:
    return conn.execute(query, {"id": id_}).one()


def test_a_request_is_routed_by_its_kind_and_how_urgent_it_is_and_keeps_its_own_deadlines(house: House) -> None:
    returns = rule(9, "Returns", about(Fact.KIND, "return"), team="Warehouse", regime="iso-10002")
    house.publish(returns, GRAVE, REST)
    found = {}
    for kind, urgency in (("return", 1), ("service", 3), ("information", 1)):
        id_, step, anna = new_id(), new_id(), house.anna
        told = request(f"RT-{kind}", kind=kind, urgency=urgency)
        first = request_step(step, id_, anna.principal.user_id, "registered")
        results = anna.push(
            anna.mutation("request", id_, Op.INSERT, **told),
            anna.mutation("request_step", step, Op.INSERT, **first),
        )
        assert [one.status for one in results] == [Status.OK, Status.OK], results
        query = text("select team, priority, routed from crm.request where id = :id")
        found[kind] = house.engine.run(partial(_one, query=query, id_=id_))
    assert {kind: row.team for kind, row in found.items()} == {
        "return": "Warehouse", "service": "Seniors", "information": "Billing",
    }  # fmt: skip
    assert found["service"].priority == "urgent"
    kept = read(found["return"].routed)
    assert kept is not None and kept.kept == () and kept.decision.place == Place("Warehouse")


def test_no_desk_sets_what_routing_sets(house: House) -> None:
    id_ = house.register()
    for name, value in (("team", "Mine"), ("priority", "urgent"), ("routed", "{}"), ("assigned_by", None)):
        assert house.lea.update("complaint", id_, 1, **{name: value}).status is Status.DENIED


def test_of_two_who_publish_at_once_the_second_is_told_who_was_first_and_gets_their_rules(house: House) -> None:
    assert house.publish(REST, on=0).made is not None
    second = house.publish(GOLD, on=0)
    assert second.made is None and second.first is not None
    assert (second.first.edition.number, second.first.edition.by, second.first.edition.why) == (1, "Lea", "A try")
    assert second.first.body == written((REST,))
    assert len(house.ask().editions) == 1


def test_every_edition_stays_and_can_be_brought_back(house: House) -> None:
    house.publish(REST, why="First")
    house.publish(GOLD, REST, why="Second")
    house.publish(REST, why="Second was wrong", back=1)
    reply = house.ask()
    assert [(one.number, one.why, one.rules, one.brings_back) for one in reply.editions] == [
        (3, "Second was wrong", 1, 1),
        (2, "Second", 2, None),
        (1, "First", 1, None),
    ]
    message = AskEdition(house.lea.principal.device_id, 2)
    older = house.engine.run(lambda conn: editions.ask_edition(conn, house.lea.principal, message))
    assert older.body == written((GOLD, REST))
    with pytest.raises(Rejection):
        missing = AskEdition(house.lea.principal.device_id, 9)
        house.engine.run(lambda conn: editions.ask_edition(conn, house.lea.principal, missing))


def test_what_cannot_be_a_rule_or_has_no_reason_is_not_published(house: House) -> None:
    with pytest.raises(Rejection):
        house.publish(replace(REST, name=""))
    with pytest.raises(Rejection):
        house.publish(REST, why="  ")
    assert house.ask().editions == ()


def test_an_agent_neither_reads_nor_tries_nor_publishes_rules(house: House) -> None:
    me = house.anna.principal
    asked = (
        lambda conn: editions.ask_routing(conn, me, AskRouting(me.device_id)),
        lambda conn: editions.ask_edition(conn, me, AskEdition(me.device_id, 1)),
        lambda conn: editions.dry_run(conn, me, TryRules(me.device_id, "[]")),
        lambda conn: editions.publish_rules(conn, me, PublishRules(me.device_id, "[]", 0, "why")),
    )
    for ask in asked:
        with pytest.raises(Rejection):
            house.engine.run(ask)


def test_a_house_tells_what_rules_can_name(house: House, engine: Engine, tmp_path: Path) -> None:
    in_house(house, tmp_path)
    desk_of(engine, "gustav", team="Gas")
    engine.run(lambda conn: set_skills(conn, "gustav", ["gas safety", "  retention "]))
    engine.run(lambda conn: set_skills(conn, "anna", ["retention"]))
    now = to_microseconds(datetime.now(UTC))
    house.register(customer_id=house.customer(tier="Gold", language="Welsh"), received_at=now)
    found = house.ask().household
    assert found.teams == ("Gas",) and found.skills == (("gas safety", 1), ("retention", 2))
    assert {"Anna", "Gustav", "Lea"} <= {name for _, name in found.people}
    assert (found.currency, found.tiers, found.languages) == ("GBP", ("Gold",), ("Welsh",))
    assert "uk-fca-disp" in dict(found.regimes) and found.products == ("Boiler cover",)


def test_a_dry_run_tells_what_rules_would_have_done_with_the_last_days(house: House) -> None:
    house.publish(REST)
    now = datetime.now(UTC)
    recent = to_microseconds(now - timedelta(days=2))
    grave, calm = house.register(severity=5, received_at=recent), house.register(severity=1, received_at=recent - 1)
    house.register(received_at=to_microseconds(now - timedelta(days=40)))
    rules = (GRAVE, rule(5, "Graver", about(Fact.SEVERITY, "5", relation=Relation.AT_LEAST), team="Directors"))
    message = TryRules(house.lea.principal.device_id, written(rules))
    run = house.engine.run(lambda conn: editions.dry_run(conn, house.lea.principal, message)).run
    assert (run.cases, run.left_out, run.nothing_count, run.elsewhere_count) == (2, 0, 1, 2)
    assert [(one.name, one.takes, one.never, one.covered_by) for one in run.rules] == [
        ("Grave", 1, False, ""),
        ("Graver", 0, True, "Grave"),
    ]
    assert [(one.id, one.went, one.would_go) for one in run.elsewhere] == [
        (grave, Place("Billing"), Place("Seniors")),
        (calm, Place("Billing"), Place()),
    ]
    assert house.row(grave).team == "Billing"  # tried, not done


def test_a_dry_run_looks_at_requests_too_newest_first(house: House) -> None:
    now = datetime.now(UTC)
    id_ = new_id()
    told = request("SR-1", received_at=to_microseconds(now - timedelta(days=1)))
    assert house.anna.insert("request", id_, **told).status is Status.OK
    complaint_id = house.register(received_at=to_microseconds(now - timedelta(days=2)))
    message = TryRules(house.lea.principal.device_id, written((REST,)))
    run = house.engine.run(lambda conn: editions.dry_run(conn, house.lea.principal, message)).run
    assert [(one.id, one.kind) for one in run.elsewhere] == [(id_, "service"), (complaint_id, "complaint")]


def test_a_dry_run_shows_nobody_cases_of_a_team_that_is_not_theirs(house: House, engine: Engine) -> None:
    gas = desk_of(engine, "gustav", team="Gas")
    house.register(desk=gas, received_at=to_microseconds(datetime.now(UTC)))
    message = TryRules(house.lea.principal.device_id, written((REST,)))
    assert house.engine.run(lambda conn: editions.dry_run(conn, house.lea.principal, message)).run.cases == 0


def test_what_routing_kept_goes_with_a_customer_who_is_erased(house: House, tmp_path: Path) -> None:
    house.publish(REST)
    who = house.customer(name="Ruth")
    id_ = house.register(customer_id=who)
    journal = Journal(tmp_path / "erasures")
    house.engine.run(lambda conn: erase_customer(conn, who, journal, lambda: AT))
    query = text("select count(*) from crm.complaint where id = :id")
    assert house.engine.run(lambda conn: conn.execute(query, {"id": id_}).scalar_one()) == 0


def test_reasons_that_another_version_wrote_are_read_as_none() -> None:
    assert read("") is None
    for strange in ("{}", "[]", "null", '{"edition": "x"}', "no json"):
        assert read(strange) is None
    assert Group().parts == ()
