"""Due times that somebody computed elsewhere, held against ours: the exchange format of ``crmdesk sla check``.

A file has ``calendars`` (zone, hours of the week, closed dates, dates with hours of their own) and ``vectors``: of kind
"due" (start, target in seconds, pauses; expected the due time, null while a pause has no end) or "elapsed" (start, at,
pauses; expected the business time between, in seconds).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.calendars import Period, SpecialDay, WorkCalendar
from crmdesk.domain.sla.documents import date_from, hours_from, typed, week_from
from crmdesk.domain.sla.due import due, elapsed
from crmdesk.domain.sla.pauses import Pause
from crmdesk.domain.sla.targets import Target, Unit
from crmdesk.domain.sla.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Difference:
    """What was expected of a value and what we found, as written; or, in ``trouble``, why nothing could be found."""

    value: str
    expected: str
    found: str
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one vector went; no differences: passed."""

    name: str
    differences: tuple[Difference, ...]


def check(text: str) -> Iterator[Verdict]:
    """Yield a verdict for each vector of a file, in order.

    Raises ``UserMistake`` if the file as a whole cannot be read; a vector that cannot be is one that failed.
    """
    whole = _document(text)
    calendars = typed(whole["calendars"], dict, "calendars")
    timetables = {name: Timetable(_calendar(name, one)) for name, one in calendars.items()}
    vectors = typed(whole["vectors"], list, "vectors")
    if not vectors:
        raise UserMistake("vectors", tr("There are no vectors in it."), tr("Nothing would be checked."))
    for number, vector in enumerate(vectors, 1):
        yield _verdict(number, vector, timetables)


def _document(text: str) -> Mapping[str, Any]:
    advice = tr("It must be a JSON object with calendars and vectors, as docs/sla.md describes.")
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as unreadable:
        raise UserMistake("file", tr("It is no JSON: {reason}.", reason=str(unreadable)), advice) from unreadable
    if not isinstance(whole, dict) or not {"calendars", "vectors"} <= whole.keys():
        raise UserMistake("file", tr("It has no calendars and vectors."), advice)
    return whole


def _calendar(name: str, document: object) -> WorkCalendar:
    try:
        whole = typed(document, dict, name)
        closed = typed(whole.get("holidays") or [], list, "holidays")
        special = {date_from(day): SpecialDay("") for day in closed}
        for day, windows in typed(whole.get("overrides") or {}, dict, "overrides").items():
            special[date_from(day)] = SpecialDay("", hours_from(windows, day))
        period = Period(date.min, week_from(whole.get("hours")), None, special, {})
        return WorkCalendar(name, typed(whole.get("tz"), str, "tz"), 1, (period,))
    except UserMistake as mistake:
        what = tr("Calendar {name}: {what}", name=name, what=mistake.what)
        raise UserMistake(mistake.field, what, mistake.next_step) from mistake


def _verdict(number: int, vector: object, timetables: Mapping[str, Timetable]) -> Verdict:
    given = vector if isinstance(vector, dict) else {}
    name = str(given.get("id") or tr("vector {n}", n=number))
    try:
        return Verdict(name, tuple(_differences(typed(vector, dict, name), timetables)))
    except UserMistake as mistake:
        return Verdict(name, (Difference("", "", "", str(mistake)),))


def _differences(vector: Mapping[str, Any], timetables: Mapping[str, Timetable]) -> Iterator[Difference]:
    calendar = typed(vector.get("calendar"), str, "calendar")
    if calendar not in timetables:
        raise UserMistake("calendar", tr("There is no calendar {name}.", name=calendar), tr("Add it to the file."))
    timetable = timetables[calendar]
    start, pauses = _instant(vector.get("start_utc"), "start_utc"), _pauses(vector.get("pauses_utc") or [])
    match vector.get("kind"):
        case "due":
            target = Target(typed(vector.get("target_s"), int, "target_s"), Unit.BUSINESS_SECONDS)
            yield from _due_differences(vector, due(start, target, timetable, pauses), timetable)
        case "elapsed":
            expected = typed(vector.get("elapsed_s"), int, "elapsed_s")
            found = elapsed(start, _instant(vector.get("at_utc"), "at_utc"), timetable, pauses).total_seconds()
            if found != expected:
                yield Difference("elapsed_s", str(expected), f"{found:.6f}".rstrip("0").rstrip("."))
        case other:
            raise UserMistake(
                "kind", tr("Kind {kind} is not known.", kind=repr(other)), tr("Known are due and elapsed.")
            )


def _due_differences(vector: Mapping[str, Any], found: datetime | None, timetable: Timetable) -> Iterator[Difference]:
    if "due_utc" not in vector:
        raise UserMistake("due_utc", tr("It says not when it is due."), tr("Give due_utc, null for never."))
    expected = vector["due_utc"]
    if found != (None if expected is None else _instant(expected, "due_utc")):
        yield Difference("due_utc", str(expected), "null" if found is None else f"{found:%Y-%m-%dT%H:%M:%SZ}")
    elif found is not None and vector.get("due_local") is not None:
        local = found.astimezone(timetable.zone)
        if _instant(vector["due_local"], "due_local").isoformat() != local.isoformat():
            yield Difference("due_local", str(vector["due_local"]), local.isoformat())


def _pauses(document: object) -> list[Pause]:
    pauses = []
    for pair in typed(document, list, "pauses_utc"):
        begin_end = typed(pair, list, "pauses_utc")
        if len(begin_end) != 2:
            raise UserMistake("pauses_utc", tr("A pause has a begin and an end."), tr("Write null if it has no end."))
        begin, end = begin_end
        pauses.append(Pause(_instant(begin, "pauses_utc"), None if end is None else _instant(end, "pauses_utc")))
    return pauses


def _instant(text: object, place: str) -> datetime:
    try:
        at = datetime.fromisoformat(typed(text, str, place))
        at.utctimetuple()  # raises OverflowError for a time that is in no year of UTC
    except (ValueError, OverflowError) as unreadable:
        raise UserMistake(
            place, tr("{text} is no instant.", text=repr(text)), tr("Write it as 2026-06-10T08:00:00Z.")
        ) from unreadable
    if at.tzinfo is None:
        raise UserMistake(place, tr("{text} has no zone.", text=repr(text)), tr("Write it as 2026-06-10T08:00:00Z."))
    return at
