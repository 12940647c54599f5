"""Cases: on the left the open ones by what must be done next, on the right the chosen one whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QWidget

from crmdesk.domain.cases.letters import LetterKind
from crmdesk.domain.cases.views import CaseLine, CaseView
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import CrmdeskError, Refused
from crmdesk.domain.language import tr
from crmdesk.domain.requests.urgency import closing_of
from crmdesk.domain.requests.views import RequestLine, RequestView
from crmdesk.ui.frame import commands as frame
from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.frame.page import Page, Place
from crmdesk.ui.kit import EmptyState, Ground, Line, Panel
from crmdesk.ui.pages.cases.detail import CasePane
from crmdesk.ui.pages.cases.doing import CaseWork
from crmdesk.ui.pages.cases.feed import follow_complaints
from crmdesk.ui.pages.cases.list_pane import CasesList
from crmdesk.ui.pages.cases.outlook import Outlooks
from crmdesk.ui.pages.cases.rows import CaseRow
from crmdesk.ui.qt.events import Throttle, listen
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.theme import Icon

_LIST, _LIST_NARROW, _LIST_LEAST = 372, 320, 264
_EVERY_MS = 150
ReadsCase = Callable[[UUID], Awaitable[CaseView | RequestView]]
"""What reads a case whole."""

_CONCERN = (
    *(Kind.COMPLAINT, Kind.COMPLAINT_STEP, Kind.COMPLAINT_ISSUE, Kind.REDRESS, Kind.CUSTOMER, Kind.AGENT),
    *(Kind.REQUEST, Kind.REQUEST_STEP, Kind.REGIME, Kind.HOUSE_RULES, Kind.FEEDBACK, Kind.FEEDBACK_ANSWER),
)


class CasesPage(Page):
    """Open cases; the chosen one is shown beside them, Enter goes into it, O opens its customer."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Cases"))
        self._feed = follow_complaints(place)
        self._outlooks = Outlooks(place, self)
        self._wanted: UUID | None = None
        self._reads: ReadsCase | None = None
        self._filling = False
        self._reading = QObject(self)
        self._reading_closed = QObject(self)
        self._throttle = Throttle(_EVERY_MS, self)
        self.list = CasesList(place)
        self.pane = CasePane(place, (self.list.view,), self)
        self.work = CaseWork(place, self.pane, self)
        self.rows = self.list.rows
        self._nothing = EmptyState(Icon.SCALE, tr("No case is chosen"), tr("Arrows choose one in the list."))
        self.right = QStackedWidget()
        ground = Panel(ground=Ground.WINDOW)
        inside = QHBoxLayout(ground)
        inside.addWidget(self._nothing)
        for part in (ground, self.pane):
            self.right.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(Line(Qt.Orientation.Vertical))
        row.addWidget(self.right, 1)
        self.list.setFixedWidth(_LIST)
        self._connect()
        self._show()

    def _connect(self) -> None:
        pane = self.pane
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(self._enter)
        self.list.again.connect(self._read_list)
        self.list.closed_wanted.connect(self._read_closed)
        self._feed.changed.connect(self._show)
        self._feed.changed.connect(self._outlooks.count)
        self._outlooks.changed.connect(self._outlook_came)
        self._throttle.passed.connect(self._read_again)
        listen(self, self._place.desk.bus, Changes, self._changed)
        pane.why.gone.connect(self._back_to_list)
        self.work.ended.connect(self._back_to_list)
        self._place.keys.bind(frame.BACK, self._back, self)

    # As the frame sees it --------------------------------------------------------------------------------------------

    def arrived(self) -> None:
        """Go on in the list."""
        if self.list.filled:
            self.list.take_keyboard()
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def folded(self, fold: Fold) -> None:
        """Narrow the list, and say less on the buttons, where there is no room."""
        width = _LIST if fold.rail_labels else _LIST_NARROW if fold.find_field else _LIST_LEAST
        self.list.setFixedWidth(width)
        self.list.fold(roomy=fold.rail_labels)
        self.pane.fold(roomy=fold.find_field)

    def panes(self) -> tuple[QWidget, ...]:
        """The list, the history, what it is about."""
        first = self.list.view if self.list.listed else self
        if self.right.currentWidget() is not self.pane:
            return (first,)
        return (first, self.pane.history.view, self.pane.about)

    async def closing(self) -> None:
        """Return when what is being written is on the disk."""
        await self.pane.settle()

    def showEvent(self, event: QShowEvent) -> None:
        """What is new is being seen, and what is shown is read again: much may have happened meanwhile."""
        super().showEvent(event)
        self._feed.watch()
        self._outlooks.count()
        self._read_again()

    def hideEvent(self, event: QHideEvent) -> None:
        """What was new is known."""
        super().hideEvent(event)
        self._feed.look_away()

    # The list --------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        feed = self._feed
        if feed.trouble is not None:
            self.list.show_trouble(feed.trouble)
        elif feed.rows is not None:
            rows = self._with_shown(feed.rows)
            self.list.show_risk(self._outlooks.summary, self._outlooks.ids)
            of = self._outlooks.of
            self.list.kept = self._wanted if self._works_on_it else None
            with self._choosing_nothing_new():
                self.list.show_cases(tuple(CaseRow(row, row.id in feed.unseen, of(row.id)) for row in rows))
            if self.hasFocus() and not self._awaits_one:
                self.arrived()

    @property
    def _works_on_it(self) -> bool:
        """Return whether somebody is in the case that is shown: it is not taken away under their hands."""
        focus = QApplication.focusWidget()
        typing = self.pane.form is not None or self.pane.letters is not None
        return typing or (focus is not None and self.pane.isAncestorOf(focus))

    @property
    def _awaits_one(self) -> bool:
        """Return whether a case is wanted that was not read yet: the list takes the keyboard, and with it the first
        row, only after it."""
        return self._wanted is not None and (self.pane.line is None or self.pane.line.id != self._wanted)

    @contextmanager
    def _choosing_nothing_new(self) -> Iterator[None]:
        """Fill the list: the row on which it comes to stand meanwhile was chosen by nobody, and is shown only where
        no case is wanted, or where the one that was shown has gone from the list."""
        was_listed = self._is_listed
        self._filling = True
        try:
            yield
        finally:
            self._filling = False
        if self._wanted is not None:
            self.list.choose(self._wanted)
        if self._wanted is None or (was_listed and not self._is_listed and not self._awaits_one):
            self._chosen(self.list.row)

    @property
    def _is_listed(self) -> bool:
        return self._wanted is not None and self.rows.find(self._wanted) >= 0

    def _outlook_came(self) -> None:
        self._show()
        if self.pane.view is not None:
            self.pane.say_outlook(self._outlooks.sentence(self.pane.view))

    def _with_shown(self, rows: tuple[CaseLine | RequestLine, ...]) -> tuple[CaseLine | RequestLine, ...]:
        """Return the open cases with the one that is shown in its place, also where it was closed meanwhile."""
        line = self.pane.line
        if line is None or line.id != self._wanted or any(row.id == line.id for row in rows):
            return rows
        place = self.list.place_of(line.id)
        return (*rows[:place], line, *rows[place:])

    def _chosen(self, row: object) -> None:
        if self._filling:
            return
        if row is None and self.list.shows_closed and not self.rows.rows:
            cancel_all(self._reading)
            self._choose_none(tr("No case is chosen"), tr("D shows the open ones again."))
        elif isinstance(row, CaseRow) and row.case.id != self._wanted:
            if isinstance(row.case, RequestLine):
                self.open_request(row.case.id)
            else:
                self.open_case(row.case.id)

    def _enter(self, _row: object) -> None:
        """Go into the complaint."""
        if self.right.currentWidget() is self.pane:
            self.pane.history.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _back(self) -> None:
        if self.pane.form is not None and self.list.view.hasFocus():
            self.pane.form.leave()
        elif not self.pane.why.isHidden():
            self.pane.why.put_away()
        elif not self.list.view.hasFocus():
            self._back_to_list()
        elif self._place.window.has_page("desk"):
            self._place.window.go_to("desk")

    def _back_to_list(self) -> None:
        self.list.take_keyboard()

    # One complaint ---------------------------------------------------------------------------------------------------

    def open_case(self, complaint_id: UUID) -> None:
        """Show a complaint, also one that is not in the list."""
        self._want(complaint_id, self._place.desk.cases.view)

    def open_request(self, request_id: UUID) -> None:
        """Show a request, also one that is not in the list."""
        self._want(request_id, self._place.desk.requests.view)

    def _want(self, case_id: UUID, reads: ReadsCase) -> None:
        if case_id != self._wanted:
            self.work.let_form_go()
            self.work.let_letters_go()
            self.work.wait_for(case_id)
        self._wanted, self._reads = case_id, reads
        self.list.choose(case_id)
        self._read_again()

    def _choose_none(self, title: str, text: str) -> None:
        """Show no case; what is being typed about the one that was shown is kept as its draft."""
        self.work.let_form_go()
        self.work.let_letters_go()
        self.work.wait_for(None)
        self._wanted = self._reads = None
        self._nothing.say(title, text)
        self.right.setCurrentIndex(0)
        self.pane.acts.show_case(None)
        self._place.keys.refresh()

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and (changes.erased or changes.touches(*_CONCERN)):
            self._throttle.put(None)

    def _read_list(self) -> None:
        self._feed.read()
        if self.list.shows_closed:
            self._read_closed()

    def _read_closed(self) -> None:
        cancel_all(self._reading_closed)
        spawn(self._reading_closed, self._show_closed())

    async def _show_closed(self) -> None:
        desk = self._place.desk
        try:
            lines: list[CaseLine | RequestLine] = [*await desk.cases.closed(), *await desk.requests.closed()]
        except CrmdeskError as error:
            self.list.show_trouble(error)
            return
        lines.sort(key=closing_of, reverse=True)
        with self._choosing_nothing_new():
            self.list.show_closed(tuple(CaseRow(line, new=False) for line in lines))

    def _read_again(self, _nothing: object = None) -> None:
        cancel_all(self._reading)
        if self.list.shows_closed:
            self._read_closed()
        if self._wanted is not None and self._reads is not None:
            spawn(self._reading, self._read(self._wanted, self._reads))

    async def _read(self, case_id: UUID, reads: ReadsCase) -> None:
        try:
            view = await reads(case_id)
        except Refused as error:
            self._choose_none(error.what, error.next_step)
            return
        if isinstance(view, RequestView):
            self.pane.show_request(view)
        else:
            self.pane.show_case(view)
            self.pane.say_outlook(self._outlooks.sentence(view))
        self.right.setCurrentWidget(self.pane)
        self._show()
        self.list.choose(case_id)
        self._place.keys.refresh()
        self.work.came()

    def take(self, kind: object) -> None:
        """Take a step: at once, or by its form where it asks for words."""
        self.work.take(kind)

    def open_letters(self, kind: LetterKind | None = None) -> None:
        """Show the letters about the complaint, and go on with one of this kind."""
        self.work.open_letters(kind)


__all__ = ["CaseRow", "CasesPage"]
