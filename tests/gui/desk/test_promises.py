"""Promises and callbacks from the note and in wrap-up: one sentence, read back, made with Enter; no word is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.calls.live import AgentCall
from crmdesk.domain.lane import Stage
from crmdesk.models.callback import Callback
from crmdesk.models.local import DraftRow
from crmdesk.models.task import Task
from crmdesk.ui.pages.desk.promise_line import PromiseLine
from crmdesk.ui.pages.desk.work_rows import Work, WorkRow
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Counting, Hand
from tests.support.clock import AFTERNOON
from tests.support.desk import (
    HIDEO,
    JABU,
    MARGARET,
    ME,
    NOBODYS_LINE,
    OMAR,
    OMARS_LINE,
    TOMASZ,
    a_complaint,
    a_number,
    answered,
    hung_up,
    known_id,
    ringing,
)

TOMORROW_AT_10 = datetime(2026, 12, 24, 10, tzinfo=UTC)


def line(hand: Hand) -> PromiseLine:
    return hand.note.promise


def promises(hand: Hand) -> list[Task]:
    with Session(hand.house.engines.read) as session:
        return list(session.scalars(select(Task).order_by(Task.id)))


def callbacks(hand: Hand) -> list[Callback]:
    with Session(hand.house.engines.read) as session:
        return list(session.scalars(select(Callback).order_by(Callback.id)))


def in_a_call(hand: Hand) -> AgentCall:
    call = hand.hear(answered(hand.hear(ringing("omar", OMARS_LINE))))
    hand.until(hand.writes_in_note)
    hand.until(lambda: hand.page.reader.card is not None)
    return call


def test_a_promise_takes_two_keys_and_the_words(hand: Hand) -> None:
    call = in_a_call(hand)
    agent = Counting(hand)
    agent.press("Ctrl+P")
    hand.write("call back tomorrow 10 about the heating")
    agent.press("Enter")
    hand.until(lambda: promises(hand))
    hand.until(hand.writes_in_note)
    (task,) = promises(hand)
    assert (task.words, task.due_at, task.due_zone) == ("call back about the heating", TOMORROW_AT_10, "Europe/London")
    assert (task.customer_id, task.interaction_id) == (OMAR, call.contact_id)
    assert (task.made_by, task.assigned_to, task.queue) == (ME.agent_id, ME.agent_id, "heating-emergency")
    assert agent.keys == 2


def test_a_callback_takes_five_keys_at_most_its_time_included(hand: Hand) -> None:
    in_a_call(hand)
    agent = Counting(hand)
    agent.press("Ctrl+B")
    agent.type_counted("16")
    agent.press("Enter")
    hand.until(lambda: callbacks(hand))
    (made,) = callbacks(hand)
    assert (made.due_at, made.due_zone) == (datetime(2026, 12, 23, 16, tzinfo=UTC), "Europe/London")
    assert (made.customer_id, made.e164, made.assigned_to) == (OMAR, OMARS_LINE, ME.agent_id)
    assert agent.keys <= 5


def test_a_promise_in_wrap_up_costs_no_key_more(hand: Hand) -> None:
    call = in_a_call(hand)
    hand.hear(hung_up(call))
    hand.until(lambda: hand.note.outcomes.chosen is not None)
    hand.until(line(hand).isVisible)
    agent = Counting(hand)
    agent.press("Ctrl+P")
    hand.write("send the booklet next Tuesday afternoon")
    agent.press("Ctrl+Enter")
    hand.until(lambda: hand.page.view.at_work)
    (task,) = promises(hand)
    assert (task.words, task.due_at) == ("send the booklet", datetime(2026, 12, 29, 14, tzinfo=UTC))
    assert agent.keys == 2


def test_day_time_zone_and_owner_are_read_back_before_enter(hand: Hand) -> None:
    in_a_call(hand)
    hand.press("Ctrl+P")
    assert hand.focus is line(hand).edit
    hand.write("call back tomorrow 10")
    assert line(hand).when.text() == "Thu 24 Dec, 10:00"
    assert line(hand).whose.text() == "London time, owner you"
    assert "Thu 24 Dec, 10:00 London time, owner you" in line(hand).edit.accessibleDescription()
    assert promises(hand) == []


def test_the_time_is_the_customers_and_mine_stands_beside_it(hand: Hand) -> None:
    hand.house.add(a_number(HIDEO, "+81312345678"))
    hand.open_customer(HIDEO)
    hand.press("Ctrl+P")
    hand.write("write to him tomorrow 10")
    assert line(hand).when.text() == "Thu 24 Dec, 10:00"
    assert line(hand).whose.text() == "Tokyo time, 01:00 yours, owner you"
    hand.press("Ctrl+A")
    hand.write("call this evening")
    assert line(hand).asked.text() == "Wed 23 Dec, 18:00 in Tokyo is over. Write a later time, or tomorrow."
    hand.press("Ctrl+A")
    hand.write("write to him tomorrow 10")
    hand.press("Enter")
    hand.until(lambda: promises(hand))
    assert (promises(hand)[0].due_at, promises(hand)[0].due_zone) == (
        datetime(2026, 12, 24, 1, tzinfo=UTC),
        "Asia/Tokyo",
    )


def test_where_nobody_knows_their_clock_it_says_that_the_time_is_yours(hand: Hand) -> None:
    hand.hear(answered(hand.hear(ringing("unknown", NOBODYS_LINE))))
    hand.until(hand.writes_in_note)
    hand.press("Ctrl+P")
    hand.write("find out tomorrow 10")
    assert line(hand).whose.text() == "your time (UTC), owner you"


@pytest.mark.parametrize(
    ("written", "question"),
    [
        ("call back tomorrow", "At what time “tomorrow”? Write it, like 10:30 or 2pm."),
        ("call her", "Say when, like tomorrow 10, Tue 14:30 or in 2 hours."),
        ("call her tomorrow at 5", "“at 5”: 05:00 or 17:00? Write it like that."),
        ("call next Friday 10", "“next Friday”: Fri 25 Dec or Fri 1 Jan? Write the date."),
        ("call today 9:00", "Wed 23 Dec, 09:00 is over. Write a later time, or tomorrow."),
        ("tomorrow 10", "Thu 24 Dec, 10:00: say what is promised, like “call back”."),
        ("call tomorrow 10 @nobody", "Nobody here is @nobody, or several are. Write more of the name, or @team."),
    ],
)
def test_what_the_sentence_does_not_tell_is_asked_and_enter_makes_nothing(
    hand: Hand, written: str, question: str
) -> None:
    hand.open_customer(MARGARET)
    hand.press("Ctrl+P")
    hand.write(written)
    hand.until(lambda: line(hand).asked.text() == question)
    hand.press("Enter")
    assert line(hand).text == written
    assert promises(hand) == []


def test_the_team_and_colleagues_are_named_in_the_sentence(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+P")
    hand.write("explain the charge tomorrow 10 @team")
    hand.until(lambda: line(hand).whose.text().endswith("free for the team to claim"))
    hand.press("Enter")
    hand.until(lambda: promises(hand))
    hand.until(hand.writes_in_note)
    hand.press("Ctrl+P")
    hand.write("explain it again @jabu friday 11")
    hand.until(lambda: line(hand).whose.text().endswith("Jabu Mbeki is asked to take it on"))
    hand.press("Enter")
    hand.until(lambda: len(promises(hand)) == 2)
    team, jabus = promises(hand)
    assert (team.assigned_to, team.offered_to) == (None, None)
    assert (jabus.words, jabus.assigned_to, jabus.offered_to) == ("explain it again", None, JABU)


def test_what_was_promised_last_is_said_and_can_be_taken_back(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+P")
    hand.write("send it tomorrow 10")
    hand.press("Enter")
    hand.until(line(hand).made.isVisible)
    assert line(hand).made.text() == "Promised: Thu 24 Dec, 10:00, send it"
    line(hand).undo.click()
    hand.until(lambda: promises(hand)[0].state == "cancelled")
    assert not line(hand).made.isVisible()


def test_escape_goes_back_to_the_note_and_the_words_stay(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+P")
    hand.write("send it to")
    hand.press("Escape")
    hand.until(hand.writes_in_note)
    assert line(hand).text == "send it to"
    assert line(hand).isVisible()


def test_words_come_back_at_their_customer_also_after_a_restart(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk()
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+B")
    hand.write("tomorrow 10 the dou")
    hand.open_customer_beside(MARGARET)
    assert line(hand).text == ""
    hand.run(hand.page.closing())
    hand = open_a_desk()
    hand.open_customer_beside(TOMASZ)
    hand.until(lambda: line(hand).text == "tomorrow 10 the dou")
    assert line(hand).title.text() == "Callback"
    assert line(hand).isVisible()


def test_a_note_is_not_finished_over_a_promise_that_does_not_say_when(hand: Hand) -> None:
    call = in_a_call(hand)
    hand.write("Wants a call")
    hand.hear(hung_up(call))
    hand.until(lambda: hand.note.outcomes.chosen is not None)
    hand.press("Ctrl+P")
    hand.write("call him tomorrow")
    hand.press("Ctrl+Enter")
    hand.until(hand.window.notice.isVisible)
    assert hand.window.notice.words.text() == "The promise is not made yet."
    assert hand.note.text.text == "Wants a call"
    hand.until(lambda: hand.focus is line(hand).edit)
    hand.write(" 10")
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.page.view.at_work)
    assert promises(hand)[0].due_at == TOMORROW_AT_10


def test_a_promise_made_leaves_no_draft(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+P")
    hand.write("send it tomorrow 10")
    hand.run(hand.page.promises.settle())
    assert hand.row(DraftRow, ("promise", TOMASZ)) is not None
    hand.press("Enter")
    hand.until(lambda: promises(hand))
    assert hand.row(DraftRow, ("promise", TOMASZ)) is None


def test_a_promise_to_a_caller_who_is_recognised_later_becomes_theirs(hand: Hand) -> None:
    call = hand.hear(answered(hand.hear(ringing("unknown", NOBODYS_LINE))))
    hand.until(hand.writes_in_note)
    hand.press("Ctrl+P")
    hand.write("ring back tomorrow 10")
    hand.press("Enter")
    hand.until(lambda: promises(hand))
    assert promises(hand)[0].customer_id is None
    hand.run(hand.house.desk.interactions.identify(call.contact_id, TOMASZ))
    hand.until(lambda: promises(hand)[0].customer_id == TOMASZ)


def test_a_reminder_for_ourselves_is_a_follow_up_and_is_said_so(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+P")
    hand.write("remind me to look at the refund friday 11")
    hand.until(lambda: line(hand).whose.text().endswith("a follow-up: not said to the customer"))
    hand.press("Enter")
    hand.until(lambda: promises(hand))
    assert (promises(hand)[0].kind, promises(hand)[0].words) == ("follow_up", "remind me to look at the refund")


def test_the_story_so_far_says_what_was_promised(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+P")
    hand.write("explain the charge tomorrow 10")
    hand.press("Enter")
    story = hand.page.view.call.story
    hand.until(lambda: any("explain the charge" in answer and "10:00" in answer for _, answer in story.shown))


def test_typing_a_promise_keeps_the_wrap_up_open(hand: Hand) -> None:
    call = in_a_call(hand)
    hand.hear(hung_up(call))
    hand.until(lambda: hand.note.outcomes.chosen is not None)
    hand.house.clock.advance(252 + 58)  # the call ended at the instant that the phone told
    hand.press("Ctrl+P")
    hand.write("call back tom")
    hand.house.clock.advance(3)
    hand.page.wrap_up.tick()
    case = hand.page.walk.case()
    assert case is not None
    assert case.stage is Stage.WRAP_UP
    assert case.wrap_up is not None
    assert case.wrap_up.extended


def test_a_promise_made_in_the_call_of_a_complaint_belongs_to_it(hand: Hand) -> None:
    call = in_a_call(hand)
    complaint = a_complaint("CP-26-09999", OMAR, AFTERNOON)
    complaint.interaction_id = call.contact_id
    hand.house.add(complaint)
    hand.press("Ctrl+P")
    hand.write("write to him tomorrow 10")
    hand.press("Enter")
    hand.until(lambda: promises(hand))
    assert promises(hand)[0].complaint_id == known_id("CP-26-09999")


def test_a_promise_that_was_begun_waits_among_what_is_to_finish(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+P")
    hand.write("explain the charge")
    hand.run(hand.page.promises.settle())
    hand.press("Escape", "Escape")
    hand.until(lambda: hand.page.view.at_work)
    section = hand.page.view.idle.sections[Work.FINISH]
    shown = section.model
    hand.until(lambda: [row.about for row in shown.rows if isinstance(row, WorkRow)] == ["Promise: explain the charge"])
    section.table.view.select(0)
    section.table.view.setFocus()
    hand.press("Enter")
    hand.until(lambda: line(hand).text == "explain the charge")


def test_who_comes_back_to_a_half_written_promise_writes_on(hand: Hand) -> None:
    in_a_call(hand)
    hand.press("Ctrl+P")
    hand.write("half written")
    hand.press("Esc")
    hand.until(hand.writes_in_note)
    hand.press("Ctrl+P")
    hand.write(" today at 16")
    assert line(hand).text == "half written today at 16"
    hand.press("Ctrl+B")
    hand.write(", really")
    assert line(hand).text == "half written today at 16, really"


def test_the_line_shows_the_key_of_what_it_is_for(hand: Hand) -> None:
    in_a_call(hand)
    hand.press("Ctrl+P")
    assert (line(hand).cap.isVisible(), line(hand).callback_cap.isVisible()) == (True, False)
    hand.press("Ctrl+B")
    assert (line(hand).cap.isVisible(), line(hand).callback_cap.isVisible()) == (False, True)


def test_what_is_read_back_is_never_cut_off(hand: Hand) -> None:
    hand.window.resize(1366, 768)
    in_a_call(hand)
    hand.press("Ctrl+P")
    hand.write("@jabu tomorrow 10 send the letter")
    hand.until(lambda: "Jabu" in line(hand).whose.text())
    whose = line(hand).whose
    hand.until(lambda: whose.height() >= whose.heightForWidth(whose.width()))
