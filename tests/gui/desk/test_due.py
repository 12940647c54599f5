"""What is due on the idle desk: promises and callbacks, mine and the team's, put off, handed on, done."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes
from crmdesk.models.callback import Callback
from crmdesk.models.complaint import Complaint
from crmdesk.models.interaction import Interaction
from crmdesk.models.task import Task
from crmdesk.ui.pages.desk.work_rows import Owner, Work, WorkRow
from crmdesk.ui.pages.tasks.page import TaskRow, TasksPage
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.callbacks import FREE as FREE_CALLBACK
from tests.support.callbacks import LATE, SOON, four_callbacks
from tests.support.clock import AFTERNOON
from tests.support.desk import JABU, ME, TOMASZ, hung_up, known_id, ringing
from tests.support.promises import ARRIVES, ASKED, BOOKLET, FREE, REFUND, a_promise, five_promises


def rows(hand: Hand, work: Work = Work.PROMISE) -> dict[UUID, WorkRow]:
    listed = hand.page.view.idle.sections[work].model.rows
    return {row.subject: row for row in listed if isinstance(row, WorkRow)}


def task(hand: Hand, row_id: UUID) -> Task:
    row = hand.row(Task, row_id)
    assert row is not None
    return row


def at(hand: Hand, row_id: UUID, work: Work = Work.PROMISE) -> None:
    """Put the keyboard at a row of a list."""
    view = hand.page.view.idle.sections[work].table.view
    view.select(list(rows(hand, work)).index(row_id))
    view.setFocus()
    hand.until(view.hasFocus)


@pytest.fixture
def work(hand: Hand) -> Hand:
    """Return an agent in the list of promises."""
    four_callbacks(hand.house)
    five_promises(hand.house)
    hand.until(lambda: len(rows(hand)) == 4)
    at(hand, ARRIVES)
    return hand


def test_mine_is_what_i_have_what_is_free_and_what_i_am_asked_for(work: Hand) -> None:
    assert list(rows(work)) == [ARRIVES, BOOKLET, ASKED, FREE]
    assert [row.last for row in rows(work).values()] == ["You", "You", "You are asked", "Free to claim"]
    assert [row.chip.text for row in rows(work).values()] == [
        "Today 18:00",
        "Tomorrow 10:00",
        "Tomorrow 10:18",
        "Fri 25 Dec 10:18",
    ]
    assert [row.there for row in rows(work).values()] == ["", "19:00 there", "", ""]
    assert list(rows(work, Work.CALLBACK)) == [LATE, SOON, FREE_CALLBACK]


def test_t_shows_the_teams_work_and_m_mine_again(work: Hand) -> None:
    work.press("T")
    work.until(lambda: REFUND in rows(work))
    assert rows(work)[REFUND].last == "Jabu Mbeki"
    assert len(rows(work, Work.CALLBACK)) == 4
    work.press("M")
    work.until(lambda: REFUND not in rows(work))


def test_slash_filters_by_words_and_escape_shows_all_again(work: Hand) -> None:
    work.press("/")
    work.until(lambda: work.focus is work.page.view.idle.due_head.filter)
    work.write("booklet")
    work.until(lambda: list(rows(work)) == [BOOKLET])
    assert rows(work, Work.CALLBACK) == {}
    work.press("Escape")
    work.until(lambda: len(rows(work)) == 4)


def test_s_puts_it_off_and_the_promise_stays_what_it_was(work: Hand) -> None:
    work.press("S")
    work.until(work.page.work.due.snoozer.isVisible)
    work.press("Enter")
    work.until(lambda: ARRIVES not in rows(work))
    kept = task(work, ARRIVES)
    assert kept.snoozed_until == AFTERNOON + timedelta(minutes=15)
    assert kept.due_at == AFTERNOON + timedelta(hours=3.7)
    work.house.clock.advance(16 * 60)
    work.page.work.read()
    work.until(lambda: ARRIVES in rows(work))


def test_snoozing_takes_a_time_in_words(work: Hand) -> None:
    at(work, SOON, Work.CALLBACK)
    work.press("S")
    work.write("in 2 hours")
    work.press("Enter")
    work.until(lambda: SOON not in rows(work, Work.CALLBACK))
    row = work.row(Callback, SOON)
    assert row is not None
    assert row.snoozed_until == AFTERNOON + timedelta(hours=2, seconds=20)  # the next full minute


def test_a_card_that_lost_the_keyboard_to_a_call_closes_and_keeps_what_was_typed_into_it(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk("desk", "tasks")
    five_promises(hand.house)
    hand.press("Ctrl+J", "T")
    page = hand.window.page("tasks")
    assert isinstance(page, TasksPage)
    hand.until(lambda: isinstance(page.table.view.row, TaskRow))
    hand.press("D")
    finisher = page.due.finisher
    hand.until(finisher.isVisible)
    hand.write("He was in")
    call = hand.hear(ringing())
    hand.until(lambda: hand.page.book.case(call.key) is not None)
    hand.press("Ctrl+L")
    hand.until(lambda: hand.window.current == "desk")
    hand.until(lambda: not finisher.isVisible())
    hand.hear(hung_up(call))
    hand.press("Ctrl+J", "T")
    hand.until(lambda: hand.focus is page.table.view)
    hand.press("D")
    hand.until(finisher.isVisible)
    assert finisher.field.text() == "He was in"


def test_what_is_snoozed_stands_in_the_teams_list_and_can_be_woken(work: Hand) -> None:
    work.press("S", "Enter")
    work.until(lambda: ARRIVES not in rows(work))
    work.press("T")
    work.until(lambda: ARRIVES in rows(work))
    assert rows(work)[ARRIVES].chip.text == "Snoozed till 14:33"
    at(work, ARRIVES)
    work.press("S", "Enter")
    work.until(lambda: rows(work)[ARRIVES].chip.text == "Today 18:00")


def test_e_asks_a_colleague_who_is_found_by_typing(work: Hand) -> None:
    work.press("E")
    work.until(lambda: len(work.page.work.due.hander.model.rows) == 3)
    work.write("jabu")
    work.press("Enter")
    work.until(lambda: ARRIVES not in rows(work))
    kept = task(work, ARRIVES)
    assert (kept.assigned_to, kept.offered_to) == (None, JABU)
    assert work.window.notice.words.text() == "Jabu Mbeki is asked to take it on"


def test_what_asks_me_is_taken_on_with_c(work: Hand) -> None:
    at(work, ASKED)
    assert work.page.view.preview.claim.isVisible()
    work.press("C")
    work.until(lambda: rows(work)[ASKED].owner is Owner.UNCONFIRMED)
    assert (task(work, ASKED).assigned_to, task(work, ASKED).offered_to) == (ME.agent_id, None)


def test_d_says_that_it_was_kept_and_what_came_of_it(work: Hand) -> None:
    work.press("D")
    work.write("He came at 16:40")
    work.press("Enter")
    work.until(lambda: ARRIVES not in rows(work))
    kept = task(work, ARRIVES)
    assert (kept.state, kept.result, kept.closed_by) == ("done", "He came at 16:40", ME.agent_id)
    assert kept.closed_at == AFTERNOON


def test_d_and_enter_are_enough(work: Hand) -> None:
    work.press("D", "Enter")
    work.until(lambda: task(work, ARRIVES).state == "done")
    assert task(work, ARRIVES).result == ""


def test_the_buttons_of_the_preview_carry_the_keys(work: Hand) -> None:
    preview = work.page.view.preview
    assert (preview.done.key, preview.snooze.key, preview.hand_over.key) == ("D", "S", "E")
    at(work, SOON, Work.CALLBACK)
    assert (preview.done.key, preview.snooze.key, preview.hand_over.key) == ("D", "S", "E")


def test_what_is_snoozed_is_counted_where_it_is_missing(work: Hand) -> None:
    section = work.page.view.idle.sections[Work.PROMISE]
    assert section.count.text() == "4"
    work.press("S", "Enter")
    work.until(lambda: section.count.text() == "3, 1 snoozed")
    work.press("T")
    work.until(lambda: section.count.text() == "5")


def test_the_lane_says_what_is_late_and_due_next_while_no_call_is_on(work: Hand) -> None:
    words = work.window.lane.lane.words
    assert words == "No call. One callback is late, the next is due in 12 min"


def test_a_desk_with_nothing_of_mine_offers_the_teams_work(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk()
    idle = hand.page.view.idle
    with Session(hand.house.engines.write) as session, session.begin():
        session.execute(delete(Complaint))
        session.execute(delete(Interaction))
    hand.house.add(a_promise(REFUND, TOMASZ, 140, "Refund shows on his account", assigned_to=JABU))
    hand.house.bus.publish(Changes(everything=True))
    hand.until(idle.team_button.isVisible)
    idle.team_button.click()
    hand.until(lambda: list(rows(hand)) == [REFUND])


def test_mine_stands_in_the_list_however_long_the_teams_is(hand: Hand) -> None:
    hand.house.add(
        *(a_promise(known_id(f"of others {n}"), TOMASZ, n / 60, "Theirs", assigned_to=JABU) for n in range(250)),
        a_promise(ARRIVES, TOMASZ, 100, "Mine, much later", assigned_to=ME.agent_id),
    )
    hand.house.bus.publish(Changes(everything=True))
    hand.until(lambda: list(rows(hand)) == [ARRIVES])


def test_after_one_that_is_done_the_next_of_its_list_is_selected(work: Hand) -> None:
    at(work, BOOKLET)
    work.press("D", "Enter")
    work.until(lambda: BOOKLET not in rows(work))
    assert work.page.view.idle.row is not None
    assert work.page.view.idle.row.subject == ASKED
