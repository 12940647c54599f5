"""Controls say what they are, in words, by keyboard and to a screen reader."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QAccessible, QFontMetrics, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.ui.kit import (
    Bar,
    Button,
    ButtonKind,
    CheckBox,
    ChipRow,
    ChipSpec,
    Choice,
    Combo,
    Field,
    FieldState,
    Flow,
    Label,
    Option,
    SavedLabel,
    Tabs,
    TextPane,
    chip_width,
    fitting,
    plain_tip,
)
from crmdesk.ui.kit.button import FocusRing
from crmdesk.ui.kit.painting import marked_spans
from crmdesk.ui.theme import Icon, TextRole, theme

Show = Callable[[QWidget], QWidget]
SEVERITIES = tuple(Option(str(n), str(n)) for n in range(1, 6))


def together(*widgets: QWidget) -> QWidget:
    """Return a window with widgets below each other."""
    window = QWidget()
    column = QVBoxLayout(window)
    for widget in widgets:
        column.addWidget(widget)
    return window


def test_what_a_customer_wrote_is_never_rich_text_and_never_a_mnemonic(qtbot: QtBot) -> None:
    label = Label("<b>O'Brien</b> & Sons <img src=file:///etc/passwd>")
    button = Button("Call Smith & Sons")
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text().startswith("<b>")
    assert button.shortcut().isEmpty()
    assert button.accessibleName() == "Call Smith & Sons"


def test_words_that_do_not_fit_are_offered_as_a_tip_even_when_they_look_like_html(shown: Show) -> None:
    label = Label("<b>A very long name of a company that nobody can remember</b>")
    window = shown(together(label))
    window.resize(120, 60)
    assert "&lt;b&gt;" in label.toolTip()
    window.resize(900, 60)
    assert label.toolTip() == ""


@pytest.mark.parametrize("words", ["Anna &lt;b&gt;fett&lt;/b&gt;", "a &amp;lt; b <img src=x>", "<i>one</i>\n\ntwo"])
def test_a_tip_shows_what_was_written_and_no_formatting(qtbot: QtBot, words: str) -> None:
    tip = QLabel(plain_tip(words))
    qtbot.addWidget(tip)
    document = QTextDocument()
    document.setHtml(tip.text())
    assert document.toPlainText() == words
    tip.setTextFormat(Qt.TextFormat.AutoText)
    plain = QLabel(words)
    qtbot.addWidget(plain)
    plain.setTextFormat(Qt.TextFormat.PlainText)
    assert tip.sizeHint().width() == plain.sizeHint().width()


def test_wrapped_words_take_the_height_of_their_lines(shown: Show) -> None:
    words = Label("one two three four five six seven eight nine ten", flow=Flow.WRAP)
    window = shown(together(words))
    window.resize(140, 300)
    line = theme().size(TextRole.BODY).line
    assert words.height() >= 2 * line
    assert words.heightForWidth(4000) == line
    assert words.heightForWidth(60) > words.heightForWidth(200)


def test_a_button_is_never_narrower_than_its_words_and_its_key(qtbot: QtBot) -> None:
    button = Button("Register complaint", ButtonKind.PRIMARY, Icon.SCALE, "Ctrl+Enter")
    words = QFontMetrics(theme().font(TextRole.BODY_STRONG)).horizontalAdvance("Register complaint")
    assert button.minimumSizeHint() == button.sizeHint()
    assert button.sizeHint().width() > words + 16 + 60
    wide = button.sizeHint().width()
    button.set_key("")
    assert button.sizeHint().width() < wide


def test_a_key_cap_drawn_and_told_goes_while_the_button_cannot_be_used(qtbot: QtBot) -> None:
    button = Button("Approve letter", key="A")
    assert (button.key, button.accessibleDescription()) == ("A", "A")
    button.setEnabled(False)
    assert (button.key, button.accessibleDescription()) == ("", "")
    button.setEnabled(True)
    assert (button.key, button.accessibleDescription()) == ("A", "A")


def test_enter_and_space_press_the_button_that_has_the_focus(qtbot: QtBot) -> None:
    button = Button("Open")
    qtbot.addWidget(button)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        with qtbot.waitSignal(button.clicked, timeout=1000):
            QTest.keyClick(button, key)


def test_folded_words_become_the_tip(qtbot: QtBot) -> None:
    button = Button("More time", icon=Icon.TIMER, key="Ctrl+Shift+M")
    wide = button.sizeHint().width()
    button.fold_words()
    assert button.sizeHint().width() < wide
    assert (button.toolTip(), button.accessibleName()) == ("More time", "More time")
    button.unfold_words()
    assert (button.sizeHint().width(), button.toolTip()) == (wide, "")


def test_the_ring_of_a_button_comes_with_the_keyboard_and_moves_nothing(shown: Show) -> None:
    first, second = Button("One"), Button("Two")
    window = shown(together(first, second))
    place = first.geometry()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    (ring,) = window.findChildren(FocusRing)
    assert ring.geometry().contains(place)
    assert first.geometry() == place
    second.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not any(r.isVisible() for r in window.findChildren(FocusRing))


def test_a_prefilled_field_becomes_a_plain_one_once_changed(shown: Show) -> None:
    field = Field("Product")
    shown(together(field))
    field.prefill("HomeCover Plus")
    assert field.edit.state is FieldState.PREFILLED
    QTest.keyClicks(field.edit, "!")
    assert (field.edit.state, field.text) == (FieldState.REST, "HomeCover Plus!")


def test_a_mistake_stands_under_its_field_until_something_is_typed(shown: Show) -> None:
    field = Field("Phone")
    shown(together(field))
    field.show_problem("Two digits are missing")
    assert field.problem == "Two digits are missing"
    assert field.edit.accessibleDescription() == "Two digits are missing"
    QTest.keyClicks(field.edit, "7")
    assert (field.problem, field.edit.accessibleDescription()) == ("", "")


def test_a_note_takes_only_plain_text_and_tells_only_what_a_person_typed(shown: Show, qtbot: QtBot) -> None:
    pane = TextPane("Note")
    shown(together(pane))
    told: list[bool] = []
    pane.edited.connect(partial(told.append, True))
    pane.put("Third call.")
    assert told == []
    rich = QMimeData()
    rich.setHtml("<b>bold</b>")
    rich.setText("bold")
    pane.caret_to_end()
    pane.editor.insertFromMimeData(rich)
    assert pane.text == "Third call.bold"
    assert len(told) == 1
    QTest.keyClicks(pane.editor, " and more")
    assert pane.text.endswith("and more")


def test_lines_of_a_note_stand_21_px_apart_also_those_typed_later(shown: Show) -> None:
    pane = TextPane("Note")
    shown(together(pane))
    pane.put("one")
    pane.caret_to_end()
    QTest.keyClick(pane.editor, Qt.Key.Key_Return)
    QTest.keyClicks(pane.editor, "two")
    layout = pane.editor.document().documentLayout()
    tops = [layout.blockBoundingRect(pane.editor.document().findBlockByNumber(n)).top() for n in (0, 1)]
    assert tops[1] - tops[0] == theme().size(TextRole.NOTE).line


def test_what_was_put_into_a_note_cannot_be_undone_away(shown: Show) -> None:
    pane = TextPane("Note")
    shown(together(pane))
    pane.put("Kept words")
    pane.editor.undo()
    assert pane.text == "Kept words"


def test_saved_is_said_with_its_time(qtbot: QtBot) -> None:
    saved = SavedLabel()
    saved.show_saved("14:23:09")
    assert saved.accessibleName() == "Saved 14:23:09"
    saved.show_failed("The disk is full. Free some space")
    assert "disk is full" in saved.text()


def test_a_choice_is_made_with_arrows_and_told_only_when_a_person_chose(shown: Show, qtbot: QtBot) -> None:
    choice = Choice("Severity", SEVERITIES)
    shown(together(choice))
    told: list[str] = []
    choice.chosen.connect(told.append)
    choice.choose("3")
    assert (choice.value, told) == ("3", [])
    first = choice.findChildren(QWidget)[0]
    checked = next(w for w in choice.findChildren(type(first)) if getattr(w, "isChecked", bool)())
    checked.setFocus()
    QTest.keyClick(checked, Qt.Key.Key_Right)
    assert (choice.value, told) == ("4", ["4"])
    choice.clear()
    assert choice.value == ""


def test_tabs_begin_with_the_first_and_a_combo_with_nothing(qtbot: QtBot) -> None:
    tabs = Tabs("Kinds", (Option("all", "All"), Option("calls", "Calls")))
    combo = Combo("Category", (Option("a", "Missed visit"), Option("b", "Charged twice")))
    assert (tabs.value, combo.value) == ("all", "")
    combo.prefill("b")
    assert combo.value == "b"


def test_chips_that_do_not_fit_are_counted(qtbot: QtBot) -> None:
    specs = tuple(ChipSpec(f"Chip number {n}") for n in range(5))
    room = chip_width(specs[0]) * 3
    shown_chips = fitting(specs, room)
    assert shown_chips[-1].text == f"{5 - len(shown_chips) + 1} more"
    assert sum(map(chip_width, shown_chips)) <= room
    assert fitting(specs, 10_000) == specs
    assert ChipRow(specs).accessibleName().count("Chip number") == 5


def test_one_chip_alone_is_shortened_and_not_counted(qtbot: QtBot) -> None:
    alone = (ChipSpec("13:50, 28 min late"),)
    assert fitting(alone, chip_width(alone[0]) // 2) == alone


def test_matched_words_are_found_across_accents_and_case() -> None:
    assert marked_spans("María Fernández", ("maria",)) == [(0, 5)]
    assert marked_spans("Anna-Maria Nowak", ("maria", "now")) == [(5, 10), (11, 14)]
    assert marked_spans("Ελένη", ("maria",)) == []


def test_a_screen_reader_finds_a_name_and_a_role_on_every_control(shown: Show) -> None:
    field = Field("Phone")
    note = TextPane("Note")
    controls: tuple[tuple[QWidget, QAccessible.Role], ...] = (
        (Label("Words"), QAccessible.Role.StaticText),
        (Button("Hold"), QAccessible.Role.Button),
        (ChipRow((ChipSpec("Internal"),)), QAccessible.Role.StaticText),
        (field.edit, QAccessible.Role.EditableText),
        (note.editor, QAccessible.Role.EditableText),
        (CheckBox("Somebody may be harmed"), QAccessible.Role.CheckBox),
        (Combo("Category"), QAccessible.Role.ComboBox),
        (Bar("Likelihood"), QAccessible.Role.ProgressBar),
    )
    shown(together(field, note, *(widget for widget, _ in controls if widget.parentWidget() is None)))
    QAccessible.setActive(True)
    for widget, role in controls:
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name), widget
        assert interface.role() is role, widget


def test_clicking_the_words_of_a_tick_box_ticks_it(shown: Show) -> None:
    tick = CheckBox("Somebody may be harmed")
    shown(together(tick))
    QTest.mouseClick(tick, Qt.MouseButton.LeftButton, pos=QPoint(tick.width() - 4, tick.height() // 2))
    assert tick.isChecked()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the list below a field
def test_a_list_that_is_open_stays_where_one_is_when_the_same_is_offered_again(shown: Show) -> None:
    options = tuple(Option(letter, letter.upper()) for letter in "abc")
    combo = Combo("Letter to begin", options)
    shown(together(combo))
    picked: list[str] = []
    combo.picked.connect(picked.append)
    combo.choose("a")
    combo.showPopup()
    QTest.keyClick(combo.view(), Qt.Key.Key_Down)
    combo.set_options(options)
    QTest.keyClick(combo.view(), Qt.Key.Key_Return)
    assert picked == ["b"]
    combo.set_options(options)
    assert combo.value == ""
