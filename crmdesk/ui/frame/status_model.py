"""What the status line shows, as values; ``status_words`` makes them from the states of sync, phone and board."""

from __future__ import annotations

from enum import StrEnum

from crmdesk.domain.quick import dataclass
from crmdesk.ui.theme import Icon, Voice


class Tone(StrEnum):
    """How loud an item is: PLAIN words, SOFT a light ground, SOLID a full ground (offline)."""

    PLAIN = "plain"
    SOFT = "soft"
    SOLID = "solid"


@dataclass(frozen=True, slots=True)
class StatusWords:
    """One item of the status line. ``voice`` colours the icon, and the words too unless PLAIN and at rest."""

    text: str
    icon: Icon | None = None
    voice: Voice = Voice.REST
    tone: Tone = Tone.PLAIN
    after: str = ""
