"""The list of open complaints, newest first: when, who, what about, how grave, where it stands, who took it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from crmdesk.domain import words
from crmdesk.domain.complaints import ComplaintRow
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
from crmdesk.ui.theme import Icon, TextRole, Voice

_RECEIVED = Column("Received", 176)
_CUSTOMER = Column("Customer", stretch=3)
_ABOUT = Column("What it is about", stretch=5)
_GRAVE = Column("Severity", 180)
_REFERENCE = Column("Reference", 104)
_STATE = Column("State", 112)
_BY = Column("Registered by", 128)
COLUMNS = (_RECEIVED, _CUSTOMER, _ABOUT, _GRAVE, _REFERENCE, _STATE, _BY)
_GRAVE_FROM = 4
SEVERITY = {1: "1 Slight", 2: "2 Minor", 3: "3 Medium", 4: "4 High", 5: "5 Grave"}


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
        self.setAccessibleName("Complaints")
        self._feed = follow_complaints(place)
        self.count = muted("")
        self.rows: RowsModel[object] = RowsModel(_key, spoken, self)
        self.delegate = TableDelegate(COLUMNS, self._cells)
        self.table = Table("Open complaints", self.rows, self.delegate)
        self._again = Button("Try again", icon=Icon.ROTATE_CW)
        self._none = EmptyState(
            Icon.SCALE, "No complaint is open", "A new one appears here as soon as somebody registers it."
        )
        self._trouble = EmptyState(Icon.CIRCLE_ALERT, "This list could not be read", "", (self._again,))
        self.stack = lay_out(self, "Complaints", self.count, (), (self.table, self._none, self._trouble))
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
            self._trouble.say("This list could not be read", f"{feed.trouble.what} {feed.trouble.next_step}".strip())
            self.stack.setCurrentIndex(3)
            return
        if feed.rows is None:
            return
        rows = tuple(CaseRow(row, row.id in feed.unseen) for row in feed.rows)
        self.rows.show_rows(rows)
        self.stack.setCurrentIndex(1 if rows else 2)
        self.count.set_text(f"{words.count(len(rows))} open, newest first")
        if self.hasFocus():
            self.arrived()

    def _cells(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, CaseRow):
            return tuple(Cell() for _ in self.delegate.columns)
        case = row.complaint
        received = words.moment(case.received_at, self._place.clock.now(), self._place.zone)
        fresh = (ChipSpec("New", Voice.YOU),) if row.new else ()
        cells = {
            _RECEIVED: Cell(received[:1].upper() + received[1:], TextRole.SMALL, Ink.SECONDARY, chips=fresh),
            _CUSTOMER: Cell(case.customer_name or "Not attached", TextRole.BODY_STRONG),
            _ABOUT: Cell(case.category, after=case.product),
            _GRAVE: _gravity(case),
            _REFERENCE: Cell(case.reference, TextRole.SMALL, Ink.SECONDARY),
            _STATE: _state(case),
            _BY: Cell(case.registered_by, TextRole.SMALL, Ink.SECONDARY),
        }
        return tuple(cells[column] for column in self.delegate.columns)

    def _open(self, row: object) -> None:
        if isinstance(row, CaseRow) and row.complaint.customer_id is not None:
            open_customer(self._place.window, row.complaint.customer_id)


def _gravity(case: ComplaintRow) -> Cell:
    said = SEVERITY.get(case.severity, str(case.severity))
    safety = (ChipSpec("Safety", Voice.SOON, Icon.TRIANGLE_ALERT),) if case.safety else ()
    if case.severity >= _GRAVE_FROM:
        return Cell(chips=(ChipSpec(said, Voice.SOON, Icon.SCALE), *safety))
    return Cell(said, TextRole.SMALL, chips=safety)


def _state(case: ComplaintRow) -> Cell:
    if case.unsent:
        return Cell(state_words(case), TextRole.SMALL, Voice.YOU, Icon.CLOUD_UPLOAD, Voice.YOU)
    return Cell(state_words(case), TextRole.SMALL)


def state_words(case: ComplaintRow) -> str:
    """Return where a complaint stands, or that it has not been sent."""
    said = str(case.state).replace("_", " ")
    return "Unsent" if case.unsent else said[:1].upper() + said[1:]


def spoken(row: object) -> str:
    """Return a complaint as it is read aloud."""
    if not isinstance(row, CaseRow):
        return ""
    case = row.complaint
    parts = (
        "new" if row.new else "",
        case.reference,
        case.customer_name,
        case.category,
        case.product,
        f"severity {SEVERITY.get(case.severity, case.severity)}",
        "somebody may be harmed" if case.safety else "",
        state_words(case),
    )
    return ", ".join(part for part in parts if part)


def _key(row: object) -> object:
    return row.complaint.id if isinstance(row, CaseRow) else None
