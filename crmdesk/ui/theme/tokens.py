"""The design tokens as typed values: colours by voice, type roles, space, radii and sizes."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from PySide6.QtGui import QColor

from crmdesk.domain.quick import dataclass
from crmdesk.domain.shipped import shipped


class Scheme(StrEnum):
    """The two sets of colours."""

    LIGHT = "light"
    DARK = "dark"


class Voice(StrEnum):
    """Six voices of colour, each with one meaning; colour never speaks without an icon and words."""

    YOU = "you"
    """Where you are: focus, selection, primary button, link, your version."""
    PHONE = "phone"
    """The live line, and what went well."""
    SOON = "soon"
    """Asks for you before it is late; also held, and two versions."""
    LATE = "late"
    """Breached, failed or refused; never decoration."""
    WORD = "word"
    """What the customer has from us: mail, letters, promises."""
    REST = "rest"
    """Everything at rest: wrap-up, break, paused, stale, offline, and the care marker."""


class TextRole(StrEnum):
    """Sizes and weights of type by what the words are for."""

    CAPTION = "caption"
    SMALL = "small"
    SECTION = "section"
    BODY = "body"
    BODY_STRONG = "bodyStrong"
    NOTE = "note"
    TITLE = "title"
    FIND = "find"
    STATE = "state"
    TIMER = "timer"
    NAME = "name"
    TILE = "tile"
    WALL = "wall"
    WALL_HERO = "wallHero"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class VoiceColors:
    """One voice: on ``solid`` words take ``on``, on grounds and ``soft`` they take ``text``; edges ``line``."""

    solid: QColor
    on: QColor
    text: QColor
    soft: QColor
    line: QColor


@dataclass(frozen=True, slots=True)
class Grounds:
    """What things lie on."""

    window: QColor
    panel: QColor
    sunken: QColor
    raised: QColor
    hover: QColor
    pressed: QColor


@dataclass(frozen=True, slots=True)
class Texts:
    """Words without a voice. Muted never sits on ``mark``."""

    primary: QColor
    secondary: QColor
    muted: QColor
    disabled: QColor


@dataclass(frozen=True, slots=True)
class Lines:
    """``soft`` carries no meaning; ``control`` is the edge of something one can use."""

    soft: QColor
    control: QColor


@dataclass(frozen=True, slots=True)
class Colors:
    """All colours of one scheme."""

    scheme: Scheme
    bg: Grounds
    text: Texts
    line: Lines
    voices: dict[Voice, VoiceColors]
    diff_mine: QColor
    diff_theirs: QColor
    mark: QColor
    shadow: QColor

    def voice(self, voice: Voice) -> VoiceColors:
        """Return the five colours of a voice."""
        return self.voices[voice]

    @property
    def you(self) -> VoiceColors:
        """The colours of focus and selection."""
        return self.voices[Voice.YOU]


@dataclass(frozen=True, slots=True)
class TypeSize:
    """A type role: ``px`` high, ``weight`` 400 or 600, lines ``line`` px apart."""

    px: int
    weight: int
    line: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """Everything tokens.json says that the program uses."""

    light: Colors
    dark: Colors
    type: dict[TextRole, TypeSize]
    families: tuple[str, ...]
    icons: tuple[str, ...]

    def colors(self, scheme: Scheme) -> Colors:
        """Return the colours of one scheme."""
        return self.dark if scheme is Scheme.DARK else self.light


class Space:
    """Distances in px."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24
    CHIP_GAP = 6


class Radius:
    """Corner radii in px."""

    CHIP = 4
    CONTROL = 6
    CARD = 8
    POP = 10


class Size:
    """Heights, widths and icon sizes in px."""

    LANE = 56
    RAIL = 68
    RAIL_FOLDED = 52
    STATUS = 28
    ROW = 36
    ROW_COMPACT = 28
    ROW_ROOMY = 44
    ROW_TWO_LINES = 54
    OPTION = 34
    CONTROL = 32
    CONTROL_SMALL = 26
    CHIP = 20
    RAIL_ITEM = 52
    TABLE_HEAD = 28
    ACCENT = 3
    BAR = 6
    SCROLLBAR = 5
    ICON_CHIP = 14
    ICON = 16
    ICON_LANE = 18
    ICON_RAIL = 20
    ICON_EMPTY = 32
    ICON_WALL = 24
    CUSTOMER = 312
    NOTE = 392
    CUSTOMER_NARROW = 288
    NOTE_NARROW = 352
    TIMELINE_MIN = 420
    SIDE_LIST = 560
    SIDE_LIST_NARROW = 480
    PALETTE = 652
    CHOOSER = 752
    SYNC_POPOVER = 468
    WINDOW_MIN_WIDTH = 1024
    WINDOW_MIN_HEIGHT = 640
    LABELS_OFF = 1400
    CARD_TO_STRIP = 1280
    BUTTON_WORDS_OFF = 1200


class Motion:
    """Durations in ms; all 0 with reduced motion."""

    FADE = 80
    SLIDE = 120


def _color(text: str) -> QColor:
    """Return a colour from ``#RRGGBB`` or ``#RRGGBBAA`` (Qt would read the latter as ARGB)."""
    if len(text) == 9:
        return QColor(int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16), int(text[7:9], 16))
    return QColor(text)


def _colors(scheme: Scheme, table: dict[str, str]) -> Colors:
    at = {name: _color(value) for name, value in table.items()}
    return Colors(
        scheme=scheme,
        bg=Grounds(*(at[f"bg.{n}"] for n in ("window", "panel", "sunken", "raised", "hover", "pressed"))),
        text=Texts(*(at[f"text.{n}"] for n in ("primary", "secondary", "muted", "disabled"))),
        line=Lines(at["line.soft"], at["line.control"]),
        voices={v: VoiceColors(*(at[f"{v}.{n}"] for n in ("solid", "on", "text", "soft", "line"))) for v in Voice},
        diff_mine=at["diff.mine"],
        diff_theirs=at["diff.theirs"],
        mark=at["mark"],
        shadow=at["shadow"],
    )


def load_tokens() -> Tokens:
    """Read the shipped tokens."""
    raw: dict[str, Any] = json.loads(shipped("theme", "tokens.json").read_text(encoding="utf-8"))
    fonts = raw["font"]
    families = dict.fromkeys(
        (*fonts["linux"][:1], *fonts["windows"], *fonts["macos"], *fonts["linux"][1:], *fonts["fallback"])
    )
    return Tokens(
        light=_colors(Scheme.LIGHT, raw["color"]["light"]),
        dark=_colors(Scheme.DARK, raw["color"]["dark"]),
        type={
            TextRole(role): TypeSize(int(v["px"]), int(v["weight"]), int(v["line"])) for role, v in raw["type"].items()
        },
        families=tuple(families),
        icons=tuple(raw["icons"]["names"]),
    )
