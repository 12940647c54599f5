"""Hypothesis strategies for the events of plausible calls, as a phone system would report them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args, get_type_hints

from hypothesis import strategies as st

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.live import EndedBy, TransferKind

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TRUNK = ev.Line(ev.LineKind.TRUNK)
QUEUES = ("sales", "support")
AGENTS = ("1001", "1002", "1003")


class Script:
    """Writes down the events of one call, each later than the last."""

    def __init__(self, draw: st.DrawFn, number: int) -> None:
        self._draw = draw
        self._now = START + timedelta(milliseconds=draw(st.integers(0, 600_000)))
        self._legs = 0
        self.call = f"asterisk:1795285690.{number}"
        self.number = number
        self.events: list[ev.CallEvent] = []

    def later(self) -> datetime:
        """Return an instant at least 100 ms after the last."""
        self._now += timedelta(milliseconds=self._draw(st.integers(100, 30_000)))
        return self._now

    def offered(self) -> None:
        """Begin the call."""
        caller = ev.Caller(f"+1202555{self.number:04d}")
        self.events.append(ev.Offered(self.later(), self.call, TRUNK, caller, "13125550101"))

    def wait_in_queue(self) -> str | None:
        """Join a queue, ring some phones; return the leg that answered, None if none did."""
        queue = self._draw(st.sampled_from(QUEUES))
        self.events.append(ev.QueueJoined(self.later(), self.call, queue, TRUNK))
        for agent in self._draw(st.lists(st.sampled_from(AGENTS), max_size=2)):
            leg = self._ring(agent, queue)
            if self._draw(st.booleans()):
                at = self.later()
                self.events += [
                    ev.QueueLeft(at, self.call, queue, ev.QueueExit.LEFT),
                    ev.Answered(at, leg, self.call, agent, queue),
                ]
                return leg
            at = self.later()
            self.events += [
                ev.RingEnded(at, leg, ev.RingEnd.NO_ANSWER),
                ev.LegEnded(at, leg, ev.HangupCause.NORMAL),
            ]
        at = self.later()
        how = self._draw(st.sampled_from([ev.QueueExit.ABANDONED, ev.QueueExit.TIMED_OUT]))
        self.events += [
            ev.QueueLeft(at, self.call, queue, how),
            ev.QueueLeft(at, self.call, queue, ev.QueueExit.LEFT),
        ]
        return None

    def _ring(self, agent: str, queue: str) -> str:
        self._legs += 1
        leg = f"asterisk:1795285691.{self.number}{self._legs:03d}"
        self.events.append(ev.Ringing(self.later(), leg, agent, self.call, queue, TRUNK))
        return leg

    def talk(self, leg: str) -> None:
        """Hold or not, hand on or hang up."""
        if self._draw(st.booleans()):
            self.events += [ev.Held(self.later(), leg), ev.Resumed(self.later(), leg)]
        at = self.later()
        if self._draw(st.booleans()):
            self.events += [
                ev.Transferred(at, TransferKind.BLIND, self.call, leg, "1001", "support"),
                ev.LegEnded(at, leg, ev.HangupCause.NORMAL),
            ]
            onward = self.wait_in_queue()
            if onward is not None:
                self.events.append(ev.LegEnded(self.later(), onward, ev.HangupCause.NORMAL))
        else:
            self.events.append(ev.AgentDone(at, self.call, leg, "1001", "sales", EndedBy.AGENT))

    def hang_up(self) -> None:
        """End the call."""
        self.events.append(ev.LegEnded(self.later(), self.call, ev.HangupCause.NORMAL))


@st.composite
def call_scripts(draw: st.DrawFn) -> list[ev.CallEvent]:
    """Return the events of a few calls, in the order of their instants; some calls do not end."""
    events: list[ev.CallEvent] = []
    for number in range(draw(st.integers(1, 5))):
        script = Script(draw, number)
        script.offered()
        if draw(st.booleans()):
            leg = script.wait_in_queue()
            if leg is not None:
                script.talk(leg)
        if draw(st.booleans()):
            script.hang_up()
        events += script.events
    return sorted(events, key=lambda event: event.at)


def jittered(events: list[ev.CallEvent], offsets: list[int]) -> list[ev.CallEvent]:
    """Return the events as they would be read if each came up to 4 ms late, in that other order."""
    moved = [
        replace(event, at=event.at + timedelta(milliseconds=offsets[index % len(offsets)]))
        for index, event in enumerate(events)
    ]
    return sorted(moved, key=lambda event: event.at)


_KEYS = st.sampled_from([*(f"asterisk:1795285690.{number}" for number in range(5)), "x", ""])
_WORDS = st.sampled_from([*AGENTS, *QUEUES])
_LINES = st.sampled_from([TRUNK, ev.Line(ev.LineKind.PHONE, "1001"), ev.Line(ev.LineKind.OTHER)])
_MOMENTS = st.integers(0, 90_000_000).map(lambda ms: START + timedelta(milliseconds=ms))
_KEY_FIELDS = frozenset({"call", "leg", "via", "phone", "by", "consult", "target"})


def _any_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, hint in hints.items():
        if name == "at":
            fields[name] = _MOMENTS
        elif name in _KEY_FIELDS:
            fields[name] = st.none() | _KEYS if type(None) in get_args(hint) else _KEYS
        elif hint is str:
            fields[name] = _WORDS
    return st.builds(kind, **fields)


def any_events() -> st.SearchStrategy[list[ev.CallEvent]]:
    """Return events of every kind in any order about a handful of legs: what no phone system would send."""
    st.register_type_strategy(ev.Line, _LINES)
    st.register_type_strategy(datetime, _MOMENTS)
    return st.lists(st.one_of([_any_of(kind) for kind in get_args(ev.CallEvent)]), max_size=40)
