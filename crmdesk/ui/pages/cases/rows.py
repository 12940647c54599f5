"""The list of cases as rows: what is painted of each on two lines, how it is read aloud, and which are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from enum import StrEnum

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from crmdesk.domain.cases.forecast import Outlook
from crmdesk.domain.cases.forecast_words import chance_words
from crmdesk.domain.cases.views import CaseLine
from crmdesk.domain.cases.words import said_of
from crmdesk.domain.language import left_to_right, mark, tr, tr_in
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.views import RequestLine
from crmdesk.domain.routing.rules import PRIORITY_WORDS, Priority
from crmdesk.domain.routing.sentences import place_words
from crmdesk.domain.words import sentence, short_day
from crmdesk.ui.kit import (
    Align,
    ChipSpec,
    Ink,
    RowDelegate,
    RowState,
    chip_width,
    draw_chip,
    draw_icon,
    draw_text,
    ink_color,
)
from crmdesk.ui.pages.cases import words
from crmdesk.ui.pop.deadline_chip import short_deadline_chip
from crmdesk.ui.requests.looks import REQUEST_ICONS
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

_FIRST, _SECOND, _LINE = 6, 27, 22


class Sight(StrEnum):
    """Which cases are shown: MINE those that I handle, TEAM all, APPROVE those that wait for my approval."""

    MINE = "mine"
    TEAM = "team"
    APPROVE = "approve"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case, whether it came since somebody last looked, and its outlook where those at risk are looked at."""

    case: CaseLine | RequestLine
    new: bool
    outlook: Outlook | None = None


class Shown(StrEnum):
    """Which cases are shown: open ones of every kind or of one, or those that are closed."""

    ALL = "all"
    COMPLAINTS = "complaints"
    SERVICE = "service"
    RETURNS = "return"
    INFORMATION = "information"
    CLOSED = "closed"


OPEN_KINDS = tuple(one for one in Shown if one is not Shown.CLOSED)
SHOWN_WORDS = {
    Shown.ALL: mark("All kinds"),
    Shown.COMPLAINTS: mark("Complaints"),
    Shown.SERVICE: mark("Service requests"),
    Shown.RETURNS: mark("Returns"),
    Shown.INFORMATION: mark("Information requests"),
    Shown.CLOSED: mark("Closed cases"),
}


def seen_by(rows: Iterable[CaseRow], sight: Sight, kinds: Shown = Shown.ALL) -> tuple[CaseRow, ...]:
    """Return the rows that are shown, in their order."""
    return tuple(row for row in rows if _is_of(row.case, kinds) and _shows(row.case, sight))


def numbers_of(rows: Iterable[CaseRow], kinds: Shown) -> Mapping[Sight, int]:
    """Return how many rows each sight shows."""
    of_kind = [row.case for row in rows if _is_of(row.case, kinds)]
    mine = sum(line.mine for line in of_kind)
    return {Sight.MINE: mine, Sight.TEAM: len(of_kind), Sight.APPROVE: sum(line.waits_for_me for line in of_kind)}


def _is_of(line: CaseLine | RequestLine, kinds: Shown) -> bool:
    if kinds in (Shown.ALL, Shown.CLOSED):
        return True
    return line.kind.value == kinds.value if isinstance(line, RequestLine) else kinds is Shown.COMPLAINTS


def _shows(line: CaseLine | RequestLine, sight: Sight) -> bool:
    return sight is Sight.TEAM or (line.mine if sight is Sight.MINE else line.waits_for_me)


def due_chip(line: CaseLine | RequestLine, now: datetime, zone: tzinfo) -> ChipSpec | None:
    """Return the chip of the deadline that comes next, None where no rules are set up or none runs; of a closed case
    since when it is closed."""
    if words.is_closed(line):
        return _closed_chip(line, now, zone)
    said = said_of(line.next, now, zone) if line.next is not None else None
    return None if said is None else short_deadline_chip(said)


def _closed_chip(line: CaseLine | RequestLine, now: datetime, zone: tzinfo) -> ChipSpec | None:
    if line.closed_at is None:
        return None
    today = now.astimezone(zone).date()
    return ChipSpec(sentence(short_day(line.closed_at.astimezone(zone).date(), today)), Voice.REST, Icon.CHECK)


def risk_chip(outlook: Outlook | None) -> ChipSpec | None:
    """Return the chip of the chance to miss the deadline, None where none is told; a late one says so already."""
    if outlook is None or outlook.late or outlook.chance is None:
        return None
    return ChipSpec(chance_words(outlook), Voice.SOON, Icon.HOURGLASS)


def place_of(line: CaseLine | RequestLine) -> str:
    """Return the queue that a case waits in while nobody has it, empty where routing named none."""
    place = line.where if isinstance(line, RequestLine) else line.place
    return place_words(place) if place and not line.owner and place.owner is None else ""


def key_of(row: object) -> object:
    """Return what tells a row apart."""
    return row.case.id if isinstance(row, CaseRow) else None


class CaseDelegate(RowDelegate):
    """Paints a case: customer and deadline over what it is about and where it stands."""

    def __init__(self, now: Callable[[], datetime], zone: tzinfo) -> None:
        super().__init__(Size.ROW_TWO_LINES)
        self._now, self._zone = now, zone

    def chips(self, row: CaseRow) -> tuple[ChipSpec, ...]:
        """Return the chips at the end of the first line."""
        due = due_chip(row.case, self._now(), self._zone)
        fresh = ChipSpec(tr_in("a case", "New"), Voice.YOU)
        return tuple(chip for chip in (fresh if row.new else None, risk_chip(row.outlook), due) if chip is not None)

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint both lines."""
        if not isinstance(row, CaseRow):
            return
        line, colors = row.case, theme().colors
        first = QRectF(rect.left(), rect.top() + _FIRST, rect.width(), _LINE)
        for chip in reversed(self.chips(row)):
            width = chip_width(chip)
            draw_chip(painter, first.right() - width, first.center().y(), chip)
            first.setRight(first.right() - width - Space.CHIP_GAP)
        draw_text(painter, first, line.customer_name or tr("Not attached"), TextRole.BODY_STRONG, colors.text.primary)
        second = QRectF(rect.left(), rect.top() + _SECOND, rect.width(), _LINE - 2)
        stands = words.state_of(line)
        ink = colors.voice(Voice.YOU).text if line.unsent else colors.text.secondary
        used = draw_text(painter, second, stands, TextRole.SMALL, ink, Align.TRAILING)
        if line.unsent:
            used += Size.ICON_CHIP + 6
            middle = second.center().y() - Size.ICON_CHIP / 2
            draw_icon(painter, second.right() - used, middle, Icon.CLOUD_UPLOAD, ink, Size.ICON_CHIP)
        second.setRight(second.right() - used - Space.S)
        self._paint_about(painter, second, line)

    def _paint_about(self, painter: QPainter, rect: QRectF, line: CaseLine | RequestLine) -> None:
        area, soon = QRectF(rect), theme().colors.voice(Voice.SOON).text
        if line.safety:
            middle = area.center().y() - Size.ICON_CHIP / 2
            draw_icon(painter, area.left(), middle, Icon.TRIANGLE_ALERT, soon, Size.ICON_CHIP)
            area.setLeft(area.left() + Size.ICON_CHIP + 6)
        if isinstance(line, RequestLine):
            middle = area.center().y() - Size.ICON_CHIP / 2
            icon = REQUEST_ICONS[line.kind]
            draw_icon(painter, area.left(), middle, icon, theme().colors.text.muted, Size.ICON_CHIP)
            area.setLeft(area.left() + Size.ICON_CHIP + 6)
        queue, priority = place_of(line), line.priority
        about = (
            tr_in("a complaint and its queue", "{title}, {queue}", title=line.title, queue=queue)
            if queue
            else line.title
        )
        if priority in (Priority.URGENT, Priority.HIGH):
            used = draw_text(painter, area, tr(PRIORITY_WORDS[priority]), TextRole.SECTION, soon)
            area.setLeft(area.left() + used + Space.S)
        used = draw_text(painter, area, about, TextRole.SMALL, ink_color(Ink.SECONDARY))
        if words.is_grave(line):
            area.setLeft(area.left() + used + Space.S)
            draw_text(painter, area, words.gravity(line), TextRole.SECTION, soon)


def risk_words(outlook: Outlook | None) -> str:
    """Return the chance to miss the deadline as it is read aloud."""
    chip = risk_chip(outlook)
    return "" if chip is None else tr("{chance} likely to miss its deadline", chance=chip.text)


def spoken_with(now: Callable[[], datetime], zone: tzinfo) -> Callable[[object], str]:
    """Return what reads a row aloud."""

    def spoken(row: object) -> str:
        if not isinstance(row, CaseRow):
            return ""
        line = row.case
        due = due_chip(line, now(), zone)
        parts = (
            tr_in("a case", "new") if row.new else "",
            line.customer_name or tr("Not attached"),
            line.title,
            due.text if due is not None else "",
            words.state_of(line),
            left_to_right(line.reference),
            words.spoken_gravity(line),
            tr("somebody may be harmed") if line.safety else "",
            "" if (priority := line.priority) is None else tr(PRIORITY_WORDS[priority]),
            place_of(line),
            risk_words(row.outlook),
        )
        return ", ".join(part for part in parts if part)

    return spoken
