"""Whoever has the screen read aloud hears the desk in the order in which it stands, and Tab goes the same way."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from tests.gui.desk.hand import Hand
from tests.support.desk import MARGARET, TOMASZS_LINE, answered, hung_up, ringing
from tests.support.reading_order import misplaced


def talks(hand: Hand, number: str = TOMASZS_LINE) -> None:
    """Let a call ring, be answered, and its customer stand on the desk."""
    call = hand.hear(ringing(number=number))
    hand.hear(answered(call))
    hand.until(lambda: hand.page.reader.card is not None and hand.page.view.call.isVisible())


def test_an_idle_desk(hand: Hand) -> None:
    assert misplaced(hand.window) == []


def test_a_customer_beside_the_chooser_while_the_phone_rings(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    hand.hear(ringing())
    assert misplaced(hand.window) == []


def test_a_call_with_its_customer_and_note(hand: Hand) -> None:
    talks(hand)
    assert misplaced(hand.window) == []


def test_a_complaint_that_is_being_taken(hand: Hand) -> None:
    talks(hand)
    hand.press("Ctrl+R")
    hand.until(lambda: hand.page.forms.form is not None)
    assert misplaced(hand.window) == []


def test_wrap_up(hand: Hand) -> None:
    call = hand.hear(ringing(number=TOMASZS_LINE))
    hand.hear(hung_up(hand.hear(answered(call))))
    hand.write("Explained the bill.")
    hand.press("Ctrl+Enter")
    assert misplaced(hand.window) == []


def test_tab_goes_on_along_the_lines_and_never_back_up_within_a_pane(hand: Hand) -> None:
    """Panes stand beside each other; within one, Tab goes down the screen."""
    talks(hand)
    for pane in hand.page.panes():
        stops = _stops(pane)
        places = [stop.mapTo(hand.window, stop.rect().topLeft()) for stop in stops]
        rows = [place.y() // 20 for place in places]
        assert rows == sorted(rows), [
            (stop.accessibleName(), place.y()) for stop, place in zip(stops, places, strict=True)
        ]


def _stops(pane: QWidget) -> list[QWidget]:
    """Return what Tab stops at within a pane, in its order."""
    found: list[QWidget] = []
    at = pane.nextInFocusChain()
    while at is not None and at is not pane:
        if pane.isAncestorOf(at) and at.isVisible() and at.isEnabled() and at.focusPolicy().value & 1:
            found.append(at)
        at = at.nextInFocusChain()
    return found
