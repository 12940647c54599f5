"""What lane and status line say is true, plain, and says what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crmdesk.domain.calls.live import (
    AgentState,
    Board,
    Direction,
    Party,
    PhoneLink,
    PhoneState,
    QueueFigures,
)
from crmdesk.domain.candidates import Candidate, LookUp, LookUpKind
from crmdesk.domain.ids import new_id
from crmdesk.domain.sync_state import OUT_OF_USE, SnapshotProgress, SyncLink, SyncState
from crmdesk.ui.frame.fold import fold_of
from crmdesk.ui.frame.lane_model import CellKind
from crmdesk.ui.frame.lane_words import ringing_cell, ringing_words, state_block, talking_cell
from crmdesk.ui.frame.status_model import Tone
from crmdesk.ui.frame.status_words import phone_words, queue_words, sync_words
from crmdesk.ui.frame.sync_words import headline
from crmdesk.ui.theme import Voice
from tests.support.frame_gallery import CALL, LOOK_UP, NOW, READY, ZONE, lanes, number


def someone(name: str, likelihood: float) -> Candidate:
    """Return a candidate."""
    return Candidate(new_id(), name, "", "", likelihood, ())


def several(*likelihoods: float) -> LookUp:
    """Return a look-up of several candidates."""
    names = ("Margaret Ellison", "Priya Shah", "Daniel Ellison")
    found = tuple(someone(name, share) for name, share in zip(names, likelihoods, strict=False))
    return LookUp(LookUpKind.SEVERAL, "+442079460172", found)


def test_from_half_on_the_lane_says_probably_and_below_it_says_how_many() -> None:
    assert ringing_words(CALL, LOOK_UP, number) == "Ringing: probably Margaret Ellison"
    assert ringing_words(CALL, several(0.5, 0.3), number) == "Ringing: probably Margaret Ellison"
    assert ringing_words(CALL, several(0.49, 0.31, 0.2), number) == "Ringing: one of 3"


def test_a_withheld_number_is_said_to_be_withheld_and_never_shown() -> None:
    hidden = replace(CALL, party=Party("+442079460172", withheld=True))
    cell = ringing_cell(hidden, None, number)
    assert cell.title == "Ringing: number withheld"
    assert "7946" not in cell.title + cell.second


def test_an_unknown_caller_goes_by_the_number_and_nobody_is_guessed() -> None:
    cell = ringing_cell(CALL, LookUp(LookUpKind.UNKNOWN, "+442079460172"), number)
    assert (cell.title, cell.digits) == ("Ringing: +44 20 7946 0172", 0)
    assert cell.second.startswith("Nobody on file has this number")


def test_before_the_look_up_answered_only_the_number_is_said() -> None:
    cell = ringing_cell(CALL, None, number)
    assert cell.title == "Ringing: +44 20 7946 0172"
    assert "Nobody" not in cell.second


def test_one_does_not_answer_ones_own_outbound_call() -> None:
    cell = ringing_cell(replace(CALL, direction=Direction.OUTBOUND, pop=None), None, number)
    assert (cell.title, cell.hint) == ("Calling +44 20 7946 0172", "")


def test_the_state_follows_the_calls_and_claims_nothing_that_nobody_told() -> None:
    talking = talking_cell(replace(CALL, answered_at=NOW - timedelta(seconds=252)), "Margaret Ellison", number)
    assert state_block((talking,), READY, 3, ZONE).words == "Talking"
    assert state_block((), READY, 3, ZONE).second == "3 queues"
    unknown = state_block((), None, 0, ZONE)
    assert (unknown.words, unknown.second, unknown.since) == ("No call", "", None)
    away = replace(READY, state=AgentState.BREAK, reason="lunch")
    assert (state_block((), away, 3, ZONE).words, state_block((), away, 3, ZONE).second) == ("Break", "lunch")


def test_talking_comes_before_a_call_on_hold_and_a_wrap_up() -> None:
    wrap, talk = lanes()["wrapup"].cells[0], lanes()["talking"].cells[0]
    held = lanes()["held"].cells[0]
    assert state_block((wrap, held, talk), READY, 3, ZONE).words == "Talking"
    assert state_block((wrap, held), READY, 3, ZONE).words == "Held"
    assert wrap.kind is CellKind.WRAP_UP
    assert wrap.second == "Talked 11:52 · held 0:40 · ended by caller 14:19:06"


# Status line -------------------------------------------------------------------------------------------------------


def sync(link: SyncLink, unsent: int = 0, refused: int = 0) -> SyncState:
    """Return a sync state since 14:19."""
    return SyncState(link, NOW, unsent, refused, None, None)


def test_offline_is_told_once_in_full_and_says_that_nothing_is_lost() -> None:
    said = sync_words(sync(SyncLink.OFFLINE, 7), ZONE)
    assert (said.text, said.tone) == ("Offline since 14:19", Tone.SOLID)
    assert said.after == "7 changes are safe here and go out by themselves"
    assert sync_words(sync(SyncLink.OFFLINE, 1), ZONE).after == "1 change is safe here and goes out by itself"
    assert sync_words(sync(SyncLink.OFFLINE), ZONE).after == ""


@pytest.mark.parametrize(
    ("state", "text", "voice"),
    [
        (sync(SyncLink.LIVE), "Live, all sent", Voice.PHONE),
        (sync(SyncLink.LIVE, 3), "3 unsent", Voice.YOU),
        (sync(SyncLink.LIVE, 4, 1), "4 unsent, 1 refused", Voice.LATE),
        (sync(SyncLink.CONNECTING), "Connecting", Voice.REST),
        (sync(SyncLink.CONNECTING, 2), "2 unsent", Voice.YOU),
        (sync(SyncLink.SIGNED_OUT), "Signed out. Sign in to send", Voice.SOON),
        (sync(SyncLink.LOCKED), "Locked. Sign in to open", Voice.LATE),
        (replace(sync(SyncLink.LOCKED), detail=OUT_OF_USE), "This computer was taken out of use", Voice.LATE),
        (sync(SyncLink.TOO_OLD), "Too old to write. Install the new version", Voice.LATE),
    ],
)
def test_the_sync_state_explains_itself(state: SyncState, text: str, voice: Voice) -> None:
    said = sync_words(state, ZONE)
    assert (said.text, said.voice) == (text, voice)
    assert said.icon is not None, "colour never speaks alone"


def test_what_was_refused_hides_no_other_word() -> None:
    part = SnapshotProgress(412_000, 1_000_000)
    said = sync_words(replace(sync(SyncLink.LIVE, 1, 1), snapshot=part), ZONE)
    assert (said.text, said.after) == ("1 unsent, 1 refused", "First copy: 412,000 of 1,000,000. You can work")
    assert sync_words(sync(SyncLink.CONNECTING, 0, 1), ZONE).after == "Connecting"
    away = sync_words(sync(SyncLink.OFFLINE, 2, 1), ZONE)
    assert away.after == "2 changes are safe here and go out by themselves, 1 refused"
    assert sync_words(sync(SyncLink.OFFLINE, 0, 1), ZONE).after == "1 refused"


@pytest.mark.parametrize("link", list(PhoneLink))
def test_every_state_of_the_phone_has_words_and_an_icon(link: PhoneLink) -> None:
    said = phone_words(PhoneState(link, NOW), ZONE)
    assert said.text
    assert said.icon is not None


def figures(queue: str, waiting: int, longest_s: float = 0) -> QueueFigures:
    """Return the figures of a queue."""
    since = tuple(NOW - timedelta(seconds=longest_s) for _ in range(waiting))
    return QueueFigures(queue, queue.title(), waiting, since, 0, 0, 0, 0, 0, None, "", None, None, 0, 0)


def test_the_fullest_of_ones_own_queues_is_told_and_ticks() -> None:
    board = Board(1, NOW, (figures("heating", 3, 161), figures("billing", 9, 300)), ())
    assert queue_words(board, NOW, ("heating",)) == "Heating: 3 waiting, longest 2:41"
    assert queue_words(board, NOW + timedelta(seconds=1), ("heating",)) == "Heating: 3 waiting, longest 2:42"
    assert queue_words(board, NOW, ()).startswith("Billing: 9 waiting")


def test_no_queue_is_told_when_nobody_waits_or_the_figures_are_old() -> None:
    board = Board(1, NOW, (figures("heating", 0),), ())
    assert queue_words(board, NOW, ()) == ""
    old = replace(board, queues=(figures("heating", 3, 60),), stale_since=NOW)
    assert queue_words(old, NOW, ()) == ""
    assert queue_words(None, NOW, ()) == ""


def test_the_first_line_behind_the_sync_state_says_whether_the_work_is_safe() -> None:
    assert headline(sync(SyncLink.OFFLINE, 4)) == ("Not sent yet", "4 changes, safe on this computer")
    assert headline(sync(SyncLink.LIVE))[0] == "Everything is sent"


# Folding -----------------------------------------------------------------------------------------------------------


def test_what_folds_at_which_width() -> None:
    full, small, strip, least = fold_of(1440, 900), fold_of(1366, 768), fold_of(1279, 768), fold_of(1100, 640)
    assert (full.rail_labels, full.queue_summary, full.customer, full.note) == (True, True, 312, 392)
    assert (small.rail_labels, small.queue_summary, small.customer, small.note) == (False, False, 288, 352)
    assert (small.card_as_strip, strip.card_as_strip) == (False, True)
    assert (strip.call_button_words, least.call_button_words, least.find_field) == (True, False, False)
    assert (full.tight, small.tight, small.flat, least.flat) == (False, True, False, True)
