"""When open complaints must be answered is said on the card, the strip and the idle desk, once these stand there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.language import tr
from crmdesk.models.complaint import Complaint
from crmdesk.ui.kit import ChipRow
from crmdesk.ui.pages.desk.fact_rows import FactGroupBox, FactRow
from crmdesk.ui.pages.desk.work_rows import Work, WorkRow
from crmdesk.ui.theme import Voice
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.clock import AFTERNOON
from tests.support.desk import MARGARET, TOMASZ, a_complaint, known_id
from tests.support.house_rules import HOUSE_TOML, rules_on_the_desk
from tests.support.requests import OWN_DATA, PRICE, REPAIR, RETURN, some_requests
from tests.support.spoken import speaking

OF_THE_HOUSE = Changes.of(Kind.HOUSE_RULES, known_id("rules"))
LATE, TODAY, EARLY = "CP-26-07001", "CP-26-07002", "CP-26-07377"


@pytest.fixture
def ruled(hand: Hand) -> Hand:
    """A house with rules, and three open complaints of Margaret: one late, one due today, one in four weeks."""
    eight_weeks = timedelta(days=56)
    hand.house.add(
        *rules_on_the_desk(),
        a_complaint(LATE, MARGARET, AFTERNOON - eight_weeks - timedelta(days=3), severity=4),
        a_complaint(TODAY, MARGARET, AFTERNOON - eight_weeks),
    )
    return hand


def rows_of(hand: Hand) -> list[FactRow]:
    """Return the rows of the open complaints on the card."""
    return [row for row in complaints_box(hand).rows if not row.isHidden()]


def complaints_box(hand: Hand) -> FactGroupBox:
    """Return the open complaints on the card."""
    boxes = hand.page.view.call.customer.findChildren(FactGroupBox)
    return next(one for one in boxes if one.isVisible() and one.group.title == tr("Open complaints"))


def said(hand: Hand) -> list[str]:
    """Return the chips below the open complaints on the card."""
    return [chips.text() for row in rows_of(hand) for chips in row.findChildren(ChipRow)]


def places(hand: Hand) -> list[tuple[int, int]]:
    """Return where each row of the card stands, once everything has its place."""
    QApplication.processEvents()
    rows = hand.page.view.call.customer.findChildren(FactRow)
    return [(row.mapToGlobal(row.rect().topLeft()).y(), row.height()) for row in rows if row.isVisible()]


def on_the_idle_desk(hand: Hand) -> list[WorkRow]:
    """Return the rows of the open complaints on the idle desk."""
    return [row for row in hand.page.view.idle.sections[Work.COMPLAINT].model.rows if isinstance(row, WorkRow)]


def publish(hand: Hand, text: str, version: int) -> None:
    """Let new rules of the house arrive."""
    hand.house.add(*rules_on_the_desk(text, version))
    hand.house.bus.publish(OF_THE_HOUSE)


def test_the_card_says_when_each_complaint_must_be_answered_what_is_due_first_above(ruled: Hand) -> None:
    ruled.open_customer(MARGARET)
    ruled.until(lambda: any("late" in one for one in said(ruled)))
    assert said(ruled) == ["3 days late, Severity 4", "Answer by today", "Answer by Thu 28 Jan"]
    assert [row.words.split()[0].strip("\u2066\u2069") for row in rows_of(ruled)] == [LATE, TODAY, EARLY]


def test_the_story_says_until_when_the_newest_complaint_must_be_answered(ruled: Hand) -> None:
    ruled.page.open_customer(MARGARET)
    story = ruled.page.view.call.story
    where = "CP-26-07377 being investigated. Answer by Thu 28 Jan"
    ruled.until(lambda: dict(story.shown).get("Where it is") == where)


def test_the_card_stands_there_before_they_are_known(ruled: Hand) -> None:
    first: list[list[str]] = []

    def look(_: object) -> None:
        first.append(said(ruled))

    ruled.page.reader.filled.connect(look)
    ruled.open_customer(MARGARET)
    ruled.page.reader.filled.disconnect(look)
    assert first
    assert len(first[0]) == 3
    assert all(one.startswith("Severity") for one in first[0])
    ruled.until(lambda: any("late" in one for one in said(ruled)))


def test_nothing_moves_when_they_become_known(ruled: Hand) -> None:
    ruled.open_customer(MARGARET)
    ruled.until(lambda: any("late" in one for one in said(ruled)))
    pane = ruled.page.view.call.customer
    known = places(ruled)
    pane.show_deadlines({}, AFTERNOON)
    assert all(one.startswith("Severity") for one in said(ruled))
    assert places(ruled) == known


def test_what_is_late_is_red_and_what_is_near_amber(ruled: Hand) -> None:
    ruled.open_customer(MARGARET)
    ruled.until(lambda: any("late" in one for one in said(ruled)))
    voices = [fact.chip.voice for fact in complaints_box(ruled).group.facts if fact.chip is not None]
    assert voices == [Voice.LATE, Voice.SOON, Voice.REST]


def test_it_is_read_aloud_with_its_complaint(ruled: Hand) -> None:
    ruled.open_customer(MARGARET)
    ruled.until(lambda: any("late" in one for one in said(ruled)))
    assert "3 days late" in rows_of(ruled)[0].accessibleName()


def test_without_published_rules_nothing_is_said(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    hand.until(lambda: not hand.page.deadlines.next.waiting)
    assert said(hand) == ["Severity 2, since Thu 3 Dec"]


def test_other_rules_change_it_while_it_is_looked_at(ruled: Hand) -> None:
    ruled.open_customer(MARGARET)
    ruled.until(lambda: "Answer by Thu 28 Jan" in said(ruled))
    publish(ruled, HOUSE_TOML.replace('regime = "uk-fca-disp"', 'regime = "iso-10002"', 1), 2)
    ruled.until(lambda: all("late" in one for one in said(ruled)))


def test_it_goes_once_the_complaint_is_answered(ruled: Hand) -> None:
    ruled.open_customer(MARGARET)
    ruled.until(lambda: any("late" in one for one in said(ruled)))
    with Session(ruled.house.engines.write) as session, session.begin():
        session.get_one(Complaint, known_id(LATE)).state = "closed"
    ruled.house.bus.publish(Changes.of(Kind.COMPLAINT, known_id(LATE)))
    ruled.until(lambda: said(ruled) == ["Answer by today", "Answer by Thu 28 Jan"])


def test_a_day_that_passes_changes_the_words(ruled: Hand) -> None:
    ruled.open_customer(MARGARET)
    ruled.until(lambda: any("late" in one for one in said(ruled)))
    ruled.house.clock.advance(24 * 3600)
    ruled.page.deadlines.next.look_at_the_clock()
    assert said(ruled) == ["4 days late, Severity 4", "1 day late", "Answer by Thu 28 Jan"]


def test_the_strip_of_a_narrow_window_says_it_too(ruled: Hand) -> None:
    ruled.open_customer(MARGARET)
    ruled.until(lambda: "3 days late" in ruled.page.view.call.strip.marks.text())


def test_the_idle_desk_lists_complaints_by_their_next_deadline(ruled: Hand) -> None:
    ruled.house.bus.publish(Changes(everything=True))
    ruled.until(lambda: [row.reference for row in on_the_idle_desk(ruled)][:2] == [LATE, TODAY])
    found = [(row.chip.text, row.reference) for row in on_the_idle_desk(ruled)]
    assert found[:3] == [("3 days late", LATE), ("Today", TODAY), ("Thu 28 Jan", EARLY)]
    head = ruled.page.view.idle.sections[Work.COMPLAINT].delegate.columns[0]
    assert head.title == "Next deadline"
    model = ruled.page.view.idle.sections[Work.COMPLAINT].model
    assert "Answer by today" in str(model.data(model.index(1)))


def test_the_idle_desk_without_rules_is_as_it_was(hand: Hand) -> None:
    hand.until(lambda: on_the_idle_desk(hand))
    hand.until(lambda: not hand.page.work.deadlines.waiting)
    assert {row.chip.text for row in on_the_idle_desk(hand)} == {"Severity 2", "Severity 4"}
    assert hand.page.view.idle.sections[Work.COMPLAINT].delegate.columns[0].title == "Severity"


def requests_on_the_idle_desk(hand: Hand) -> list[WorkRow]:
    rows = hand.page.view.idle.sections[Work.REQUEST].model.rows
    return [row for row in rows if isinstance(row, WorkRow)]


def test_the_idle_desk_lists_requests_by_their_next_deadline(ruled: Hand) -> None:
    ruled.house.add(*some_requests())
    ruled.house.bus.publish(Changes(everything=True))
    ruled.until(lambda: any(row.whole is not None for row in requests_on_the_idle_desk(ruled)))
    found = [(row.chip.text, row.reference) for row in requests_on_the_idle_desk(ruled)]
    assert [reference for _, reference in found] == [PRICE, OWN_DATA, RETURN, REPAIR]
    assert found[1][0] == "Mon 4 Jan"
    repair = requests_on_the_idle_desk(ruled)[-1]
    assert (repair.about, repair.last) == ("Repair: Boiler", "Scheduled")
    assert repair.mark is not None
    assert repair.mark.text == "Safety"


def test_without_rules_the_idle_desk_lists_urgent_requests_first_and_enter_opens_the_customer(hand: Hand) -> None:
    hand.house.add(*some_requests())
    hand.house.bus.publish(Changes(everything=True))
    hand.until(lambda: len(requests_on_the_idle_desk(hand)) == 4)
    assert requests_on_the_idle_desk(hand)[0].reference == REPAIR
    assert hand.page.view.idle.sections[Work.REQUEST].delegate.columns[0].title == "Urgency"
    view = hand.page.view.idle.sections[Work.REQUEST].table.view
    view.setFocus()
    view.select(0)
    hand.press("Enter")
    hand.until(lambda: hand.page.reader.card is not None and hand.page.reader.card.id == TOMASZ)


def test_it_is_said_in_german(open_a_desk: OpenDesk) -> None:
    with speaking("de"):
        hand = open_a_desk("desk")
        hand.house.add(*rules_on_the_desk())
        hand.open_customer(MARGARET)
        hand.until(lambda: "Antwort bis" in said(hand)[0])
        assert said(hand) == ["Antwort bis Do 28. Jan"]
