"""Who was erased, or went to another team, leaves the screen; nothing typed about the erased is written again."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtWidgets import QLabel

from crmdesk.domain.changes import Changes, Kind
from crmdesk.models.local import DraftRow
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.client.erasing import erase
from crmdesk.sync.client.overlay import forget
from crmdesk.ui.pages.desk.timeline_rows import EntryRow
from tests.gui.desk.hand import Hand
from tests.support.desk import MARGARET, SHARED_LINE, TOMASZ, TOMASZS_LINE, answered, ringing


def hear_of_the_erasure(hand: Hand, customer: UUID) -> None:
    """Let a page that was pulled say that somebody was erased."""
    changes = hand.run(hand.house.database.write(lambda uow: erase(uow, "customer", [customer])))
    hand.house.bus.publish(changes)


def give_to_another_team(hand: Hand, customer: UUID) -> None:
    """Let a page that was pulled say that somebody is not for this desk any more."""

    def leave(uow: UnitOfWork) -> None:
        forget(uow.session, "customer", customer)

    hand.run(hand.house.database.write(leave))
    hand.house.bus.publish(Changes.of(Kind.CUSTOMER, customer))


def words_on_the_desk(hand: Hand) -> str:
    """Return everything that the desk shows, hidden or not, in one text."""
    call = hand.page.view.call
    rows = call.timeline.list.rows.rows
    entries = [str(row.entry) for row in rows if isinstance(row, EntryRow)]
    return "\n".join([label.text() for label in call.findChildren(QLabel)] + entries)


def test_an_erased_customer_leaves_the_screen_with_every_word(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    hear_of_the_erasure(hand, MARGARET)
    hand.until(lambda: hand.page.walk.spot is None)
    call = hand.page.view.call
    assert (call.customer.name.text(), call.customer.marks.text()) == ("", "")
    assert not [row for row in call.timeline.list.rows.rows if isinstance(row, EntryRow)]
    assert "Ellison" not in call.strip.name.text()
    assert hand.window.notice.words.text() == "This customer's data was erased."


def test_what_was_being_typed_about_an_erased_customer_is_not_written_again(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    hand.write("Her son will call")
    hand.saved()
    hand.write(" tomorrow")
    hear_of_the_erasure(hand, MARGARET)
    hand.until(lambda: hand.page.walk.spot is None)
    hand.run(hand.page.closing())
    hand.rest()  # what came to the disk behind the erasure goes too
    assert hand.row(DraftRow, ("note", MARGARET)) is None
    assert not hand.window.lane.lane.parked


def test_a_form_about_an_erased_customer_is_not_written_again(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+R")
    hand.until(lambda: hand.page.forms.form is not None)
    hand.write("Charged twice")
    hear_of_the_erasure(hand, TOMASZ)
    hand.until(lambda: hand.page.forms.form is None)
    hand.run(hand.page.closing())
    hand.rest()
    assert hand.row(DraftRow, ("complaint", TOMASZ)) is None


def test_a_parked_draft_of_an_erased_customer_leaves_the_lane(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    hand.write("Her son will call")
    hand.open_customer(TOMASZ)
    hand.until(lambda: len(hand.window.lane.lane.parked) == 1)
    hear_of_the_erasure(hand, MARGARET)
    hand.until(lambda: not hand.window.lane.lane.parked)
    assert hand.page.walk.spot is not None


def test_a_caller_who_is_erased_during_the_call_is_only_a_number(hand: Hand) -> None:
    hand.hear(answered(hand.hear(ringing("tomasz", TOMASZS_LINE))))
    hand.until(lambda: hand.page.reader.card is not None)
    hear_of_the_erasure(hand, TOMASZ)
    hand.until(hand.page.view.call.number.isVisible)
    assert "Tomasz" not in words_on_the_desk(hand)
    assert "Tomasz" not in str(hand.window.lane.lane)


def test_one_of_several_callers_who_is_erased_is_no_candidate_any_more(hand: Hand) -> None:
    call = hand.hear(ringing("margaret", SHARED_LINE))

    def candidates() -> list[UUID]:
        case = hand.page.book.case(call.key)
        return [candidate.customer_id for candidate in case.candidates] if case is not None else []

    hand.until(lambda: MARGARET in candidates())
    hear_of_the_erasure(hand, MARGARET)
    hand.until(lambda: candidates() and MARGARET not in candidates())


def test_a_customer_given_to_another_team_leaves_the_screen_and_the_words_stay(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write("Wants his money back")
    hand.saved()
    give_to_another_team(hand, TOMASZ)
    hand.until(lambda: hand.page.walk.spot is None)
    assert hand.page.view.call.customer.name.text() == ""
    assert hand.window.notice.words.text() == "This customer is not here any more."
    draft = hand.row(DraftRow, ("note", TOMASZ))
    assert draft is not None
    assert draft.fields["note"] == "Wants his money back"
