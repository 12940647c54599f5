"""What the lists, the story and the timeline say, from values alone."""

from __future__ import annotations

from datetime import UTC, timedelta

from crmdesk.domain.calls.live import Direction, Outcome
from crmdesk.domain.complaints import ComplaintRow, ComplaintState
from crmdesk.domain.customers import CustomerCard, CustomerKind
from crmdesk.domain.ids import new_id
from crmdesk.domain.interactions import InteractionState, RecentCall
from crmdesk.domain.lane import heard
from crmdesk.domain.stream import EntryKind, TimelineEntry
from crmdesk.ui.pages.desk.drafts import Writing
from crmdesk.ui.pages.desk.story import story_of
from crmdesk.ui.pages.desk.timeline_rows import DayRow, EntryRow, Reading, Show, rows_of
from crmdesk.ui.pages.desk.work_rows import Reader, calls_today, complaints, to_finish
from tests.support.clock import AFTERNOON
from tests.support.desk import answered, hung_up, ringing

READING = Reading(UTC, AFTERNOON, "Sam Okafor")
READER = Reader(AFTERNOON, UTC, str, lambda queue: queue or "")


def a_recent(**fields: object) -> RecentCall:
    values: dict[str, object] = {
        "interaction_id": new_id(),
        "customer_id": None,
        "customer_name": "",
        "number": "+441",
        "withheld": False,
        "began": AFTERNOON,
        "queue": "Billing",
        "outcome": Outcome.ANSWERED,
        "disposition": "",
        "state": InteractionState.CLOSED,
        "has_draft": False,
    }
    return RecentCall(**(values | fields))  # type: ignore[arg-type]  # values of the fields above


def a_complaint_row(severity: int, days: int, *, safety: bool = False) -> ComplaintRow:
    return ComplaintRow(
        id=new_id(),
        reference=f"CP-{severity}-{days}",
        customer_id=None,
        customer_name="",
        product="",
        category="Delay",
        severity=severity,
        safety=safety,
        state=ComplaintState.REGISTERED,
        received_at=AFTERNOON - timedelta(days=days),
        registered_by="",
        unsent=False,
    )


def an_entry(kind: EntryKind = EntryKind.CALL, **fields: object) -> TimelineEntry:
    values: dict[str, object] = {"id": new_id(), "kind": kind, "at": AFTERNOON, "title": "Call", "who": "Jabu Mbeki"}
    return TimelineEntry(**(values | fields))  # type: ignore[arg-type]  # values of the fields above


def entry_rows(*entries: TimelineEntry, show: Show = Show.ALL, typed: str = "") -> list[EntryRow]:
    return [row for row in rows_of(entries, READING, show, typed) if isinstance(row, EntryRow)]


def test_a_call_that_waits_and_its_draft_are_one_row() -> None:
    call = hung_up(answered(ringing()))
    case = heard(None, call, AFTERNOON)
    waiting = a_recent(interaction_id=call.contact_id, state=InteractionState.WRAP_UP)
    rows = to_finish([waiting], [case], [(call.contact_id, Writing("Margaret", "half a word"))], READER)
    assert [(row.subject, row.chip.text) for row in rows] == [(call.contact_id, "Draft kept")]


def test_a_call_that_is_on_is_not_to_be_finished() -> None:
    call = answered(ringing())
    case = heard(None, call, AFTERNOON)
    present = a_recent(interaction_id=call.contact_id, state=InteractionState.OPEN)
    assert to_finish([present], [case], [(call.contact_id, Writing("Margaret", "writing"))], READER) == ()


def test_a_draft_without_a_call_is_to_be_finished_too() -> None:
    subject = new_id()
    rows = to_finish([], [], [(subject, Writing("Tomasz", "a word"))], READER)
    assert [(row.name, row.about, row.is_call) for row in rows] == [("Tomasz", "Note: a word", False)]


def test_complaints_come_by_gravity_then_newest_and_safety_counts_as_grave() -> None:
    rows = complaints(
        [a_complaint_row(2, 1), a_complaint_row(5, 9), a_complaint_row(1, 3, safety=True), a_complaint_row(2, 0)], {}
    )
    assert [row.reference for row in rows] == ["CP-5-9", "CP-1-3", "CP-2-0", "CP-2-1"]


def test_todays_calls_are_those_of_today_that_are_closed() -> None:
    calls = [
        a_recent(disposition="Explained"),
        a_recent(began=AFTERNOON - timedelta(days=1)),
        a_recent(state=InteractionState.WRAP_UP),
        a_recent(outcome=Outcome.ABANDONED, withheld=True, number=None),
    ]
    assert [(row.name, row.last) for row in calls_today(calls, READER)] == [
        ("+441", "Explained"),
        ("Number withheld", "Abandoned"),
    ]


def test_each_day_has_one_heading() -> None:
    entries = [an_entry(), an_entry(), an_entry(at=AFTERNOON - timedelta(days=1))]
    rows = rows_of(entries, READING)
    assert [row.words for row in rows if isinstance(row, DayRow)] == [
        "Today, Wed 23 December",
        "Yesterday, Tue 22 December",
    ]


def test_a_call_says_how_it_went() -> None:
    rows = entry_rows(
        an_entry(duration_s=372.0, direction=Direction.INBOUND, outcome=Outcome.ANSWERED),
        an_entry(direction=Direction.INBOUND, outcome=Outcome.ABANDONED),
        an_entry(direction=Direction.OUTBOUND, outcome=Outcome.NO_ANSWER),
        an_entry(ongoing=True, who="", waited_s=108.0, queue="Billing"),
    )
    assert [row.title for row in rows] == ["Call, 6 min 12 s", "Abandoned", "No answer", "Call, talking now"]
    assert rows[-1].detail == "Billing, waited 1:48, you"


def test_my_own_entries_say_you() -> None:
    rows = entry_rows(an_entry(EntryKind.NOTE, who="Sam Okafor", body="x"), an_entry(EntryKind.NOTE, body="y"))
    assert [row.detail for row in rows] == ["You", "Jabu Mbeki"]


def test_search_looks_for_every_word_in_all_that_is_shown() -> None:
    entries = [an_entry(EntryKind.NOTE, body="Portable heater"), an_entry(disposition="Visit rebooked")]
    assert len(entry_rows(*entries, typed="heat port")) == 1
    assert len(entry_rows(*entries, typed="rebooked")) == 1
    assert entry_rows(*entries, typed="heater rebooked") == []


def test_a_story_tells_only_what_is_known() -> None:
    card = CustomerCard(
        new_id(), CustomerKind.PERSON, "Omar", "", "", "", None, "", "", "", "", (), (), (), (), 0, False
    )
    assert story_of(card, (), AFTERNOON, UTC, on_the_line=False).lines == ()
    told = story_of(card, (an_entry(duration_s=60.0, queue="Billing"),), AFTERNOON, UTC, on_the_line=True)
    assert told.lines == (
        ("Why they call", "Billing (14:18)"),
        ("What we said", "Jabu Mbeki, 14:18: call of 1 min 00 s"),
    )
    assert told.repeat == ""
