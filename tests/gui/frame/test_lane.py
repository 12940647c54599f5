"""The lane shows every call, ticks by itself, and never takes the keyboard from whoever types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.ui.frame.fold import fold_of
from crmdesk.ui.frame.lane import CallLane
from crmdesk.ui.frame.lane_model import Lane
from crmdesk.ui.theme import SchemeChoice, Theme, Voice, theme
from tests.support.clock import StandingClock
from tests.support.frame_gallery import NOW, PARKED, lanes

Show = Callable[[QWidget], QWidget]


class Bench(QWidget):
    """A lane over a note in which somebody types."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = StandingClock(NOW)
        self.lane = CallLane(self.clock)
        self.note = QPlainTextEdit()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.lane)
        column.addWidget(self.note)
        self.resize(1440, 300)


@pytest.fixture
def bench(shown: Show) -> Bench:
    """Return a lane with somebody typing below it."""
    made = Bench()
    shown(made)
    made.note.setFocus()
    return made


class Paints(QObject):
    """Notes which rectangles a widget repaints."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.rects: list[tuple[int, int]] = []
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note a repaint."""
        if isinstance(event, QPaintEvent):
            self.rects.append((event.rect().x(), event.rect().width()))
        return False


@pytest.mark.parametrize("name", list(lanes()))
def test_nothing_that_happens_in_the_lane_takes_the_keyboard(bench: Bench, name: str) -> None:
    QTest.keyClicks(bench.note, "Third call. ")
    bench.lane.show_lane(lanes()[name])
    QTest.keyClicks(bench.note, "Nobody came.")
    for view in bench.lane.cells:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton)
        if view.more_time.isVisible():
            QTest.mouseClick(view.more_time, Qt.MouseButton.LeftButton)
    QTest.mouseClick(bench.lane.find_box, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is bench.note
    assert bench.note.toPlainText() == "Third call. Nobody came."


def test_tab_never_leads_into_the_lane(bench: Bench) -> None:
    bench.lane.show_lane(lanes()["wrapup-ringing"])
    for widget in bench.lane.findChildren(QWidget):
        assert not widget.focusPolicy() & Qt.FocusPolicy.TabFocus, widget


def test_a_tick_repaints_the_timer_and_nothing_else(bench: Bench, qtbot: QtBot) -> None:
    bench.lane.show_lane(lanes()["ringing"])
    (cell,) = bench.lane.cells
    qtbot.waitUntil(lambda: not bench.lane.visibleRegion().isEmpty())
    bench.lane._tick()
    paints = Paints(cell)
    QApplication.sendPostedEvents()
    bench.clock.advance(1)
    qtbot.waitUntil(lambda: any(width == 60 for _, width in paints.rects))
    assert all(width <= 60 for x, width in paints.rects if x > 0)


def test_a_call_keeps_its_place_while_its_state_changes(bench: Bench) -> None:
    bench.lane.show_lane(lanes()["ringing"])
    before = bench.lane.cells[0]
    bench.lane.show_lane(lanes()["talking"])
    assert bench.lane.cells[0] is before
    bench.lane.show_lane(lanes()["idle"])
    assert bench.lane.cells == ()


def test_no_timer_runs_while_there_is_nothing_to_count(bench: Bench) -> None:
    bench.lane.show_lane(lanes()["ringing"])
    assert bench.lane._timer.isActive()
    idle = lanes()["idle"]
    bench.lane.show_lane(replace(idle, state=replace(idle.state, since=None)))
    assert not bench.lane._timer.isActive()
    bench.lane.show_lane(lanes()["ringing"])
    bench.hide()
    assert not bench.lane._timer.isActive()


def test_clicks_say_which_call_was_meant(bench: Bench) -> None:
    looked: list[str] = []
    more: list[str] = []
    parked: list[str] = []
    bench.lane.looked.connect(looked.append)
    bench.lane.more_time.connect(more.append)
    bench.lane.parked_chosen.connect(parked.append)
    bench.lane.show_lane(replace(lanes()["wrapup-ringing"], parked=PARKED))
    wrap, ring = bench.lane.cells
    QTest.mouseClick(ring, Qt.MouseButton.LeftButton)
    wrap.more_time.click()
    bench.lane._parked[0].click()
    assert (looked, more, parked) == (["ring-9"], ["ring-1"], ["draft-1"])


@pytest.mark.parametrize("width", [1440, 1366, 1250, 1100, 1024])
@pytest.mark.parametrize("name", list(lanes()))
def test_nothing_lies_over_anything_else_at_any_width(bench: Bench, name: str, width: int) -> None:
    bench.lane.show_lane(replace(lanes()[name], parked=PARKED))
    bench.resize(width, 300)
    bench.lane.fold(fold_of(width, 768))
    parts = [
        bench.lane.state,
        *bench.lane.cells,
        *(p for p in bench.lane._parked if p.isVisible()),
        bench.lane.find_box,
    ]
    edges = [(part.geometry().left(), part.geometry().right()) for part in parts]
    assert edges == sorted(edges)
    assert all(end < begin for (_, end), (begin, _) in pairwise(edges))
    assert edges[-1][1] == bench.lane.width() - 1


def test_drafts_without_a_place_are_counted(bench: Bench) -> None:
    bench.lane.show_lane(replace(lanes()["talking"], parked=PARKED))
    bench.lane.fold(fold_of(1100, 768))
    (seen,) = [view for view in bench.lane._parked if view.isVisible()]
    assert seen.accessibleName().endswith("+1 more")


def test_a_screen_reader_hears_who_calls(bench: Bench) -> None:
    QAccessible.setActive(True)
    bench.lane.show_lane(lanes()["ringing"])
    interface = QAccessible.queryAccessibleInterface(bench.lane.cells[0])
    said = interface.text(QAccessible.Text.Name)
    assert said.startswith("Ringing: probably Margaret Ellison. +44 20 7946 0172")
    assert "Answer on your phone" in said


@pytest.mark.parametrize("scheme", [SchemeChoice.LIGHT, SchemeChoice.DARK])
def test_a_ring_is_the_one_large_saturated_area(bench: Bench, look: Theme, scheme: SchemeChoice) -> None:
    look.choose(scheme)
    solid = theme().colors.voice(Voice.PHONE).solid

    def share(lane: Lane) -> float:
        bench.lane.show_lane(lane)
        image = bench.lane.grab().toImage()
        xs = range(0, image.width(), 8)
        return sum(image.pixelColor(x, 4).name() == solid.name() for x in xs) / len(xs)

    assert share(lanes()["ringing"]) > 0.6
    assert share(lanes()["talking"]) < 0.02
