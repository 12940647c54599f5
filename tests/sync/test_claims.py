"""Callbacks: whoever the server hears first has it; a claim made offline is unconfirmed, and its end is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from crmdesk.domain.callbacks import CallbackState, CallbackView, NewCallback
from crmdesk.domain.changes import Kind
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Refused, Unavailable, UserMistake
from crmdesk.domain.sync_state import UnsentState, Way
from crmdesk.services import callbacks, customers, unsent
from tests.sync.conftest import SyncedDesk, left_over

DUE = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
PROMISE = NewCallback(None, "Did the engineer arrive?", DUE, "Europe/London", number="+44 20 7946 0172", mine=False)


@pytest.fixture
def promised(anna: SyncedDesk, bela: SyncedDesk) -> UUID:
    """A callback that both desks hold and nobody has taken on."""
    anna.sync()
    bela.sync()
    ruth = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    made = anna.do(callbacks.make, replace(PROMISE, customer_id=ruth), "GB")
    anna.sync()
    bela.sync()
    return made


def seen_by(desk: SyncedDesk, callback_id: UUID) -> CallbackView:
    view = desk.do(callbacks.one, callback_id)
    assert view is not None
    return view


def test_a_promised_callback_is_due_at_both_desks_and_free_to_claim(
    anna: SyncedDesk, bela: SyncedDesk, promised: UUID
) -> None:
    for desk in (anna, bela):
        (view,) = desk.do(callbacks.due)
        assert (view.id, view.customer_name, view.number) == (promised, "Ruth Nielsen", "+442079460172")
        assert (view.due_at, view.due_zone, view.owner) == (DUE, "Europe/London", "")
        assert not view.unsent
    assert anna.do(callbacks.due, DUE - timedelta(seconds=1)) == ()


def test_a_claim_is_unconfirmed_until_the_server_answers(anna: SyncedDesk, bela: SyncedDesk, promised: UUID) -> None:
    anna.do(callbacks.claim, promised)
    view = seen_by(anna, promised)
    assert (view.mine, view.owner, view.unconfirmed) == (True, "Anna", True)
    anna.sync()
    bela.sync()
    assert not seen_by(anna, promised).unconfirmed
    assert seen_by(bela, promised).owner == "Anna"
    with pytest.raises(Refused, match="Anna has taken this callback on"):
        bela.do(callbacks.claim, promised)


def test_of_two_offline_claims_the_first_heard_wins_and_the_other_sees_who_has_it(
    anna: SyncedDesk, bela: SyncedDesk, promised: UUID
) -> None:
    anna.do(callbacks.claim, promised)
    bela.do(callbacks.claim, promised)
    anna.sync()
    bela.sync()
    lost = seen_by(bela, promised)
    assert (lost.mine, lost.owner, lost.unconfirmed, lost.lost) == (False, "Anna", False, "Anna was first.")
    assert any(told.has(Kind.CALLBACK, promised) for told in bela.told)
    (told,) = bela.do(unsent.changes)
    assert (told.state, told.reason, told.ways) == (UnsentState.REFUSED, "Anna was first.", (Way.LET_GO,))
    bela.do(callbacks.seen, promised)
    assert seen_by(bela, promised).lost == ""
    assert left_over(bela) == left_over(anna) == 0


def test_a_lost_claim_is_shown_at_once_not_only_when_the_row_comes(
    anna: SyncedDesk, bela: SyncedDesk, promised: UUID
) -> None:
    anna.do(callbacks.claim, promised)
    anna.sync()
    bela.do(callbacks.claim, promised)
    bela.weather.lose_pull = 1
    with pytest.raises(Unavailable):
        bela.sync()
    assert seen_by(bela, promised).owner == "Anna"


def test_what_was_given_back_can_be_claimed_again(anna: SyncedDesk, bela: SyncedDesk, promised: UUID) -> None:
    anna.do(callbacks.claim, promised)
    bela.do(callbacks.claim, promised)
    anna.sync()
    bela.sync()
    anna.do(callbacks.give_back, promised)
    anna.sync()
    bela.sync()
    assert seen_by(bela, promised).owner == ""
    bela.do(callbacks.claim, promised)
    bela.sync()
    view = seen_by(bela, promised)
    assert (view.mine, view.unconfirmed, view.lost) == (True, False, "")
    assert left_over(bela) == 0


def test_a_claim_given_back_before_it_was_sent_loses_nothing_to_a_colleague(
    anna: SyncedDesk, bela: SyncedDesk, promised: UUID
) -> None:
    anna.do(callbacks.claim, promised)
    anna.sync()
    bela.do(callbacks.claim, promised)
    bela.do(callbacks.give_back, promised)
    bela.sync()
    assert seen_by(bela, promised).owner == "Anna"
    assert [change.what for change in bela.do(unsent.changes)] == ["Callback claimed, Ruth Nielsen"]


def test_only_who_has_it_gives_it_back(anna: SyncedDesk, bela: SyncedDesk, promised: UUID) -> None:
    anna.do(callbacks.claim, promised)
    anna.sync()
    bela.sync()
    with pytest.raises(Refused, match="Only they can give it back"):
        bela.do(callbacks.give_back, promised)


@pytest.mark.parametrize(
    ("finish", "state"), [(callbacks.done, CallbackState.DONE), (callbacks.cancel, CallbackState.CANCELLED)]
)
def test_a_finished_callback_is_due_nowhere(
    anna: SyncedDesk, bela: SyncedDesk, promised: UUID, finish: object, state: CallbackState
) -> None:
    assert callable(finish)
    anna.do(finish, promised)
    anna.sync()
    bela.sync()
    assert bela.do(callbacks.due) == ()
    assert seen_by(bela, promised).state is state
    with pytest.raises(Refused, match="finished already"):
        bela.do(callbacks.claim, promised)


def test_a_callback_finished_elsewhere_is_not_taken_on(anna: SyncedDesk, bela: SyncedDesk, promised: UUID) -> None:
    anna.do(callbacks.done, promised)
    anna.sync()
    bela.do(callbacks.claim, promised)
    bela.sync()
    view = seen_by(bela, promised)
    assert (view.state, view.mine, view.lost) == (CallbackState.DONE, False, "This was done already.")


def test_ones_own_promise_is_ones_own(anna: SyncedDesk) -> None:
    anna.sync()
    made = anna.do(callbacks.make, replace(PROMISE, mine=True), "GB")
    view = seen_by(anna, made)
    assert (view.mine, view.unconfirmed, view.unsent) == (True, False, True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(PROMISE, number=""), "number"),
        (replace(PROMISE, number="no number"), "number"),
        (replace(PROMISE, due_zone="Mars/Olympus"), "due_zone"),
    ],
)
def test_a_promise_that_cannot_be_kept_is_refused_at_its_field(
    anna: SyncedDesk, wrong: NewCallback, field: str
) -> None:
    with pytest.raises(UserMistake) as mistake:
        anna.do(callbacks.make, wrong, "GB")
    assert mistake.value.field == field
