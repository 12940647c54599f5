"""Callbacks due on the idle desk: who has each, claiming by key, and who was first where a claim was lost."""

from __future__ import annotations

from uuid import UUID

import pytest

from crmdesk.models.callback import Callback
from crmdesk.ui.pages.desk.due_rows import Sight
from crmdesk.ui.pages.desk.work_rows import Owner, Work, WorkRow, cells_of
from tests.gui.desk.hand import Hand
from tests.support.callbacks import FREE, JABUS, LATE, SOON, four_callbacks, somebody_was_first
from tests.support.desk import JABU, NOBODYS_LINE, ringing, taken_elsewhere


def rows(hand: Hand) -> dict[UUID, WorkRow]:
    listed = hand.page.view.idle.sections[Work.CALLBACK].model.rows
    return {row.subject: row for row in listed if isinstance(row, WorkRow)}


def owner(hand: Hand, callback: UUID) -> Owner | None:
    row = rows(hand).get(callback)
    return row.owner if row is not None else None


def said(hand: Hand, callback: UUID) -> str:
    cell = cells_of(rows(hand)[callback], hand.page._reader_now())[-1]
    return cell.text or " ".join(chip.text for chip in cell.chips)


@pytest.fixture
def work(hand: Hand) -> Hand:
    """Return an agent in the team's list of callbacks, at the one that is free."""
    four_callbacks(hand.house)
    hand.page.view.idle.due_head.look_at(Sight.TEAM)
    hand.until(lambda: len(rows(hand)) == 4)
    view = hand.page.view.idle.sections[Work.CALLBACK].table.view
    view.select(list(rows(hand)).index(FREE))
    view.setFocus()
    hand.until(view.hasFocus)
    return hand


def test_what_is_due_today_is_listed_by_time_with_who_has_it(work: Hand) -> None:
    assert list(rows(work)) == [LATE, SOON, FREE, JABUS]
    assert [said(work, callback) for callback in rows(work)] == ["You", "You", "Free to claim", "Jabu Mbeki"]
    assert [row.chip.text for row in rows(work).values()] == [
        "13:50, 28 min late",
        "14:30, in 12 min",
        "15:00",
        "16:18",
    ]


def test_c_claims_and_it_is_unconfirmed_until_the_server_answers(work: Hand) -> None:
    assert work.page.view.preview.claim.key == "C"
    work.press("C")
    work.until(lambda: owner(work, FREE) is Owner.UNCONFIRMED)
    assert said(work, FREE) == "Unconfirmed"
    assert not work.page.view.preview.claim.isVisible()
    assert work.page.view.preview.done.isVisible()


def test_a_claim_that_was_lost_says_who_was_first_until_it_was_seen(work: Hand) -> None:
    work.press("C")
    work.until(lambda: owner(work, FREE) is Owner.UNCONFIRMED)
    somebody_was_first(work.house, FREE, JABU, "Jabu Mbeki")
    work.until(lambda: owner(work, FREE) is Owner.LOST)
    assert said(work, FREE) == "Jabu Mbeki was first"
    assert work.window.notice.words.text() == "Jabu Mbeki was first"
    assert work.page.view.preview.claim.words == "Got it"
    work.press("C")
    work.until(lambda: owner(work, FREE) is Owner.COLLEAGUE)
    assert said(work, FREE) == "Jabu Mbeki"


def test_d_says_that_it_is_done(work: Hand) -> None:
    work.press("K", "D")
    work.until(lambda: SOON not in rows(work))
    row = work.row(Callback, SOON)
    assert row is not None
    assert row.state == "done"


def test_what_was_done_is_taken_back_by_ctrl_z_the_last_one_first(work: Hand) -> None:
    work.press("K", "D")
    work.until(lambda: SOON not in rows(work))
    assert work.window.notice.words.text() == "Callback done"
    assert work.window.notice.details.text().endswith("Ctrl+Z takes it back.")
    work.page.view.idle.sections[Work.CALLBACK].table.view.select(list(rows(work)).index(FREE))
    work.press("D")
    work.until(lambda: FREE not in rows(work))
    work.press("Ctrl+Z")
    work.until(lambda: FREE in rows(work))
    assert SOON not in rows(work)
    work.press("Ctrl+Z")
    work.until(lambda: SOON in rows(work))
    row = work.row(Callback, SOON)
    assert row is not None
    assert row.state == "open"
    work.press("Ctrl+Z")
    work.until(lambda: work.window.notice.words.text() == "Nothing that was done here is left to take back.")


def test_a_colleagues_callback_is_neither_claimed_nor_done_here(work: Hand) -> None:
    work.press("J", "D")
    assert owner(work, JABUS) is Owner.COLLEAGUE
    work.press("C")
    work.until(work.window.notice.isVisible)
    assert work.window.notice.words.text() == "Jabu Mbeki has taken this callback on."


def test_what_is_late_shows_as_time_goes_by(work: Hand) -> None:
    work.house.clock.advance(43 * 60)
    work.page.work.read()
    work.until(lambda: rows(work)[FREE].chip.text == "15:00, 1 min late")


def test_enter_opens_the_customer(work: Hand) -> None:
    work.press("Enter")
    work.until(lambda: work.page.reader.card is not None and work.page.reader.card.latin_name == "Omar al-Haddad")


def test_a_row_is_read_aloud_with_its_owner(work: Hand) -> None:
    model = work.page.view.idle.sections[Work.CALLBACK].model
    place = list(rows(work)).index(FREE)
    assert str(model.data(model.index(place))).endswith("Free to claim")


def test_words_for_a_ring_that_a_colleague_took_are_no_commands_of_the_list(work: Hand) -> None:
    ring = work.hear(ringing("ring", NOBODYS_LINE))
    work.until(lambda: work.popped)
    work.write("Moves in March, ")
    work.hear(taken_elsewhere(ring))
    work.write("die Dachwohnung")
    work.rest()
    assert work.window.notice.words.text() == "Jabu Mbeki took the call"
    assert work.note.text.text == "Moves in March, die Dachwohnung"
    callback = work.row(Callback, FREE)
    assert callback is not None
    assert callback.state == "open"
    work.press("Esc")
    work.until(lambda: work.page.view.at_work)
    assert work.page.walk.spot is None
