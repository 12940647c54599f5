"""What a person may ask of a phone system from the desk: one frozen value for each thing, and who may ask it.

A request names the agent's own call by its key (``AgentCall.key``). It is carried out once or not at all: the desk
gives it an id, and nothing is asked again by itself.
"""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.calls.live import Ability, AgentState
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.people import Role
from crmdesk.domain.quick import dataclass

GOOD_FOR = timedelta(seconds=8)
"""A request that nobody carried out within this time is not carried out any more: the person has gone on."""

_DIALLED = re.compile(r"\+?[0-9*#]{1,32}")
_INSIDE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
LONGEST_REASON = 80


def is_inside(name: str) -> bool:
    """Say whether a phone system can be given ``name`` as an extension or a queue."""
    return _INSIDE.fullmatch(name) is not None


class Goal(StrEnum):
    """Where a call is to go."""

    EXTENSION = "extension"
    QUEUE = "queue"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a call is to go: an extension, a queue by its name on the phone system, or a number (E.164).

    Raises UserMistake for what no phone system may be given: a line end, a blank, any letter where digits belong.
    """

    goal: Goal
    value: str

    def __post_init__(self) -> None:
        allowed = _DIALLED if self.goal is Goal.NUMBER else _INSIDE
        if not allowed.fullmatch(self.value):
            raise UserMistake(
                "to", tr("That is nowhere a call can go."), tr("Choose somebody from the list or type a number.")
            )


class Caution(StrEnum):
    """What speaks against a call that a person may place all the same, once they said so."""

    DO_NOT_CALL = "do_not_call"
    QUIET_HOURS = "quiet_hours"


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring the agent's own phone, then dial ``number``, E.164 or an extension of the house.

    ``despite`` are the cautions that the agent saw and went on from; ``customer_id`` is whom it is about, if known.
    """

    number: str
    despite: frozenset[Caution] = frozenset()
    customer_id: UUID | None = None

    def __post_init__(self) -> None:
        if not _DIALLED.fullmatch(self.number):
            raise UserMistake(
                "number", tr("That is no number that can be dialled."), tr("Digits, with a plus before them.")
            )


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the agent's part of a call."""

    call: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Let the other side wait."""

    call: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Take the other side back."""

    call: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Send the other side on at once, without asking there."""

    call: str
    to: Destination


@dataclass(frozen=True, slots=True)
class Consult:
    """Let the other side wait and ring somebody to ask first."""

    call: str
    to: Destination


@dataclass(frozen=True, slots=True)
class Complete:
    """Bring together the other side and whoever was asked; the agent leaves."""

    call: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Let go of whoever was asked and talk to the other side again."""

    call: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Take a break in every queue, and say why. ``agent`` is another's extension, empty for one's own."""

    reason: str
    agent: str = ""

    def __post_init__(self) -> None:
        if len(self.reason) > LONGEST_REASON or not self.reason.isprintable():
            raise UserMistake(
                "reason", tr("That reason cannot be taken."), tr("One line of {n} characters.", n=LONGEST_REASON)
            )


@dataclass(frozen=True, slots=True)
class Ready:
    """Take calls again in every queue. ``agent`` is another's extension, empty for one's own."""

    agent: str = ""


OnCall = HangUp | Hold | Resume | Transfer | Consult | Complete | TakeBack
PhoneRequest = Dial | OnCall | Pause | Ready

NEEDS: dict[type[PhoneRequest], Ability] = {
    Dial: Ability.DIAL,
    HangUp: Ability.HANG_UP,
    Hold: Ability.HOLD,
    Resume: Ability.HOLD,
    Transfer: Ability.TRANSFER,
    Consult: Ability.CONSULT,
    Complete: Ability.CONSULT,
    TakeBack: Ability.CONSULT,
    Pause: Ability.PAUSE,
    Ready: Ability.PAUSE,
}
"""Which ability each request needs."""

_OVERSEERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Ends:
    """The two ends of an agent's call as the phone system knows them: the agent's leg, and the other side's."""

    own: str
    other: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with a phone, and what they do; neither since when nor why."""

    extension: str
    name: str
    state: AgentState


def whose_phone(request: PhoneRequest, role: Role, extension: str | None) -> str:
    """Return the extension that a request is about; raises Refused where the person has no say over it.

    Everybody acts on their own phone and their own calls. Supervisors and administrators may also put others on break
    and take them back (somebody went home on "ready"); nobody ends, moves or hears another's call from a desk.
    """
    agent = request.agent if isinstance(request, Pause | Ready) else ""
    if agent and agent != extension:
        if role not in _OVERSEERS:
            raise Refused(tr("Only a supervisor can do this for somebody else."), tr("Ask yours."))
        if not is_inside(agent):
            raise Refused(tr("Nobody has that extension."), tr("Choose somebody from the board."))
        return agent
    if not extension:
        raise Refused(tr("You have no phone here."), tr("An administrator can give you an extension."))
    if not is_inside(extension):
        raise Refused(tr("Your extension cannot be given to a phone system."), tr("Ask your administrator."))
    return extension
