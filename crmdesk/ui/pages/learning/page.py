"""The page: its parts behind tabs, each with its own list; a letter in the lists goes from one to the other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain.language import tr
from crmdesk.domain.people import Role
from crmdesk.ui.frame import commands as frame
from crmdesk.ui.frame.page import Page, Place
from crmdesk.ui.kit import Ground, Option, Panel, PaneTitle, Tabs
from crmdesk.ui.pages.learning import commands
from crmdesk.ui.pages.learning.actions import ActionsPane
from crmdesk.ui.pages.learning.causes import CausesPane
from crmdesk.ui.pages.learning.feedback import FeedbackPane
from crmdesk.ui.pages.learning.pane import LearningPane
from crmdesk.ui.qt.keys import Binding
from crmdesk.ui.theme import Space

CAUSES, ACTIONS, FEEDBACK = "causes", "actions", "feedback"
_SHOWING = {
    CAUSES: commands.SHOW_CAUSES,
    ACTIONS: commands.SHOW_ACTIONS,
    FEEDBACK: commands.SHOW_FEEDBACK,
}


class LearningPage(Page):
    """Root causes, corrective actions and feedback for those who lead; for everybody else what is theirs of it."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.setAccessibleName(tr("Learning"))
        me = place.desk.identity
        leads = me is not None and me.role in (Role.SUPERVISOR, Role.ADMINISTRATOR)
        self.acts = ActionsPane(place)
        self.causes = CausesPane(place) if leads else None
        self.feedback = FeedbackPane(place)
        self.parts: Mapping[str, LearningPane] = {
            **({} if self.causes is None else {CAUSES: self.causes, ACTIONS: self.acts}),
            FEEDBACK: self.feedback,
            ACTIONS: self.acts,
        }
        words = {CAUSES: tr("Root causes"), ACTIONS: tr("Actions"), FEEDBACK: tr("Feedback")}
        options = tuple(Option(id_, words[id_], key=_SHOWING[id_].chord) for id_ in self.parts)
        self.tabs = Tabs(tr("Part of the page"), options)
        self.tabs.show_keys(False)
        self.stack = QStackedWidget()
        for part in self.parts.values():
            self.stack.addWidget(part)
        self._bindings: list[Binding] = []
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(PaneTitle(tr("Learning")))
        head.addWidget(self.tabs)
        head.addStretch(1)
        ground = Panel(self, Ground.WINDOW)
        column = QVBoxLayout(ground)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.M)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)

    def _connect(self) -> None:
        keys = self._place.keys
        self.tabs.chosen.connect(self.show_part)
        if self.causes is not None:
            keys.bind(commands.ACT, self._act, self.causes.table.view)
        for grip in self._grips:
            for id_ in self.parts:
                binding = keys.bind(_SHOWING[id_], partial(self.show_part, id_), grip)
                binding.changed.connect(self._show_keys)
                self._bindings.append(binding)
        keys.bind(frame.BACK, self._back, self)

    @property
    def part(self) -> LearningPane:
        """Return the part that is shown."""
        return self.parts[self.tabs.value]

    def show_part(self, id_: str) -> None:
        """Show a part, with the keyboard in its list."""
        self.tabs.choose(id_)
        self.stack.setCurrentWidget(self.part)
        self.part.arrived()
        self._place.keys.refresh()

    def arrived(self) -> None:
        """Go on in the part that is shown."""
        self.part.arrived()

    async def shown(self) -> None:
        """Return when the part that is shown was read."""
        await self.part.shown()

    def panes(self) -> tuple[QWidget, ...]:
        """Those of the part that is shown."""
        return self.part.panes()

    async def closing(self) -> None:
        """Return when what is being written is on the disk."""
        for part in self.parts.values():
            await part.closing()

    def _act(self) -> None:
        """Begin an action against the selected cause."""
        code = "" if self.causes is None else self.causes.selected_code
        self.show_part(ACTIONS)
        self.acts.begin(code)

    @property
    def _grips(self) -> tuple[QWidget, ...]:
        return tuple(grip for part in self.parts.values() for grip in part.grips)

    def _back(self) -> None:
        if self.focusWidget() in self._grips and self._place.window.has_page("desk"):
            self._place.window.go_to("desk")
        else:
            self.part.take_focus()

    def _show_keys(self) -> None:
        self.tabs.show_keys(any(binding.works for binding in self._bindings))
