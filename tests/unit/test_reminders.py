"""Reminders: a little before it is due, when it was put off until, at once when a colleague asks; nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from crmdesk.domain.callbacks import CallbackState, CallbackView
from crmdesk.domain.reminders import AHEAD, reminders

DUE = datetime(2026, 12, 23, 15, 0, tzinfo=UTC)
ME = UUID(int=7)
MINE = CallbackView(
    id=UUID(int=1),
    customer_id=None,
    customer_name="Omar",
    number=None,
    extension=None,
    reason="",
    queue="",
    due_at=DUE,
    due_zone="UTC",
    state=CallbackState.OPEN,
    owner_id=ME,
    owner="Sam",
    mine=True,
    unconfirmed=False,
    lost="",
    unsent=False,
)


def times(view: CallbackView, now: datetime) -> list[datetime]:
    return [one.at for one in reminders([view], now)]


def test_mine_is_told_shortly_before_it_is_due_and_not_earlier() -> None:
    assert times(MINE, DUE - AHEAD - timedelta(seconds=1)) == []
    assert times(MINE, DUE - AHEAD) == [DUE - AHEAD]
    assert times(MINE, DUE + timedelta(days=1)) == [DUE - AHEAD]


def test_what_was_put_off_is_told_then_and_again_before_it_is_due() -> None:
    early = replace(MINE, snoozed_until=DUE - timedelta(hours=1))
    assert times(early, DUE) == [DUE - timedelta(hours=1), DUE - AHEAD] or len(times(early, DUE)) == 2
    late = replace(MINE, snoozed_until=DUE + timedelta(minutes=20))
    assert times(late, DUE) == []
    assert times(late, DUE + timedelta(minutes=20)) == [DUE + timedelta(minutes=20)]


def test_what_a_colleague_asks_of_me_is_told_at_once_and_what_is_free_or_theirs_never() -> None:
    asked = replace(MINE, mine=False, owner_id=None, for_me=True, offered_to="Sam")
    (one,) = reminders([asked], DUE - timedelta(days=3))
    assert one.asked
    free = replace(asked, for_me=False, offered_to="")
    theirs = replace(MINE, mine=False, owner_id=UUID(int=9))
    assert reminders([free, theirs], DUE + timedelta(days=3)) == ()


def test_the_most_urgent_comes_first_and_each_has_a_key_of_its_own() -> None:
    sooner = replace(MINE, id=UUID(int=2), due_at=DUE - timedelta(minutes=30))
    found = reminders([MINE, sooner], DUE)
    assert [one.view for one in found] == [sooner, MINE]
    assert len({one.key for one in found}) == 2
    moved = replace(MINE, due_at=DUE + timedelta(hours=1))
    (again,) = reminders([moved], DUE + timedelta(hours=1))
    assert again.key not in {one.key for one in found}, "another time is another reminder"
