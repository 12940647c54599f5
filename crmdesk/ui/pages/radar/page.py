"""The radar: open alerts, the least likely first; Enter shows the complaints of one, Enter there opens the customer."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.complaints import ComplaintRow
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.domain.radar.views import RadarRow, RadarView, where
from crmdesk.ui.frame.page import Page, Place
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, EmptyState, Label, muted
from crmdesk.ui.pages.listed import lay_out
from crmdesk.ui.pages.opening import open_customer
from crmdesk.ui.pages.radar.cases import CasesOfAlert
from crmdesk.ui.pages.radar.feed import follow_radar
from crmdesk.ui.qt.events import Throttle, listen
from crmdesk.ui.qt.keys import Command, Group, Scope, cap_text
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.reports.radar_table import RadarTable
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

NOTE = Command("radar.note", mark("Take note of this alert"), "G", Group.LIST, Icon.CHECK, Scope.FOCUS)
FORGET = Command("radar.forget", mark("Take back a note of an alert"), "Z", Group.LIST, Icon.UNDO_2, Scope.FOCUS)
BACK = Command("radar.back", mark("Back to the alerts"), "Escape", Group.LIST, Icon.UNDO_2, Scope.FOCUS)  # not shown

_EVERY_MS = 500
_UNREAD = mark("The radar could not be computed")
_QUIET = mark("Nothing rises")
_TOO_EARLY = mark("Too few days are known")


class RadarPage(Page):
    """Alerts, and beneath them the complaints of the one that was opened."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Radar"))
        self.feed = follow_radar(place)
        self._opened: RadarRow | None = None
        self._reading = QObject(self)
        self._throttle = Throttle(_EVERY_MS, self)
        self.count = muted("")
        self.table = RadarTable()
        self.cases = CasesOfAlert(place)
        self.note = Button(tr("Take note"), ButtonKind.QUIET, Icon.CHECK, size=ButtonSize.SMALL)
        self.show_cases = Button(tr("Show complaints"), ButtonKind.SECONDARY, Icon.SCALE, size=ButtonSize.SMALL)
        self.problem = Label("", TextRole.SMALL, Voice.LATE, icon=Icon.CIRCLE_ALERT)
        self._none = EmptyState(Icon.RADIO, tr(_QUIET), "")
        self._again = Button(tr("Try again"), icon=Icon.ROTATE_CW)
        self._trouble = EmptyState(Icon.CIRCLE_ALERT, tr(_UNREAD), "", (self._again,))
        self._both = QWidget()
        column = QVBoxLayout(self._both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self.table, 1)
        column.addWidget(self.cases, 1)
        states = (self._both, self._none, self._trouble)
        self.stack = lay_out(self, tr("Radar"), self.count, (self.note, self.show_cases), states, self.problem)
        self.problem.hide()
        self.cases.hide()
        self._connect()
        self._show()

    def _connect(self) -> None:
        keys, view = self.place.keys, self.table.view
        keys.bind(NOTE, self.take_note, view).drive(self.note)
        keys.bind(FORGET, self.forget, view)
        keys.bind(BACK, self.close_cases, self.cases.table.view).drive(self.cases.close_button)
        self.show_cases.set_key(cap_text("Enter"))
        self.note.clicked.connect(self.take_note)
        self.show_cases.clicked.connect(self._open_selected)
        self._again.clicked.connect(self.feed.read)
        view.opened.connect(self._open)
        view.current_changed.connect(self._selected)
        self.cases.opened.connect(self._case_opened)
        self.cases.closed.connect(self.close_cases)
        self.feed.changed.connect(self._show)
        self._throttle.passed.connect(self._read_again)
        listen(self, self.place.desk.bus, Changes, self._heard)
        self._selected(None)

    def arrived(self) -> None:
        """Go on in the list; compute for the first time if nothing did yet."""
        if self.feed.view is None or self.feed.trouble is not None:
            self.feed.read()
        self._take_focus()

    def panes(self) -> tuple[QWidget, ...]:
        """The alerts, and the complaints of one while they are shown."""
        if not self.table.isVisible():
            return (self,)
        return (self.table, self.cases) if self.cases.isVisible() else (self.table,)

    def _take_focus(self) -> None:
        listed = self.stack.currentWidget() is self._both
        (self.table.view if listed else self).setFocus(Qt.FocusReason.OtherFocusReason)

    # Showing ---------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        had_focus = self.hasFocus() or self.table.view.hasFocus()
        if self.feed.trouble is not None:
            error = self.feed.trouble
            self._trouble.say(tr(_UNREAD), f"{error.what} {error.next_step}".strip())
            self.stack.setCurrentWidget(self._trouble)
        elif self.feed.view is not None:
            self._show_view(self.feed.view)
        if had_focus:
            self._take_focus()

    def _show_view(self, view: RadarView) -> None:
        rows = tuple(sorted(view.rows, key=_noted_last))
        self.table.show_alerts(rows, view.day)
        counted = tr_n("{n} complaint looked at", "{n} complaints looked at", view.complaints)
        self.count.set_text(f"{_how_many(view)}, {counted}" if rows else counted)
        if view.ready_on is not None:
            ready = words.short_day(view.ready_on, view.day)
            text = tr("What is to be expected is learned from the complaints of five weeks: until {day}.", day=ready)
            self._none.say(tr(_TOO_EARLY), text)
        else:
            text = tr("No product, category or area has more complaints than were to be expected.")
            self._none.say(tr(_QUIET), text)
        self.stack.setCurrentWidget(self._both if rows else self._none)
        if rows and self.table.view.row is None:
            self.table.view.select(0)
        self._selected(self.table.view.row)
        if self._opened is not None:
            place = self.table.rows.find(self._opened.key)
            if place < 0:
                self.close_cases()
            else:
                self._read_cases(rows[place])

    def _selected(self, row: object) -> None:
        self.show_cases.setEnabled(isinstance(row, RadarRow))
        self.note.setEnabled(isinstance(row, RadarRow) and not row.noted)

    # Complaints of an alert ------------------------------------------------------------------------------------------

    def _open_selected(self) -> None:
        self._open(self.table.view.row)

    def _open(self, row: object) -> None:
        if isinstance(row, RadarRow):
            self.cases.wait_for(row.alert)
            self.cases.show()
            self.cases.setFocus(Qt.FocusReason.OtherFocusReason)
            self._read_cases(row)

    def _read_cases(self, row: RadarRow) -> None:
        self._opened = row
        cancel_all(self._reading)
        spawn(self._reading, self._show_cases(row))

    def _heard(self, changes: Changes) -> None:
        """Let go at once of what was erased; the alerts themselves hold nothing but ids."""
        if self._opened is not None and (changes.erased or changes.touches(Kind.COMPLAINT, Kind.CUSTOMER)):
            self._throttle.put(None)

    def _read_again(self, _nothing: object) -> None:
        if self._opened is not None:
            self._read_cases(self._opened)

    async def _show_cases(self, row: RadarRow) -> None:
        try:
            cases = await self.place.desk.radar.cases(row.alert)
        except CrmdeskError as error:
            self.cases.say(f"{error.what} {error.next_step}".strip())
            return
        self.cases.show_cases(cases, row.alert)

    def close_cases(self) -> None:
        """Show the alerts alone again."""
        cancel_all(self._reading)
        had_focus = self.cases.table.view.hasFocus() or self.cases.close_button.hasFocus()
        self._opened = None
        self.cases.hide()
        if had_focus:
            self._take_focus()

    def _case_opened(self, row: object) -> None:
        if not isinstance(row, ComplaintRow):
            return
        if row.customer_id is not None:
            open_customer(self.place.window, row.customer_id)
        else:
            self.place.window.tell(tr("No customer is attached to this complaint"), row.reference)

    # Notes -----------------------------------------------------------------------------------------------------------

    def take_note(self) -> None:
        """Remember that the selected alert is known: it is not told again."""
        row = self.table.view.row
        view = self.feed.view
        if isinstance(row, RadarRow) and view is not None:
            spawn(self, self._done(self.place.desk.radar.take_note(row.alert, view.day), row))

    def forget(self) -> None:
        """Take back the note of the selected alert."""
        row = self.table.view.row
        if isinstance(row, RadarRow) and row.noted:
            spawn(self, self._done(self.place.desk.radar.forget(row.alert), None))

    async def _done(self, doing: Coroutine[Any, Any, None], noted: RadarRow | None) -> None:
        try:
            await doing
        except CrmdeskError as error:
            self.problem.set_text(f"{error.what} {error.next_step}".strip())
            self.problem.show()
            return
        self.problem.hide()
        if noted is not None:
            said = tr("{where}: noted, it is not told again", where=where(noted.alert.cell))
            self.place.window.tell(said, tr("Z takes it back."))
        self.feed.read()


def _noted_last(row: RadarRow) -> bool:
    return row.noted


def _how_many(view: RadarView) -> str:
    return tr_n("{n} alert, the least likely first", "{n} alerts, the least likely first", len(view.rows))
