"""Hypothesis strategies for a whole floor: calls, breaks, phones taken by calls nobody saw, wrap-ups that end."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.fold import FoldSettings
from tests.support.call_scripts import AGENTS, QUEUES, START, call_scripts

SETTINGS = FoldSettings(wrap_up_s={"sales": 20.0, "support": 45.0})
_MOMENTS = st.integers(0, 900_000).map(lambda ms: START + timedelta(milliseconds=ms))
_AGENTS, _QUEUES = st.sampled_from(AGENTS), st.sampled_from(QUEUES)
_REASONS = st.sampled_from([None, "lunch", "training"])


def _standing() -> st.SearchStrategy[ev.CallEvent]:
    changed = st.builds(
        ev.MemberChanged,
        at=_MOMENTS,
        queue=_QUEUES,
        agent=_AGENTS,
        name=st.just("Somebody"),
        device=st.sampled_from(ev.Device),
        paused=st.booleans(),
        reason=_REASONS,
    )
    paused = st.builds(
        ev.MemberPaused,
        at=_MOMENTS,
        queue=_QUEUES,
        agent=_AGENTS,
        name=st.just("Somebody"),
        paused=st.booleans(),
        reason=_REASONS,
    )
    removed = st.builds(ev.MemberRemoved, at=_MOMENTS, queue=_QUEUES, agent=_AGENTS)
    done = st.builds(ev.WrapUpEnded, at=_MOMENTS, agent=_AGENTS)
    return st.one_of(changed, paused, removed, done)


@st.composite
def floors(draw: st.DrawFn) -> list[ev.CallEvent]:
    """Return the events of some calls and of what their agents did besides, in the order of their instants."""
    events = [*draw(call_scripts()), *draw(st.lists(_standing(), max_size=12))]
    return sorted(events, key=lambda event: event.at)
