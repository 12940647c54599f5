"""Promises and follow-ups at several desks: taken on, handed to a colleague, put off, kept, never lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from crmdesk.domain.callbacks import NewCallback
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.tasks import NewTask, TaskKind, TaskState, TaskView
from crmdesk.models.people import Agent
from crmdesk.services import callbacks, customers, merging, tasks, unsent
from tests.sync.conftest import SyncedDesk, left_over

HOUR = timedelta(hours=1)


@pytest.fixture
def ruth(anna: SyncedDesk, bela: SyncedDesk) -> UUID:
    """A customer whom both desks hold."""
    anna.sync()
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    anna.sync()
    bela.sync()
    return made


def promise(desk: SyncedDesk, customer: UUID, words: str = "Send the booklet", *, mine: bool = True) -> UUID:
    due = desk.do(lambda uow: uow.clock.now() + HOUR)
    return desk.do(tasks.make, NewTask(TaskKind.PROMISE, words, due, "Europe/London", customer, mine=mine))


def seen_by(desk: SyncedDesk, task: UUID) -> TaskView:
    view = desk.do(tasks.one, task)
    assert view is not None
    return view


def person(desk: SyncedDesk, name: str) -> UUID:
    found: UUID = desk.do(lambda uow: uow.session.scalars(select(Agent.id).where(Agent.display_name == name)).one())
    return found


def test_a_promise_is_due_at_every_desk_with_who_made_it_and_who_keeps_it(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID
) -> None:
    made = promise(anna, ruth)
    assert seen_by(anna, made).unsent
    anna.sync()
    bela.sync()
    (view,) = bela.do(tasks.due)
    assert (view.words, view.customer_name, view.due_zone) == ("Send the booklet", "Ruth Nielsen", "Europe/London")
    assert (view.made_by, view.owner, view.mine, view.unsent) == ("Anna", "Anna", False, False)
    assert seen_by(anna, made).mine


def test_of_two_offline_claims_the_first_heard_wins_and_the_other_sees_who_has_it(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID
) -> None:
    made = promise(anna, ruth, mine=False)
    anna.sync()
    bela.sync()
    anna.do(tasks.claim, made)
    bela.do(tasks.claim, made)
    assert seen_by(bela, made).unconfirmed
    anna.sync()
    bela.sync()
    lost = seen_by(bela, made)
    assert (lost.owner, lost.mine, lost.lost) == ("Anna", False, "Anna was first.")
    bela.do(tasks.seen, made)
    assert seen_by(bela, made).lost == ""
    assert left_over(bela) == 0


def test_what_is_handed_over_is_free_and_asks_the_colleague_who_claims_it(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID
) -> None:
    made = promise(anna, ruth)
    anna.sync()
    bela.sync()
    anna.do(tasks.hand_over, made, person(anna, "Bela"))
    assert (seen_by(anna, made).owner, seen_by(anna, made).offered_to) == ("", "Bela")
    anna.sync()
    bela.sync()
    assert seen_by(bela, made).for_me
    bela.do(tasks.claim, made)
    bela.sync()
    anna.sync()
    after = seen_by(anna, made)
    assert (after.owner, after.offered_to) == ("Bela", "")
    with pytest.raises(Refused, match="Bela has taken this task on"):
        anna.do(tasks.hand_over, made, person(anna, "Bela"))


def test_snoozing_changes_when_it_asks_not_what_was_promised(anna: SyncedDesk, ruth: UUID) -> None:
    made = promise(anna, ruth)
    before = seen_by(anna, made)
    later = anna.do(lambda uow: uow.clock.now() + HOUR / 2)
    anna.do(tasks.snooze, made, later)
    after = seen_by(anna, made)
    assert (after.due_at, after.snoozed_until) == (before.due_at, later)
    with pytest.raises(UserMistake, match="over"):
        anna.do(tasks.snooze, made, later - HOUR)
    anna.do(tasks.wake, made)
    assert seen_by(anna, made).snoozed_until is None


def test_a_kept_promise_says_when_by_whom_and_what_came_of_it(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    made = promise(anna, ruth)
    anna.do(tasks.done, made, "Posted today")
    anna.sync()
    bela.sync()
    view = seen_by(bela, made)
    assert (view.state, view.closed_by, view.result) == (TaskState.DONE, "Anna", "Posted today")
    assert bela.do(tasks.due) == ()
    since = bela.do(lambda uow: uow.clock.now() - HOUR)
    assert [one.id for one in bela.do(tasks.kept_since, ruth, since)] == [made]
    with pytest.raises(Refused, match="finished already"):
        bela.do(tasks.done, made)
    anna.do(tasks.reopen, made)
    assert seen_by(anna, made).state is TaskState.OPEN


def test_two_who_close_the_same_promise_lose_no_word(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    made = promise(anna, ruth, mine=False)
    anna.sync()
    bela.sync()
    anna.do(tasks.done, made, "Posted today")
    bela.do(tasks.done, made, "Told her by phone")
    anna.sync()
    bela.sync()
    said = " ".join(str(change.text) + change.what for change in bela.do(unsent.changes))
    kept = seen_by(bela, made).result
    assert "Posted today" in kept or "Told her by phone" in kept + said


def test_promises_follow_a_customer_who_was_merged(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    double = anna.do(customers.create, NewCustomer("Ruth Nielson"), "GB")
    made = promise(anna, double)
    anna.do(merging.merge, double, ruth)
    assert [view.id for view in anna.do(tasks.of_customer, ruth)] == [made], "before the server heard of it"
    anna.sync()
    bela.sync()
    assert seen_by(bela, made).customer_id == ruth


def test_a_callback_is_snoozed_and_handed_over_like_a_promise(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    now = anna.do(lambda uow: uow.clock.now())
    made = anna.do(callbacks.make, NewCallback(ruth, "Ring", now + HOUR, "Europe/London"), "GB")
    anna.do(callbacks.snooze, made, now + HOUR / 2)
    anna.sync()
    bela.sync()
    view = bela.do(callbacks.one, made)
    assert view is not None
    assert view.snoozed_until == now + HOUR / 2
    anna.do(callbacks.hand_over, made, person(anna, "Bela"))
    anna.sync()
    bela.sync()
    view = bela.do(callbacks.one, made)
    assert view is not None
    assert (view.for_me, view.owner, view.snoozed_until) == (True, "", None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"words": "  "}, "words"),
        ({"customer_id": None}, "customer_id"),
        ({"due_zone": "Europe/Atlantis"}, "due_zone"),
        ({"due_at": -HOUR}, "due_at"),
        ({"words": "x" * 100_001}, "words"),
    ],
)
def test_what_cannot_be_a_promise_is_said_at_its_field(
    anna: SyncedDesk, ruth: UUID, values: dict[str, object], field: str
) -> None:
    now = anna.do(lambda uow: uow.clock.now())
    asked = {"words": "Send it", "due_at": HOUR, "due_zone": "UTC", "customer_id": ruth} | values
    span = asked["due_at"]
    assert isinstance(span, timedelta)
    new = NewTask(
        TaskKind.PROMISE,
        str(asked["words"]),
        now + span,
        str(asked["due_zone"]),
        ruth if asked["customer_id"] else None,
    )
    with pytest.raises(UserMistake) as told:
        anna.do(tasks.make, new)
    assert told.value.field == field


def test_a_person_is_named_only_by_themselves_or_who_leads(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    made = promise(anna, ruth)
    anna.sync()
    bela.sync()
    with pytest.raises(Refused, match="This is you"):
        anna.do(tasks.hand_over, made, person(anna, "Anna"))
    with pytest.raises(Refused, match="Only they can put it off"):
        bela.do(tasks.snooze, made, bela.do(lambda uow: uow.clock.now() + HOUR))
