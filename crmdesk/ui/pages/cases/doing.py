"""What is done with the case that is shown: steps at once or by their forms, letters, redress, whose it is, why."""

from __future__ import annotations

from collections.abc import Awaitable
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from crmdesk.domain.cases.deadlines import next_of
from crmdesk.domain.cases.letters import LetterKind
from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.cases.views import CaseLine
from crmdesk.domain.cases.words import title_of
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import left_to_right
from crmdesk.domain.requests.kinds import RequestStepKind
from crmdesk.domain.requests.views import RequestLine
from crmdesk.ui.frame.page import Place
from crmdesk.ui.letters.pane import LetterPane
from crmdesk.ui.pages.cases import commands
from crmdesk.ui.pages.cases.detail import CasePane
from crmdesk.ui.pages.cases.request_design import request_design
from crmdesk.ui.pages.cases.request_form import RequestStepForm
from crmdesk.ui.pages.cases.step_design import design_of
from crmdesk.ui.pages.cases.step_form import RedressForm, SnugForm, StepForm, TellForm
from crmdesk.ui.pages.opening import open_customer
from crmdesk.ui.qt.keys import Command
from crmdesk.ui.qt.tasks import spawn


class CaseWork(QObject):
    """``ended`` tells that a form or the letters were put away: the list has the keyboard again."""

    ended = Signal()

    def __init__(self, place: Place, pane: CasePane, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self.pane = place, pane
        self._awaited: UUID | None = None
        self._later: object = None
        pane.acts.step_wanted.connect(self.take)
        pane.acts.wanted.connect(self.do)
        pane.clocks.asked.connect(self.ask_why)
        pane.about.redress_wanted.connect(self.give_redress)

    def wait_for(self, case_id: UUID | None) -> None:
        """Another case is wanted: what is asked for before it is read is meant for it, and not for the one in sight."""
        self._awaited, self._later = case_id, None

    def came(self) -> None:
        """The case that was wanted is shown: do what was asked for meanwhile, where it can be done."""
        later, self._later = self._later, None
        if later in self.pane.acts.allowed:
            self.take(later)
        elif later in self.pane.acts.others:
            self.do(later)

    @property
    def _waits(self) -> bool:
        return self._awaited is not None and not self._is_at(self._awaited)

    def _is_at(self, case_id: UUID) -> bool:
        return self.pane.line is not None and self.pane.line.id == case_id

    def _stays_at(self, case_id: UUID) -> bool:
        """Return whether a case is shown, and no other is about to take its place."""
        return self._is_at(case_id) and not self._waits

    def take(self, kind: object) -> None:
        """Take a step: at once, or by its form where it asks for words."""
        if self._waits:
            self._later = kind
            return
        if isinstance(kind, RequestStepKind):
            self._take_of_request(kind)
            return
        view = self.pane.view
        if view is None or not isinstance(kind, StepKind):
            return
        open_form = self.pane.form
        if isinstance(open_form, StepForm) and open_form.kind is kind:
            open_form.body.start()
            return
        design = design_of(kind, view)
        if kind is StepKind.RESPONSE_SENT:
            self.open_letters(LetterKind.FINAL_RESPONSE)
        elif kind is StepKind.APPROVED:
            spawn(self, self._approve(view.line))
        elif design is None:
            spawn(self, self._take(view.line, kind))
        else:
            self._put_form(StepForm(self._place, view, kind, design))

    def _take_of_request(self, kind: RequestStepKind) -> None:
        view, open_form = self.pane.request, self.pane.form
        if view is None:
            return
        if isinstance(open_form, RequestStepForm) and open_form.kind is kind:
            open_form.body.start()
            return
        design = request_design(kind, view)
        if design is None:
            spawn(self, self._done(view.line, self._place.desk.requests.take(view.line.id, kind)))
        else:
            self._put_form(RequestStepForm(self._place, view, kind, design))

    async def _done(self, line: CaseLine | RequestLine, doing: Awaitable[object]) -> None:
        """Wait for something to be done with a case, and say what stood against it, by its reference where another is
        shown by then."""
        problem: CrmdeskError | None = None
        try:
            await doing
        except CrmdeskError as error:
            problem = error
        if self._stays_at(line.id):
            self.pane.head.say_problem(problem)
        elif problem is not None:
            self._place.window.tell(f"{left_to_right(line.reference)}: {problem.what}", problem.next_step)

    async def _take(self, line: CaseLine, kind: StepKind) -> None:
        await self._done(line, self._place.desk.cases.take(line.id, kind))

    async def _approve(self, line: CaseLine) -> None:
        """Approve the decision: with the letter that tells it where there is one."""
        seen = await self._place.desk.letters.of(line.id)
        if not any(one.kind is LetterKind.FINAL_RESPONSE and one.sent is None for one in seen.letters):
            await self._take(line, StepKind.APPROVED)
        elif self._stays_at(line.id):
            self.open_letters(LetterKind.FINAL_RESPONSE)

    def open_letters(self, kind: LetterKind | None = None) -> None:
        """Show the letters about the complaint, and go on with one of this kind."""
        view = self.pane.view
        if view is None:
            return
        if self.pane.letters is None:
            letters = LetterPane(self._place, view.line.id)
            letters.gone.connect(self._letters_gone)
            self.pane.put_letters(letters)
        if self.pane.letters is not None:
            self.pane.letters.start(kind)

    def _letters_gone(self) -> None:
        self.let_letters_go()
        self.ended.emit()

    def let_letters_go(self) -> None:
        """Take the letters away once what was typed there is written."""
        letters = self.pane.take_letters_away()
        if letters is not None:
            spawn(self, _let_go(letters))

    def give_redress(self) -> None:
        """Open the form of what is given."""
        if self.pane.view is not None and not isinstance(self.pane.form, RedressForm):
            self._put_form(RedressForm(self._place, self.pane.view))

    def _put_form(self, form: SnugForm) -> None:
        self.let_form_go()
        form.registered.connect(self._finished)
        form.put_aside.connect(self._put_aside)
        self.pane.head.say_problem(None)
        self.pane.put_form(form)

    def _finished(self, _step: object) -> None:
        self._put_aside()

    def _put_aside(self) -> None:
        self.let_form_go()
        self.ended.emit()

    def let_form_go(self) -> None:
        """Take the form away; what was typed in it is kept and comes back with the next one."""
        form = self.pane.take_form_away()
        if form is not None:
            spawn(self, form.last_words())
            form.deleteLater()

    def do(self, command: object) -> None:
        """Do what was asked for that is no step."""
        if self._waits:
            self._later = command
            return
        line = self.pane.line
        if line is None or not isinstance(command, Command):
            return
        if command is commands.CLAIM:
            spawn(self, self._done(line, self._claim(line)))
        elif command is commands.CUSTOMER and line.customer_id is not None:
            open_customer(self._place.window, line.customer_id)
        elif command is commands.WHY:
            found = next_of(self.pane.deadlines) or next(iter(self.pane.deadlines), None)
            if found is not None:
                self.ask_why(found.key)
        elif command is commands.HERE and (view := self.pane.view or self.pane.request) is not None:
            self.pane.say_here(view)
        elif command is commands.ISSUES:
            self.pane.about.issues.start()
        elif command is commands.LETTERS:
            self.open_letters()
        elif command is commands.REDRESS:
            self.give_redress()
        elif command is commands.TELL:
            self._tell_product_team()

    def _tell_product_team(self) -> None:
        if self.pane.view is not None and not isinstance(self.pane.form, TellForm):
            self._put_form(TellForm(self._place, self.pane.view))

    async def _claim(self, line: CaseLine | RequestLine) -> None:
        desk = self._place.desk
        door = desk.requests if isinstance(line, RequestLine) else desk.cases
        await (door.give_back(line.id) if line.mine else door.claim(line.id))

    def ask_why(self, key: str) -> None:
        """Say why a clock of the case that is shown is due when it is."""
        if self.pane.line is not None:
            spawn(self, self._explain(self.pane.line.id, key))

    async def _explain(self, case_id: UUID, key: str) -> None:
        desk = self._place.desk
        why = await (desk.requests if self.pane.request is not None else desk.cases).why(case_id, key)
        line = self.pane.line
        if why is None or line is None or line.id != case_id:
            return
        title = next((title_of(one) for one in self.pane.deadlines if one.key == key), left_to_right(line.reference))
        self.pane.say_why(title, why)


async def _let_go(letters: LetterPane) -> None:
    """Let the pane go once what was typed there is written."""
    await letters.settle()
    letters.deleteLater()
