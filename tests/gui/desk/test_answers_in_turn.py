"""Of two answers the one that was asked for last counts, also where the one before it comes after it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.complaints import NewComplaint
from crmdesk.models.customer import Customer
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.runtime.bus import CallChanged, SyncChanged
from crmdesk.ui.frame.status_feed import StatusFeed
from tests.gui.desk.hand import Hand
from tests.gui.desk.test_card import a_colleague_writes, editor_of, to_field, to_the_card
from tests.gui.desk.test_erased import hear_of_the_erasure
from tests.gui.desk.test_wrap_up import after_a_call
from tests.support.desk import DANIEL, MARGARET, OMAR, PRIYA, TOMASZ, ringing
from tests.support.knowledge import rows_of
from tests.support.late_readers import late_readers


def candidates(hand: Hand, key: str) -> set[UUID]:
    """Return who may be calling."""
    case = hand.page.book.case(key)
    assert case is not None
    return {candidate.customer_id for candidate in case.candidates}


def test_who_is_erased_while_it_is_looked_up_who_calls_is_nobodys_caller(hand: Hand) -> None:
    call = ringing()
    with late_readers(hand.house.database) as readers:
        hand.house.bus.publish(CallChanged(call))
        hand.run(turn())
        hear_of_the_erasure(hand, MARGARET)
        readers.answer()
        hand.rest()
    assert candidates(hand, call.key) == {PRIYA, DANIEL}


def test_of_two_who_are_erased_during_a_call_neither_is_its_caller(hand: Hand) -> None:
    call = hand.hear(ringing())
    hand.rest()
    assert candidates(hand, call.key) == {MARGARET, PRIYA, DANIEL}
    with late_readers(hand.house.database) as readers:
        for customer in (MARGARET, PRIYA):
            hear_of_the_erasure(hand, customer)
            hand.run(turn())
        readers.answer()
        hand.rest()
    assert candidates(hand, call.key) == {DANIEL}


async def turn() -> None:
    """Let what was begun begin to read."""


def test_the_outcome_that_is_proposed_knows_the_complaint_that_was_just_registered(hand: Hand) -> None:
    call = after_a_call(hand)
    new = NewComplaint(
        "CP-26-07431", OMAR, call.contact_id, "Boiler", "Delay", 3, "Nobody came.", "", False, "Europe/London"
    )
    with late_readers(hand.house.database) as readers:
        hand.page.notes._read_outcomes()
        hand.run(hand.house.desk.complaints.register(new))
        hand.run(turn())
        readers.answer()
        hand.rest()
    assert hand.note.outcomes.shown[0] == "Complaint registered"


def test_text_modules_that_were_published_last_are_offered(hand: Hand) -> None:
    with late_readers(hand.house.database) as readers:
        hand.house.bus.publish(Changes.of(Kind.TEXT_MODULE, TOMASZ))
        hand.run(turn())
        hand.house.add(*rows_of())
        hand.house.bus.publish(Changes.of(Kind.TEXT_MODULE, TOMASZ))
        hand.run(turn())
        readers.answer()
        hand.rest()
    assert hand.page.knowledge.modules.count > 0


def test_what_a_colleague_wrote_last_is_told_at_the_field(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    to_the_card(hand)
    to_field(hand, "Tier")
    hand.write(" plus")
    with late_readers(hand.house.database) as readers:
        for tier in ("Silver", "Gold"):
            a_colleague_writes(hand, tier=tier)
            hand.run(turn())
        readers.answer()
        hand.rest()
    assert "“Gold”" in editor_of(hand).other
    row = hand.row(Customer, MARGARET)
    assert row is not None
    assert row.tier == "Gold"


def the_server_takes_all(hand: Hand) -> None:
    """Let the server have every change."""
    with Session(hand.house.engines.write) as session, session.begin():
        for row in session.scalars(select(Outbox)):
            row.state = OutboxState.ACKED.value


def test_what_is_unsent_is_listed_as_it_is_now(hand: Hand) -> None:
    (feed,) = hand.window.findChildren(StatusFeed)
    hand.run(hand.house.desk.interactions.add_note(None, TOMASZ, "Called back."))
    hand.window.status.sync.click()
    hand.until(lambda: len(feed.popover.list.changes) == 1)
    hand.rest()
    with late_readers(hand.house.database) as readers:
        feed._sync_changed(SyncChanged(hand.house.desk.sync.state))
        hand.run(turn())
        the_server_takes_all(hand)
        feed._sync_changed(SyncChanged(hand.house.desk.sync.state))
        hand.run(turn())
        readers.answer()
        hand.rest()
    assert feed.popover.list.changes == ()
