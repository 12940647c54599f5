"""Lists go by keyboard, keep what was chosen when they are read again, and come in pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from gettext import NullTranslations

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.domain.language import ENGLISH, speak
from crmdesk.ui.kit import (
    Align,
    Cell,
    ChipSpec,
    Column,
    ListView,
    RowDelegate,
    RowLook,
    RowsModel,
    Table,
    TableDelegate,
    chip_width,
    column_rects,
    text_width,
)
from crmdesk.ui.kit.rows import ROW_ROLE
from crmdesk.ui.theme import Icon, Radius, SchemeChoice, Size, TextRole, Theme, Voice, theme
from tests.support.gallery import SAMPLES, sample_cells, sample_table

Show = Callable[[QWidget], QWidget]


@dataclass(frozen=True, slots=True)
class Person:
    """A row."""

    number: int
    name: str


def people(count: int, first: int = 0) -> tuple[object, ...]:
    """Return some rows."""
    return tuple(Person(n, f"Person {n}") for n in range(first, first + count))


def person_key(row: object) -> object:
    """Return what tells persons apart."""
    assert isinstance(row, Person)
    return row.number


def list_of(rows: tuple[object, ...]) -> ListView:
    """Return a list that shows some rows."""
    model: RowsModel[object] = RowsModel(key=person_key, words=str)
    model.show_rows(rows)
    view = ListView("People", model, RowDelegate())
    model.setParent(view)
    return view


def model_of(view: ListView) -> RowsModel[object]:
    """Return the model of a list."""
    model = view.model()
    assert isinstance(model, RowsModel)
    return model


def test_the_keyboard_begins_at_the_first_row_letters_move_and_enter_opens(shown: Show, qtbot: QtBot) -> None:
    view = list_of(people(5))
    shown(view)
    view.setFocus()
    opened: list[object] = []
    view.opened.connect(opened.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_K):
        QTest.keyClick(view, key)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened == [people(5)[2]]


def test_the_ends_of_a_list_hold(shown: Show) -> None:
    view = list_of(people(2))
    shown(view)
    for _ in range(5):
        QTest.keyClick(view, Qt.Key.Key_J)
    assert view.row == people(2)[1]
    for _ in range(5):
        QTest.keyClick(view, Qt.Key.Key_K)
    assert view.row == people(2)[0]


def test_letters_that_are_no_keys_of_the_list_go_on_to_the_page(shown: Show) -> None:
    view = list_of(people(5))
    heard: list[str] = []

    class PageWithKeys(QWidget):
        def keyPressEvent(self, event: object) -> None:
            heard.append("key")

    page = PageWithKeys()
    view.setParent(page)
    shown(page)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_S)
    assert heard == ["key"]
    assert view.row == people(5)[0]


def test_what_was_chosen_stays_chosen_when_the_list_is_read_again(shown: Show) -> None:
    view = list_of(people(5))
    shown(view)
    view.select(2)
    told: list[object] = []
    view.current_changed.connect(told.append)
    model_of(view).show_rows((Person(9, "New"), *people(5)))
    assert view.row == people(5)[2]
    assert view.currentIndex().row() == 3


def test_a_row_that_went_is_told(shown: Show) -> None:
    view = list_of(people(3))
    shown(view)
    view.select(2)
    told: list[object] = []
    view.current_changed.connect(told.append)
    model_of(view).show_rows(people(2))
    assert told[-1] is None


def test_changed_values_do_not_move_the_list(shown: Show, qtbot: QtBot) -> None:
    view = list_of(people(50))
    view.resize(200, 200)
    shown(view)
    view.verticalScrollBar().setValue(300)
    rows = people(50)
    assert isinstance(rows[10], Person)
    with qtbot.assertNotEmitted(model_of(view).modelReset):
        model_of(view).show_rows((*rows[:10], replace(rows[10], name="Another name"), *rows[11:]))
    assert view.verticalScrollBar().value() == 300


def test_the_next_page_is_asked_for_once_when_its_end_comes_into_sight(shown: Show, qtbot: QtBot) -> None:
    view = list_of(())
    model = model_of(view)
    asked: list[bool] = []
    model.more_wanted.connect(partial(asked.append, True))
    view.resize(200, 200)
    shown(view)
    model.show_rows(people(100), more=True)
    view.scrollToBottom()
    qtbot.waitUntil(lambda: asked == [True])
    view.scrollToTop()
    view.scrollToBottom()
    model.add_rows(people(20, 100), more=False)
    assert (len(model.rows), asked) == (120, [True])
    assert not model.canFetchMore(view.rootIndex())


def test_columns_share_what_fixed_ones_leave(qtbot: QtBot) -> None:
    columns = (Column("Name", stretch=2), Column("City"), Column("Age", width=60, align=Align.TRAILING))
    rects = column_rects(columns, QRectF(0, 0, 384, 36), gap=12)
    assert [rect.width() for rect in rects] == [200, 100, 60]
    assert rects[2].right() == 384


class Wordy(NullTranslations):
    """A language with a longer word for an age."""

    def gettext(self, message: str) -> str:
        return "Lebensalter" if message == "Age" else message


def test_a_column_is_at_least_as_wide_as_its_title_in_the_language_that_is_spoken() -> None:
    columns = (Column("Name"), Column("Age", width=40, align=Align.TRAILING), Column("", width=20))
    speak("xx", Wordy())
    try:
        name, age, untitled = column_rects(columns, QRectF(0, 0, 384, 36), gap=12)
    finally:
        speak(ENGLISH, NullTranslations())
    assert age.width() == text_width("Lebensalter", TextRole.SMALL) > 40
    assert untitled.width() == 20
    assert name.right() + 12 == age.left()
    assert untitled.right() == 384


def test_a_column_is_at_least_as_wide_as_the_chip_that_it_must_hold(qtbot: QtBot) -> None:
    late = ChipSpec("13:50, 28 min late", Voice.LATE, Icon.CLOCK_ALERT)
    columns = (Column("Due", width=20, holds=lambda: late), Column("Name"))
    due, name = column_rects(columns, QRectF(0, 0, 384, 36), gap=12)
    assert due.width() == chip_width(late)
    assert name.left() == due.right() + 12


def test_a_table_takes_the_height_of_its_rows(shown: Show) -> None:
    table = sample_table()
    shown(table)
    assert table.height() == 28 + 36 * len(SAMPLES) + 2
    assert table.view.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("scheme", [SchemeChoice.LIGHT, SchemeChoice.DARK])
def test_the_edge_of_a_table_is_whole_whatever_lies_under_its_last_row(
    shown: Show, look: Theme, scheme: SchemeChoice
) -> None:
    model: RowsModel[object] = RowsModel(key=person_key, words=str)
    table = Table("People", model, TableDelegate((Column("Name"),), lambda _: (Cell(),), lambda _: RowLook.STALE))
    model.setParent(table)
    look.choose(scheme)
    table.resize(200, Size.TABLE_HEAD + 3 * Size.ROW + 2)
    shown(table)
    bare = table.grab().toImage()
    model.show_rows(people(3))
    grey = table.grab().toImage()
    line = theme().colors.line.soft
    edge = [
        (x, y)
        for x in range(table.width())
        for y in range(table.height() - Radius.CARD, table.height())
        if _apart(bare.pixelColor(x, y), line) < 3
    ]
    assert len(edge) > table.width() - 2 * Radius.CARD
    assert all(_apart(grey.pixelColor(*place), line) < 9 for place in edge)
    middle = (table.width() // 2, table.height() - Size.ROW // 2)
    assert grey.pixelColor(*middle) == theme().colors.bg.window


def _apart(one: QColor, other: QColor) -> int:
    """Return how far two colours are apart."""
    parts = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return max(abs(a - b) for a, b in parts)


@pytest.mark.parametrize(("rows", "scrolls"), [(20, True), (2, False)])
def test_titles_stand_over_their_columns_beside_a_scroll_bar_too(shown: Show, rows: int, scrolls: bool) -> None:
    model: RowsModel[object] = RowsModel(key=person_key, words=str)
    table = Table("People", model, TableDelegate((Column("Name"),), lambda _: (Cell(),)))
    model.setParent(table)
    table.resize(400, 300)
    model.show_rows(people(rows))
    shown(table)
    QApplication.processEvents()
    assert table.view.verticalScrollBar().isVisible() == scrolls
    assert table.head.width() - table.head.beside == table.view.viewport().width()


def test_every_row_is_read_aloud(shown: Show) -> None:
    view = list_of(people(3))
    shown(view)
    index = model_of(view).index(1)
    assert "Person 1" in str(index.data(Qt.ItemDataRole.AccessibleTextRole))


def test_a_row_with_the_wrong_number_of_cells_is_a_fault_of_ours() -> None:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage, QPainter

    from crmdesk.ui.kit import RowState

    delegate = TableDelegate((Column("One"),), sample_cells)
    image = QImage(100, 40, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    with pytest.raises(ValueError, match="zip"):
        state = RowState(RowLook.NORMAL, selected=False, focused=False, hovered=False)
        delegate.paint_row(painter, QRectF(0, 0, 100, 40), SAMPLES[0], state)
    painter.end()


def test_who_scrolled_away_from_the_selected_row_reads_on_when_rows_come(shown: Show, qtbot: QtBot) -> None:
    view = list_of(people(100))
    shown(view)
    view.select(0)
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    top = view.indexAt(QPoint(0, 0)).data(ROW_ROLE)
    offset = view.visualRect(view.indexAt(QPoint(0, 0))).top()
    model_of(view).show_rows((*people(3, first=1000), *people(100)))
    again = view.indexAt(QPoint(0, 0))
    assert (again.data(ROW_ROLE), view.visualRect(again).top()) == (top, offset)
    assert view.row == people(1)[0]
