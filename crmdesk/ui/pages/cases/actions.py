"""What can be done with the case that is shown: buttons, their keys in the lists, the palette, and the rest."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.cases.views import CaseView
from crmdesk.domain.language import tr
from crmdesk.domain.requests.kinds import RequestStepKind
from crmdesk.domain.requests.views import RequestView
from crmdesk.ui.frame.commands import FINISH
from crmdesk.ui.frame.page import Place
from crmdesk.ui.handset.card import PickCard
from crmdesk.ui.handset.picks import Pick
from crmdesk.ui.kit import Button, ButtonKind, Label, ListView, plain_tip
from crmdesk.ui.pages.cases.commands import CLAIM, MORE, STEPS
from crmdesk.ui.pages.cases.offers import COMMANDS, NOTHING, OTHERS, AnyStep, Offer, offer_of
from crmdesk.ui.pages.cases.request_commands import REQUEST_STEPS
from crmdesk.ui.qt.keys import Binding, Command, Scope, cap_text
from crmdesk.ui.theme import Icon, Space, TextRole, Voice


class Actions(QWidget):
    """``step_wanted`` carries the kind of the step, ``wanted`` any other command that somebody gives.

    ``reason`` says why the primary button cannot be used; it stands where the head has room for it.
    """

    step_wanted = Signal(object)
    wanted = Signal(object)

    def __init__(self, place: Place, lists: tuple[ListView, ...], page: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._view: CaseView | RequestView | None = None
        self._of: UUID | None = None
        self._offer: Offer = NOTHING
        self._bindings: dict[str, list[Binding]] = {}
        self.claim = Button("", icon=Icon.USER_ROUND_CHECK)
        self.beside = Button("")
        self.reason = Label("", TextRole.SMALL, Voice.LATE, icon=Icon.CIRCLE_ALERT)
        self.more = Button(tr("More"), ButtonKind.QUIET, Icon.ELLIPSIS)
        self.main = Button("", ButtonKind.PRIMARY)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        for part in (self.claim, self.beside, self.more, self.main):
            row.addWidget(part)
        self._connect()
        with place.keys.together():
            self._bind(lists, page)
        self.show_case(None)

    def _connect(self) -> None:
        self.claim.clicked.connect(partial(self._give, CLAIM))
        self.beside.clicked.connect(self._take_beside)
        self.more.clicked.connect(self.open_more)
        self.main.clicked.connect(self.go_on)

    def _bind(self, lists: tuple[ListView, ...], page: QWidget) -> None:
        keys = self._place.keys
        for command, kind in COMMANDS:
            self._add(
                command, (keys.bind(command, partial(self._take, kind), one) for one in _of(command, lists, page))
            )
        for command in OTHERS:
            self._add(
                command, (keys.bind(command, partial(self._give, command), one) for one in _of(command, lists, page))
            )
        self._add(MORE, (keys.bind(MORE, self.open_more, one) for one in lists))
        self._add(FINISH, (keys.bind(FINISH, self.go_on, page),))

    def _add(self, command: Command, bindings: Iterable[Binding]) -> None:
        self._bindings[command.id] = list(bindings)
        for binding in self._bindings[command.id]:
            binding.changed.connect(self._show_keys)

    def fold(self, *, roomy: bool) -> None:
        """Say less on the buttons where there is no room."""
        for button in (self.claim, self.beside, self.more):
            if roomy:
                button.unfold_words()
            else:
                button.fold_words()

    # What is offered -------------------------------------------------------------------------------------------------

    def show_case(self, view: CaseView | RequestView | None) -> None:
        """Offer what can be done with a case, nothing for None."""
        self._view, self._offer = view, offer_of(view)
        offer = self._offer
        with self._place.keys.together():
            for command, _ in COMMANDS:
                self._allow(command, may=command.id in offer.steps or self._stands_in(command))
            for command in OTHERS:
                self._allow(command, may=command in offer.others)
            self._allow(MORE, may=view is not None)
            self._allow(FINISH, may=offer.may(offer.onward))
        if view is None:
            for part in (self.claim, self.beside, self.more, self.reason, self.main):
                part.hide()
            return
        self._show_buttons(view, offer)
        self._show_keys()

    def _stands_in(self, command: Command) -> bool:
        """Return whether the key of a complaint's note writes one of a request."""
        return command is STEPS[StepKind.NOTED] and REQUEST_STEPS[RequestStepKind.NOTED].id in self._offer.steps

    @property
    def allowed(self) -> tuple[AnyStep, ...]:
        """Return the steps that may be taken by whoever reads this."""
        return self._offer.allowed

    @property
    def others(self) -> tuple[Command, ...]:
        """Return what else can be done."""
        return self._offer.others

    def _allow(self, command: Command, *, may: bool) -> None:
        for binding in self._bindings[command.id]:
            if may:
                binding.allow()
            else:
                binding.forbid()

    def _show_buttons(self, view: CaseView | RequestView, offer: Offer) -> None:
        mine, free = view.line.mine, view.owner_id is None
        self.claim.set_words(tr("Give back") if mine else tr("Take on"))
        self.claim.setVisible(mine or free)
        self.beside.setVisible(offer.may(offer.beside))
        if offer.beside is not None:
            self.beside.set_words(tr(offer.beside[0].words))
            self.beside.set_icon(offer.beside[0].icon)
        self.more.show()
        self.main.setVisible(offer.shown)
        if offer.onward is not None:
            self.main.set_words(tr(offer.onward[0].words))
            self.main.set_icon(offer.onward[0].icon)
            self.main.setEnabled(offer.may(offer.onward))
        self.reason.set_text(offer.blocked)
        self.reason.setVisible(bool(offer.blocked))
        self.main.setToolTip(plain_tip(offer.blocked))

    def _show_keys(self) -> None:
        buttons: list[tuple[Button, str]] = [(self.claim, CLAIM.id), (self.more, MORE.id), (self.main, FINISH.id)]
        if self._offer.beside is not None:
            buttons.append((self.beside, self._offer.beside[0].id))
        for button, command in buttons:
            button.set_key(next((one.cap for one in self._bindings[command] if one.works), ""))

    # Doing -----------------------------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """Take the step that brings the case on."""
        self._give_step(self._offer.onward)

    def _take_beside(self) -> None:
        self._give_step(self._offer.beside)

    def _give_step(self, pair: tuple[Command, AnyStep] | None) -> None:
        if pair is not None and self._offer.may(pair):
            self.step_wanted.emit(pair[1])

    def _take(self, kind: AnyStep) -> None:
        if kind is StepKind.NOTED and self._stands_in(STEPS[StepKind.NOTED]):
            kind = RequestStepKind.NOTED
        self.step_wanted.emit(kind)

    def _give(self, command: Command, _checked: bool = False) -> None:
        self.wanted.emit(command)

    def open_more(self) -> None:
        """Offer everything that can be done with the case, thinned by typing."""
        view = self._view
        if view is None:
            return
        self._of = view.line.id
        self.card.open_over(self._place.window.middle(), view.line.reference, tr("Go on"), rows=8)
        steps = tuple(self._pick(command, kind) for command, kind in self._offer.steps.values())
        self.card.offer((*steps, *(self._pick(command, command) for command in self._offer.others)))

    def _pick(self, command: Command, value: object) -> Pick:
        key = FINISH if self._offer.onward is not None and value is self._offer.onward[1] else command
        cap = cap_text(self._place.keys.chord_of(key)) if key.chord else ""
        return Pick(tr(command.words), "", command.icon or Icon.CHECK, value, cap)

    @cached_property
    def card(self) -> PickCard:
        """Return the card of everything that can be done."""
        card = PickCard(tr("What can be done"), tr("Type to find it"), Icon.SEARCH, self._place.window)
        card.taken.connect(self._picked)
        return card

    def _picked(self, value: object) -> None:
        if self._view is None or self._view.line.id != self._of:
            return  # another case took the place of the one that the card names
        if isinstance(value, StepKind | RequestStepKind):
            self.step_wanted.emit(value)
        elif isinstance(value, Command):
            self.wanted.emit(value)


def _of(command: Command, lists: tuple[ListView, ...], page: QWidget) -> tuple[QWidget, ...]:
    return lists if command.scope is Scope.FOCUS else (page,)
