"""Calls become interactions; notes and drafts are kept; wrap-up closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from crmdesk.domain.calls.live import Phase, RingResult
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.interactions import InteractionState
from crmdesk.domain.stream import EntryKind
from crmdesk.models.interaction import Interaction, Note
from crmdesk.models.local import Outbox
from crmdesk.services import drafts, interactions, timeline
from tests.services.conftest import Steps
from tests.support.clock import AFTERNOON
from tests.support.desk import MARGARET, ME, House, a_note, known_id, ringing


def test_a_call_told_twice_is_one_interaction(do: Steps) -> None:
    call = ringing()
    first = do(lambda uow: interactions.opened(uow, call))
    second = do(lambda uow: interactions.opened(uow, call))
    assert first == second == call.contact_id
    assert do(lambda uow: uow.session.scalar(select(func.count()).where(Outbox.row_id == first))) == 1


def test_a_note_written_before_the_customer_was_known_follows_the_choice(do: Steps) -> None:
    call = ringing()
    do(lambda uow: interactions.opened(uow, call))
    note = do(lambda uow: interactions.add_note(uow, call.contact_id, None, "Asks for Margaret."))
    do(lambda uow: interactions.identify(uow, call.contact_id, MARGARET))
    assert do(lambda uow: uow.session.get_one(Note, note).customer_id) == MARGARET


def test_wrapping_up_keeps_note_and_outcome_and_ends_the_draft(do: Steps) -> None:
    call = ringing()
    do(lambda uow: interactions.opened(uow, call))
    do(lambda uow: interactions.identify(uow, call.contact_id, MARGARET))
    do(lambda uow: drafts.keep(uow, drafts.NOTE, call.contact_id, {"body": "Third call"}, "Margaret Ellison"))
    outcome = do(lambda uow: interactions.dispositions(uow, call.contact_id))[0]
    do(lambda uow: interactions.wrap_up(uow, call.contact_id, outcome.id, "Third call. Nobody came."))
    row = do(lambda uow: uow.session.get_one(Interaction, call.contact_id))
    assert row.state == InteractionState.CLOSED.value
    assert row.disposition_id == outcome.id
    assert do(lambda uow: drafts.load(uow, drafts.NOTE, call.contact_id)) is None
    newest = do(lambda uow: timeline.page(uow, MARGARET)).entries[0]
    assert newest.kind is EntryKind.NOTE
    assert newest.body == "Third call. Nobody came."
    assert newest.unsent


def test_a_call_that_is_not_here_cannot_be_wrapped_up(do: Steps) -> None:
    with pytest.raises(Refused):
        do(lambda uow: interactions.wrap_up(uow, known_id("nothing"), known_id("outcome passed"), ""))


def test_an_empty_note_is_a_mistake_at_the_note(do: Steps) -> None:
    with pytest.raises(UserMistake) as caught:
        do(lambda uow: interactions.add_note(uow, None, MARGARET, "  \n "))
    assert caught.value.field == "note"


def test_a_call_that_ended_waits_for_its_wrap_up_and_stands_first(do: Steps) -> None:
    call = ringing()
    do(lambda uow: interactions.opened(uow, call))
    over = replace(call, revision=9, phase=Phase.ENDED, ring_result=RingResult.ANSWERED, ended_at=AFTERNOON)
    do(lambda uow: interactions.ended(uow, over))
    do(lambda uow: uow.update(uow.session.get_one(Interaction, call.contact_id), "mine", agent_id=ME.agent_id))
    assert do(lambda uow: interactions.recent(uow, ME.agent_id))[0].interaction_id == call.contact_id


def test_a_draft_is_found_again_as_it_was_typed(do: Steps, house: House) -> None:
    subject = known_id("call")
    do(lambda uow: drafts.keep(uow, drafts.NOTE, subject, {"body": "ü <b>not bold</b>"}, "Margaret"))
    house.clock.advance(1)
    do(lambda uow: drafts.keep(uow, drafts.NOTE, subject, {"body": "ü <b>not bold</b>!"}, "Margaret"))
    draft = do(lambda uow: drafts.load(uow, drafts.NOTE, subject))
    assert draft is not None
    assert draft.fields == {"body": "ü <b>not bold</b>!"}
    assert draft.saved_at == house.clock.now()


def test_the_timeline_pages_backwards_without_gap_or_repeat(do: Steps, house: House) -> None:
    house.add(*(a_note(f"n{i}", MARGARET, AFTERNOON - timedelta(minutes=i // 2), f"note {i}") for i in range(120)))
    seen, older = [], None
    while True:
        page = do(partial(timeline.page, customer_id=MARGARET, older=older, limit=25))
        seen += [entry.id for entry in page.entries]
        older = page.older
        if older is None:
            break
    everything = do(lambda uow: timeline.page(uow, MARGARET, None, limit=1000)).entries
    assert seen == [entry.id for entry in everything]
    assert len(set(seen)) == len(seen) >= 120


def test_a_paste_with_what_no_database_takes_is_kept_without_it(do: Steps) -> None:
    pasted = "She said\x00 \ud83d“no”"
    note = do(lambda uow: interactions.add_note(uow, None, MARGARET, pasted))
    do(lambda uow: drafts.keep(uow, drafts.NOTE, MARGARET, {"note": pasted}, "Margaret\x00"))
    assert do(lambda uow: uow.session.get_one(Note, note).body) == "She said ?“no”"
    queued = do(lambda uow: uow.session.scalars(select(Outbox).where(Outbox.row_id == note)).one().set_)
    assert queued["body"] == "She said ?“no”"
    kept = do(lambda uow: drafts.load(uow, drafts.NOTE, MARGARET))
    assert kept is not None
    assert (kept.fields, kept.title) == ({"note": "She said ?“no”"}, "Margaret")
