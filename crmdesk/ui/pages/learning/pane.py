"""What the parts of the page share: a list, at most one form below it that loses no word, and what stood against it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import CrmdeskError
from crmdesk.ui.formkit import FormPane
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import Label
from crmdesk.ui.pages.listed import TableInStates
from crmdesk.ui.qt.events import Throttle, listen
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_EVERY_MS = 500
_FORM_SHARE = 2
"""How much more room a form has than the list above it."""


class LearningPane(QWidget):
    """Base of a part. ``column`` is its layout; a form goes below what stands there. A part makes its ``stack``."""

    stack: TableInStates

    def __init__(self, place: Place, concern: tuple[Kind, ...], parent: QWidget | None = None) -> None:
        """``concern`` is what the list shows: it is read anew when something of that changes while it is seen."""
        super().__init__(parent)
        self.place = place
        self._concern = concern
        self._reading = QObject(self)
        self._throttle = Throttle(_EVERY_MS, self)
        self._throttle.passed.connect(self._read_again)
        listen(self, place.desk.bus, Changes, self._heard)
        self.form: FormPane | None = None
        self._comes = False
        self._from: QWidget | None = None
        self.problem = Label("", TextRole.SMALL, Voice.LATE, icon=Icon.CIRCLE_ALERT)
        self.problem.hide()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(Space.M)

    def arrived(self) -> None:
        """Go on in the list, read anew."""
        self.read()
        self.take_focus()

    def read(self) -> None:
        """Read anew; the newest wish wins."""
        cancel_all(self._reading)
        spawn(self._reading, self._read())

    async def _read(self) -> None:
        """Read the list and show it, or what stood against that. Override."""
        raise NotImplementedError

    def _heard(self, changes: Changes) -> None:
        if self.isVisible() and (changes.erased or changes.touches(*self._concern)):
            self._throttle.put(None)

    def _read_again(self, _: object) -> None:
        self.read()

    async def shown(self) -> None:
        """Return when the list was read. Override."""
        raise NotImplementedError

    @property
    def grips(self) -> tuple[QWidget, ...]:
        """Return what takes the keyboard at one time or another: the letters of the page work there."""
        return tuple(dict.fromkeys((self.stack.table.view, self.stack.instead, self.stack.none)))

    def fill(self, rows: tuple[object, ...]) -> None:
        """Show what was read; the keyboard goes on where it was, or comes where that was asked for."""
        if self.stack.fill(rows):
            self.take_focus()
        self.came()

    def take_focus(self) -> None:
        """Give the keyboard to the list, or to what stands in its place, once it was read."""
        target = self.stack.target()
        self._comes, self._from = target is None, QApplication.focusWidget()
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def came(self) -> None:
        """The list was read: give it the keyboard where that was asked for and nobody took it elsewhere since."""
        if self._comes and QApplication.focusWidget() is self._from:
            self.take_focus()
        self._comes = False

    def panes(self) -> tuple[QWidget, ...]:
        """Return the panes in reading order. Override."""
        raise NotImplementedError

    def finished(self, record: object) -> None:
        """The form made its record: say so. Override."""
        raise NotImplementedError

    # Forms -----------------------------------------------------------------------------------------------------------

    def put_form(self, form: FormPane) -> None:
        """Put a form below the list, with the keyboard in its first field."""
        self.put_form_away()
        form.registered.connect(self._registered)
        form.put_aside.connect(self._put_aside)
        self.form = form
        self.column.addWidget(form, _FORM_SHARE)
        form.show()
        form.body.start()
        self.place.keys.refresh()

    def put_form_away(self) -> None:
        """Take the form away; what was typed in it is kept and comes back with the next one."""
        form, self.form = self.form, None
        if form is not None:
            form.hide()
            spawn(self, form.last_words())
            form.deleteLater()

    def _registered(self, record: object) -> None:
        self._put_aside()
        self.finished(record)
        self.read()

    def _put_aside(self) -> None:
        self.put_form_away()
        self.take_focus()
        self.place.keys.refresh()

    async def closing(self) -> None:
        """Return when what is being written is on the disk."""
        if self.form is not None:
            await self.form.keep_now()

    # Doing -----------------------------------------------------------------------------------------------------------

    def do(self, doing: Awaitable[object], done: Callable[[], None]) -> None:
        """Do something and then ``done``; what stands against it is said over the list."""
        spawn(self, self._do(doing, done))

    async def _do(self, doing: Awaitable[object], done: Callable[[], None]) -> None:
        try:
            await doing
        except CrmdeskError as error:
            self.problem.set_text(f"{error.what} {error.next_step}".strip())
            self.problem.show()
            return
        self.problem.hide()
        done()
        self.read()
