"""What was found: people as rows of two lines, cases and notes as rows of one, the match marked in every script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from enum import StrEnum
from uuid import UUID

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.clock import Clock
from crmdesk.domain.found import Hit, HitKind, Shelf
from crmdesk.domain.found import SearchPage as Found
from crmdesk.domain.language import tr, tr_in, tr_n
from crmdesk.ui.kit import (
    Align,
    ChipSpec,
    ListView,
    Panel,
    RowDelegate,
    RowsModel,
    RowState,
    SectionTitle,
    chip_width,
    draw_chips,
    draw_icon,
    draw_marked,
    draw_text,
    scrolled,
    text_width,
)
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme


class Kinds(StrEnum):
    """What is shown of a page."""

    EVERYTHING = "everything"
    PEOPLE = "people"
    CASES = "cases"
    NOTES = "notes"
    ARTICLES = "articles"


_SHOWN = {
    Kinds.EVERYTHING: frozenset(HitKind),
    Kinds.PEOPLE: frozenset((HitKind.PERSON,)),
    Kinds.CASES: frozenset((HitKind.COMPLAINT, HitKind.REQUEST)),
    Kinds.NOTES: frozenset((HitKind.NOTE,)),
    Kinds.ARTICLES: frozenset((HitKind.ARTICLE,)),
}
_NUMBER_AT = 0.46
_ICONS = {
    HitKind.COMPLAINT: Icon.SCALE,
    HitKind.REQUEST: Icon.WRENCH,
    HitKind.NOTE: Icon.LOCK,
    HitKind.PERSON: Icon.USER,
    HitKind.ARTICLE: Icon.BOOK_OPEN,
}


def _key(row: object) -> object:
    return (row.kind, row.id) if isinstance(row, Hit) else None


def spoken(row: object) -> str:
    """Return a result as it is read aloud."""
    if not isinstance(row, Hit):
        return ""
    parts = (row.title, row.latin_title, about(row), row.number or "", row.excerpt)
    return ", ".join(part for part in parts if part)


def about(hit: Hit) -> str:
    """Return what stands beside a title: whose it is, what is known of a person, which version of an article."""
    return tr("Version {version}", version=hit.version) if hit.kind is HitKind.ARTICLE else hit.detail


class PersonDelegate(RowDelegate):
    """Own script strong, Latin form beside, number in the middle, what is open at the end."""

    def __init__(self, number: Callable[[str], str]) -> None:
        super().__init__(Size.ROW_TWO_LINES)
        self._number = number
        self._written: dict[str, str] = {}
        self.matched: tuple[str, ...] = ()
        self.pinned: frozenset[UUID] = frozenset()

    def written(self, number: str | None) -> str:
        """Return a number as a person reads it; each is written once, not at each painting."""
        if number is None:
            return ""
        if number not in self._written:
            self._written[number] = self._number(number)
        return self._written[number]

    def forget(self) -> None:
        """Forget the numbers of the results before."""
        self._written.clear()

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint a person."""
        if not isinstance(row, Hit):
            return
        colors = theme().colors
        chips = (*complaint_chips(row), *((_pin_chip(),) if row.id in self.pinned else ()))
        width = sum(map(chip_width, chips))
        if chips:
            draw_chips(painter, rect.right() - width, rect.center().y(), chips, width)
        middle = rect.left() + rect.width() * _NUMBER_AT
        number = self.written(row.number)
        beside = QRectF(middle, rect.top(), rect.right() - width - Space.M - middle, rect.height())
        draw_text(painter, beside, number, TextRole.BODY, colors.text.secondary)
        end = middle - Space.M if number else rect.right() - width - Space.M
        first = QRectF(rect.left(), rect.top() + 8, end - rect.left(), 20)
        used = draw_marked(painter, first, row.title, self.matched, TextRole.BODY_STRONG, colors.text.primary)
        if row.latin_title and row.latin_title != row.title:
            latin = first.adjusted(used + 6, 0, 0, 0)
            draw_marked(painter, latin, row.latin_title, self.matched, TextRole.BODY, colors.text.secondary)
        second = QRectF(rect.left(), rect.top() + 27, end - rect.left(), 18)
        draw_text(painter, second, row.detail, TextRole.SMALL, colors.text.secondary)


def complaint_chips(hit: Hit) -> tuple[ChipSpec, ...]:
    """Return what is open of a person, as a chip."""
    if not hit.open_complaints:
        return ()
    return (ChipSpec(tr_n("{n} complaint", "{n} complaints", hit.open_complaints), Voice.REST, Icon.SCALE),)


def _pin_chip() -> ChipSpec:
    return ChipSpec(tr("Pinned"), Voice.REST, Icon.PIN)


class OtherDelegate(RowDelegate):
    """A case or a note: what it is, the words around the match, whose, when."""

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__(Size.ROW)
        self._clock, self._zone = clock, zone
        self.matched: tuple[str, ...] = ()

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint one line."""
        if not isinstance(row, Hit):
            return
        colors = theme().colors
        draw_icon(painter, rect.left(), rect.center().y() - 8, _ICONS[row.kind], colors.text.muted)
        when = words.moment(row.at, self._clock.now(), self._zone) if row.at is not None else ""
        whose = ", ".join(part for part in (about(row), when) if part)
        draw_text(painter, rect, whose, TextRole.SMALL, colors.text.secondary, Align.TRAILING)
        end = rect.right() - text_width(whose, TextRole.SMALL) - Space.L
        title = QRectF(rect.left() + 27, rect.top(), (end - rect.left()) * 0.42, rect.height())
        used = draw_marked(painter, title, row.title, self.matched, TextRole.BODY_STRONG, colors.text.primary)
        left = title.left() + used + Space.L
        excerpt = (
            row.excerpt
            if row.kind is HitKind.ARTICLE
            else tr_in("quoted words", "“{words}”", words=row.excerpt)
            if row.excerpt
            else ""
        )
        room = QRectF(left, rect.top(), end - left, rect.height())
        draw_marked(painter, room, excerpt, self.matched, TextRole.BODY, colors.text.secondary)


class _Card(Panel):
    """One list as high as its rows."""

    def __init__(self, view: ListView) -> None:
        super().__init__()
        self._view = view
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(view)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the height of all rows."""
        return QSize(400, self._view.content_height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Return the same height: the column scrolls, not the list."""
        return QSize(200, self._view.content_height() + 2)


class Results(QWidget):
    """Both lists in one column; one result is selected over both. ``selected`` carries it, ``opened`` too."""

    selected = Signal(object)
    opened = Signal(object)

    def __init__(self, number: Callable[[str], str], clock: Clock, zone: tzinfo) -> None:
        super().__init__()
        self._people_look, self._other_look = PersonDelegate(number), OtherDelegate(clock, zone)
        self._people: RowsModel[object] = RowsModel(_key, spoken, self)
        self._others: RowsModel[object] = RowsModel(_key, spoken, self)
        self.people = ListView(tr("People found"), self._people, self._people_look)
        self.others = ListView(tr("Cases, notes and articles found"), self._others, self._other_look)
        people, others = tr("People, also in other scripts"), tr("Cases, words in notes, articles")
        self._titles = (SectionTitle(people), SectionTitle(others))
        self._cards = (_Card(self.people), _Card(self.others))
        self._at = -1
        self._quiet = self._chosen = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, Space.S)
        column.setSpacing(6)
        for title, card in zip(self._titles, self._cards, strict=True):
            column.addWidget(title)
            column.addWidget(card)
            column.addSpacing(Space.XS)
        column.addStretch(1)
        self.area: QScrollArea = scrolled(self)
        for view in (self.people, self.others):
            view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            view.current_changed.connect(self._clicked)
            view.opened.connect(self.opened)

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Everything shown, from the top."""
        return tuple(row for row in (*self._people.rows, *self._others.rows) if isinstance(row, Hit))

    @property
    def current(self) -> Hit | None:
        """The selected result."""
        hits = self.hits
        return hits[self._at] if 0 <= self._at < len(hits) else None

    def begin(self) -> None:
        """Something else is looked for: its first result is selected."""
        self._chosen = False

    def show_found(self, page: Found, kinds: Kinds) -> None:
        """Show a page; its first result is selected, or the one that somebody chose already."""
        before = self.current if self._chosen else None
        shown = tuple(hit for hit in page.hits if hit.kind in _SHOWN[kinds])
        people = tuple(hit for hit in shown if hit.kind is HitKind.PERSON)
        others = tuple(hit for hit in shown if hit.kind is not HitKind.PERSON)
        self._people_look.matched = self._other_look.matched = page.matched
        self._people_look.forget()
        self._quiet = True
        self._people.show_rows(people)
        self._others.show_rows(others)
        self._quiet = False
        self._titles[0].set_text(tr("People, also in other scripts"))
        for title, card, rows in zip(self._titles, self._cards, (people, others), strict=True):
            title.setVisible(bool(rows))
            card.setVisible(bool(rows))
            card.updateGeometry()
        for view in (self.people, self.others):
            view.viewport().update()
        chosen = (at for at, hit in enumerate(self.hits) if before is not None and _key(hit) == _key(before))
        place = next(chosen, 0)
        self.select(place)
        if place == 0:
            self.area.verticalScrollBar().setValue(0)

    def show_shelf(self, shelf: Shelf) -> None:
        """Show who is pinned and who was opened last, as if they had been found."""
        self.show_found(Found("", (), (*shelf.pinned, *shelf.recent), more=False, took_ms=0.0), Kinds.EVERYTHING)
        self._titles[0].set_text(tr("Pinned, then opened last") if shelf.pinned else tr("Opened last"))

    def show_pinned(self, pinned: frozenset[UUID]) -> None:
        """Mark who is pinned."""
        self._people_look.pinned = pinned
        self.people.viewport().update()

    def step(self, by: int) -> None:
        """Select the next or previous result."""
        self._chosen = True
        self.select(min(len(self.hits) - 1, max(0, self._at + by)))

    def select(self, place: int) -> None:
        """Select a result by its place from the top; outside, none."""
        count = len(self._people.rows)
        self._at = place if 0 <= place < len(self.hits) else -1
        self._quiet = True
        self.people.select(place if place < count else -1)
        self.others.select(place - count)
        self._quiet = False
        self._reveal()
        self.selected.emit(self.current)

    def _clicked(self, row: object) -> None:
        if self._quiet or not isinstance(row, Hit):
            return
        self._chosen = True
        self.select(self.hits.index(row))

    def _reveal(self) -> None:
        view = self.people if self.people.row is not None else self.others
        if view.row is None:
            return
        rect = view.visualRect(view.currentIndex())
        at = view.viewport().mapTo(self, QPoint(0, rect.center().y()))
        self.area.ensureVisible(0, at.y(), 0, rect.height())
