"""The words of the call lane, made from calls and look-ups: who is probably calling, in which queue, since when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from crmdesk.domain import words
from crmdesk.domain.calls.live import AgentCall, AgentState, AgentStatus, Direction, EndedBy, Party
from crmdesk.domain.candidates import LookUp, LookUpKind
from crmdesk.domain.language import tr_n
from crmdesk.domain.people import Role
from crmdesk.ui.frame.lane_model import CellKind, LaneCell, StateBlock
from crmdesk.ui.theme import Icon, Voice

PROBABLE = 0.5
_DOT = " · "


def party_words(party: Party, number: Callable[[str], str]) -> str:
    """Return the other end without a name on file: its number, extension, or that it is withheld."""
    if party.withheld:
        return "Number withheld"
    if party.e164 is not None:
        return number(party.e164)
    if party.extension is not None:
        return f"Extension {party.extension}"
    return "Number not known"


def _queue_line(call: AgentCall) -> tuple[str, ...]:
    waited = (f"waited {words.running(call.waited_s)}",) if call.waited_s is not None else ()
    return (*((call.queue,) if call.queue else ()), *waited)


def ringing_words(call: AgentCall, look_up: LookUp | None, number: Callable[[str], str]) -> str:
    """Return who is probably calling: below a likelihood of 50 % it says "one of 3", never "probably"."""
    if call.party.withheld:
        return "Ringing: number withheld"
    if call.direction is Direction.OUTBOUND:
        return f"Calling {party_words(call.party, number)}"
    if look_up is None or (look_up.kind is not LookUpKind.ONE and not look_up.candidates):
        return f"Ringing: {party_words(call.party, number)}"
    best = look_up.candidates[0]
    if best.likelihood >= PROBABLE or len(look_up.candidates) == 1:
        return f"Ringing: probably {best.name}"
    return f"Ringing: one of {len(look_up.candidates)}"


def ringing_cell(call: AgentCall, look_up: LookUp | None, number: Callable[[str], str]) -> LaneCell:
    """Return the cell of a call that rings on the agent's phone."""
    title = ringing_words(call, look_up, number)
    known = look_up is not None and bool(look_up.candidates)
    nobody = look_up is not None and look_up.kind is LookUpKind.UNKNOWN and call.direction is Direction.INBOUND
    first = party_words(call.party, number) if known else "Nobody on file has this number" if nobody else ""
    return LaneCell(
        key=call.key,
        kind=CellKind.RINGING,
        title=title,
        second=_DOT.join(part for part in (first, *_queue_line(call)) if part),
        icon=Icon.PHONE_OUTGOING if call.direction is Direction.OUTBOUND else Icon.PHONE_INCOMING,
        since=call.rang_at,
        digits=len(look_up.candidates) if look_up is not None else 0,
        look=True,
        hint="Answer on your phone" if call.direction is not Direction.OUTBOUND else "",
    )


def talking_cell(call: AgentCall, who: str, number: Callable[[str], str]) -> LaneCell:
    """Return the cell of a call one talks in or holds; ``who`` is the customer chosen, empty while none is."""
    held = call.held_since is not None
    outbound = call.direction is Direction.OUTBOUND
    return LaneCell(
        key=call.key,
        kind=CellKind.HELD if held else CellKind.TALKING,
        title=who or party_words(call.party, number),
        second=_DOT.join(_queue_line(call) or (("outbound call",) if outbound else ())),
        icon=Icon.PAUSE if held else Icon.PHONE_OUTGOING if outbound else Icon.PHONE_INCOMING,
        since=call.held_since if held else call.answered_at,
    )


def wrap_up_cell(
    call: AgentCall, who: str, number: Callable[[str], str], zone: tzinfo, ends_at: datetime, allowed_s: float
) -> LaneCell:
    """Return the cell of the work after a call."""
    talked = (f"Talked {words.running(call.talk_s)}",) if call.end_seen else ()
    held = (f"held {words.running(call.hold_s)}",) if call.hold_s >= 1 else ()
    by = {EndedBy.CALLER: " by caller", EndedBy.AGENT: " by you", EndedBy.SYSTEM: "", None: ""}[call.ended_by]
    when = "" if call.end_seen else "by "
    ended = (f"ended{by} {when}{words.clock_seconds(call.ended_at, zone)}",) if call.ended_at is not None else ()
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


def state_block(cells: tuple[LaneCell, ...], status: AgentStatus | None, queues: int, zone: tzinfo) -> StateBlock:
    """Return the agent's own state: what the calls tell, else what the phone system says of this agent.

    Nothing is claimed that nobody told: without a status and a call the block says "No call".
    """
    busy = {cell.kind: cell for cell in reversed(cells)}
    if CellKind.TALKING in busy:
        began = busy[CellKind.TALKING].since
        return StateBlock("Talking", _since(began, zone), Icon.PHONE_CALL, Voice.PHONE, began)
    if CellKind.HELD in busy:
        began = busy[CellKind.HELD].since
        return StateBlock("Held", _since(began, zone), Icon.PAUSE, Voice.SOON, began)
    if CellKind.WRAP_UP in busy:
        cell = busy[CellKind.WRAP_UP]
        line = f"until {words.running(cell.allowed_s)}" if cell.allowed_s else ""
        return StateBlock("Wrap-up", line, Icon.TIMER, Voice.REST, cell.since)
    return _idle_block(status, tr_n("{n} queue", "{n} queues", queues) if queues else "")


def no_phone_block(role: Role) -> StateBlock:
    """Return the state of somebody who takes no calls."""
    return StateBlock(role.value.capitalize(), "not taking calls", Icon.HEADPHONES, Voice.REST)


def _since(began: datetime | None, zone: tzinfo) -> str:
    return f"since {words.clock(began, zone)}" if began is not None else ""


def _idle_block(status: AgentStatus | None, queues: str) -> StateBlock:
    if status is None:
        return StateBlock("No call", queues, Icon.HEADPHONES, Voice.REST)
    if status.state is AgentState.READY:
        return StateBlock("Ready", queues, Icon.CIRCLE_DOT, Voice.PHONE, status.since)
    if status.state is AgentState.RINGING:
        return StateBlock("Ready", queues, Icon.CIRCLE_DOT, Voice.PHONE)
    if status.state is AgentState.BREAK:
        return StateBlock("Break", status.reason or "", Icon.COFFEE, Voice.REST, status.since)
    if status.state is AgentState.OFFLINE:
        return StateBlock("Phone off", "not signed on", Icon.PHONE_OFF, Voice.REST)
    if status.state is AgentState.WRAP_UP:
        return StateBlock("Wrap-up", queues, Icon.TIMER, Voice.REST, status.since)
    # Talking or held, but no call of ours to show: said as the phone system says it.
    return StateBlock("On a call", queues, Icon.PHONE_CALL, Voice.PHONE, status.since)
