"""Painting shared by widgets and delegates: text, boxes, icons, key caps, chips and bars, from the present theme."""

from __future__ import annotations

from enum import StrEnum
from unicodedata import combining, normalize

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QTextLayout, QTextLine

from crmdesk.domain.quick import dataclass
from crmdesk.ui.kit.mirror import is_turned, upright
from crmdesk.ui.qt.places import units
from crmdesk.ui.theme import DIRECTED, Icon, Radius, Size, TextRole, Voice, theme

_ENDLESS = 1_000_000
_LINE_ENDS = str.maketrans({"\n": " ", "\r": " ", "\t": " "})


class Align(StrEnum):
    """Where a line of text stands in its rectangle; LEADING is left in left-to-right languages."""

    LEADING = "leading"
    CENTRE = "centre"
    TRAILING = "trailing"


class ChipStyle(StrEnum):
    """SOFT: quiet ground; STRONG: the same with weight 600 (soon, late); SOLID: care marker; OUTLINE: a mere mark."""

    SOFT = "soft"
    STRONG = "strong"
    SOLID = "solid"
    OUTLINE = "outline"


@dataclass(frozen=True, slots=True)
class ChipSpec:
    """A chip: words, voice, icon and style. Chips asking for attention (soon, late) are strong by themselves."""

    text: str
    voice: Voice = Voice.REST
    icon: Icon | None = None
    style: ChipStyle = ChipStyle.SOFT

    @property
    def role(self) -> TextRole:
        """Return the type role of its words."""
        strong = self.style in (ChipStyle.STRONG, ChipStyle.SOLID) or (
            self.voice in (Voice.SOON, Voice.LATE) and self.style is ChipStyle.SOFT
        )
        return TextRole.SECTION if strong else TextRole.SMALL


def text_width(text: str, role: TextRole) -> int:
    """Return the width of one line in px, rounded up."""
    return int(theme().advance(role, text) + 0.999)


def one_line(text: str) -> str:
    """Return the text with line ends and tabs as blanks, for places with one line."""
    return text.translate(_LINE_ENDS)


def elided(text: str, role: TextRole, width: float) -> str:
    """Return the text shortened at its end to fit ``width`` px."""
    return QFontMetrics(theme().font(role)).elidedText(one_line(text), Qt.TextElideMode.ElideRight, int(width))


def draw_text(
    painter: QPainter,
    rect: QRectF | QRect,
    text: str,
    role: TextRole,
    color: QColor,
    align: Align = Align.LEADING,
) -> float:
    """Draw one line, vertically centred, elided at its end; return the width it took in px."""
    box = QRectF(rect)
    if box.width() <= 0:
        return 0.0
    look = theme()
    metrics = look.metrics(role)
    line = one_line(text)
    width = look.advance(role, line)
    if width > box.width() + 0.5:
        line = metrics.elidedText(line, Qt.TextElideMode.ElideRight, box.width())
        width = look.advance(role, line)
    painter.setFont(look.font(role))
    painter.setPen(color)
    if is_turned(painter):
        with upright(painter, box):
            # A name or a note runs as its own letters do.
            painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
            _draw_line(painter, box, line, width, _TURNED[align], metrics.capHeight())
    else:
        _draw_line(painter, box, line, width, align, metrics.capHeight())
    return width


_TURNED = {Align.LEADING: Align.TRAILING, Align.TRAILING: Align.LEADING, Align.CENTRE: Align.CENTRE}


def _draw_line(painter: QPainter, box: QRectF, line: str, width: float, align: Align, cap_height: float) -> None:
    x = box.left()
    if align is Align.TRAILING:
        x = box.right() - width
    elif align is Align.CENTRE:
        x = box.left() + (box.width() - width) / 2
    # Baseline by cap height keeps words of every font and script on the same line as the icon beside them.
    baseline = box.top() + (box.height() + cap_height) / 2
    painter.drawText(QPointF(round(x), round(baseline)), line)


def draw_icon(painter: QPainter, x: float, y: float, icon: Icon, color: QColor, size: int = Size.ICON) -> None:
    """Draw an icon with its top left corner at ``x``, ``y``."""
    ratio = painter.device().devicePixelRatioF()
    place, picture = QPointF(round(x), round(y)), theme().picture(icon, color, size, ratio)
    if not is_turned(painter) or icon in DIRECTED:
        painter.drawPixmap(place, picture)
        return
    with upright(painter, QRectF(place.x(), place.y(), size, size)):
        painter.drawPixmap(place, picture)


def fill(painter: QPainter, rect: QRectF | QRect, color: QColor, radius: float = 0) -> None:
    """Fill a rectangle, rounded when ``radius`` > 0."""
    if radius <= 0:
        painter.fillRect(QRectF(rect), color)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(QRectF(rect), radius, radius)


def outline(
    painter: QPainter,
    rect: QRectF | QRect,
    color: QColor,
    radius: float = 0,
    width: float = 1,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> None:
    """Draw the inner edge of a rectangle, ``width`` px wide, sharp on whole pixels."""
    half = width / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(color, width, style)
    if style is Qt.PenStyle.DashLine:
        pen.setDashPattern([3, 3])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(
        QRectF(rect).adjusted(half, half, -half, -half), max(0, radius - half), max(0, radius - half)
    )


def box(painter: QPainter, rect: QRectF | QRect, ground: QColor, edge: QColor | None = None, radius: float = 0) -> None:
    """Fill a rounded rectangle and draw a 1 px edge."""
    fill(painter, rect, ground, radius)
    if edge is not None:
        outline(painter, rect, edge, radius)


def leading_edge(painter: QPainter, rect: QRectF | QRect, color: QColor, radius: float = 0) -> None:
    """Draw the 3 px bar at the leading edge, following a rounded corner."""
    painter.save()
    area = QRectF(rect)
    painter.setClipRect(QRectF(area.left(), area.top(), Size.ACCENT, area.height()))
    fill(painter, area, color, radius)
    painter.restore()


def key_width(key: str) -> int:
    """Return the width of a key cap in px."""
    return max(18, text_width(key, TextRole.KEY) + 12)


KEY_HEIGHT = 18


class KeyTone(StrEnum):
    """PLAIN on grounds; ON_SOLID outlined on a primary button; INVERTED white on the ringing lane."""

    PLAIN = "plain"
    ON_SOLID = "on_solid"
    INVERTED = "inverted"


def draw_key(painter: QPainter, x: float, middle: float, key: str, tone: KeyTone = KeyTone.PLAIN) -> int:
    """Draw a key cap starting at ``x``, centred on the line ``middle``; return its width in px."""
    colors = theme().colors
    width = key_width(key)
    rect = QRectF(round(x), round(middle - KEY_HEIGHT / 2), width, KEY_HEIGHT)
    if tone is KeyTone.ON_SOLID:
        outline(painter, rect, colors.you.on, Radius.CHIP)
        ink = colors.you.on
    elif tone is KeyTone.INVERTED:
        fill(painter, rect, colors.voice(Voice.PHONE).on, Radius.CHIP)
        ink = QColor("#0A6640")
    else:
        box(painter, rect, colors.bg.window, colors.line.soft, Radius.CHIP)
        ink = colors.text.secondary
    draw_text(painter, rect, key, TextRole.KEY, ink, Align.CENTRE)
    return width


def chip_width(spec: ChipSpec) -> int:
    """Return the width of a chip in px."""
    icon = Size.ICON_CHIP + 5 if spec.icon is not None else 0
    return text_width(spec.text, spec.role) + 14 + icon


def draw_chip(painter: QPainter, x: float, middle: float, spec: ChipSpec, room: float = 10_000) -> int:
    """Draw a chip starting at ``x``, centred on ``middle``, at most ``room`` px wide; return its width in px."""
    colors = theme().colors
    voice = colors.voice(spec.voice)
    width = int(min(chip_width(spec), room))
    rect = QRectF(round(x), round(middle - Size.CHIP / 2), width, Size.CHIP)
    ink = voice.text
    if spec.style is ChipStyle.SOLID:
        fill(painter, rect, voice.solid, Radius.CHIP)
        ink = voice.on
    elif spec.style is ChipStyle.OUTLINE:
        outline(painter, rect, colors.line.soft, Radius.CHIP)
    else:
        fill(painter, rect, voice.soft, Radius.CHIP)
    left = rect.left() + 7
    if spec.icon is not None:
        draw_icon(painter, left, middle - Size.ICON_CHIP / 2, spec.icon, ink, Size.ICON_CHIP)
        left += Size.ICON_CHIP + 5
    draw_text(painter, QRectF(left, rect.top(), rect.right() - left - 6, rect.height()), spec.text, spec.role, ink)
    return width


def draw_bar(painter: QPainter, rect: QRectF | QRect, share: float, color: QColor) -> None:
    """Draw a bar filled to ``share`` (0..1), 6 px high, with a soft outline."""
    area = QRectF(rect)
    area = QRectF(area.left(), area.center().y() - Size.BAR / 2, area.width(), Size.BAR)
    colors = theme().colors
    box(painter, area, colors.bg.sunken, colors.line.soft, Size.BAR / 2)
    part = area.width() * min(1.0, max(0.0, share))
    if part > 0:
        fill(painter, QRectF(area.left(), area.top(), max(part, 4), Size.BAR), color, Size.BAR / 2)


def draw_marked(
    painter: QPainter,
    rect: QRectF | QRect,
    text: str,
    matched: tuple[str, ...],
    role: TextRole,
    color: QColor,
) -> float:
    """Draw one line with every occurrence of ``matched`` on the mark colour; return the width it took in px."""
    area = QRectF(rect)
    shown = theme().metrics(role).elidedText(one_line(text), Qt.TextElideMode.ElideRight, area.width())
    spans = marked_spans(shown, matched)
    if spans and is_turned(painter):
        with upright(painter, area):
            _draw_marks(painter, area, shown, spans, role, Align.TRAILING)
    elif spans:
        _draw_marks(painter, area, shown, spans, role, Align.LEADING)
    return draw_text(painter, area, shown, role, color)


def _draw_marks(
    painter: QPainter, area: QRectF, shown: str, spans: list[tuple[int, int]], role: TextRole, align: Align
) -> None:
    """Draw the ground of the marked letters where they stand, whichever way they run."""
    layout = QTextLayout(shown, theme().font(role))
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(_ENDLESS)
    layout.endLayout()
    begin = area.left() if align is Align.LEADING else area.right() - theme().advance(role, shown)
    height = min(area.height(), 18.0)
    for start, end in spans:
        left, right = sorted(letter_x(line, units(shown[:place])) for place in (start, end))
        mark = QRectF(begin + left - 1, area.center().y() - height / 2, right - left + 2, height)
        fill(painter, mark, theme().colors.mark, 2)


def letter_x(line: QTextLine, place: int) -> float:
    """Return where the letter at a place of a laid out line begins, in px from the line's left."""
    found: object = line.cursorToX(place)
    if isinstance(found, tuple):  # some versions of the binding return the cursor as well
        found = found[0]
    return found if isinstance(found, float) else 0.0


def marked_spans(text: str, matched: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return the (start, end) of every matched word in the text, case and accents aside, never overlapping."""
    if not matched:
        return []
    folded = [_fold(character) for character in text]
    spans: list[tuple[int, int]] = []
    for word in matched:
        wanted = "".join(_fold(character) for character in word)
        at = 0
        while wanted and at < len(folded):
            end = _matches(folded, at, wanted)
            if end is None:
                at += 1
            else:
                spans.append((at, end))
                at = end
    spans.sort()
    kept: list[tuple[int, int]] = []
    for span in spans:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _fold(character: str) -> str:
    if character.isascii():
        return character.lower()
    return "".join(c for c in normalize("NFKD", character) if not combining(c)).casefold()


def _matches(folded: list[str], start: int, wanted: str) -> int | None:
    rest = wanted
    at = start
    while rest and at < len(folded):
        piece = folded[at]
        if piece and not rest.startswith(piece):
            return None
        if not piece and at == start:
            return None
        rest = rest[len(piece) :]
        at += 1
    while at < len(folded) and not rest and not folded[at]:
        at += 1
    return at if not rest else None
