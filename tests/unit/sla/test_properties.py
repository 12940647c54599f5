"""What holds for every clock, whatever its calendar: order, pauses, repetition."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.documents import calendar_from, document_of
from crmdesk.domain.sla.due import ClockKind, due, elapsed
from crmdesk.domain.sla.pauses import Pause
from crmdesk.domain.sla.targets import Ending, Receipt, Target, Unit
from crmdesk.domain.sla.timetable import Timetable
from tests.support.sla_calendars import MON_TO_FRI, office

_ALL = (*MON_TO_FRI, "sat", "sun")
_DOCUMENTS = (
    office(public_holidays={"country": "GB", "subdivision": "ENG"}),
    office("Europe/Berlin", hours={day: [["01:15", "02:45"], ["23:00", "24:00"]] for day in _ALL}),
    office("Australia/Lord_Howe", hours={day: [["00:00", "24:00"]] for day in _ALL}),
    office("America/Santiago", hours={"sat": [["22:00", "24:00"]], "sun": [["00:00", "03:00"]]}),
)
_TIMETABLES = tuple(Timetable(calendar_from(document)) for document in _DOCUMENTS)
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)

timetables = some.sampled_from(_TIMETABLES)
starts = some.integers(0, 3 * 366 * 86_400).map(lambda s: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
times = some.builds(Target, some.integers(1, 5_000), some.just(Unit.BUSINESS_MINUTES))
days = some.builds(
    Target,
    some.integers(1, 40),
    some.sampled_from((Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS)),
    some.sampled_from(Ending),
    some.sampled_from(Receipt),
)
targets = times | days


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A pause as it lies behind a start; ``lasts`` None: without an end."""

    after: timedelta
    lasts: timedelta | None

    def of(self, start: datetime) -> Pause:
        begin = start + self.after
        return Pause(begin, None if self.lasts is None else begin + self.lasts)


_spans = some.integers(0, 200 * 3_600).map(lambda seconds: timedelta(seconds=seconds))
pauses = some.lists(some.builds(_Ahead, _spans.map(lambda span: span - timedelta(hours=30)), _spans), max_size=4)


def _when(at: datetime | None) -> datetime:
    return _LATEST if at is None else at


@settings(deadline=None)
@given(timetables, starts, _spans, targets, pauses)
def test_what_starts_later_is_never_due_earlier(
    timetable: Timetable, start: datetime, later: timedelta, target: Target, ahead: list[_Ahead]
) -> None:
    paused = [pause.of(start) for pause in ahead]
    assert _when(due(start, target, timetable, paused)) <= _when(due(start + later, target, timetable, paused))


@settings(deadline=None)
@given(timetables, starts, targets, some.integers(1, 3_000), pauses)
def test_a_larger_target_is_never_due_earlier(
    timetable: Timetable, start: datetime, target: Target, more: int, ahead: list[_Ahead]
) -> None:
    paused = [pause.of(start) for pause in ahead]
    larger = Target(target.amount + more, target.unit, target.ends, target.receipt)
    assert _when(due(start, target, timetable, paused)) <= _when(due(start, larger, timetable, paused))


@settings(deadline=None)
@given(timetables, starts, targets, pauses, some.builds(_Ahead, _spans, _spans | some.none()))
def test_one_pause_more_can_only_delay_and_what_delays_business_time_is_its_business_time(
    timetable: Timetable, start: datetime, target: Target, ahead: list[_Ahead], another: _Ahead
) -> None:
    paused = [pause.of(start) for pause in ahead]
    before, after = due(start, target, timetable, paused), due(start, target, timetable, [*paused, another.of(start)])
    assert _when(before) <= _when(after)
    if after is not None and target.seconds is not None:
        assert elapsed(start, after, timetable, [*paused, another.of(start)]) == timedelta(seconds=target.seconds)


@settings(deadline=None)
@given(timetables, starts, targets, pauses, some.none() | _spans)
def test_pauses_never_touch_a_legal_clock(
    timetable: Timetable, start: datetime, target: Target, ahead: list[_Ahead], lasts: timedelta | None
) -> None:
    paused = [pause.of(start) for pause in (*ahead, _Ahead(timedelta(), lasts))]
    free = due(start, target, timetable, (), ClockKind.LEGAL)
    assert due(start, target, timetable, paused, ClockKind.LEGAL) == free == due(start, target, timetable)


@settings(deadline=None)
@given(some.sampled_from(_DOCUMENTS), timetables, starts, targets, pauses)
def test_computing_again_also_by_a_calendar_that_was_written_and_read_gives_the_same(
    document: dict[str, object], used: Timetable, start: datetime, target: Target, ahead: list[_Ahead]
) -> None:
    paused = [pause.of(start) for pause in ahead]
    calendar = calendar_from(document)
    fresh, copy = Timetable(calendar), Timetable(calendar_from(document_of(calendar)))
    first = due(start, target, fresh, paused)
    assert due(start, target, fresh, paused[::-1]) == first
    assert due(start, target, copy, [*paused, *paused]) == first
    assert due(start, target, used, paused) == due(start, target, used, paused)


@settings(deadline=None)
@given(timetables, starts, _spans, _spans, pauses)
def test_time_that_ran_adds_up_over_any_cut(
    timetable: Timetable, start: datetime, one: timedelta, two: timedelta, ahead: list[_Ahead]
) -> None:
    paused = [pause.of(start) for pause in ahead]
    cut, end = start + one, start + one + two
    parts = elapsed(start, cut, timetable, paused) + elapsed(cut, end, timetable, paused)
    assert parts == elapsed(start, end, timetable, paused) <= one + two


@settings(deadline=None)
@given(timetables, starts, times, times)
def test_business_time_in_two_halves_is_due_with_the_whole(
    timetable: Timetable, start: datetime, one: Target, two: Target
) -> None:
    halfway = due(start, one, timetable)
    assert halfway is not None
    whole = Target(one.amount + two.amount, Unit.BUSINESS_MINUTES)
    assert due(halfway, two, timetable) == due(start, whole, timetable)
