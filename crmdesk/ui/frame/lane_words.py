"""The words of the call lane, made from calls and look-ups: who is probably calling, in which queue, since when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from crmdesk.domain import words
from crmdesk.domain.calls.live import AgentCall, AgentState, AgentStatus, Direction, EndedBy, Party, reason_words
from crmdesk.domain.candidates import LookUp, LookUpKind
from crmdesk.domain.language import left_to_right, mark, tr, tr_n
from crmdesk.domain.people import Role
from crmdesk.ui.frame.lane_model import NO_CALL, CellKind, LaneCell, StateBlock
from crmdesk.ui.theme import Icon, Voice

PROBABLE = 0.5
_DOT = " · "
_ROLES = {
    Role.AGENT: mark("Agent"),
    Role.SUPERVISOR: mark("Supervisor"),
    Role.ADMINISTRATOR: mark("Administrator"),
}


def party_words(party: Party, number: Callable[[str], str]) -> str:
    """Return the other end without a name on file: its number, extension, or that it is withheld."""
    if party.withheld:
        return tr("Number withheld")
    if party.e164 is not None:
        return left_to_right(number(party.e164))
    if party.extension is not None:
        return tr("Extension {number}", number=party.extension)
    return tr("Number not known")


def _queue_line(call: AgentCall) -> tuple[str, ...]:
    waited = (tr("waited {time}", time=words.running(call.waited_s)),) if call.waited_s is not None else ()
    return (*((call.queue,) if call.queue else ()), *waited)


def ringing_words(call: AgentCall, look_up: LookUp | None, number: Callable[[str], str]) -> str:
    """Return who is probably calling: below a likelihood of 50 % it says "one of 3", never "probably"."""
    if call.party.withheld:
        return tr("Ringing: number withheld")
    if call.direction is Direction.OUTBOUND:
        return tr("Calling {who}", who=party_words(call.party, number))
    if look_up is None or (look_up.kind is not LookUpKind.ONE and not look_up.candidates):
        return tr("Ringing: {who}", who=party_words(call.party, number))
    best = look_up.candidates[0]
    if best.likelihood >= PROBABLE or len(look_up.candidates) == 1:
        return tr("Ringing: probably {name}", name=best.name)
    return tr_n("Ringing: one of {n}", "Ringing: one of {n}", len(look_up.candidates))


def ringing_cell(call: AgentCall, look_up: LookUp | None, number: Callable[[str], str]) -> LaneCell:
    """Return the cell of a call that rings on the agent's phone."""
    title = ringing_words(call, look_up, number)
    known = look_up is not None and bool(look_up.candidates)
    nobody = look_up is not None and look_up.kind is LookUpKind.UNKNOWN and call.direction is Direction.INBOUND
    first = party_words(call.party, number) if known else tr("Nobody on file has this number") if nobody else ""
    return LaneCell(
        key=call.key,
        kind=CellKind.RINGING,
        title=title,
        second=_DOT.join(part for part in (first, *_queue_line(call)) if part),
        icon=Icon.PHONE_OUTGOING if call.direction is Direction.OUTBOUND else Icon.PHONE_INCOMING,
        since=call.rang_at,
        digits=len(look_up.candidates) if look_up is not None else 0,
        look=True,
        hint=tr("Answer on your phone") if call.direction is not Direction.OUTBOUND else "",
    )


def talking_cell(call: AgentCall, who: str, number: Callable[[str], str]) -> LaneCell:
    """Return the cell of a call one talks in or holds; ``who`` is the customer chosen, empty while none is."""
    held = call.held_since is not None
    outbound = call.direction is Direction.OUTBOUND
    return LaneCell(
        key=call.key,
        kind=CellKind.HELD if held else CellKind.TALKING,
        title=who or party_words(call.party, number),
        second=_DOT.join(_queue_line(call) or ((tr("outbound call"),) if outbound else ())),
        icon=Icon.PAUSE if held else Icon.PHONE_OUTGOING if outbound else Icon.PHONE_INCOMING,
        since=call.held_since if held else call.answered_at,
    )


def wrap_up_cell(
    call: AgentCall, who: str, number: Callable[[str], str], zone: tzinfo, ends_at: datetime, allowed_s: float
) -> LaneCell:
    """Return the cell of the work after a call."""
    talked = (tr("Talked {time}", time=words.running(call.talk_s)),) if call.end_seen else ()
    held = (tr("held {time}", time=words.running(call.hold_s)),) if call.hold_s >= 1 else ()
    ended = (_ended(call, words.clock_seconds(call.ended_at, zone)),) if call.ended_at is not None else ()
    return LaneCell(
        key=call.key,
        kind=CellKind.WRAP_UP,
        title=who or party_words(call.party, number),
        second=_DOT.join((*talked, *held, *ended)),
        icon=Icon.PHONE_OFF,
        since=call.ended_at,
        ends_at=ends_at,
        allowed_s=allowed_s,
        more_time=True,
    )


def _ended(call: AgentCall, time: str) -> str:
    """Return who ended a call and when; where nobody saw the end, by when it was over."""
    match call.ended_by:
        case EndedBy.CALLER:
            seen, unseen = mark("ended by caller {time}"), mark("ended by caller by {time}")
        case EndedBy.AGENT:
            seen, unseen = mark("ended by you {time}"), mark("ended by you by {time}")
        case _:
            seen, unseen = mark("ended {time}"), mark("ended by {time}")
    return tr(seen if call.end_seen else unseen, time=time)


def state_block(cells: tuple[LaneCell, ...], status: AgentStatus | None, queues: int, zone: tzinfo) -> StateBlock:
    """Return the agent's own state: what the calls tell, else what the phone system says of this agent.

    Nothing is claimed that nobody told: without a status and a call the block says "No call".
    """
    busy = {cell.kind: cell for cell in reversed(cells)}
    if CellKind.TALKING in busy:
        began = busy[CellKind.TALKING].since
        return StateBlock(tr("Talking"), _since(began, zone), Icon.PHONE_CALL, Voice.PHONE, began)
    if CellKind.HELD in busy:
        began = busy[CellKind.HELD].since
        return StateBlock(tr("Held"), _since(began, zone), Icon.PAUSE, Voice.SOON, began)
    if CellKind.WRAP_UP in busy:
        cell = busy[CellKind.WRAP_UP]
        line = tr("until {time}", time=words.running(cell.allowed_s)) if cell.allowed_s else ""
        return StateBlock(tr("Wrap-up"), line, Icon.TIMER, Voice.REST, cell.since)
    return _idle_block(status, tr_n("{n} queue", "{n} queues", queues) if queues else "")


def no_phone_block(role: Role) -> StateBlock:
    """Return the state of somebody who takes no calls."""
    return StateBlock(tr(_ROLES[role]), tr("not taking calls"), Icon.HEADPHONES, Voice.REST)


def _since(began: datetime | None, zone: tzinfo) -> str:
    return tr("since {time}", time=words.clock(began, zone)) if began is not None else ""


def _idle_block(status: AgentStatus | None, queues: str) -> StateBlock:
    if status is None:
        return StateBlock(tr(NO_CALL), queues, Icon.HEADPHONES, Voice.REST)
    if status.state is AgentState.READY:
        return StateBlock(tr("Ready"), queues, Icon.CIRCLE_DOT, Voice.PHONE, status.since)
    if status.state is AgentState.RINGING:
        return StateBlock(tr("Ready"), queues, Icon.CIRCLE_DOT, Voice.PHONE)
    if status.state is AgentState.BREAK:
        return StateBlock(tr("Break"), reason_words(status.reason or ""), Icon.COFFEE, Voice.REST, status.since)
    if status.state is AgentState.OFFLINE:
        return StateBlock(tr("Phone off"), tr("not signed on"), Icon.PHONE_OFF, Voice.REST)
    if status.state is AgentState.WRAP_UP:
        return StateBlock(tr("Wrap-up"), queues, Icon.TIMER, Voice.REST, status.since)
    # Talking or held, but no call of ours to show: said as the phone system says it.
    return StateBlock(tr("On a call"), queues, Icon.PHONE_CALL, Voice.PHONE, status.since)
