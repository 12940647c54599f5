"""From right to left everything painted is turned over, while words, numbers and pictures stay upright."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.domain.language import ENGLISH, MIRRORED
from crmdesk.ui.kit import Align, Choice, Option, draw_icon, draw_marked, draw_text, fill
from crmdesk.ui.kit.mirror import logical, margins, turn, visual
from crmdesk.ui.kit.painting import text_width
from crmdesk.ui.language import speak_as_chosen
from crmdesk.ui.theme import Icon, TextRole, Theme, theme

AREA = QRectF(0, 0, 300, 20)
INK = QColor("#000000")


@pytest.fixture
def mirrored(qapp: QApplication, look: Theme) -> Iterator[None]:
    speak_as_chosen(qapp, MIRRORED)
    yield
    speak_as_chosen(qapp, ENGLISH)


def painted(paint: Callable[[QPainter], object], *, turned: bool) -> QImage:
    """Return what is painted on an area, as it is in one direction or the other."""
    picture = QImage(300, 20, QImage.Format.Format_RGB32)
    picture.fill(QColor("#FFFFFF"))
    painter = QPainter(picture)
    ways = Qt.LayoutDirection
    turn(painter, AREA, ways.RightToLeft if turned else ways.LeftToRight)
    paint(painter)
    painter.end()
    return picture


def columns(picture: QImage, color: QColor | None = None) -> list[int]:
    """Return the columns in which a colour is, or anything but the ground."""
    white = QColor("#FFFFFF").rgb()
    wanted = None if color is None else color.rgb()
    return [
        x
        for x in range(picture.width())
        if any(picture.pixel(x, y) == wanted if wanted is not None else picture.pixel(x, y) != white for y in range(20))
    ]


@pytest.mark.usefixtures("mirrored")
def test_a_shape_is_turned_over() -> None:
    def paint(painter: QPainter) -> None:
        fill(painter, QRectF(0, 0, 3, 20), INK)

    assert columns(painted(paint, turned=False)) == [0, 1, 2]
    assert columns(painted(paint, turned=True)) == [297, 298, 299]


@pytest.mark.usefixtures("mirrored")
def test_words_begin_at_the_right_and_are_not_turned_over() -> None:
    def paint(painter: QPainter) -> None:
        draw_text(painter, AREA, "Margaret", TextRole.BODY, INK)

    there, here = painted(paint, turned=False), painted(paint, turned=True)
    off = round(AREA.width() - theme().advance(TextRole.BODY, "Margaret"))
    width = text_width("Margaret", TextRole.BODY)
    assert here.copy(QRect(off, 0, width, 20)) == there.copy(QRect(0, 0, width, 20))


@pytest.mark.usefixtures("mirrored")
def test_what_trails_stands_at_the_left() -> None:
    def paint(painter: QPainter) -> None:
        draw_text(painter, AREA, "14:18", TextRole.BODY, INK, Align.TRAILING)

    assert max(columns(painted(paint, turned=True))) < 60


@pytest.mark.usefixtures("mirrored")
@pytest.mark.parametrize("name", ["Margaret Ellison", "عمر الحداد"])
def test_the_letters_that_were_found_are_the_ones_that_are_marked(name: str) -> None:
    part = name[3:6]

    def paint(painter: QPainter) -> None:
        draw_marked(painter, AREA, name, (part,), TextRole.BODY, INK)

    mark = theme().colors.mark
    there, here = columns(painted(paint, turned=False), mark), columns(painted(paint, turned=True), mark)
    off = AREA.width() - theme().advance(TextRole.BODY, name)
    assert len(there) > 5
    assert (here[0], here[-1]) == pytest.approx((there[0] + off, there[-1] + off), abs=2)


@pytest.mark.usefixtures("mirrored")
def test_an_icon_is_upright_unless_it_points_along_the_line() -> None:
    def of(icon: Icon) -> tuple[QImage, QImage]:
        def paint(painter: QPainter) -> None:
            draw_icon(painter, 0, 2, icon, INK)

        there, here = (painted(paint, turned=turned) for turned in (False, True))
        return there.copy(QRect(0, 0, 16, 20)), here.copy(QRect(284, 0, 16, 20))

    there, here = of(Icon.PHONE)
    assert here == there
    there, here = of(Icon.CHEVRON_RIGHT)
    assert here == there.flipped(Qt.Orientation.Horizontal)


@pytest.mark.usefixtures("mirrored")
def test_the_lines_of_a_choice_stand_between_its_segments(qtbot: QtBot) -> None:
    choice = Choice("How long", (Option("a", "5 min"), Option("b", "Only by key"), Option("c", "30 min")))
    qtbot.addWidget(choice)
    choice.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    choice.resize(300, 32)
    choice.show()
    picture = choice.grab().toImage()
    segments = sorted(
        (
            child.geometry()
            for child in choice.findChildren(QWidget)
            if child.parent() is choice and child.width() < 290
        ),
        key=lambda rect: rect.x(),
    )
    line = theme().colors.line.soft
    found = [x for x in range(2, 298) if QColor(picture.pixel(x, 3)) == line and QColor(picture.pixel(x, 28)) == line]
    assert found == pytest.approx([rect.right() for rect in segments[:-1]], abs=1)


@pytest.mark.usefixtures("mirrored")
def test_places_and_margins_measured_from_where_lines_begin(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    parent.resize(200, 50)
    assert visual(parent, QRect(10, 0, 50, 20)) == QRect(140, 0, 50, 20)
    assert visual(parent, visual(parent, QRect(10, 0, 50, 20))) == QRect(10, 0, 50, 20)
    assert logical(parent, QPoint(150, 5)).x() == 50
    assert (margins(16, 0, 4, 0).left(), margins(16, 0, 4, 0).right()) == (4, 16)
