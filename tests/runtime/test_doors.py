"""The doors to conflicts, callbacks, merges and refused changes: what they do is told to everybody who watches."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crmdesk.domain.callbacks import NewCallback
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import Refused
from crmdesk.domain.ids import new_id
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.sync_state import Resolution, UnsentState
from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Note
from crmdesk.models.local import ConflictRow, Outbox, OutboxState
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.bus import SyncChanged
from tests.runtime.conftest import Eye, run
from tests.support.desk import MARGARET, PRIYA, House, open_house
from tests.support.waiting import until_async


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = open_house(tmp_path)
    yield opened
    opened.close()


def clashing(uow: UnitOfWork) -> None:
    """Put down that a colleague changed what was written here."""
    theirs = uow.session.get_one(Customer, MARGARET).preferences
    row = ConflictRow(id=new_id(), entity="customer", row_id=MARGARET, field="preferences", mine="Large print.")
    row.base, row.theirs, row.found_at = "", theirs, uow.clock.now()
    uow.session.add(row)


def refusing(uow: UnitOfWork) -> None:
    """Put down that the server refused the name that was written here."""
    uow.update(uow.session.get_one(Customer, MARGARET), "Name, Margaret Ellison", name="Margret Ellison")
    entry = uow.session.query(Outbox).one()
    entry.state, entry.reason, entry.answered_at = OutboxState.REFUSED.value, "Not yours.", uow.clock.now()


def test_settling_a_conflict_is_published_and_counted(house: House) -> None:
    async def story() -> None:
        changes, states = Eye(house.bus, Changes), Eye(house.bus, SyncChanged)
        await house.database.write(clashing)
        await house.desk.sync.refresh()
        assert house.desk.sync.state.conflicts == 1
        (found,) = await house.desk.conflicts.open(MARGARET)
        await house.desk.conflicts.settle(found, Resolution.MINE)
        await changes.until(lambda told: told.has(Kind.CONFLICT, found.id) and told.has(Kind.CUSTOMER, MARGARET))
        await states.until(lambda told: told.state.conflicts == 0 and told.state.unsent == 1)
        assert await house.desk.conflicts.open() == ()
        (settled,) = await house.desk.conflicts.lately(house.clock.now())
        assert settled.resolution is Resolution.MINE
        card = await house.desk.customers.card(MARGARET)
        assert card is not None
        assert card.preferences == ("Large print.",)

    run(story())


def test_what_is_written_while_it_is_counted_is_counted(house: House) -> None:
    async def story() -> None:
        states = Eye(house.bus, SyncChanged)
        writing = [house.desk.interactions.add_note(None, MARGARET, f"Note {n}.") for n in range(20)]
        await asyncio.gather(*writing, *(house.desk.sync.refresh() for _ in range(20)))
        await states.until(lambda told: told.state.unsent == 20)
        await house.desk.sync.refresh()
        assert states.seen[-1].state.unsent == 20

    run(story())


def test_a_callback_goes_from_promised_to_done(house: House) -> None:
    async def story() -> None:
        changes = Eye(house.bus, Changes)
        due = house.clock.now() + timedelta(minutes=12)
        door = house.desk.callbacks
        made = await door.make(NewCallback(MARGARET, "Did the engineer arrive?", due, "Europe/London", mine=False))
        await changes.until(lambda told: told.has(Kind.CALLBACK, made))
        assert await door.due(house.clock.now()) == ()
        await door.claim(made)
        (claimed,) = await door.of_customer(MARGARET)
        assert (claimed.mine, claimed.unconfirmed, claimed.customer_name) == (True, True, "Margaret Ellison")
        await door.give_back(made)
        (free,) = await door.due()
        assert free.owner == ""
        await door.done(made)
        assert await door.due() == ()

    run(story())


def test_a_duplicate_is_merged_and_taken_out_again(house: House) -> None:
    async def story() -> None:
        door = house.desk.customers
        assert await door.merge(PRIYA, MARGARET) == MARGARET
        card = await door.card(PRIYA)
        assert card is not None
        assert card.id == MARGARET
        assert [one.id for one in await door.merged_into(MARGARET)] == [PRIYA]
        await door.undo_merge(PRIYA)
        alone = await door.card(PRIYA)
        assert alone is not None
        assert alone.id == PRIYA

    run(story())


def test_a_refused_change_is_tried_again_or_kept_as_a_note(house: House) -> None:
    async def story() -> None:
        await house.database.write(refusing)
        (change,) = await house.desk.sync.changes()
        assert (change.state, change.text) == (UnsentState.REFUSED, "Name: Margret Ellison")
        await house.desk.sync.try_again(change.seq)
        (waiting,) = await house.desk.sync.changes()
        assert waiting.state is UnsentState.WAITING

    run(story())


def test_words_of_a_refused_change_are_handed_over_or_kept(house: House) -> None:
    async def story() -> None:
        await house.database.write(refusing)
        (change,) = await house.desk.sync.changes()
        note = await house.desk.sync.keep_as_note(change.seq)
        body = await house.database.read(lambda uow: uow.session.get_one(Note, note).body)
        assert body == "Name: Margret Ellison"
        assert [each.kind for each in await house.desk.sync.changes()] == [Kind.NOTE]

    run(story())


def test_words_that_are_being_written_while_their_customer_is_erased_are_not_kept(house: House) -> None:
    async def left() -> bool:
        return [draft.subject for draft in await house.desk.drafts.parked()] == [PRIYA]

    async def story() -> None:
        before = asyncio.ensure_future(house.desk.drafts.keep("note", PRIYA, {"note": "Calls back."}, "Note"))
        after = asyncio.ensure_future(house.desk.drafts.keep("complaint", MARGARET, {"verbatim": "Twice"}, "Complaint"))
        await asyncio.sleep(0)
        house.bus.publish(Changes(erased=frozenset({MARGARET})))
        with pytest.raises(Refused, match="erased"):
            await house.desk.drafts.keep("complaint", MARGARET, {"verbatim": "Twice more"}, "Complaint")
        await asyncio.gather(before, after)
        await until_async(left, "what was written of the erased is gone")

    run(story())


def test_words_asked_to_be_kept_before_they_became_a_record_are_no_draft_behind_it(house: House) -> None:
    async def story() -> None:
        drafts, draft = house.desk.drafts, DraftKey("note", MARGARET)
        other = asyncio.ensure_future(drafts.keep("note", PRIYA, {"note": "Calls back."}, "Note"))
        words = asyncio.ensure_future(drafts.keep(draft.kind, draft.subject, {"note": "Paid."}, "Note"))
        await asyncio.sleep(0)
        await house.desk.interactions.add_note(None, MARGARET, "Paid.", draft)
        await asyncio.gather(other, words)
        assert [one.subject for one in await drafts.parked()] == [PRIYA]

    run(story())
