"""The list of open complaints, newest first: when, who, what about, how grave, where it stands, who took it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from crmdesk.domain import words
from crmdesk.domain.complaints import STATE_WORDS, ComplaintRow
from crmdesk.domain.language import left_to_right, mark, tr, tr_in, tr_n
from crmdesk.domain.quick import dataclass
from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.frame.page import Page, Place
from crmdesk.ui.kit import (
    Button,
    Cell,
    ChipSpec,
    Column,
    EmptyState,
    Ink,
    RowsModel,
    Table,
    TableDelegate,
    muted,
)
from crmdesk.ui.pages.cases.feed import follow_complaints
from crmdesk.ui.pages.listed import lay_out
from crmdesk.ui.pages.opening import open_customer
from crmdesk.ui.pop import say
from crmdesk.ui.theme import Icon, TextRole, Voice

_RECEIVED = Column(mark("Received"), 176)
_CUSTOMER = Column(mark("Customer"), stretch=3)
_ABOUT = Column(mark("What it is about"), stretch=5)
_GRAVE = Column(mark("Severity"), 180)
_REFERENCE = Column(mark("Reference"), 104)
_STATE = Column(mark("State"), 112)
_BY = Column(mark("Registered by"), 128)
COLUMNS = (_RECEIVED, _CUSTOMER, _ABOUT, _GRAVE, _REFERENCE, _STATE, _BY)
_GRAVE_FROM = 4
_SEVERITY = {1: mark("1 Slight"), 2: mark("2 Minor"), 3: mark("3 Medium"), 4: mark("4 High"), 5: mark("5 Grave")}
_UNREAD = mark("This list could not be read")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A complaint and whether it came since somebody last looked."""

    complaint: ComplaintRow
    new: bool


class CasesPage(Page):
    """Open complaints; Enter opens the customer."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Complaints"))
        self._feed = follow_complaints(place)
        self.count = muted("")
        self.rows: RowsModel[object] = RowsModel(_key, spoken, self)
        self.delegate = TableDelegate(COLUMNS, self._cells)
        self.table = Table(tr("Open complaints"), self.rows, self.delegate)
        self._again = Button(tr("Try again"), icon=Icon.ROTATE_CW)
        self._none = EmptyState(
            Icon.SCALE, tr("No complaint is open"), tr("A new one appears here as soon as somebody registers it.")
        )
        self._trouble = EmptyState(Icon.CIRCLE_ALERT, tr(_UNREAD), "", (self._again,))
        self.stack = lay_out(self, tr("Complaints"), self.count, (), (self.table, self._none, self._trouble))
        self._again.clicked.connect(self._feed.read)
        self.table.view.opened.connect(self._open)
        self._feed.changed.connect(self._show)
        self._show()

    def arrived(self) -> None:
        """Go on in the list."""
        listed = self.stack.currentWidget() is self.table
        (self.table.view if listed else self).setFocus(Qt.FocusReason.OtherFocusReason)
        if self.table.view.row is None:
            self.table.view.select(0)

    def folded(self, fold: Fold) -> None:
        """Drop who registered it where there is no room."""
        columns = COLUMNS if fold.find_field else tuple(column for column in COLUMNS if column is not _BY)
        self.delegate.columns = columns
        self.table.head.show_columns(columns)
        self.table.view.viewport().update()

    def panes(self) -> tuple[QWidget, ...]:
        """The list."""
        return (self.table if self.table.isVisible() else self,)

    def showEvent(self, event: QShowEvent) -> None:
        """What is new is being seen."""
        super().showEvent(event)
        self._feed.watch()

    def hideEvent(self, event: QHideEvent) -> None:
        """What was new is known."""
        super().hideEvent(event)
        self._feed.look_away()

    def _show(self) -> None:
        feed = self._feed
        if feed.trouble is not None:
            self._trouble.say(tr(_UNREAD), f"{feed.trouble.what} {feed.trouble.next_step}".strip())
            self.stack.setCurrentIndex(3)
            return
        if feed.rows is None:
            return
        rows = tuple(CaseRow(row, row.id in feed.unseen) for row in feed.rows)
        self.rows.show_rows(rows)
        self.stack.setCurrentIndex(1 if rows else 2)
        self.count.set_text(tr_n("{n} open, newest first", "{n} open, newest first", len(rows)))
        if self.hasFocus():
            self.arrived()

    def _cells(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, CaseRow):
            return tuple(Cell() for _ in self.delegate.columns)
        case = row.complaint
        received = words.moment(case.received_at, self._place.clock.now(), self._place.zone)
        fresh = (ChipSpec(tr_in("a complaint", "New"), Voice.YOU),) if row.new else ()
        cells = {
            _RECEIVED: Cell(say.sentence(received), TextRole.SMALL, Ink.SECONDARY, chips=fresh),
            _CUSTOMER: Cell(case.customer_name or tr("Not attached"), TextRole.BODY_STRONG),
            _ABOUT: Cell(case.category, after=case.product),
            _GRAVE: _gravity(case),
            _REFERENCE: Cell(left_to_right(case.reference), TextRole.SMALL, Ink.SECONDARY),
            _STATE: _state(case),
            _BY: Cell(case.registered_by, TextRole.SMALL, Ink.SECONDARY),
        }
        return tuple(cells[column] for column in self.delegate.columns)

    def _open(self, row: object) -> None:
        if isinstance(row, CaseRow) and row.complaint.customer_id is not None:
            open_customer(self._place.window, row.complaint.customer_id)


def _gravity(case: ComplaintRow) -> Cell:
    said = _severity(case)
    safety = (ChipSpec(tr("Safety"), Voice.SOON, Icon.TRIANGLE_ALERT),) if case.safety else ()
    if case.severity >= _GRAVE_FROM:
        return Cell(chips=(ChipSpec(said, Voice.SOON, Icon.SCALE), *safety))
    return Cell(said, TextRole.SMALL, chips=safety)


def _severity(case: ComplaintRow) -> str:
    return tr(_SEVERITY.get(case.severity, str(case.severity)))


def _state(case: ComplaintRow) -> Cell:
    if case.unsent:
        return Cell(state_words(case), TextRole.SMALL, Voice.YOU, Icon.CLOUD_UPLOAD, Voice.YOU)
    return Cell(state_words(case), TextRole.SMALL)


def state_words(case: ComplaintRow) -> str:
    """Return where a complaint stands, or that it has not been sent."""
    return tr("Unsent") if case.unsent else tr(STATE_WORDS[case.state])


def spoken(row: object) -> str:
    """Return a complaint as it is read aloud."""
    if not isinstance(row, CaseRow):
        return ""
    case = row.complaint
    parts = (
        tr_in("a complaint", "new") if row.new else "",
        left_to_right(case.reference),
        case.customer_name,
        case.category,
        case.product,
        tr("severity {severity}", severity=_severity(case)),
        tr("somebody may be harmed") if case.safety else "",
        state_words(case),
    )
    return ", ".join(part for part in parts if part)


def _key(row: object) -> object:
    return row.complaint.id if isinstance(row, CaseRow) else None
