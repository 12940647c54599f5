"""What the phone cards offer, as rows: numbers to call, colleagues and queues for a transfer, reasons for a break."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import time
from uuid import UUID

from crmdesk.domain.calls.control import Caution, Colleague, Destination, Goal
from crmdesk.domain.calls.dialling import There, dialled_number
from crmdesk.domain.calls.live import AgentState, AgentStatus, QueueFigures, reason_words
from crmdesk.domain.customers import ContactPointKind, CustomerCard
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import left_to_right, mark, tr, tr_n
from crmdesk.domain.quick import dataclass
from crmdesk.ui.theme import Icon, Voice

_SHORTEST_NUMBER = 2
_STATES = {
    AgentState.READY: (mark("Ready"), Icon.CIRCLE_DOT, Voice.PHONE),
    AgentState.WRAP_UP: (mark("Wrap-up"), Icon.TIMER, Voice.REST),
    AgentState.RINGING: (mark("Ringing"), Icon.PHONE_INCOMING, Voice.SOON),
    AgentState.TALKING: (mark("Talking"), Icon.PHONE_CALL, Voice.SOON),
    AgentState.HELD: (mark("Talking, holds"), Icon.PAUSE, Voice.SOON),
    AgentState.BREAK: (mark("On break"), Icon.COFFEE, Voice.REST),
    AgentState.OFFLINE: (mark("Phone off"), Icon.PHONE_OFF, Voice.REST),
}


@dataclass(frozen=True, slots=True)
class Pick:
    """One row: what it is in words, details behind it, a state at its end. ``value`` is what is done when it is chosen.

    ``caution`` says what speaks against it; it is chosen only by a second press.
    """

    words: str
    details: str
    icon: Icon
    value: object
    end: str = ""
    voice: Voice = Voice.REST
    caution: str = ""
    typed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Callee:
    """A number to call: what is dialled, whom it is about, what speaks against it."""

    number: str
    customer_id: UUID | None
    despite: frozenset[Caution]


def matching(picks: Iterable[Pick], typed: str) -> tuple[Pick, ...]:
    """Return the rows that have every typed word in them."""
    wanted = tuple(typed.casefold().split())
    return tuple(
        replace(pick, typed=wanted)
        for pick in picks
        if all(word in f"{pick.words} {pick.details}".casefold() for word in wanted)
    )


# Calling -----------------------------------------------------------------------------------------------------------


def there_words(there: There | None) -> str:
    """Return the time where a number rings, as two times where nobody knows which."""
    if there is None:
        return ""
    earliest, latest = _clocks(there)
    if there.certain:
        return tr("{time} there", time=earliest)
    return tr("{earliest} to {latest} there", earliest=earliest, latest=latest)


def _clocks(there: There) -> tuple[str, str]:
    return there.earliest.strftime("%H:%M"), there.latest.strftime("%H:%M")


def _quiet_words(there: There | None) -> str:
    if there is None:
        return tr("It is late there: quiet hours.")
    earliest, latest = _clocks(there)
    if there.certain:
        return tr("It is {time} there: quiet hours.", time=earliest)
    return tr("It is {earliest} to {latest} there: quiet hours.", earliest=earliest, latest=latest)


def caution_words(despite: frozenset[Caution], asked: str, there: There | None) -> str:
    """Return what speaks against a call, as a sentence; empty where nothing does. ``asked`` is who asked not to be
    called."""
    said = []
    if Caution.DO_NOT_CALL in despite:
        said.append(tr("{name} asked not to be called.", name=asked))
    if Caution.QUIET_HOURS in despite:
        said.append(_quiet_words(there))
    return " ".join(said)


@dataclass(frozen=True, slots=True)
class Calling:
    """For whom numbers are offered, and how they are judged and written. ``judge`` says what speaks against a number
    of somebody who asked not to be called, or of anybody else; ``there`` what time it is there, ``here`` the time here.
    ``asked`` has the numbers of those who asked not to be called, and their names.
    """

    region: str
    number: Callable[[str], str]
    judge: Callable[[str, bool], frozenset[Caution]]
    there: Callable[[str], There | None]
    here: time
    asked: Mapping[str, str]

    def pick(self, number: str, label: str, customer_id: UUID | None) -> Pick:
        """Return one number as a row."""
        asked = self.asked.get(number, "")
        despite, there = self.judge(number, bool(asked)), self.there(number)
        voice = Voice.SOON if despite else Voice.REST
        reached = number.startswith("+")
        shown = left_to_right(self.number(number)) if reached else tr("Extension {number}", number=number)
        value = Callee(number, customer_id, despite)
        caution = caution_words(despite, asked, there)
        end = "" if there == There(self.here, self.here) else there_words(there)
        return Pick(shown, label, Icon.PHONE_OUTGOING, value, end, voice, caution)

    def of_card(self, card: CustomerCard) -> tuple[Pick, ...]:
        """Return a customer's numbers."""
        points = (point for point in card.contact_points if point.kind is ContactPointKind.PHONE)
        return tuple(
            self.pick(point.e164, _label(point.label, shared=point.shared), card.id)
            for point in points
            if point.e164 is not None
        )

    def typed(self, text: str) -> tuple[Pick | None, str]:
        """Return the number that was typed as a row, or None and why it is none; both empty where it is none yet."""
        if sum(mark.isdigit() for mark in text) < _SHORTEST_NUMBER:
            return None, ""
        try:
            number = dialled_number(text, self.region)
        except UserMistake as mistake:
            return None, f"{mistake.what} {mistake.next_step}"
        return self.pick(number, tr("as typed"), None), ""


def _label(label: str, *, shared: bool) -> str:
    return ", ".join(part for part in (label, tr("shared") if shared else "") if part)


# Transferring ------------------------------------------------------------------------------------------------------


def colleague_pick(colleague: Colleague) -> Pick:
    """Return a colleague as a row."""
    state, icon, voice = _STATES[colleague.state]
    where = Destination(Goal.EXTENSION, colleague.extension)
    return Pick(colleague.name, colleague.extension, icon, where, tr(state), voice)


def queue_pick(queue: QueueFigures) -> Pick:
    """Return a queue as a row: how many wait, how many are free."""
    waiting = tr_n("queue, {n} waiting", "queue, {n} waiting", queue.waiting)
    details = waiting if queue.waiting else tr("queue, nobody waits")
    free = tr_n("{n} ready", "{n} ready", queue.agents_ready)
    voice = Voice.PHONE if queue.agents_ready else Voice.REST
    return Pick(queue.label, details, Icon.USERS, Destination(Goal.QUEUE, queue.queue), free, voice)


def destinations(colleagues: Iterable[Colleague], queues: Iterable[QueueFigures]) -> tuple[Pick, ...]:
    """Return where a call can go: who is ready first, then queues, then who is busy; nobody whose phone is off."""
    there = [c for c in colleagues if c.state is not AgentState.OFFLINE]
    ready = sorted((c for c in there if c.state is AgentState.READY), key=_by_name)
    busy = sorted((c for c in there if c.state is not AgentState.READY), key=_by_state)
    rows = [*map(colleague_pick, ready), *map(queue_pick, queues), *map(colleague_pick, busy)]
    return tuple(rows)


def outside(callee: Pick) -> Pick:
    """Return a typed number as somewhere a call can go."""
    assert isinstance(callee.value, Callee)
    number = callee.value.number
    goal = Goal.NUMBER if number.startswith("+") else Goal.EXTENSION
    return replace(callee, icon=Icon.PHONE_FORWARDED, value=Destination(goal, number), caution="", voice=Voice.REST)


def _by_name(colleague: Colleague) -> str:
    return colleague.name.casefold()


def _by_state(colleague: Colleague) -> tuple[int, str]:
    return list(_STATES).index(colleague.state), colleague.name.casefold()


# Breaks ------------------------------------------------------------------------------------------------------------


def people(agents: Iterable[AgentStatus]) -> tuple[Pick, ...]:
    """Return agents as rows, by their extension, each with what they do."""
    found = []
    for agent in agents:
        state, icon, voice = _STATES[agent.state]
        end = tr(state)
        if agent.reason:
            end = tr("{state}: {reason}", state=end, reason=reason_words(agent.reason))
        found.append(Pick(agent.name, agent.extension, icon, agent.extension, end, voice))
    return tuple(found)


def reasons(known: Iterable[str]) -> tuple[Pick, ...]:
    """Return the reasons for a break."""
    return tuple(Pick(reason_words(reason), "", Icon.COFFEE, reason) for reason in known)


def typed_reason(known: Iterable[str], text: str) -> tuple[Pick | None, str]:
    """Return what was typed as a reason, None for one of the house's, however it was typed: sums stay together."""
    typed = text.strip()
    if any(typed.casefold() in (reason.casefold(), reason_words(reason).casefold()) for reason in known):
        return None, ""
    return Pick(typed, tr("as typed"), Icon.COFFEE, typed), ""
