"""Every action and its key, in one place: the command palette, the list of keys and the key caps read it.

Grammar (shown in F1): Ctrl + letter is the record, Ctrl + Shift + letter the phone, Ctrl + digit the numbered row one
sees (see ``digits``), a plain letter works only in a list that has the focus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from functools import cached_property, partial
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from crmdesk.domain.language import left_to_right, mark, tr
from crmdesk.domain.quick import dataclass
from crmdesk.ui.theme import Icon

_ENTER, _RETURN = "Enter", "Return"  # not shown


class Group(StrEnum):
    """Under which heading the palette and the list of keys show an action."""

    CALL = "call"
    GO_TO = "go_to"
    LIST = "list"
    ELSE = "else"

    @property
    def heading(self) -> str:
        """Return the heading as a person reads it."""
        return tr(_HEADINGS[self])


_HEADINGS = {
    Group.CALL: mark("This call"),
    Group.GO_TO: mark("Go to"),
    Group.LIST: mark("In lists"),
    Group.ELSE: mark("Everything else"),
}


class Scope(StrEnum):
    """Where a key works: WINDOW everywhere, FOCUS only while its list has the keyboard."""

    WINDOW = "window"
    FOCUS = "focus"


@dataclass(frozen=True, slots=True)
class Command:
    """An action: ``words`` are a verb as on a button, ``chord`` the key it has unless changed ("" for none).

    The words are only marked for translation: whoever shows a command translates them.
    """

    id: str
    words: str
    chord: str = ""
    group: Group = Group.ELSE
    icon: Icon | None = None
    scope: Scope = Scope.WINDOW


class KeyButton(Protocol):
    """A button that can be driven by a binding."""

    def set_key(self, key: str) -> None:
        """Show a key cap, or none."""
        ...


def cap_text(chord: str) -> str:
    """Return a chord as it is written on key caps here: "Ctrl+Shift+H", on macOS ⌘⇧H; "Ctrl+J, D" stays two strokes.

    The names of keys are Qt's, in the language that is spoken: "Strg+Umschalt+H".
    """
    native = QKeySequence(chord.replace(_ENTER, _RETURN)).toString(QKeySequence.SequenceFormat.NativeText)
    returns, enters = (QCoreApplication.translate("QShortcut", name) for name in (_RETURN, _ENTER))
    return left_to_right(native.replace(returns, enters))


class Binding(QObject):
    """An action that can be done now or not, in one place. ``changed`` tells that its key began or ceased to work."""

    changed = Signal()

    def __init__(self, keys: KeyMap, command: Command, chord: str, owner: QWidget, slot: Callable[[], None]) -> None:
        super().__init__(owner)
        self._keys, self._slot, self._owner = keys, slot, owner
        self.command, self.chord = command, chord
        self.details = ""
        self._enabled = True
        self._works = False
        self._buttons: list[KeyButton] = []

    @property
    def owner(self) -> QWidget:
        """Return the widget it belongs to."""
        return self._owner

    @property
    def enabled(self) -> bool:
        """Return whether the action can be done now."""
        return self._enabled

    @property
    def works(self) -> bool:
        """Return whether the key does this action at this moment."""
        return self._works

    @cached_property
    def cap(self) -> str:
        """Return the words of the key cap, empty without a key."""
        return cap_text(self.chord)

    def allow(self) -> None:
        """The action can be done from now on."""
        if not self._enabled:
            self._enabled = True
            self._keys.refresh()

    def forbid(self) -> None:
        """The action cannot be done now."""
        if self._enabled:
            self._enabled = False
            self._keys.refresh()

    def drive(self, button: KeyButton) -> None:
        """Draw the key cap on a button while the key works."""
        self._buttons.append(button)
        button.set_key(self.cap if self._works else "")

    def trigger(self) -> None:
        """Do it, if it can be done now."""
        if self._enabled:
            self._slot()

    def show_works(self, works: bool) -> None:
        """Take note that the key began or ceased to work (told by the map)."""
        if works == self._works:
            return
        self._works = works
        for button in self._buttons:
            button.set_key(self.cap if works else "")
        self.changed.emit()


class KeyMap(QObject):
    """All actions of one window. Of several with the same key, the one nearest to the focus has it, else the latest."""

    changed = Signal()

    def __init__(self, window: QWidget, own_chords: Mapping[str, str] | None = None) -> None:
        """``own_chords`` maps command ids to the keys a person chose instead."""
        super().__init__(window)
        self._window = window
        self._own = dict(own_chords or {})
        self._declared: dict[str, Command] = {}
        self._bindings: list[Binding] = []
        self._shortcuts: dict[str, tuple[QShortcut, ...]] = {}
        self._held = False
        self._together = 0
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self.refresh)

    def chord_of(self, command: Command) -> str:
        """Return the key of a command: the person's own, else the usual one."""
        return self._own.get(command.id, command.chord)

    def declare(self, *commands: Command) -> None:
        """List commands under F1 even while nothing offers them."""
        for command in commands:
            self._declared.setdefault(command.id, command)

    @property
    def commands(self) -> tuple[Command, ...]:
        """Return all commands known, in the order in which they were declared."""
        return tuple(self._declared.values())

    def bind(self, command: Command, slot: Callable[[], None], owner: QWidget | None = None) -> Binding:
        """Offer an action for as long as ``owner`` (default: the window) lives and is seen.

        ``slot`` is a bound method or a partial. With ``Scope.FOCUS`` the key works only while ``owner`` itself has the
        keyboard.
        """
        self.declare(command)
        place = owner or self._window
        binding = Binding(self, command, self.chord_of(command), place, slot)
        self._bindings.append(binding)
        place.destroyed.connect(partial(self._drop, binding))
        if binding.chord:
            if command.scope is Scope.FOCUS:
                self._grip_focus(binding)
            else:
                self._grip_window(binding.chord)
        self.refresh()
        return binding

    def hold(self) -> None:
        """No key does anything until ``let_go``: the window is locked."""
        self._held = True
        self.refresh()

    def let_go(self) -> None:
        """The keys work again."""
        self._held = False
        self.refresh()

    @contextmanager
    def together(self) -> Iterator[None]:
        """See only once, at the end of the block, which keys work: much changes in it at the same time."""
        self._together += 1
        try:
            yield
        finally:
            self._together -= 1
            self.refresh()  # does nothing while a block around this one goes on

    def trigger(self, command: Command) -> None:
        """Do a command from somewhere else than its key, where it can be done now."""
        for binding in self.available():
            if binding.command.id == command.id:
                binding.trigger()
                return

    def available(self) -> tuple[Binding, ...]:
        """Return what can be done now, one binding per command, those nearest to the focus first."""
        if self._held:
            return ()
        chosen: dict[str, Binding] = {}
        nearness = _around_focus()
        possible = filter(_can, self._bindings)
        for binding in sorted(possible, key=lambda binding: nearness.get(binding.owner, 0), reverse=True):
            chosen.setdefault(binding.command.id, binding)
        return tuple(chosen.values())

    def _grip_window(self, chord: str) -> None:
        if chord in self._shortcuts:
            return
        made = []
        for written in dict.fromkeys((chord, chord.replace(_ENTER, _RETURN))):
            shortcut = QShortcut(QKeySequence(written), self._window)
            shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(partial(self._pressed, chord))
            made.append(shortcut)
        self._shortcuts[chord] = tuple(made)

    def _grip_focus(self, binding: Binding) -> None:
        for written in dict.fromkeys((binding.chord, binding.chord.replace(_ENTER, _RETURN))):
            shortcut = QShortcut(QKeySequence(written), binding.owner)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(binding.trigger)

    def _pressed(self, chord: str) -> None:
        winner = self._winners().get(chord)
        if winner is not None:
            winner.trigger()

    def _winners(self) -> dict[str, Binding]:
        """Return who has each key: one pass, because every change of focus comes by here."""
        if self._held:
            return {}
        best: dict[str, tuple[int, Binding]] = {}
        nearness = _around_focus()
        for binding in self._bindings:
            if binding.chord and binding.command.scope is Scope.WINDOW and _can(binding):
                near = nearness.get(binding.owner, 0)
                rival = best.get(binding.chord)
                if rival is None or near >= rival[0]:
                    best[binding.chord] = (near, binding)
        return {chord: binding for chord, (_, binding) in best.items()}

    def _drop(self, binding: Binding, _gone: object = None) -> None:
        if binding in self._bindings:
            self._bindings.remove(binding)

    def refresh(self, *_focus: object) -> None:
        """See again which keys work: called at every change of focus and whenever an action is allowed or forbidden.

        A page calls it as well after it showed or hid a part that owns keys.
        """
        if self._together:
            return
        winners = self._winners()
        for binding in tuple(self._bindings):
            if binding.command.scope is Scope.FOCUS:
                works = binding.enabled and bool(binding.chord) and binding.owner.hasFocus()
            else:
                works = winners.get(binding.chord) is binding
            binding.show_works(works)
        for chord, shortcuts in self._shortcuts.items():
            possible = chord in winners
            for shortcut in shortcuts:
                if shortcut.isEnabled() != possible:
                    shortcut.setEnabled(possible)
        self.changed.emit()


def _can(binding: Binding) -> bool:
    # While the window goes as a whole, the focus still changes and owners may be half gone.
    return binding.enabled and isValid(binding.owner) and (binding.owner.isVisible() or binding.owner.isWindow())


def _around_focus() -> dict[QWidget, int]:
    """Return the widgets that hold the focus and how near to it each is, 1 the window; anything else is 0."""
    chain: list[QWidget] = []
    place: QWidget | None = QApplication.focusWidget()
    while place is not None:
        chain.append(place)
        place = None if place.isWindow() else place.parentWidget()
    return {widget: depth for depth, widget in enumerate(reversed(chain), start=1)}
