"""What the call lane shows, as values: the agent's own state, one cell per call, parked drafts.

``lane_words`` makes them from calls and look-ups, so that painting is pure; the lane itself decides nothing.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.ui.theme import Icon, Voice

NO_CALL = mark("No call")


class CellKind(StrEnum):
    """What a cell of the lane is about."""

    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"
    WRAP_UP = "wrap_up"


@dataclass(frozen=True, slots=True)
class StateBlock:
    """The agent's own state at the leading end: icon, word, a second line, and since when (None: no timer)."""

    words: str
    second: str
    icon: Icon
    voice: Voice
    since: datetime | None = None


class LaneAct(StrEnum):
    """What can be done in the lane."""

    HOLD = "hold"
    RESUME = "resume"
    TRANSFER = "transfer"
    COMPLETE = "complete"
    TAKE_BACK = "take_back"
    END = "end"
    BREAK = "break"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class LaneButton:
    """One thing that can be done; ``key`` is drawn while it works. Not ``allowed``: another thing is being asked."""

    act: LaneAct
    words: str
    icon: Icon
    key: str = ""
    allowed: bool = True


@dataclass(frozen=True, slots=True)
class LaneCell:
    """One call. ``since`` starts its timer, ``digits`` counts the candidates that Ctrl+digit opens.

    ``ends_at`` and ``allowed_s`` belong to wrap-up: when it ends by itself and how long it was meant to be.
    ``more_time`` tells that the end can be moved.
    """

    key: str
    kind: CellKind
    title: str
    second: str
    icon: Icon
    since: datetime | None = None
    digits: int = 0
    look: bool = False
    hint: str = ""
    ends_at: datetime | None = None
    allowed_s: float = 0.0
    more_time: bool = False
    buttons: tuple[LaneButton, ...] = ()


@dataclass(frozen=True, slots=True)
class Parked:
    """Writing that waits: whose, and since when it is kept."""

    key: str
    title: str
    second: str


@dataclass(frozen=True, slots=True)
class Lane:
    """The whole lane. ``words`` stand in it while there is no call, "" for just that there is none; ``icon`` before
    them where they warn. ``buttons`` are what can be done without a call."""

    state: StateBlock
    cells: tuple[LaneCell, ...] = ()
    parked: tuple[Parked, ...] = ()
    words: str = ""
    second: str = ""
    icon: Icon | None = None
    voice: Voice = Voice.REST
    buttons: tuple[LaneButton, ...] = ()
