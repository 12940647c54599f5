"""Counts returns to the regulator: in PostgreSQL for what ended once, here for the few that were opened again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from crmdesk.domain.cases.deadlines import History, RuleBook
from crmdesk.domain.cases.house import NO_ENTITY
from crmdesk.domain.cases.returns import Behind, Figure, Given, Part, Return, Scope
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.calendars import zone_named
from crmdesk.domain.sla.instants import FIRST_YEAR, LAST_YEAR
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.case_steps import rules_in_force
from crmdesk.sync.engine.return_spells import DECIDED, GIVING, TELLING, UPHELD, Spell, figures_of, spell_from, spells_of

# One spell for each complaint that was open in the period or ended since, as its row tells it; of one that was opened
# again this is the last only, and its steps tell the others.
_SPELL = (
    "select c.id, c.reference, c.received_at as opened_at, c.received_at, c.answered_at as ended_at, c.outcome, "
    "c.product, c.category, c.redress_minor, c.currency, c.vulnerability <> '' as vulnerable, false as again, "
    "exists (select 1 from crm.complaint_step t where t.complaint_id = c.id and t.kind in "
    "('reopened', 'second_stage')) as turned from crm.complaint c "
    "where (c.answered_at >= :since or c.answered_at is null) and c.received_at < :until "
    "and c.regime = any(cast(:regimes as text[]))"
)
# The limits of each day of receipt: until business closes, and from then on.
_LIMITS = (
    "unnest(cast(:days as date[]), cast(:closing as timestamptz[]), cast(:after as boolean[]), "
    "cast(:early as timestamptz[]), cast(:answer as timestamptz[])) as d(day, closing, after, early, answer) "
    "on d.day = (s.received_at at time zone :zone)::date and d.after = (s.received_at >= d.closing)"
)
# In one pass over the complaints, which are long rows: how many ended once or are open, and, with a kind, what was put
# down for what ended last in the period (a complaint's redress is that of its last end).
_COUNTED = text(
    f"with spell as materialized ({_SPELL}) "  # noqa: S608 - constants
    "select s.product, s.category, s.outcome, s.currency, s.opened_at >= :since as opened, "
    "coalesce(s.ended_at < :until, false) as ended, s.vulnerable, "
    "coalesce(s.ended_at <= d.early, false) as early, "
    "coalesce(case when s.ended_at < :until then s.ended_at else :until end >= d.answer, false) as late, null as kind, "
    "count(*) as n, coalesce(sum(s.redress_minor) filter (where s.ended_at < :until), 0) as minor "
    f"from spell s left join {_LIMITS} where not s.turned group by 1, 2, 3, 4, 5, 6, 7, 8, 9 "
    "union all select s.product, '', s.outcome, r.currency, false, true, false, false, false, r.kind, "
    "count(*), sum(r.amount_minor) from spell s join crm.redress r on r.complaint_id = s.id "
    "where s.ended_at < :until and not r.removed and (s.outcome = any(cast(:giving as text[])) "
    "or r.paid_at is not null) group by s.product, s.outcome, r.currency, r.kind"
)
_LISTED = text(
    f"select s.*, d.early, d.answer from ({_SPELL}) s left join {_LIMITS} "  # noqa: S608 - constants
    "where not s.turned order by s.received_at, s.id"
)
_CONCERNED = "received_at < :until and (answered_at is null or answered_at >= :since)"
_EARLIEST = text(f"select min(received_at) from crm.complaint where {_CONCERNED}")  # noqa: S608 - constants
_OLD_DAYS = text(
    "select distinct (received_at at time zone :zone)::date as day from crm.complaint "  # noqa: S608 - constants
    f"where {_CONCERNED} and received_at < :recent order by day"
)
_RECENT = timedelta(days=3 * 366)
"""For so long before a period's end every day gets its limits; of older days only those on which something came: one
date that was typed wrong must not cost a century of days."""
# A step is not later than when it was taken, whatever its desk's clock said.
_AGAIN = text(
    "select c.id, c.reference, c.received_at, c.product, c.category, c.vulnerability <> '' as vulnerable, "
    "t.kind, least(t.at, t.updated_at) as at, t.details "
    "from crm.complaint c join crm.complaint_step t on t.complaint_id = c.id "
    "where t.kind = any(cast(:kinds as text[])) and c.received_at < :until "
    "and c.regime = any(cast(:regimes as text[])) and exists (select 1 "
    "from crm.complaint_step x where x.complaint_id = c.id and x.kind in ('reopened', 'second_stage')) "
    "order by c.id, t.accepted"
)
# Many complaints that were opened again are worked out here between two statements; nothing is written meanwhile, so
# that nobody waits for it. A half-year of a large house is joined and sorted in memory.
_PATIENTLY = text(
    "select set_config('idle_in_transaction_session_timeout', '60000', true), set_config('work_mem', '64MB', true)"
)
_GIVEN_TO = text(
    "select complaint_id, kind, paid_at is not null as paid, sum(amount_minor) as minor from crm.redress "
    "where not removed and complaint_id = any(cast(:ids as uuid[])) group by 1, 2, 3"
)

_Limits = tuple[datetime | None, datetime | None]
"""Until when an early settlement counts, and from which instant on an answer is late."""


@dataclass(frozen=True, slots=True)
class _Span:
    """A period as instants, with what the questions ask for."""

    since: datetime
    until: datetime
    values: Mapping[str, Any]
    zone: ZoneInfo
    book: RuleBook
    entity: str
    places: Mapping[date, int]

    def answers_for(self, product: str) -> bool:
        """Return whether complaints about a product belong to the entity that is asked about."""
        return not self.entity or (self.book.house is not None and self.book.house.entity_of(product) == self.entity)

    def limits_of(self, regime: str, received: datetime) -> _Limits:
        """Return the limits of a complaint by its receipt: from the table, or worked out for an older day."""
        place = self.places.get(received.astimezone(self.zone).date())
        if place is None:
            return _limits(self.book, regime, received, self.zone)
        place += received >= self.values["closing"][place]
        return self.values["early"][place], self.values["answer"][place]


def made(conn: Connection, scope: Scope) -> Return:
    """Return the return of a scope as things stand now; raises UserMistake where no rules were published for it, and
    where the house has no such entity."""
    conn.execute(_PATIENTLY)
    span = _span(conn, scope)
    figures: Counter[Figure] = Counter()
    parts: dict[tuple[str, str], Counter[str]] = {}
    redress: Counter[str] = Counter()
    given: dict[tuple[str, str], tuple[int, int]] = {}
    with throughout(conn):
        for row in conn.execute(_COUNTED, span.values):
            if not span.answers_for(row.product):
                continue
            if row.kind is not None:
                key = row.kind, row.currency if row.minor else ""
                n, minor = given.get(key, (0, 0))
                given[key] = n + row.n, minor + int(row.minor)
                if row.minor and row.outcome not in DECIDED:  # no decision says how much
                    redress[row.currency] += int(row.minor)
                continue
            for figure in figures_of(row.opened, False, row.ended, row.early, row.late, row.outcome, row.vulnerable):
                figures[figure] += row.n
            _add(parts, row.product, row.category, row.opened, row.ended, row.outcome, row.n)
            if row.ended and row.minor:
                redress[row.currency] += int(row.minor)
        for spell in _again(conn, scope.regime, span):
            told = _of(spell, span)
            for figure in told:
                figures[figure] += 1
            ended = Figure.ENDED in told
            opened = bool(told & {Figure.OPENED, Figure.OPENED_AGAIN})
            _add(parts, spell.product, spell.category, opened, ended, spell.outcome, 1)
            if ended and spell.redress_minor:
                redress[spell.currency] += spell.redress_minor
    return Return(
        scope,
        {figure: figures[figure] for figure in Figure},
        dict(redress),
        _by_kind(given, redress),
        tuple(
            Part(product, category, of["opened"], of["ended"], of["upheld"])
            for (product, category), of in sorted(parts.items())
            if of.total()
        ),
    )


def _by_kind(given: Mapping[tuple[str, str], tuple[int, int]], decided: Mapping[str, int]) -> tuple[Given, ...]:
    """Return the redress by kind, and by currency what was decided beyond it, so that the sums are those decided."""
    rest = Counter(decided)
    for (_, currency), (_, minor) in given.items():
        if currency:
            rest[currency] -= minor
    lines = [Given(*key, *told) for key, told in sorted(given.items())]
    return (*lines, *(Given("", currency, 0, sum_) for currency, sum_ in sorted(rest.items()) if sum_))


def behind(conn: Connection, scope: Scope, wanted: Behind) -> list[Spell]:
    """Return the spells behind a part of a return, in the order in which they began; a complaint that was open twice is
    named for each time. Raises UserMistake as ``made`` does."""
    conn.execute(_PATIENTLY)
    span = _span(conn, scope)
    with throughout(conn):
        spells = [spell_from(row) for row in conn.execute(_LISTED, span.values) if span.answers_for(row.product)]
        spells += _again(conn, scope.regime, span)
        found = [spell for spell in spells if _is_wanted(spell, span, wanted)]
        if wanted.kind is not None:
            found = _with_redress(conn, found, wanted.kind)
    return sorted(found, key=lambda one: (one.opened_at, one.id.int))


def _is_wanted(spell: Spell, span: _Span, wanted: Behind) -> bool:
    told = _of(spell, span)
    if wanted.part is not None and wanted.part != (spell.product, spell.category):
        return False
    if wanted.kind is not None:
        return Figure.ENDED in told
    if wanted.figure is None:
        return bool(told & {Figure.OPENED, Figure.OPENED_AGAIN, Figure.ENDED})
    return wanted.figure in told


def _with_redress(conn: Connection, ended: list[Spell], kind: str) -> list[Spell]:
    """Return the last ends of complaints with redress of a kind; for "" each end whose decision gave something else
    than what was put down for it."""
    last: dict[UUID, Spell] = {}
    for spell in sorted(ended, key=lambda one: one.opened_at):
        last[spell.id] = spell
    told = conn.execute(_GIVEN_TO, {"ids": list(last)}).all()
    rows = [row for row in told if row.paid or last[row.complaint_id].outcome in GIVING]
    if kind:
        having = {row.complaint_id for row in rows if row.kind == kind}
        return [spell for id_, spell in last.items() if id_ in having]
    sums: Counter[UUID] = Counter()
    for row in rows:
        sums[row.complaint_id] += int(row.minor)
    decided = [spell for spell in ended if spell.outcome in DECIDED]
    return [spell for spell in decided if spell.redress_minor != (sums[spell.id] if last[spell.id] is spell else 0)]


# The period and its limits -------------------------------------------------------------------------------------------


def _span(conn: Connection, scope: Scope) -> _Span:
    period, regime = scope.period, scope.regime
    if period.last < period.first:
        raise UserMistake("to", tr("The period ends before it begins."), tr("Give a later last day."))
    for year in (period.first.year, period.last.year):
        if not FIRST_YEAR <= year < LAST_YEAR:
            raise UserMistake("from", tr("{year} is no year of a case.", year=year), tr("Correct the date."))
    with throughout(conn):
        book = rules_in_force(conn)
    if book.house is None or regime not in book.regimes:
        raise UserMistake(
            "regime",
            tr("There are no rules {regime} here.", regime=regime),
            tr("Those that are published: {names}.", names=", ".join(sorted(book.regimes)))
            if book.house is not None and book.regimes
            else tr("Publish them with crmdesk rules import."),
        )
    if scope.entity and scope.entity not in (NO_ENTITY, *(one.key for one in book.house.entities)):
        raise UserMistake(
            "entity",
            tr("The house has no entity {entity}.", entity=scope.entity),
            tr("The house has: {names}.", names=", ".join(one.key for one in book.house.entities))
            if book.house.entities
            else tr("Name it in house.toml and publish that with crmdesk rules import."),
        )
    zone = zone_named(book.house.calendar.zone)
    since, until = _midnight(period.first, zone), _midnight(period.last + timedelta(days=1), zone)
    with throughout(conn):
        days = _days_of_receipt(conn, since, until, zone)
    # What was registered before rules were published names none: it is the house's.
    regimes = [regime, ""] if regime == book.house.regime else [regime]
    values = {
        "since": since,
        "until": until,
        "regimes": regimes,
        "zone": zone.key,
        "giving": sorted(GIVING),
        **_table(book, regime, days, zone),
    }
    return _Span(since, until, values, zone, book, scope.entity, {day: 2 * place for place, day in enumerate(days)})


def _days_of_receipt(conn: Connection, since: datetime, until: datetime, zone: ZoneInfo) -> list[date]:
    """Return the days, in order, on which what counts in a period may have come."""
    asked = {"since": since, "until": until}
    earliest: datetime = conn.execute(_EARLIEST, asked).scalar() or since
    last, recent = until.astimezone(zone).date() - timedelta(days=1), until - _RECENT
    if earliest >= recent:
        return _days(earliest.astimezone(zone).date(), last)
    began = recent.astimezone(zone).date()
    older = conn.scalars(_OLD_DAYS, {**asked, "zone": zone.key, "recent": _midnight(began, zone)}).all()
    return [*older, *_days(began, last)]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _table(book: RuleBook, regime: str, days: list[date], zone: ZoneInfo) -> dict[str, list[Any]]:
    """Return the columns of ``_LIMITS``: two rows for each day, of which the second counts once business has closed."""
    table: dict[str, list[Any]] = {name: [] for name in ("days", "closing", "after", "early", "answer")}
    for day in days:
        begin, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        closing = book.closing(History(regime, "", begin, zone.key)) or end
        for after, at in ((False, begin), (True, min(closing, end - timedelta(microseconds=1)))):
            row = (day, closing, after, *_limits(book, regime, at, zone))
            for column, value in zip(table.values(), row, strict=True):
                column.append(value)
    return table


def _limits(book: RuleBook, regime: str, received: datetime, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Return until when an early settlement counts, and at which instant an answer is late."""
    found = book.deadlines(History(regime, "", received, zone.key), received)
    early = next((one.due_at for one in found if one.optional), None)
    return early, next((one.due_at for one in found if one.answers and not one.optional), None)


# Spells --------------------------------------------------------------------------------------------------------------


def _again(conn: Connection, regime: str, span: _Span) -> Iterator[Spell]:
    """Yield the spells of complaints that were opened again, as their steps tell."""
    rows = conn.execute(_AGAIN, {**span.values, "kinds": TELLING})
    for _, steps in groupby(rows, key=lambda row: row.id):
        known = list(steps)
        if not span.answers_for(known[0].product):
            continue
        for spell in spells_of(known, *span.limits_of(regime, known[0].received_at)):
            if spell.opened_at < span.until and (spell.ended_at is None or spell.ended_at >= span.since):
                yield spell


def _of(spell: Spell, span: _Span) -> frozenset[Figure]:
    """Return the figures in which a spell is counted."""
    ended = spell.ended_at is not None and spell.ended_at < span.until
    at = spell.ended_at if spell.ended_at is not None and ended else span.until
    return figures_of(
        spell.opened_at >= span.since,
        spell.again,
        ended,
        spell.early is not None and spell.ended_at is not None and spell.ended_at <= spell.early,
        spell.answer is not None and at >= spell.answer,
        spell.outcome,
        spell.vulnerable,
    )


def _add(
    parts: dict[tuple[str, str], Counter[str]],
    product: str,
    category: str,
    opened: bool,
    ended: bool,
    outcome: str,
    n: int,
) -> None:
    of = parts.setdefault((product, category), Counter())
    of["opened"] += n * opened
    of["ended"] += n * ended
    of["upheld"] += n * (ended and outcome in UPHELD)
