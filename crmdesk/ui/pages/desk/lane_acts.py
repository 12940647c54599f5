"""Which buttons a call in the lane has, and those of a lane without a call: only what the phone system can do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from crmdesk.domain.calls.control import HangUp, Hold, Pause, PhoneRequest, Ready, Resume, TakeBack, Transfer
from crmdesk.domain.calls.live import Ability, AgentState, AgentStatus
from crmdesk.domain.lane import DeskCall, Stage
from crmdesk.domain.language import mark, tr, tr_in
from crmdesk.domain.quick import dataclass
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.lane_model import LaneAct, LaneButton
from crmdesk.ui.qt.keys import Command
from crmdesk.ui.theme import Icon

_OPEN = (Stage.TALKING, Stage.HELD)
_COMMANDS: Mapping[LaneAct, Command] = {
    LaneAct.HOLD: commands.HOLD,
    LaneAct.RESUME: commands.HOLD,
    LaneAct.TAKE_BACK: commands.HOLD,
    LaneAct.TRANSFER: commands.TRANSFER,
    LaneAct.COMPLETE: commands.TRANSFER,
    LaneAct.END: commands.END,
    LaneAct.BREAK: commands.BREAK,
    LaneAct.READY: commands.READY,
}
_ICONS: Mapping[LaneAct, Icon] = {
    LaneAct.HOLD: Icon.PAUSE,
    LaneAct.RESUME: Icon.PHONE_CALL,
    LaneAct.TAKE_BACK: Icon.UNDO_2,
    LaneAct.TRANSFER: Icon.PHONE_FORWARDED,
    LaneAct.COMPLETE: Icon.PHONE_FORWARDED,
    LaneAct.END: Icon.PHONE_OFF,
    LaneAct.BREAK: Icon.COFFEE,
    LaneAct.READY: Icon.CIRCLE_DOT,
}
_ASKED = {
    HangUp: mark("Ending …"),
    Hold: mark("Holding …"),
    Resume: mark("Taking back …"),
    Transfer: mark("Transferring …"),
    Pause: mark("Going on break …"),
    Ready: mark("Signing back in …"),
    TakeBack: mark("Going back to the caller …"),
}


@dataclass(frozen=True, slots=True)
class Hands:
    """What the phone can be asked, what is being asked, and on which call a consultation is.

    ``cap`` writes the key of a command as it is set here.
    """

    abilities: frozenset[Ability]
    asking: PhoneRequest | None
    consulted: str
    cap: Callable[[Command], str]

    def can(self, act: LaneAct, case: DeskCall | None) -> bool:
        """Say whether something can be done with a call now."""
        return act in (self.acts_of(case) if case is not None else ())

    def acts_of(self, case: DeskCall) -> tuple[LaneAct, ...]:
        """Return what can be done with a call, in the order of its buttons."""
        if case.key == self.consulted and case.stage in _OPEN:
            return LaneAct.COMPLETE, LaneAct.TAKE_BACK
        acts = []
        if case.stage is Stage.TALKING and Ability.HOLD in self.abilities:
            acts.append(LaneAct.HOLD)
        if case.stage is Stage.HELD and Ability.HOLD in self.abilities:
            acts.append(LaneAct.RESUME)
        if case.stage in _OPEN and Ability.TRANSFER in self.abilities:
            acts.append(LaneAct.TRANSFER)
        own_ring = case.stage is Stage.RINGING and not case.pops
        if (case.stage in _OPEN or own_ring) and Ability.HANG_UP in self.abilities:
            acts.append(LaneAct.END)
        return tuple(acts)

    def buttons_of(self, case: DeskCall, front: bool) -> tuple[LaneButton, ...]:
        """Return the buttons of a call; keys are drawn on the call in front, on which they act."""
        return tuple(self._buttons(self.acts_of(case), keys=front))

    def idle_buttons(self, status: AgentStatus | None) -> tuple[LaneButton, ...]:
        """Return the buttons of a lane without a call: break while ready, ready while on break."""
        return tuple(self._buttons(self.idle_acts(status), keys=True))

    def idle_acts(self, status: AgentStatus | None) -> tuple[LaneAct, ...]:
        """Return what can be done about being ready."""
        if Ability.PAUSE not in self.abilities or status is None or status.state is AgentState.OFFLINE:
            return ()
        return (LaneAct.READY,) if status.state is AgentState.BREAK else (LaneAct.BREAK,)

    def _buttons(self, acts: Iterable[LaneAct], *, keys: bool) -> Iterable[LaneButton]:
        for act in acts:
            yield LaneButton(
                act, _words_of(act), _ICONS[act], self.cap(_COMMANDS[act]) if keys else "", self.asking is None
            )


def asking_words(request: PhoneRequest | None) -> str:
    """Return what is being asked of the phone system at this moment, for the lane."""
    if request is None:
        return ""
    asked = _ASKED.get(type(request))
    return tr(asked) if asked is not None else tr("Asking the phone system …")


def _words_of(act: LaneAct) -> str:
    match act:
        case LaneAct.HOLD:
            return tr_in("button of a call", "Hold")
        case LaneAct.RESUME:
            return tr_in("button of a call", "Take back")
        case LaneAct.TAKE_BACK:
            return tr("Back to the caller")
        case LaneAct.TRANSFER:
            return tr_in("button of a call", "Transfer")
        case LaneAct.COMPLETE:
            return tr("Connect them")
        case LaneAct.END:
            return tr_in("button of a call", "End")
        case LaneAct.BREAK:
            return tr_in("button: no more calls for now", "Break")
        case LaneAct.READY:
            return tr_in("button: take calls again", "Ready")
