"""Turns what a phone system sent about one call into call events, in whatever order it came.

There are three steps at most. A new one is told, and again those that come after it in the life of a call: the fold
takes what it knows already as nothing new, and so an answer that overtook its call finds its phone and its queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from crmdesk.domain.calls import events as ev
from crmdesk.domain.quick import dataclass
from crmdesk.telephony.webhook.delivery import Delivery, Step, Way

Who = Callable[[str], str | None]
"""Returns the extension of the person whom a phone system names by extension, login or full name, None for others."""

_ORDER = list(Step)
_TRUNK = ev.Line(ev.LineKind.TRUNK)

# The causes of the format, with what each says of a phone that rang and of the line.
_CAUSES = {
    "normalClearing": (ev.RingEnd.CANCELLED, ev.HangupCause.NORMAL),
    "busy": (ev.RingEnd.BUSY, ev.HangupCause.BUSY),
    "cancel": (ev.RingEnd.CANCELLED, ev.HangupCause.CALLER_GAVE_UP),
    "noAnswer": (ev.RingEnd.NO_ANSWER, ev.HangupCause.NO_ANSWER),
    "congestion": (ev.RingEnd.FAILED, ev.HangupCause.UNREACHABLE),
    "notFound": (ev.RingEnd.FAILED, ev.HangupCause.UNREACHABLE),
    "forwarded": (ev.RingEnd.ELSEWHERE, ev.HangupCause.ELSEWHERE),
}
_UNKNOWN_CAUSE = (ev.RingEnd.NO_ANSWER, ev.HangupCause.OTHER)
_GIVEN_UP = "cancel"
_FORWARDED = "forwarded"


def translate(told: Sequence[Delivery], new: Step, who: Who) -> list[ev.CallEvent]:
    """Return what is to be told of a call now that ``new`` came; ``told`` is everything said of it, ``new`` too."""
    by_step = {one.said.step: one for one in told}
    story = _Story(by_step, who)
    later = [step for step in _ORDER[_ORDER.index(new) :] if step in by_step]
    return [event for step in later for event in story.tell(step)]


@dataclass(frozen=True, slots=True)
class _Story:
    """One call as far as it was told."""

    steps: dict[Step, Delivery]
    who: Who

    def tell(self, step: Step) -> Iterator[ev.CallEvent]:
        """Yield the events of one step."""
        outward = self._way() is Way.OUT
        if step is Step.NEW_CALL:
            yield from self._dialled() if outward else self._offered()
        elif step is Step.ANSWER:
            yield from self._far_answered() if outward else self._answered()
        else:
            yield from self._far_gone() if outward else self._gone()

    @property
    def key(self) -> str:
        """Return the key of the call."""
        first = next(iter(self.steps.values()))
        return f"cti-{first.source}:{first.said.call}"

    def _at(self, step: Step) -> datetime:
        """Return when a step was: not after one that follows it, however late it was told."""
        return min(one.at for name, one in self.steps.items() if _ORDER.index(name) >= _ORDER.index(step))

    def _way(self) -> Way:
        return next((one.said.way for one in self.steps.values() if one.said.way is not None), Way.IN)

    def _ring(self, agent: str) -> str:
        return f"{self.key}/{agent}"

    # From outside ----------------------------------------------------------------------------------------------------

    def _queue(self) -> str | None:
        return next((one.said.queue for one in self.steps.values() if one.said.queue), None)

    def _rung(self) -> list[str]:
        """Return the extensions that ring."""
        new = self.steps.get(Step.NEW_CALL)
        if new is None:
            return []
        found = [agent for word in (*new.said.users, new.said.answering) if word and (agent := self.who(word))]
        if not found and (agent := self.who(new.said.called)):
            found = [agent]
        return list(dict.fromkeys(found))

    def _answerer(self) -> str | None:
        """Return who answered, as far as it is said or can be nobody else."""
        answer = self.steps.get(Step.ANSWER)
        if answer is None:
            return None
        for word in (answer.said.answering, *(answer.said.users if len(answer.said.users) == 1 else ())):
            if word and (agent := self.who(word)):
                return agent
        rung = self._rung()
        return rung[0] if len(rung) == 1 else self.who(answer.said.called)

    def _offered(self) -> Iterator[ev.CallEvent]:
        said, at, queue = self.steps[Step.NEW_CALL].said, self._at(Step.NEW_CALL), self._queue()
        colleague = self.who(said.caller)
        line = ev.Line(ev.LineKind.PHONE, colleague) if colleague else _TRUNK
        caller, did = ev.Caller(said.caller or "anonymous"), said.called or None
        yield ev.Offered(at, self.key, line, caller, did)
        if queue is not None:
            yield ev.QueueJoined(at, self.key, queue, line, caller, did)
        for agent in self._rung():
            yield ev.Ringing(at, self._ring(agent), agent, self.key, queue, line, caller, did)

    def _answered(self) -> Iterator[ev.CallEvent]:
        at, agent = self._at(Step.ANSWER), self._answerer()
        for other in self._rung():
            if other != agent:
                yield ev.RingEnded(at, self._ring(other), ev.RingEnd.ELSEWHERE, self.key)
        if agent is not None:
            yield ev.Answered(at, self._ring(agent), self.key, agent, self._queue())
        elif (queue := self._queue()) is not None:
            yield ev.QueueLeft(at, self.key, queue, ev.QueueExit.LEFT)

    def _gone(self) -> Iterator[ev.CallEvent]:
        at, word = self._at(Step.HANGUP), self.steps[Step.HANGUP].said.cause
        ring_end, cause = _CAUSES.get(word, _UNKNOWN_CAUSE)
        queue = self._queue()
        if Step.ANSWER not in self.steps:
            if word == _GIVEN_UP:
                yield ev.HangupAsked(at, self.key, cause)
            # A phone that could not be reached did not answer; FAILED is for lines to the outside.
            how = ev.RingEnd.NO_ANSWER if ring_end is ev.RingEnd.FAILED else ring_end
            for agent in self._rung():
                yield ev.RingEnded(at, self._ring(agent), how, self.key)
            if queue is not None and Step.NEW_CALL in self.steps:
                yield ev.QueueLeft(at, self.key, queue, _queue_exit(word))
        yield ev.LegEnded(at, self.key, cause)

    # To the outside --------------------------------------------------------------------------------------------------

    @property
    def _far(self) -> str:
        return f"{self.key}/far"

    def _dialled(self) -> Iterator[ev.CallEvent]:
        said, at = self.steps[Step.NEW_CALL].said, self._at(Step.NEW_CALL)
        words = (*said.users, said.answering, said.caller)
        agent = next((found for word in words if word and (found := self.who(word))), None)
        line = ev.Line(ev.LineKind.PHONE, agent)
        yield ev.Offered(at, self.key, line, ev.Caller(said.caller or None), said.called or None)
        yield ev.Dialled(at, self.key, self._far, said.called or None, line)

    def _far_answered(self) -> Iterator[ev.CallEvent]:
        yield ev.Answered(self._at(Step.ANSWER), self._far)

    def _far_gone(self) -> Iterator[ev.CallEvent]:
        at, word = self._at(Step.HANGUP), self.steps[Step.HANGUP].said.cause
        ring_end, cause = _CAUSES.get(word, _UNKNOWN_CAUSE)
        if Step.ANSWER not in self.steps:
            if word == _GIVEN_UP:
                yield ev.HangupAsked(at, self.key, cause)
            yield ev.RingEnded(at, self._far, ring_end, self.key)
        yield ev.LegEnded(at, self._far, cause)
        yield ev.LegEnded(at, self.key, cause)


def _queue_exit(cause: str) -> ev.QueueExit:
    if cause == _GIVEN_UP:
        return ev.QueueExit.ABANDONED
    return ev.QueueExit.LEFT if cause == _FORWARDED else ev.QueueExit.TIMED_OUT
