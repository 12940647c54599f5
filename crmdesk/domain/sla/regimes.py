"""Regimes: the time limits of a regulator or a standard, as files with a source for each figure, versioned by date.

A regime is a TOML file with ``key``, ``title``, a list of ``version`` in any order and, where it is not for complaints,
``cases``, the kind of request that it is for. A version ``begins`` on a day,
has ``business_days`` (weekdays, country, subdivisions to choose from) and a list of ``clock``. A clock starts at one
event in the life of a case and ends with another. A version may have a list of ``letter`` and an ``ombudsman``
(``regime_letters``). What no source confirmed is named under ``unverified``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.calendars import Period, Week, WorkCalendar
from crmdesk.domain.sla.clocks import ClockRule, Reopening
from crmdesk.domain.sla.documents import WEEKDAYS, fields, text_of, toml_of, typed
from crmdesk.domain.sla.due import ClockKind
from crmdesk.domain.sla.hours import ALL_DAY
from crmdesk.domain.sla.public_holidays import PublicHolidays
from crmdesk.domain.sla.regime_letters import Ombudsman, RegimeLetter, letters_from, ombudsman_from
from crmdesk.domain.sla.targets import Ending, Receipt, Target, Unit
from crmdesk.domain.values import known_or_none

_CLOCK = ("key", "title", "starts", "ends", "amount", "unit", "due", "receipt", "reopening", "source", "unverified")
_MAY = ("unverified", "letter", "ombudsman")
COMPLAINTS = "complaint"
"""The cases for which a regime is that does not say for which."""
_CASES = (COMPLAINTS, "service", "return", "information")
_Chosen = TypeVar("_Chosen", Unit, Ending, Receipt, Reopening, ClockKind)


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """What a regime calls a business day: indexes of weekdays (Monday is 0) without public holidays.

    ``country`` is empty where the house's own holidays count. Where a regime is of several parts of a country, the
    house chooses one of ``subdivisions``.
    """

    weekdays: frozenset[int]
    country: str
    subdivisions: tuple[str, ...]
    source: str
    unverified: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegimeClock:
    """A time limit: from the event ``starts`` to the event ``ends`` of a case.

    ``condition`` says when it takes the place of the clock with the same events; empty: it always runs. ``source`` is
    where the figure stands; ``unverified`` what about it no source confirmed.
    """

    key: str
    title: str
    condition: str
    starts: str
    ends: str
    rule: ClockRule
    source: str
    unverified: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegimeVersion:
    """What a regime demands of cases from the local day ``begins`` on; ``ombudsman`` is None where it names nobody."""

    begins: date
    business_days: BusinessDays
    clocks: tuple[RegimeClock, ...]
    source: str
    unverified: tuple[str, ...]
    letters: tuple[RegimeLetter, ...] = ()
    ombudsman: Ombudsman | None = None


@dataclass(frozen=True, slots=True)
class Regime:
    """A regulator's or a standard's time limits; ``versions`` in order of the day from which they hold. ``cases`` is
    the kind of cases that it is for."""

    key: str
    title: str
    versions: tuple[RegimeVersion, ...]
    cases: str = COMPLAINTS

    def at(self, day: date) -> RegimeVersion:
        """Return the version that holds for a case received on a local day.

        Raises ``UserMistake`` for a day before the first version: no rules are made up for it.
        """
        held = [version for version in self.versions if version.begins <= day]
        if not held:
            first = self.versions[0].begins.isoformat()
            raise UserMistake(
                "received_at",
                tr("{title} has no rules here for a case before {day}.", title=self.title, day=first),
                tr("Choose another regime, or add that version to its file."),
            )
        return held[-1]


def read_regimes(folder: Path) -> tuple[Regime, ...]:
    """Return the regimes of a folder, one in each file ``*.toml``, by title.

    Raises ``UserMistake``, which names the file and the place in it, if one cannot be read or two have the same key.
    """
    regimes: dict[str, Regime] = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            regime = regime_from(text_of(file))
            if regime.key in regimes:
                raise UserMistake(
                    "key", tr("There are two regimes {key}.", key=regime.key), tr("Give one another key.")
                )
        except UserMistake as mistake:
            what = tr("{file}: {what}", file=file.name, what=mistake.what)
            raise UserMistake("file", what, mistake.next_step) from mistake
        regimes[regime.key] = regime
    return tuple(sorted(regimes.values(), key=lambda regime: regime.title))


def regime_from(text: str) -> Regime:
    """Return the regime of a file's text; raises ``UserMistake`` for what is not as docs/sla.md describes."""
    whole = fields(toml_of(text), "regime", ("key", "title", "version"), ("cases",))
    versions = sorted((_version(one) for one in typed(whole["version"], list, "version")), key=lambda one: one.begins)
    if not versions or len({version.begins for version in versions}) < len(versions):
        raise UserMistake(
            "version", tr("Two versions begin on the same day, or there is none."), tr("Give each its own day.")
        )
    cases = typed(whole.get("cases", COMPLAINTS), str, "cases")
    if cases not in _CASES:
        what = tr("{name} cannot be {value}.", name=repr("cases"), value=repr(cases))
        raise UserMistake("cases", what, tr("Use one of {names}.", names=", ".join(_CASES)))
    return Regime(typed(whole["key"], str, "key"), typed(whole["title"], str, "title"), tuple(versions), cases)


def calendar_of(version: RegimeVersion, subdivision: str, house: WorkCalendar) -> WorkCalendar:
    """Return the calendar by which the business days of a regime are counted.

    Its days are the regime's, for closing days of the house stop no legal clock. When business closes on them is the
    house's: as on any such weekday where the house is closed for once, midnight where it never opens on that weekday.
    A regime without a country counts by the house's calendar.
    Raises ``UserMistake`` for a subdivision that the regime does not have.
    """
    days = version.business_days
    if not days.country:
        return house
    if subdivision not in (days.subdivisions or ("",)):
        raise UserMistake(
            "subdivision",
            tr("{name} is none of the parts of {country}.", name=repr(subdivision), country=days.country),
            tr("Choose one of {names}.", names=", ".join(days.subdivisions)),
        )
    public = PublicHolidays(days.country, subdivision)
    periods = tuple(_lawful(period, days, public) for period in house.periods)
    return WorkCalendar(house.name, house.zone, house.version, periods)


def _lawful(period: Period, days: BusinessDays, public: PublicHolidays) -> Period:
    hours = [period.week[day] or ALL_DAY if day in days.weekdays else () for day in range(7)]
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = hours
    week: Week = (monday, tuesday, wednesday, thursday, friday, saturday, sunday)
    special = {
        day: one
        for day, one in period.special.items()
        if one.hours and day.weekday() in days.weekdays and day not in public.of_year(day.year)
    }
    yearly = {day: one for day, one in period.yearly.items() if one.hours}
    return Period(period.begins, week, public, special, yearly)


def _version(document: object) -> RegimeVersion:
    whole = fields(document, "version", ("begins", "source", "business_days", "clock"), _MAY)
    clocks = tuple(_clock(one) for one in typed(whole["clock"], list, "clock"))
    if len({clock.key for clock in clocks}) < len(clocks):
        raise UserMistake("clock", tr("Two clocks of a version have the same key."), tr("Give one another key."))
    begins = typed(whole["begins"], date, "begins")
    if isinstance(begins, datetime):
        raise UserMistake("begins", tr("A version begins on a day, not at a time."), tr("Write 2026-04-01."))
    return RegimeVersion(
        begins,
        _business_days(whole["business_days"]),
        clocks,
        typed(whole["source"], str, "source"),
        _texts(whole.get("unverified", []), "unverified"),
        letters_from(whole.get("letter", [])),
        ombudsman_from(whole["ombudsman"]) if "ombudsman" in whole else None,
    )


def _business_days(document: object) -> BusinessDays:
    whole = fields(document, "business_days", ("weekdays", "source", "unverified"), ("country", "subdivisions"))
    weekdays = _texts(whole["weekdays"], "weekdays")
    if not set(weekdays) <= set(WEEKDAYS):
        raise UserMistake(
            "weekdays", tr("There is a weekday that does not exist."), tr("Use {names}.", names=", ".join(WEEKDAYS))
        )
    return BusinessDays(
        frozenset(WEEKDAYS.index(day) for day in weekdays),
        typed(whole.get("country", ""), str, "country"),
        _texts(whole.get("subdivisions", []), "subdivisions"),
        typed(whole["source"], str, "source"),
        _texts(whole["unverified"], "unverified"),
    )


def _clock(document: object) -> RegimeClock:
    whole = fields(document, "clock", _CLOCK, ("kind", "condition"))
    text = {name: typed(whole.get(name, ""), str, name) for name in ("key", "title", "condition", "starts", "ends")}
    source = typed(whole["source"], str, "source")
    if not source.strip() or not all(text[name] for name in ("key", "title", "starts", "ends")):
        raise UserMistake(
            "clock", tr("A clock has no key, title, events or source."), tr("Name them; each figure has a source.")
        )
    target = Target(
        typed(whole["amount"], int, "amount"),
        _one_of(Unit, whole, "unit"),
        _one_of(Ending, whole, "due"),
        _one_of(Receipt, whole, "receipt"),
    )
    kind = _one_of(ClockKind, {"kind": ClockKind.LEGAL.value} | dict(whole), "kind")
    rule = ClockRule(kind, target, _one_of(Reopening, whole, "reopening"))
    unverified = _texts(whole["unverified"], "unverified")
    return RegimeClock(**text, rule=rule, source=source, unverified=unverified)


def _one_of(kind: type[_Chosen], whole: Mapping[str, Any], name: str) -> _Chosen:
    found = known_or_none(kind, typed(whole[name], str, name))
    if found is None:
        names = ", ".join(member.value for member in kind)
        raise UserMistake(
            name,
            tr("{name} cannot be {value}.", name=repr(name), value=repr(whole[name])),
            tr("Use one of {names}.", names=names),
        )
    return found


def _texts(document: object, place: str) -> tuple[str, ...]:
    return tuple(typed(one, str, place) for one in typed(document, list, place))
