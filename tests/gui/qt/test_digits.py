"""Ctrl + digit acts on one list, and never on the one that has just taken another's place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.ui.qt.digits import DigitRank, Digits
from tests.support.clock import StandingClock

Show = Callable[[QWidget], QWidget]


def test_a_digit_reaches_the_list_while_somebody_types(shown: Show) -> None:
    field = QLineEdit()
    digits = Digits(field, StandingClock())
    pressed: list[int] = []
    digits.claim(DigitRank.CHOOSER, pressed.append, field)
    shown(field)
    QTest.keyClicks(field, "12")
    for key in (Qt.Key.Key_1, Qt.Key.Key_9, Qt.Key.Key_0):
        QTest.keyClick(field, key, Qt.KeyboardModifier.ControlModifier)
    assert (pressed, field.text()) == ([1, 9, 0], "12")


def test_the_chooser_comes_before_wrap_up_whoever_claimed_first(shown: Show) -> None:
    window = QWidget()
    clock = StandingClock()
    digits = Digits(window, clock)
    chooser: list[int] = []
    wrap_up: list[int] = []
    digits.claim(DigitRank.CHOOSER, chooser.append, window)
    later = digits.claim(DigitRank.WRAP_UP, wrap_up.append, window)
    shown(window)
    digits.press(2)
    assert (chooser, wrap_up, later.works) == ([2], [], False)


def test_a_digit_meant_for_the_old_list_does_nothing(shown: Show, qtbot: QtBot) -> None:
    window = QWidget()
    clock = StandingClock()
    digits = Digits(window, clock)
    outcomes: list[int] = []
    candidates: list[int] = []
    wrap_up = digits.claim(DigitRank.WRAP_UP, outcomes.append, window)
    shown(window)
    assert wrap_up.works
    chooser = digits.claim(DigitRank.CHOOSER, candidates.append, window)
    assert (wrap_up.works, chooser.works) == (False, False)
    clock.advance(0.59)
    digits.press(1)
    assert (outcomes, candidates) == ([], [])
    clock.advance(0.02)
    digits.press(1)
    assert (outcomes, candidates) == ([], [1])
    qtbot.waitUntil(lambda: chooser.works)


def test_the_wait_holds_also_when_the_old_list_went_a_moment_before(shown: Show) -> None:
    window = QWidget()
    clock = StandingClock()
    digits = Digits(window, clock)
    outcomes: list[int] = []
    candidates: list[int] = []
    chooser = digits.claim(DigitRank.CHOOSER, candidates.append, window)
    shown(window)
    chooser.release()
    clock.advance(0.1)
    digits.claim(DigitRank.WRAP_UP, outcomes.append, window)
    digits.press(3)
    assert outcomes == []
    clock.advance(0.6)
    digits.press(3)
    assert outcomes == [3]


def test_a_list_that_is_gone_holds_nothing(shown: Show) -> None:
    from shiboken6 import delete

    window = QWidget()
    owner = QWidget(window)
    clock = StandingClock()
    digits = Digits(window, clock)
    pressed: list[int] = []
    digits.claim(DigitRank.CHOOSER, pressed.append, owner)
    shown(window)
    delete(owner)
    clock.advance(1)
    digits.press(1)
    assert pressed == []
