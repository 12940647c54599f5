"""The right of the page: one case whole, from its head to its history."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain.cases.deadlines import Deadline
from crmdesk.domain.cases.views import CaseLine, CaseView
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import tr
from crmdesk.domain.requests.views import RequestLine, RequestView
from crmdesk.domain.sla.explanation import Explanation
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import ChipRow, Flow, Ground, Ink, Label, Line, ListView, Panel, scrolled
from crmdesk.ui.letters.pane import LetterPane
from crmdesk.ui.pages.cases import words
from crmdesk.ui.pages.cases.about import About
from crmdesk.ui.pages.cases.actions import Actions
from crmdesk.ui.pages.cases.clocks import Clocks
from crmdesk.ui.pages.cases.history import History
from crmdesk.ui.pages.cases.left_words import LeftWords
from crmdesk.ui.pages.cases.lifeline import Lifeline, request_stops, stops
from crmdesk.ui.pages.cases.request_about import RequestAbout
from crmdesk.ui.pages.cases.request_words import request_marks
from crmdesk.ui.pages.cases.step_form import SnugForm
from crmdesk.ui.pages.cases.why import WhyPanel
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_LETTERS_SHARE = 2
_NARROW = 760
"""Below this width in px, of a window of 1100, what happened folds away beside a letter."""
_LOW = 736
"""Below this height in px, of a window of 820, the clocks fold away beside a letter: the life line has the deadline."""


class CaseHead(Panel):
    """Title and what can be done, whose it is, what stands against the last step, the life cycle."""

    def __init__(self, acts: Actions) -> None:
        super().__init__(ground=Ground.PLAIN)
        self.acts = acts
        self.title = Label("", TextRole.NAME)
        self.about = Label("", TextRole.BODY, Ink.SECONDARY)
        self.marks = ChipRow()
        self.problem = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP, Icon.CIRCLE_ALERT)
        self.problem.hide()
        self.line = Lifeline()
        self.about.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        first = QHBoxLayout()
        first.setSpacing(Space.M)
        first.addWidget(self.title, 1)
        first.addWidget(acts)
        second = QHBoxLayout()
        second.setSpacing(Space.M)
        second.addWidget(self.about)
        second.addWidget(self.marks, 1)
        second.addWidget(acts.reason)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L + Space.XS, Space.M, Space.L, Space.S)
        column.setSpacing(Space.XS)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.problem)
        column.addSpacing(Space.XS)
        column.addWidget(self.line)

    def say_problem(self, error: CrmdeskError | None) -> None:
        """Say what stood against a step and what to do; None takes it away."""
        self.problem.set_text("" if error is None else f"{error.what} {error.next_step}".strip())
        self.problem.setVisible(error is not None)


class CasePane(QWidget):
    """One case: ``view`` is the complaint that is shown, ``request`` the request; at most one of them is not None."""

    def __init__(self, place: Place, lists: tuple[ListView, ...], page: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self.view: CaseView | None = None
        self.request: RequestView | None = None
        self.form: SnugForm | None = None
        self.letters: LetterPane | None = None
        self.setAccessibleName(tr("The case"))
        self.clocks = Clocks()
        self.outlook = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP, Icon.HOURGLASS)
        self.outlook.hide()
        self.why = WhyPanel()
        self.history = History(place.clock.now, place.zone)
        self.about = About(place)
        self.asked = RequestAbout(place)
        self.left = LeftWords(place)
        self.acts = Actions(place, (*lists, self.history.view), page)
        self.head = CaseHead(self.acts)
        self._lay_out()

    def _lay_out(self) -> None:
        self._right = QVBoxLayout()
        self._right.setSpacing(Space.M)
        self._abouts = QStackedWidget()
        for part in (scrolled(self.about), scrolled(self.asked)):
            self._abouts.addWidget(part)
        self._right.addWidget(self.left)
        self._right.addWidget(self._abouts, 1)
        columns = self._columns = QHBoxLayout()
        columns.setSpacing(Space.L)
        columns.addWidget(self.history, 1)
        columns.addLayout(self._right, 1)
        ground = Panel(ground=Ground.WINDOW)
        body = QVBoxLayout(ground)
        body.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        body.setSpacing(Space.M)
        self._times = QWidget()
        times = QVBoxLayout(self._times)
        times.setContentsMargins(0, 0, 0, 0)
        times.setSpacing(Space.M)
        times.addWidget(self.clocks)
        times.addWidget(self.outlook)
        body.addWidget(self._times)
        body.addWidget(self.why)
        body.addLayout(columns, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(Line())
        column.addWidget(ground, 1)

    @property
    def line(self) -> CaseLine | RequestLine | None:
        """Return the line of the case that is shown."""
        shown = self.view or self.request
        return None if shown is None else shown.line

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """Return the deadlines of the case that is shown."""
        shown = self.view or self.request
        return () if shown is None else shown.deadlines

    def show_request(self, view: RequestView) -> None:
        """Show a request; what is being typed about the same one goes on."""
        now, zone = self._place.clock.now(), self._place.zone
        self._put_away_what_was_said(view.line)
        self.say_outlook("")
        self.view, self.request = None, view
        self._abouts.setCurrentIndex(1)
        self.head.title.set_text(view.line.title)
        self.head.about.set_text(words.about_of(view))
        self.head.marks.show_chips(request_marks(view))
        self.head.line.show_stops(request_stops(view, now, zone))
        self.acts.show_case(view)
        self.clocks.show_clocks(view, now, zone)
        self.history.show_history(view)
        self.asked.show_about(view, now, zone)
        self.left.show_of(view)

    def _put_away_what_was_said(self, line: CaseLine | RequestLine) -> None:
        if self.line is None or self.line.id != line.id:
            self.why.hide()
            self.head.say_problem(None)

    def show_case(self, view: CaseView) -> None:
        """Show a complaint; what is being typed about the same one goes on."""
        now, zone = self._place.clock.now(), self._place.zone
        self._put_away_what_was_said(view.line)
        self.view, self.request = view, None
        self._abouts.setCurrentIndex(0)
        self.head.title.set_text(view.line.title)
        self.head.about.set_text(words.about_of(view))
        self.head.marks.show_chips(words.marks_of(view))
        self.head.line.show_stops(stops(view, now, zone))
        self.acts.show_case(view)
        self.clocks.show_clocks(view, now, zone)
        self.history.show_history(view)
        self.about.show_about(view)
        self.left.show_of(view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for a letter where the window is low."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        self._times.setHidden(self.letters is not None and self.height() < _LOW)
        self.history.setHidden(self.letters is not None and self.width() < _NARROW)

    def fold(self, *, roomy: bool) -> None:
        """Say less where there is no room, at once: a button is never seen cut."""
        self.acts.fold(roomy=roomy)
        for part in (self.acts, self.head, self):
            layout = part.layout()
            if layout is not None:
                layout.activate()

    def say_why(self, title: str, why: Explanation) -> None:
        """Say why a clock is due when it is."""
        self.why.say(title, why)

    def say_here(self, view: CaseView | RequestView) -> None:
        """Say why the case is whose it is."""
        why = view.why_here
        title = tr("Why is it in this queue?") if why is not None and why.place else tr("Why is it whose it is?")
        lines = (tr("Nothing routed it and nobody gave it to anybody."),) if why is None else (why.short, *why.lines)
        self.why.say_lines(title, lines)

    def say_outlook(self, sentence: str) -> None:
        """Say whether it will probably miss its deadline and why; empty takes that away."""
        self.outlook.set_text(sentence)
        self.outlook.setVisible(bool(sentence))

    def put_form(self, form: SnugForm) -> None:
        """Put a form over what the case is about."""
        self.form = form
        self._right.insertWidget(0, form)
        form.show()
        form.body.inputs[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self._place.keys.refresh()

    def take_form_away(self) -> SnugForm | None:
        """Take the form away, if there is one, and return it."""
        form, self.form = self.form, None
        if form is not None:
            form.hide()
        return form

    def put_letters(self, letters: LetterPane) -> None:
        """Put the letters where it is told what the complaint is about, and give them more room."""
        self.letters = letters
        self._abouts.hide()
        self._right.addWidget(letters, 1)
        self._columns.setStretch(1, _LETTERS_SHARE)
        self._make_room()
        letters.show()
        self._place.keys.refresh()

    def take_letters_away(self) -> LetterPane | None:
        """Take the letters away, if they are there, and return their pane."""
        letters, self.letters = self.letters, None
        if letters is not None:
            letters.hide()
            self._abouts.show()
            self._columns.setStretch(1, 1)
            self._make_room()
        return letters

    async def settle(self) -> None:
        """Return when everything typed here is on the disk."""
        if self.letters is not None:
            await self.letters.settle()
        await self.about.issues.settle()
        if self.form is not None:
            await self.form.keep_now()
