"""A call script in the middle of the desk: each answer is on the disk before the next question is asked."""

from __future__ import annotations

import asyncio
from uuid import UUID

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.knowledge.script import Given, Run
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.knowledge.player import ScriptPane
from crmdesk.ui.pages.desk.columns import CallDesk
from crmdesk.ui.qt.tasks import cancel_all, spawn

DRAFT = "script"
_EVERY_MS = 300


class ScriptDesk(QObject):
    """``moved`` tells that a script was opened, answered or put away. What is typed is kept as a draft of the call."""

    moved = Signal()

    def __init__(self, place: Place, call: CallDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._call = place, call
        self._interaction: UUID | None = None
        self._answering = False
        self._writing: asyncio.Task[None] | None = None
        self.pane = ScriptPane()
        call.keep_beside(self.pane)
        self._keep = QTimer(self)
        self._keep.setSingleShot(True)
        self._keep.setInterval(_EVERY_MS)
        self._keep.timeout.connect(self._keep_now)
        place.keys.bind(commands.BACK, self.back, self.pane).drive(self.pane.close_button)
        self.pane.left.connect(self.back)
        self.pane.chosen.connect(self.begin)
        self.pane.answered.connect(self._answer)
        self.pane.typing.connect(self._typing)

    @property
    def is_open(self) -> bool:
        """Say whether a script is shown."""
        return self._call.beside is self.pane

    def follow(self, interaction_id: UUID | None) -> None:
        """Belong to another call."""
        self._keep_now()
        cancel_all(self.pane)
        self._interaction = interaction_id
        self._answering = False

    def choose(self) -> None:
        """Ask which script is to be followed; a single one is begun at once."""
        spawn(self.pane, self._choose())

    async def _choose(self) -> None:
        lines = await self._place.desk.scripts.all()
        if len(lines) == 1:
            await self._begin(lines[0].edition)
        else:
            self.pane.show_choice(lines)
            self._appear()

    def begin(self, edition: str) -> None:
        """Begin a script at its first question."""
        spawn(self.pane, self._begin(edition))

    async def _begin(self, edition: str) -> None:
        await self._show(await self._place.desk.scripts.begin(edition))

    def go_on(self, run: Run) -> None:
        """Go on with a run that was left half way."""
        spawn(self.pane, self._show(run))

    async def _show(self, run: Run) -> None:
        typed = ""
        if self._interaction is not None:
            draft = await self._place.desk.drafts.load(DRAFT, self._interaction)
            if draft is not None and draft.fields.get("step") == run.standing.step:
                typed = draft.fields.get("words", "")
        self.pane.show_run(run, typed)
        self._appear()

    def _appear(self) -> None:
        self._call.show_beside(self.pane)
        self.pane.take_focus()
        self._place.keys.refresh()
        self.moved.emit()

    def close(self) -> None:
        """Put the script away; what was answered is stored, what was typed is kept."""
        if self.is_open:
            self._keep_now()
            self._call.close_beside()
            self._place.keys.refresh()
            self.moved.emit()

    def erased(self, ids: frozenset[UUID]) -> None:
        """Let go of what was answered in a call that was erased: nothing of it is shown or written once more."""
        if self._interaction in ids:
            self._keep.stop()
            self._interaction = None
            cancel_all(self.pane)
            self.pane.show_choice(())
            self.close()

    def back(self) -> None:
        """Put the script away and go on in the note."""
        self.close()
        self._call.note.text.setFocus(Qt.FocusReason.OtherFocusReason)

    # Answering -------------------------------------------------------------------------------------------------------

    def _answer(self, step: str, number: int, typed: str) -> None:
        run = self.pane.run
        if run is None or self._interaction is None or self._answering:
            return
        self._answering = True
        self._keep.stop()
        given = Given(self._interaction, run.id, run.script, step, number, typed)
        spawn(self.pane, self._store(given), self._mistaken)

    async def _store(self, given: Given) -> None:
        try:
            run = await self._place.desk.scripts.answer(given, DraftKey(DRAFT, given.interaction_id))
        finally:
            self._answering = False
        if given.interaction_id == self._interaction:
            self.pane.show_run(run)
            self.moved.emit()

    def _mistaken(self, mistake: UserMistake) -> None:
        self.pane.field.show_problem(f"{mistake.what} {mistake.next_step}".strip())

    # What is being typed ---------------------------------------------------------------------------------------------

    def _typing(self) -> None:
        if not self._keep.isActive():  # whoever types on and on is kept all the same
            self._keep.start()

    def _keep_now(self) -> None:
        if self._keep.isActive():
            self._keep.stop()
            step, run, call = self.pane.step, self.pane.run, self._interaction
            if step is not None and run is not None and call is not None:
                fields = {"step": step.id, "words": self.pane.field.text}
                self._writing = spawn(self, self._write(call, fields, run.script.title))

    async def _write(self, call: UUID, fields: dict[str, str], title: str) -> None:
        await self._place.desk.drafts.keep(DRAFT, call, fields, title)

    async def settle(self) -> None:
        """Return when an answer that is being written is on the disk."""
        self._keep_now()
        if self._writing is not None:
            await self._writing
