"""Events reach the screen on its own thread, thinned where they burst, and never a widget that is gone."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from crmdesk.runtime.bus import Bus, RaiseWindow
from crmdesk.ui.qt.events import Throttle, listen


class Listener(QObject):
    """Something on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []

    def hear(self, event: object) -> None:
        """Keep what was told."""
        self.heard.append(event)


def test_a_subscription_ends_with_its_widget(qapp: QApplication) -> None:
    bus = Bus()
    listener = Listener()
    listen(listener, bus, RaiseWindow, listener.hear)
    bus.publish(RaiseWindow())
    assert listener.heard == [RaiseWindow()]
    delete(listener)
    assert bus.subscribers(RaiseWindow) == 0
    bus.publish(RaiseWindow())
    assert len(listener.heard) == 1


def test_what_takes_long_is_asked_for_more_rarely(qtbot: QtBot) -> None:
    throttle = Throttle(every_ms=200)
    throttle.cost(0.5)
    assert throttle._timer.interval() == 2500
    throttle.cost(0.001)
    assert throttle._timer.interval() == 200
    throttle.cost(120)
    assert throttle._timer.interval() == 10_000


def test_of_a_burst_the_first_and_the_last_value_pass(qtbot: QtBot) -> None:
    throttle = Throttle(every_ms=20)
    passed: list[object] = []
    throttle.passed.connect(passed.append)
    for value in range(100):
        throttle.put(value)
    assert passed == [0]
    qtbot.waitUntil(lambda: passed == [0, 99])
    qtbot.waitUntil(lambda: not throttle._timer.isActive())
