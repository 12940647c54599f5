"""Where the window stands: put back before the first paint, told whenever it came to rest somewhere else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from crmdesk.domain.window_place import Area, WindowPlace, fitted

AT_REST_MS = 700
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowStateChange)


def screens() -> tuple[Area, ...]:
    """Return the room that each screen has for windows, the primary screen first."""
    first = QGuiApplication.primaryScreen()
    present = sorted(QGuiApplication.screens(), key=lambda screen: screen is not first)
    return tuple(_area(screen.availableGeometry()) for screen in present)


def put_back(window: QWidget, place: WindowPlace, on: tuple[Area, ...]) -> None:
    """Let a window that is not shown yet stand where it stood, as far as the screens allow."""
    there = fitted(place, on)
    area = there.area
    window.setGeometry(area.x, area.y, area.width, area.height)
    if there.maximised:
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def place_of(window: QWidget) -> WindowPlace:
    """Return where a window stands, and where it would while it is maximised."""
    normal = window.normalGeometry()
    return WindowPlace(_area(normal if normal.isValid() else window.geometry()), window.isMaximized())


def _area(rect: QRect) -> Area:
    return Area(rect.x(), rect.y(), rect.width(), rect.height())


class PlaceWatch(QObject):
    """``rested`` carries the ``WindowPlace`` a moment after a window was moved or got another size."""

    rested = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(AT_REST_MS)
        self._rest.timeout.connect(self._rested)
        window.installEventFilter(self)

    def stop(self) -> None:
        """Tell nothing any more."""
        self._window.removeEventFilter(self)
        self._rest.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that the window moves."""
        if event.type() in _MOVES:
            self._rest.start()
        return False

    def _rested(self) -> None:
        self.rested.emit(place_of(self._window))
