"""Steps of cases at the server: taken only where the life cycle allows them, in one order for everybody.

A run that brings steps locks their cases and issues first. What a step changes of where the case stands is written
into the case by the server alone, so no desk can say that it stands elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, func, select, text

from crmdesk.domain.cases.deadlines import History, RuleBook
from crmdesk.domain.cases.lifecycle import Limits, NotAllowed, Other, Standing, after, timeline
from crmdesk.domain.cases.rules import newest_rules
from crmdesk.domain.cases.steps import Link, Step, StepKind, details_of, is_sound, split, well_written
from crmdesk.domain.cases.timeline import Timeline
from crmdesk.domain.complaints import ComplaintState, Outcome, is_causeless, is_left_out
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.cycles import CYCLES
from crmdesk.domain.requests.kinds import RequestKind, RequestStep, RequestStepKind
from crmdesk.domain.sla.instants import instant, micros
from crmdesk.domain.values import known
from crmdesk.sync.engine import given, request_steps, routing
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.compare import Hand, Row
from crmdesk.sync.engine.hands import Key, Writer
from crmdesk.sync.engine.hot import Hot
from crmdesk.sync.engine.identities import canonical
from crmdesk.sync.engine.rows import among, stored_table
from crmdesk.sync.wire import NOT_THERE, Mutation, Op

if TYPE_CHECKING:
    from crmdesk.sync.engine.work import Work

COMPLAINT, REQUEST, ISSUE = "complaint", "request", "complaint_issue"
ROUTED = frozenset({COMPLAINT, REQUEST})
"""The entities of cases that are routed when they are registered."""


@dataclass(frozen=True, slots=True)
class Line:
    """How the steps of one kind of case are kept: the entity of its cases, and the column that names the case."""

    case: str
    column: str


COMPLAINT_STEP = "complaint_step"
LINES: Mapping[str, Line] = {
    COMPLAINT_STEP: Line(COMPLAINT, "complaint_id"),
    "request_step": Line(REQUEST, "request_id"),
}
"""The kinds of cases, by the entity of their steps."""

NOT_SOUND = mark("This step is not as it was made.")
_NOT_YOURS = mark("A step is taken in one's own name.")
RULES_STAY = mark("The rules that apply are chosen before a complaint is worked on.")
_RULES_OPEN = frozenset({ComplaintState.REGISTERED.value, ComplaintState.TRIAGED.value})
_LIMITED = frozenset(
    {
        *(StepKind.DECISION_DRAFTED, StepKind.APPROVED, StepKind.RESPONSE_SENT, StepKind.CLOSED),
        StepKind.RESOLVED_EARLY,
    }
)
"""The steps of a complaint of which the house's rules ask something."""

_NOW = Hot(text("select now()"))
# Held until the end: of two that are called each other's duplicates at the same moment one is refused.
_OTHERS = text("select reference, outcome from crm.complaint where reference = any(cast(:named as text[])) for share")
_NUMBERS = text("select n from crm.next_accepted(:wanted) as t(n) order by n")


@dataclass(slots=True)
class Cases:
    """What is known of the cases of a run's steps: the digests of the steps that each has, in their order
    what each did and when (``past``), its issues, what is
    ``given`` where a step or a line of redress asks for it, the outcomes of ``others`` that steps name as what they are
    duplicates of, by reference in small letters, the requests that were ``begun`` of those whose subject changes, the
    numbers that steps are given in the order in which they are taken, the rules in force (None: nothing of the run
    needs them), the present instant, and how cases that are registered are routed (None: none is)."""

    digests: dict[UUID, frozenset[str]] = field(default_factory=dict)
    past: dict[UUID, list[tuple[str, datetime]]] = field(default_factory=dict)
    issues: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)
    given: given.Money = field(default_factory=given.Money)
    others: dict[str, str] = field(default_factory=dict)
    begun: frozenset[UUID] = frozenset()
    numbers: Iterator[int] = field(default_factory=lambda: iter(()))
    rules: RuleBook | None = None
    now: datetime = datetime.min.replace(tzinfo=UTC)
    switch: routing.Switch | None = None


def concerned(mutations: Sequence[Mutation]) -> frozenset[Key]:
    """Return the cases of which the mutations bring steps."""
    found: set[Key] = set()
    for m in mutations:
        line = LINES.get(m.entity)
        if line is not None and m.op is Op.INSERT and (id_ := canonical(m.set.get(line.column))) is not None:
            found.add((line.case, UUID(id_)))
    return frozenset(found)


def read_cases(
    conn: Connection, cases: frozenset[Key], paying: frozenset[UUID], mutations: Sequence[Mutation]
) -> Cases:
    """Return what judging the steps of these cases and the redress of complaints (``paying``) needs, as far as the
    present scopes see it and it can be read before the cases are locked."""
    issue = stored_table(ISSUE)
    issues: dict[UUID, set[UUID]] = defaultdict(set)
    complaints = [id_ for entity, id_ in cases if entity == COMPLAINT]
    if complaints:
        of = issue.c.complaint_id
        for complaint, id_ in conn.execute(select(of, issue.c.id).where(among(of, complaints))):
            issues[complaint].add(id_)
    steps = _steps_among(mutations)
    limited = bool(paying) or any(
        kind in (_LIMITED if case == COMPLAINT else request_steps.LIMITED) for case, kind in steps
    )
    book = rules_in_force(conn) if limited else None
    begun = any(kind == StepKind.REGISTERED for _, kind in steps)
    return Cases(
        issues={id_: frozenset(found) for id_, found in issues.items()},
        rules=book,
        now=_NOW.one(conn, {})[0],
        switch=_switch(conn, cases, mutations, book) if begun else None,
    )


def queue_up(
    conn: Connection, known: Cases, cases: frozenset[Key], paying: frozenset[UUID], mutations: Sequence[Mutation]
) -> None:
    """Read the steps that the cases have and what is given, and draw the numbers of those that come. To be done once
    the cases are locked: of two desks that send at once, whoever is behind in the queue has the higher number."""
    for name, line in LINES.items():
        ids = [id_ for entity, id_ in cases if entity == line.case]
        if not ids:
            continue
        step = stored_table(name)
        column = step.c[line.column]
        digests: dict[UUID, set[str]] = defaultdict(set)
        told = select(column, step.c.digest, step.c.kind, func.least(step.c.at, step.c.updated_at))
        for case, digest, kind, at in conn.execute(told.where(among(column, ids)).order_by(step.c.accepted)):
            digests[case].add(digest)
            known.past.setdefault(case, []).append((kind, at))
        known.digests.update({case: frozenset(found) for case, found in digests.items()})
    named = {name for m in mutations if m.entity in LINES for name in _named(m)}
    if named:
        with throughout(conn):  # also another team's
            known.others = {row.reference.lower(): row.outcome for row in conn.execute(_OTHERS, {"named": list(named)})}
    steps = _steps_among(mutations)
    asking = any(case == COMPLAINT and kind in given.ASKING for case, kind in steps)
    asked = {id_ for entity, id_ in cases if entity == COMPLAINT} if asking else set()
    if wanted := asked | paying:
        given.read(conn, known.given, list(wanted))
    known.numbers = iter(conn.scalars(_NUMBERS, {"wanted": len(steps)}).all())


def _named(m: Mutation) -> tuple[str, ...]:
    """Return the reference of the complaint that a step says that it is a duplicate of, as it may be written."""
    kind, details = m.set.get("kind"), m.set.get("details")
    told = details_of(details).get("of") if kind == StepKind.DUPLICATE and isinstance(details, str) else None
    if not isinstance(told, str) or "\x00" in told or not well_written(str(details)):
        return ()
    return told.strip(), told.strip().upper()


def _other(work: Work, step: Step) -> Other:
    """Return how the complaint stands of which a step says that it tells of the same."""
    if step.kind is not StepKind.DUPLICATE:
        return Other.NOT_KNOWN
    named = str(step.details.get("of", "")).strip().lower()
    outcome = work.cases.others.get(named)
    for (name, _), row in work.known.items():
        if name == COMPLAINT and row.values["reference"].lower() == named:
            outcome = row.values["outcome"]
    if outcome is None:
        return Other.MISSING
    return Other.DUPLICATE if outcome == Outcome.DUPLICATE else Other.STANDS


def asked_otherwise(mutations: Sequence[Mutation]) -> frozenset[UUID]:
    """Return the requests of which the mutations change what is asked for."""
    changes = (m for m in mutations if m.entity == REQUEST and m.op is Op.UPDATE)
    return frozenset(m.row for m in changes if not m.set.keys().isdisjoint(request_steps.ASKED))


def _steps_among(mutations: Sequence[Mutation]) -> list[tuple[str, str]]:
    """Return the entity of the case and the kind of each step."""
    return [(LINES[m.entity].case, str(m.set.get("kind"))) for m in mutations if m.entity in LINES]


def _switch(
    conn: Connection, cases: frozenset[Key], mutations: Sequence[Mutation], book: RuleBook | None
) -> routing.Switch | None:
    edition, rules = routing.in_force(conn)
    if not edition:
        return None
    if book is None and routing.asks_of_the_house(rules):
        book = rules_in_force(conn)
    brought = (canonical(m.set.get("customer_id")) for m in mutations if m.entity in ROUTED)
    ids = {UUID(id_) for id_ in brought if id_ is not None}
    for entity in ROUTED:
        stored, wanted = stored_table(entity), [id_ for name, id_ in cases if name == entity]
        query = select(stored.c.customer_id).where(among(stored.c.id, wanted), stored.c.customer_id.is_not(None))
        ids.update(conn.scalars(query) if wanted else ())
    return routing.Switch(edition, rules, book, routing.customers_of(conn, ids))


def rules_in_force(conn: Connection) -> RuleBook:
    """Return the newest rules that were published."""
    regime, house = stored_table("regime"), stored_table("house_rules")
    wanted = [select(t.c.code, t.c.version, t.c.state, t.c.body) for t in (regime, house)]
    regimes, houses = ([tuple(row) for row in conn.execute(one)] for one in wanted)
    return newest_rules(regimes, houses)


def refusal(work: Work, writer: Writer, step: Key, values: dict[str, Any]) -> str | None:
    """Take a step in memory, number it and return None, or return why it may not be taken; then nothing is changed."""
    entity, row = step
    line = LINES[entity]
    case_id = work.id_of(values[line.column])
    key: Key = (line.case, case_id)
    case = work.known.get(key)
    if case is None:
        return NOT_THERE
    if values["by_id"] != writer.author.hex:
        return _NOT_YOURS
    link = _link(row, case_id, values)
    if not (is_sound(link) and well_written(link.details)):
        return NOT_SOUND
    if not set(link.parents) <= _digests(work, entity, case_id):
        return NOT_THERE
    # Neither a desk's wrong clock nor a lie about the hour puts a step before what came first: returns count by it.
    at = _counted(work, entity, case_id, case.values, link)
    try:
        if line.case == COMPLAINT:
            stood = _complaint_after(work, writer, case_id, case.values, link, at)
        else:
            told = RequestStep(RequestStepKind(link.kind), link.by, at, details_of(link.details))
            stood = request_steps.moved(case.values, told, work.cases.rules)
        if link.kind == StepKind.REGISTERED and work.cases.switch is not None and not stood["routed"]:
            stood |= _routed(work, work.cases.switch, stood)
    except NotAllowed as not_allowed:
        return not_allowed.reason
    except UserMistake as mistake:
        return mistake.what
    if stood != case.values:
        work.known[key] = replace(case, values=stood, ver=case.ver + 1)
        work.touched.add(key)
    values["accepted"] = next(work.cases.numbers)
    return None


def _counted(work: Work, entity: str, case_id: UUID, case: Mapping[str, Any], link: Link) -> datetime:
    """Return when a step counts: not after it came here, and not before those that had to come before it."""
    received = instant(case["received_at"])
    if entity == COMPLAINT_STEP:
        line: Timeline = timeline(received)
        kinds: type[StrEnum] = StepKind
    else:
        line, kinds = CYCLES[RequestKind(case["kind"])].timeline(received), RequestStepKind
    for kind, at in (*work.cases.past.get(case_id, ()), *_fresh(work, entity, case_id)):
        line.take(kinds(kind), at)
    return line.take(kinds(link.kind), min(link.at, work.cases.now))


def _fresh(work: Work, entity: str, case_id: UUID) -> list[tuple[str, datetime]]:
    """Return the steps of a case that were taken in this run, in their order: what each did and when."""
    column = LINES[entity].column
    rows = (work.known[key].values for key in work.made if key[0] == entity)
    mine = sorted((one for one in rows if one[column] == case_id.hex), key=lambda one: one["accepted"])
    return [(one["kind"], min(instant(one["at"]), work.cases.now)) for one in mine]


def _routed(work: Work, switch: routing.Switch, case: Mapping[str, Any]) -> dict[str, Any]:
    """Return what routing sets: not in anybody's name, so that no person's own change is in conflict with it."""
    customer_id = case["customer_id"]
    customer: Mapping[str, str] | None = None
    if customer_id is not None:
        id_ = work.id_of(customer_id)
        made = work.known.get(("customer", id_))
        customer = made.values if made is not None else switch.customers.get(id_)
    seen = routing.facts_of(case, instant(case["received_at"]), customer, switch.book)
    return routing.routed(switch, case, seen)


def signed(writer: Writer, before: Row | None, after: Row) -> Row:
    """Return a case that says who gave it to its handler, where that was done just now."""
    owner = after.values["assigned_to"]
    if owner == (None if before is None else before.values["assigned_to"]):
        return after
    by = writer.author.hex if owner is not None and writer.hand is Hand.PERSON else None
    return replace(after, values={**after.values, "assigned_by": by})


def _complaint_after(
    work: Work, writer: Writer, complaint_id: UUID, values: Mapping[str, Any], link: Link, at: datetime
) -> dict[str, Any]:
    """Return the values of a complaint after a step, in wire form; raises NotAllowed for one that may not follow."""
    step = Step(StepKind(link.kind), link.by, at, details_of(link.details))
    standing = standing_of(values, list(_issues(work, complaint_id)))
    if step.kind in given.ASKING:
        standing = given.with_money(work, complaint_id, standing)
    limits = replace(limits_of(work, values, step.at), importing=_imports(writer), other=_other(work, step))
    return {**values, **_written(after(standing, step, limits))}


def not_given(work: Work, key: Key, before: Row | None, after: Mapping[str, Any]) -> str | None:
    """Return why a row may not become what it is ``after`` since it is a line of redress that may not be given, None if
    it may."""
    entity, id_ = key
    if entity != given.REDRESS:
        return None
    case = work.known.get((COMPLAINT, work.id_of(after["complaint_id"])))
    if case is None:
        return NOT_THERE
    limits = limits_of(work, case.values, work.cases.now)
    return given.refused(work, standing_of(case.values), limits, id_, None if before is None else before.values, after)


def stays(work: Work, key: Key, row: Row, values: Mapping[str, Any]) -> str | None:
    """Return why these values of a case may not be set any more, None if they may.

    The rules that apply to a complaint are chosen before it is worked on, since the return goes by them.
    """
    entity, id_ = key
    if entity == REQUEST:
        return request_steps.stays(row, values, id_ in work.cases.begun)
    if entity != COMPLAINT:
        return None
    if values.get("regime", row.values["regime"]) == row.values["regime"] or row.values["state"] in _RULES_OPEN:
        return None
    return RULES_STAY


def _link(row: UUID, case_id: UUID, values: Mapping[str, Any]) -> Link:
    device = values.get("device_id")
    return Link(
        id=row,
        case_id=case_id,
        kind=values["kind"],
        by=UUID(values["by_id"]),
        at=instant(values["at"]),
        device=None if device is None else UUID(device),
        details=values.get("details", "{}"),
        parents=split(values.get("parents", "")),
        digest=values["digest"],
    )


def _digests(work: Work, entity: str, case_id: UUID) -> frozenset[str]:
    """Return the digests of the steps that a case has, those of this run among them."""
    column = LINES[entity].column
    fresh = {
        row.values["digest"]
        for key in work.made
        if key[0] == entity and (row := work.known[key]).values[column] == case_id.hex
    }
    return work.cases.digests.get(case_id, frozenset()) | fresh


def _issues(work: Work, complaint_id: UUID) -> Iterator[Mapping[str, Any]]:
    """Yield the issues that a complaint has, as they stand in this run."""
    for (name, id_), row in work.known.items():
        told = row.values
        if name != ISSUE or is_left_out(told["removed"], told["finding"], told["answer"]):
            continue
        if id_ in work.cases.issues.get(complaint_id, ()) or row.values["complaint_id"] == complaint_id.hex:
            yield row.values


def limits_of(work: Work, complaint: Mapping[str, Any], at: datetime) -> Limits:
    """Return what the house asks of what is done with a complaint at an instant."""
    if work.cases.rules is None:
        return Limits()
    received = instant(complaint["received_at"])
    history = History(complaint["regime"], complaint["product"], received, complaint["received_zone"])
    return work.cases.rules.limits(history, at)


def _imports(writer: Writer) -> bool:
    return writer.hand is Hand.MACHINE


def standing_of(values: Mapping[str, Any], issues: Sequence[Mapping[str, Any]] = ()) -> Standing:
    """Return where a complaint stands by what the server keeps of it, without its redress."""
    told: dict[str, Any] = {name: values[name] for name in _PLAIN}
    told |= {name: _id(values[name]) for name in _IDS}
    told |= {name: None if values[name] is None else instant(values[name]) for name in _INSTANTS}
    return Standing(
        state=known(ComplaintState, values["state"], ComplaintState.REGISTERED),
        received_at=instant(values["received_at"]),
        owner=_id(values["assigned_to"]),
        regime=values["regime"],
        vulnerable=bool(values["vulnerability"]),
        reference=values["reference"],
        open_issues=sum(not (one["finding"] and one["answer"].strip()) for one in issues),
        causeless=sum(is_causeless(one["finding"], one["cause"]) for one in issues),
        **told,
    )


def _written(standing: Standing) -> dict[str, Any]:
    """Return what the server keeps of where a complaint stands, in wire form."""
    ids = {name: getattr(standing, name) for name in _IDS}
    instants = {name: getattr(standing, name) for name in _INSTANTS}
    return {
        "state": standing.state.value,
        **{name: getattr(standing, name) for name in _PLAIN},
        **{name: None if id_ is None else id_.hex for name, id_ in ids.items()},
        **{name: None if at is None else micros(at) for name, at in instants.items()},
    }


def _id(value: str | None) -> UUID | None:
    return None if value is None else UUID(value)


_PLAIN = ("stage", "outcome", "redress_minor", "currency", "second_person", "letter")
_IDS = ("decided_by", "first_handler")
_INSTANTS = ("acknowledged_at", "answered_at", "closed_at", "moved_at")
