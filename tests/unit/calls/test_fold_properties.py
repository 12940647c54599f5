"""What holds for any traffic: counts that add up, repetition and small disorder that change nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.codec import from_plain, to_plain
from crmdesk.domain.calls.fold import CallFold, FoldOutput
from crmdesk.domain.calls.live import AgentCall, Board, Phase
from tests.support.call_scripts import START, any_events, call_scripts, jittered

_LATER = START + timedelta(hours=1)


def _folded(events: list[ev.CallEvent]) -> CallFold:
    fold = CallFold()
    for event in events:
        fold.apply(event)
    return fold


def _figures(fold: CallFold) -> Board:
    return replace(fold.board(_LATER), revision=0)


@given(call_scripts())
def test_offered_is_answered_and_abandoned_and_timed_out_and_waiting_at_every_moment(
    events: list[ev.CallEvent],
) -> None:
    fold = CallFold()
    for event in events:
        fold.apply(event)
        for queue in fold.board(event.at).queues:
            counts = (queue.answered, queue.abandoned, queue.timed_out, queue.waiting)
            assert min(counts) >= 0
            assert queue.offered == sum(counts)
            assert queue.short_abandoned <= queue.abandoned
            assert queue.service_level is None or 0 <= queue.service_level <= 1
            assert sum(queue.offered_per_quarter) == queue.offered
            assert len(queue.waiting_since) == queue.waiting


@given(any_events())
@example(  # given up before midnight, which after midnight turns out to have been the queue's time limit
    [
        ev.QueueLeft(START, "asterisk:1795285690.0", "sales", ev.QueueExit.ABANDONED),
        ev.AgentDone(START + timedelta(hours=15), "asterisk:1795285690.0", None, "1001", "support", None),
    ]
)
def test_no_events_whatever_break_the_fold_or_its_sums(events: list[ev.CallEvent]) -> None:
    fold = CallFold()
    for event in events:
        fold.apply(event)
        for queue in fold.board(event.at).queues:
            counts = (queue.answered, queue.abandoned, queue.timed_out, queue.waiting)
            assert min(counts) >= 0
            assert queue.offered == sum(counts)
    fold.contacts()
    fold.open_counts()
    assert all(call.phase is not Phase.ENDED for agent in ("1001", "1002") for call in fold.agent_calls(agent))


@given(call_scripts())
def test_an_event_applied_twice_changes_nothing(events: list[ev.CallEvent]) -> None:
    fold = CallFold()
    for event in events:
        fold.apply(event)
        assert fold.apply(event) == FoldOutput()
    assert _figures(fold) == _figures(_folded(events))
    assert fold.contacts() == _folded(events).contacts()


@given(call_scripts())
def test_all_events_once_more_change_nothing(events: list[ev.CallEvent]) -> None:
    fold = _folded(events)
    figures, contacts = _figures(fold), fold.contacts()
    for event in events:
        fold.apply(event)
    assert fold.contacts() == contacts
    assert _figures(fold) == figures


@given(call_scripts(), st.lists(st.integers(0, 4), min_size=1, max_size=12))
def test_the_order_within_five_milliseconds_does_not_matter(events: list[ev.CallEvent], offsets: list[int]) -> None:
    exact, late = _folded(events), _folded(jittered(events, offsets))
    pairs = zip(*(sorted(fold.contacts(), key=lambda one: one.key) for fold in (exact, late)), strict=True)
    for one, other in pairs:
        assert (one.id, one.agents, one.outcome, one.ended_by) == (
            other.id,
            other.agents,
            other.outcome,
            other.ended_by,
        )
        assert [(v.queue, v.outcome) for v in one.visits] == [(v.queue, v.outcome) for v in other.visits]
    for queue, again in zip(_figures(exact).queues, _figures(late).queues, strict=True):
        assert (queue.offered, queue.answered, queue.abandoned, queue.timed_out) == (
            again.offered,
            again.answered,
            again.abandoned,
            again.timed_out,
        )


@given(call_scripts())
def test_a_call_on_a_phone_only_gains_revisions_and_never_comes_back(events: list[ev.CallEvent]) -> None:
    fold = CallFold()
    told: dict[str, AgentCall] = {}
    for event in events:
        for call in fold.apply(event).agent_calls:
            known = told.get(call.key)
            if known is not None:
                assert call.revision == known.revision + 1
                assert known.phase is not Phase.ENDED or call.phase is Phase.ENDED
                assert (call.agent, call.contact_id) == (known.agent, known.contact_id)
            told[call.key] = call


@given(call_scripts(), st.integers(1, 7))
def test_telling_less_often_ends_in_the_same(events: list[ev.CallEvent], every: int) -> None:
    each: dict[Any, Any] = {}
    seldom: dict[Any, Any] = {}
    one, other = CallFold(), CallFold()
    for index, event in enumerate(events):
        output = one.apply(event)
        each |= {contact.id: contact for contact in output.contacts}
        other.absorb(event)
        if index % every == 0:
            seldom |= {contact.id: contact for contact in other.drain().contacts}
    seldom |= {contact.id: contact for contact in other.drain().contacts}
    assert seldom == each
    assert _figures(one) == _figures(other)


@given(call_scripts())
def test_a_day_is_rebuilt_from_what_was_stored(events: list[ev.CallEvent]) -> None:
    stored = [json.dumps(to_plain(event)) for event in events]
    rebuilt = [from_plain(json.loads(line)) for line in stored]
    assert rebuilt == events
    assert _figures(_folded(rebuilt)) == _figures(_folded(events))


@pytest.mark.parametrize("kind", get_args(ev.CallEvent))
@given(data=st.data())
def test_every_event_survives_being_stored(kind: type[Any], data: st.DataObject) -> None:
    st.register_type_strategy(str, st.text(max_size=8))
    event = data.draw(st.builds(kind, at=st.just(START)))
    assert from_plain(json.loads(json.dumps(to_plain(event)))) == event


@pytest.mark.parametrize("plain", [{}, {"event": "Nothing"}, {"event": "Held", "at": 5}, {"event": "Held", "leg": "x"}])
def test_what_is_no_event_is_refused(plain: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"event|Held"):
        from_plain(plain)
