"""What the server has not taken: the first line says whether it is safe, a refused change has its ways on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtGui import QGuiApplication
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.errors import Refused
from crmdesk.domain.sync_state import RESTORED, SnapshotProgress, SyncLink, SyncState
from crmdesk.models.interaction import Note
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.runtime.bus import SecondFileChanged, SyncChanged
from crmdesk.sync.client.forking import Forked
from crmdesk.ui.frame.status_feed import StatusFeed
from crmdesk.ui.frame.sync_popover import SyncPopover
from crmdesk.ui.frame.sync_words import holding_words
from crmdesk.ui.frame.unsent_list import Doing
from crmdesk.ui.kit import Banner, Button
from tests.gui.desk.hand import Hand
from tests.support.clock import AFTERNOON as NOW
from tests.support.conflicts import TEXT, two_versions
from tests.support.desk import MARGARET, TOMASZ


def popover_of(hand: Hand) -> SyncPopover:
    (feed,) = hand.window.findChildren(StatusFeed)
    return feed.popover


def refuse(hand: Hand, what: str, reason: str) -> None:
    """Let the server have refused the change of this title."""
    with Session(hand.house.engines.write) as session, session.begin():
        row = session.scalars(select(Outbox).where(Outbox.title.startswith(what))).one()
        row.state, row.reason = OutboxState.REFUSED.value, reason


async def three_changes(hand: Hand) -> None:
    desk = hand.house.desk
    await desk.interactions.add_note(None, MARGARET, "Refund of £80.00 promised.")
    refuse(hand, "Note", "Above your limit of £50.00.")
    hand.house.clock.advance(9)
    await desk.interactions.add_note(None, TOMASZ, "Called back.")
    hand.house.clock.advance(4)
    await desk.interactions.add_note(None, TOMASZ, "And again.")
    await desk.sync.refresh(SyncLink.LIVE)


@pytest.fixture
def unsent(hand: Hand) -> Hand:
    """Return an agent with the popover open: one change refused, two waiting."""
    hand.run(three_changes(hand))
    hand.window.status.sync.click()
    hand.until(popover_of(hand).list.hasFocus)
    return hand


def test_the_first_line_says_that_the_work_is_safe(unsent: Hand) -> None:
    popover = popover_of(unsent)
    assert unsent.window.status.sync.said.text == "2 unsent, 1 refused"
    assert (popover.title.text(), popover.safe.text()) == ("Not sent yet", "3 changes, safe on this computer")


def test_the_refused_change_comes_first_with_its_ways_on_and_their_keys(unsent: Hand) -> None:
    popover = popover_of(unsent)
    assert [change.reason for change in popover.list.changes] == ["Above your limit of £50.00.", "", ""]
    (ways,) = popover.list.ways
    assert {doing: button.key for doing, button in ways.items()} == {
        Doing.SEND_AGAIN: "Enter",
        Doing.CHANGE: "E",
        Doing.ASK: "A",
        Doing.KEEP_AS_NOTE: "N",
        Doing.LET_GO: "L",
    }
    unsent.press("J")
    assert {button.key for button in ways.values()} == {""}


def test_enter_sends_it_again(unsent: Hand) -> None:
    tried: list[bool] = []
    unsent.house.desk.sync.on_try_now(lambda: tried.append(True))
    unsent.press("Enter")
    unsent.until(lambda: unsent.house.desk.sync.state.refused == 0)
    assert unsent.house.desk.sync.state.unsent == 3
    unsent.until(lambda: tried)


def test_let_go_leaves_the_words_on_the_clipboard(unsent: Hand) -> None:
    unsent.press("L")
    unsent.until(lambda: len(popover_of(unsent).list.changes) == 2 or not popover_of(unsent).isVisible())
    assert QGuiApplication.clipboard().text() == "Refund of £80.00 promised."
    assert unsent.window.notice.words.text() == "Let go"


def test_what_a_change_said_can_be_kept_as_a_note(unsent: Hand) -> None:
    unsent.press("N")
    unsent.until(unsent.window.notice.isVisible)
    with Session(unsent.house.engines.read) as session:
        bodies = [note.body for note in session.scalars(select(Note).where(Note.customer_id == MARGARET))]
    assert any("Refund of £80.00 promised." in body for body in bodies)


def test_t_tries_now_and_esc_gives_the_keyboard_back(unsent: Hand) -> None:
    tried: list[bool] = []
    unsent.house.desk.sync.on_try_now(lambda: tried.append(True))
    unsent.press("T")
    assert tried == [True]
    unsent.press("Escape")
    assert not popover_of(unsent).isVisible()


def test_going_to_another_page_closes_it(unsent: Hand) -> None:
    unsent.window.go_to("desk")
    assert not popover_of(unsent).isVisible()


def test_a_field_with_two_versions_leads_to_where_it_is_settled(hand: Hand) -> None:
    two_versions(hand.house)
    hand.run(hand.house.desk.sync.refresh(SyncLink.LIVE))
    assert hand.window.status.sync.said.text == "Live, all sent"
    hand.window.status.sync.click()
    popover = popover_of(hand)
    hand.until(popover.list.hasFocus)
    assert popover.safe.text() == "2 to settle, both versions are kept"
    place = [change.conflict_id for change in popover.list.changes].index(TEXT)
    popover.list.select(place)
    hand.press("Enter")
    hand.until(hand.page.view.settle.isVisible)
    hand.until(lambda: hand.page.view.settle.selected is not None and hand.page.view.settle.selected.id == TEXT)
    assert not popover.isVisible()


def test_the_first_copy_says_how_far_it_is(hand: Hand) -> None:
    hand.house.desk.sync.show_snapshot(SnapshotProgress(312_000, 1_000_000))
    hand.run(hand.house.desk.sync.refresh(SyncLink.LIVE))
    assert hand.window.status.sync.said.text == "First copy: 312,000 of 1,000,000. You can work"
    card = hand.page.view.idle.fetching
    assert card.isVisible()
    assert (card.far.text(), card.bar.value()) == ("312,000 of 1,000,000", 312)
    hand.window.status.sync.click()
    hand.until(popover_of(hand).isVisible)
    holds = popover_of(hand).facts.texts[2].text()
    assert holds.startswith("Fetching records, 312,000 of about 1,000,000.")
    assert popover_of(hand).facts.bar.isVisible()
    assert popover_of(hand).facts.bar.value() == 312
    hand.house.desk.sync.show_snapshot(None)
    assert not card.isVisible()


def test_what_this_computer_holds_is_said_in_words() -> None:
    state = SyncState(SyncLink.LIVE, NOW, 0, 0, None, NOW)
    assert holding_words(state, 3) == "All you need for 3 queues"
    assert holding_words(state, 0) == "All records of your teams"
    full = replace(state, snapshot=SnapshotProgress(1_000_000, 1_000_000))
    assert "making them searchable" in holding_words(full, 3)


def test_a_server_put_back_from_a_backup_is_a_quiet_word(hand: Hand) -> None:
    hand.run(hand.house.desk.sync.refresh(SyncLink.LIVE, RESTORED))
    assert hand.window.status.sync.said.text == "Live, all sent"
    assert banner_of(hand) is None
    hand.window.status.sync.click()
    hand.until(popover_of(hand).isVisible)
    assert popover_of(hand).facts.texts[0].text().endswith("put back from a backup; what it had lost is sent again.")


# What somebody has to do -------------------------------------------------------------------------------------------


def banner_of(hand: Hand) -> Banner | None:
    shown = [banner for banner in hand.window.findChildren(Banner) if banner.isVisible()]
    return shown[0] if shown else None


def test_offline_has_no_banner(hand: Hand) -> None:
    hand.run(hand.house.desk.sync.refresh(SyncLink.OFFLINE, "no answer"))
    assert banner_of(hand) is None


def test_a_version_too_old_reads_and_keeps_drafts_and_says_what_to_do(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    hand.write("Words that stay")
    hand.house.database.read_only = Refused("This crmdesk is too old to write here.")
    hand.run(hand.house.desk.sync.refresh(SyncLink.TOO_OLD, "too old"))
    banner = banner_of(hand)
    assert banner is not None
    assert banner.title.text() == "This version is too old to write here"
    assert "Install the new version" in banner.details.text()
    assert not hand.note.primary.isEnabled()
    hand.saved()
    hand.house.database.read_only = None
    hand.run(hand.house.desk.sync.refresh(SyncLink.LIVE, ""))
    assert banner_of(hand) is None
    assert hand.note.primary.isEnabled()


def test_a_copied_profile_is_asked_to_sign_in_and_told_that_nothing_is_lost(hand: Hand) -> None:
    asked: list[bool] = []
    hand.house.desk.sync.on_try_now(lambda: asked.append(True))
    said = Forked()
    hand.run(hand.house.desk.sync.refresh(SyncLink.SIGNED_OUT, f"{said.what} {said.next_step}"))
    banner = banner_of(hand)
    assert banner is not None
    assert banner.title.text() == "This profile was copied"
    assert "nothing is lost" in banner.details.text()
    (button,) = [b for b in banner.findChildren(Button) if b.isVisible()]
    button.click()
    assert asked == [True]


def test_a_second_file_that_cannot_be_written_is_said(hand: Hand) -> None:
    hand.house.bus.publish(SecondFileChanged("The disk is full."))
    banner = banner_of(hand)
    assert banner is not None
    assert banner.details.text() == "The disk is full. Work goes on; free some space."
    hand.house.bus.publish(SecondFileChanged(""))
    assert banner_of(hand) is None


def test_ages_grow_while_the_popover_is_open(unsent: Hand) -> None:
    popover = popover_of(unsent)
    before = popover.list.delegate.now
    assert before is not None
    unsent.house.clock.advance(60)
    unsent.house.bus.publish(SyncChanged(unsent.house.desk.sync.state))
    unsent.until(lambda: popover.list.delegate.now == before + timedelta(seconds=60))


def test_a_asks_a_supervisor_once_and_the_change_stays(unsent: Hand) -> None:
    unsent.press("A")
    unsent.until(unsent.window.notice.isVisible)
    assert unsent.window.notice.words.text() == "A supervisor is asked"
    due = unsent.run(unsent.house.desk.callbacks.due())
    (asked,) = [one for one in due if one.reason.startswith("For a supervisor:")]
    assert asked.customer_id == MARGARET
    assert "Above your limit of £50.00." in asked.reason
    assert "Refund of £80.00 promised." in asked.reason
    assert (asked.owner, asked.mine) == ("", False)
    assert unsent.house.desk.sync.state.refused == 1
    unsent.press("A")
    unsent.until(lambda: unsent.window.notice.words.text() != "A supervisor is asked")
    assert len(unsent.run(unsent.house.desk.callbacks.due())) == len(due)
