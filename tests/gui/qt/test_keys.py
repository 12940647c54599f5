"""Every action has one key at a time: the one nearest to the focus has it, and caps show only keys that work."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import delete

from crmdesk.ui.kit import Button, ListView, RowDelegate, RowsModel, TextPane
from crmdesk.ui.qt.keys import Command, KeyMap, Scope, cap_text

Show = Callable[[QWidget], QWidget]
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
FINISH = Command("finish", "Finish", "Ctrl+Enter")
NOTE = Command("note", "Note", "Ctrl+N")


def window_with(*widgets: QWidget) -> tuple[QWidget, KeyMap]:
    """Return a window with widgets side by side, and its keys."""
    window = QWidget()
    row = QHBoxLayout(window)
    for widget in widgets:
        row.addWidget(widget)
    return window, KeyMap(window)


def test_a_key_reaches_its_action_while_somebody_types(shown: Show) -> None:
    pane = TextPane("Note")
    fields: tuple[QWidget, ...] = (QLineEdit(), QPlainTextEdit(), QTextEdit(), pane.editor)
    window, keys = window_with(*fields[:3], pane)
    chords = ("Ctrl+K", "Ctrl+F", "Ctrl+L", "Ctrl+N", "Ctrl+P", "Ctrl+B", "Ctrl+R", "Ctrl+I", "Ctrl+Shift+M")
    done: list[str] = []
    for chord in chords:
        keys.bind(Command(chord, chord, chord), partial(done.append, chord))
    shown(window)
    for field in fields:
        field.setFocus()
        done.clear()
        for chord in chords:
            letter = getattr(Qt.Key, f"Key_{chord[-1]}")
            QTest.keyClick(field, letter, CTRL | SHIFT if "Shift" in chord else CTRL)
        assert done == list(chords), field


def test_ctrl_enter_works_on_both_enter_keys(shown: Show) -> None:
    window, keys = window_with(QLineEdit())
    done: list[str] = []
    keys.bind(FINISH, partial(done.append, "done"))
    shown(window)
    QTest.keyClick(window, Qt.Key.Key_Return, CTRL)
    QTest.keyClick(window, Qt.Key.Key_Enter, CTRL)
    assert done == ["done", "done"]


def test_two_strokes_reach_a_page(shown: Show) -> None:
    window, keys = window_with(QLineEdit())
    done: list[str] = []
    keys.bind(Command("go.board", "Go to the board", "Ctrl+J, B"), partial(done.append, "board"))
    keys.bind(Command("go.desk", "Go to the desk", "Ctrl+J, D"), partial(done.append, "desk"))
    shown(window)
    for letter in (Qt.Key.Key_B, Qt.Key.Key_D):
        QTest.keyClick(window, Qt.Key.Key_J, CTRL)
        QTest.keyClick(window, letter)
    assert done == ["board", "desk"]


def test_of_two_actions_with_one_key_the_one_around_the_focus_has_it(shown: Show) -> None:
    note, form = QWidget(), QWidget()
    inner = QLineEdit()
    field = QLineEdit()
    QHBoxLayout(note).addWidget(inner)
    QHBoxLayout(form).addWidget(field)
    window, keys = window_with(note, form)
    done: list[str] = []
    in_note = keys.bind(FINISH, partial(done.append, "note"), note)
    in_form = keys.bind(FINISH, partial(done.append, "form"), form)
    shown(window)
    field.setFocus()
    assert (in_note.works, in_form.works) == (False, True)
    QTest.keyClick(field, Qt.Key.Key_Return, CTRL)
    inner.setFocus()
    assert (in_note.works, in_form.works) == (True, False)
    QTest.keyClick(inner, Qt.Key.Key_Return, CTRL)
    assert done == ["form", "note"]


def test_a_cap_is_drawn_only_while_its_key_works(shown: Show) -> None:
    button = Button("Finish")
    window, keys = window_with(button)
    binding = keys.bind(FINISH, partial(print, end=""))
    binding.drive(button)
    shown(window)
    assert button.key == "Ctrl+Enter"
    binding.forbid()
    assert button.key == ""
    assert FINISH.id not in [b.command.id for b in keys.available()]
    binding.allow()
    assert button.key == "Ctrl+Enter"


def test_of_what_changes_together_the_keys_are_seen_once_and_are_right_then(shown: Show) -> None:
    outer, inner = QWidget(), QWidget()
    finish = Button("Finish")
    window, keys = window_with(outer, inner, finish)
    first, second = (keys.bind(FINISH, partial(print, end=""), owner) for owner in (outer, inner))
    second.drive(finish)
    shown(window)
    told: list[str] = []
    keys.changed.connect(partial(told.append, "seen"))
    with keys.together():
        second.forbid()
        with keys.together():
            outer.hide()
            second.allow()
        inner.hide()
        inner.show()
        second.forbid()
        assert told == []
    assert told == ["seen"]
    assert (first.works, second.works, finish.key) == (False, False, "")
    second.allow()
    assert (second.works, finish.key) == (True, "Ctrl+Enter")


def test_what_cannot_be_done_now_is_not_done(shown: Show) -> None:
    window, keys = window_with(QLineEdit())
    done: list[str] = []
    binding = keys.bind(FINISH, partial(done.append, "x"))
    shown(window)
    binding.forbid()
    QTest.keyClick(window, Qt.Key.Key_Return, CTRL)
    binding.trigger()
    assert done == []


def test_a_plain_letter_works_only_in_the_list_that_has_the_focus(shown: Show) -> None:
    model: RowsModel[object] = RowsModel(key=str, words=str)
    model.show_rows(("a", "b"))
    view, field = ListView("Cases", model, RowDelegate()), QLineEdit()
    model.setParent(view)
    window, keys = window_with(view, field)
    done: list[str] = []
    binding = keys.bind(Command("claim", "Claim", "C", scope=Scope.FOCUS), partial(done.append, "claimed"), view)
    shown(window)
    field.setFocus()
    QTest.keyClicks(field, "c")
    assert (field.text(), done, binding.works) == ("c", [], False)
    view.setFocus()
    assert binding.works
    QTest.keyClick(view, Qt.Key.Key_C)
    assert done == ["claimed"]


def test_the_keys_of_a_hidden_part_are_free_for_others(shown: Show) -> None:
    first, second = QWidget(), QWidget()
    window, keys = window_with(first, second)
    done: list[str] = []
    keys.bind(FINISH, partial(done.append, "first"), first)
    keys.bind(FINISH, partial(done.append, "second"), second)
    shown(window)
    second.hide()
    keys.refresh()
    QTest.keyClick(window, Qt.Key.Key_Return, CTRL)
    assert done == ["first"]


def test_an_action_goes_with_its_owner(shown: Show) -> None:
    part = QWidget()
    window, keys = window_with(part)
    done: list[str] = []
    keys.bind(FINISH, partial(done.append, "x"), part)
    shown(window)
    delete(part)
    keys.refresh()
    QTest.keyClick(window, Qt.Key.Key_Return, CTRL)
    assert done == []
    assert keys.available() == ()
    assert [c.id for c in keys.commands] == ["finish"], "F1 still lists it"


def test_a_person_can_change_a_key(shown: Show) -> None:
    window = QWidget()
    keys = KeyMap(window, {"note": "Ctrl+Y"})
    done: list[str] = []
    binding = keys.bind(NOTE, partial(done.append, "note"))
    shown(window)
    QTest.keyClick(window, Qt.Key.Key_N, CTRL)
    assert done == []
    QTest.keyClick(window, Qt.Key.Key_Y, CTRL)
    assert (done, binding.cap) == (["note"], "Ctrl+Y")


@pytest.mark.parametrize(
    ("chord", "cap"), [("Ctrl+Enter", "Ctrl+Enter"), ("Ctrl+Shift+H", "Ctrl+Shift+H"), ("Ctrl+J, U", "Ctrl+J, U")]
)
def test_caps_are_written_as_on_the_keyboard(chord: str, cap: str) -> None:
    assert cap_text(chord) == cap
