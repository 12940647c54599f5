"""What is shown in one go stands where it will stay: nothing moves under the eyes of who has just begun to read."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

from tests.gui.desk.hand import Hand
from tests.support.desk import MARGARET, ringing


def places(hand: Hand) -> dict[str, QRect]:
    """Return where everything in sight that has a name stands in the window."""
    seen = [widget for widget in hand.page.view.call.findChildren(QWidget) if widget.isVisible()]
    return {
        f"{type(each).__name__} {each.accessibleName()}": QRect(each.mapTo(hand.window, QPoint()), each.size())
        for each in seen
        if each.accessibleName()
    }


def test_what_a_ring_brings_stays_where_it_was_first_painted(hand: Hand) -> None:
    first: list[dict[str, QRect]] = []
    hand.page.popped.connect(lambda _key: first.append(places(hand)))
    hand.hear(ringing())
    hand.until(lambda: hand.popped)
    hand.rest()
    hand.until(lambda: first)
    assert "StoryCard Story so far" in first[0]
    assert first[0] == places(hand)


def test_a_card_that_changed_while_another_page_was_in_sight_folds_what_has_no_room(hand: Hand) -> None:
    hand.window.resize(1366, 640)
    hand.open_customer(MARGARET)
    more = hand.page.view.call.customer.more
    hand.until(more.isVisible)
    hand.page.hide()
    before = hand.page.reader.card
    hand.run(hand.house.desk.card.add_tag(MARGARET, "Landlord"))
    hand.until(lambda: hand.page.reader.card != before)
    hand.page.show()
    hand.rest()
    assert more.isVisible()
