"""The desk's door: other programs of this person ring here, to bring the window to the front or to tell of a call."""

from __future__ import annotations

import logging
import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.knock import LONGEST_LINK, from_bytes, knock_of_link

log = logging.getLogger(__name__)

_PATIENCE_MS = 1000


class Door(QObject):
    """``raised`` when somebody only rings; ``knocked`` carries the call (a ``Knock``) that was told.

    On macOS links come as events of the application: install it as its event filter there.
    """

    raised = Signal()
    knocked = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._visited)
        self._inside: list[_Visit] = []

    def listen(self, where: str) -> None:
        """Listen at an address of ``runtime.doorbell``, in the place of whoever listened there and is gone."""
        if sys.platform != "win32":
            Path(where).unlink(missing_ok=True)
        if not self._server.listen(where):
            log.warning("a second start cannot reach this one: %s", self._server.errorString())

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _visited(self) -> None:
        for visit in tuple(self._inside):
            visit.read()
        while (visitor := self._server.nextPendingConnection()) is not None:
            visit = _Visit(self, visitor)
            self._inside.append(visit)
            visit.over.connect(partial(self._inside.remove, visit))
            visit.read()

    def hear(self, message: bytes) -> None:
        """Take one message."""
        try:
            knock = from_bytes(message)
        except UserMistake as mistake:
            log.warning("another program told of a call that cannot be: %s", mistake.field)
            return
        if knock is None:
            self.raised.emit()
        else:
            self.knocked.emit(knock)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a link that the operating system hands over."""
        if isinstance(event, QFileOpenEvent):
            try:
                self.knocked.emit(knock_of_link(event.url().toString()))
            except UserMistake as mistake:
                log.warning("a link was opened that is none of ours: %s", mistake.field)
            return True
        return False


class _Visit(QObject):
    """One visitor, until the end of the line that they say; who says nothing, or too much, is shown out.

    What was said already is read at once: Qt tells of visitors' words in any order, and an end comes after its ring.
    """

    over = Signal()

    def __init__(self, door: Door, visitor: QLocalSocket) -> None:
        super().__init__(door)
        self._door = door
        self._visitor = visitor
        self._said = b""
        self._ended = False
        visitor.setParent(self)
        visitor.readyRead.connect(self._read)
        visitor.disconnected.connect(self._end)
        self._timer = self.startTimer(_PATIENCE_MS)

    def timerEvent(self, event: QEvent) -> None:
        """Patience is over."""
        self._end()

    def read(self) -> None:
        """Take what has been said until now."""
        self._read()
        if not self._ended:
            self._visitor.waitForReadyRead(0)

    def _read(self) -> None:
        self._said += self._visitor.read(LONGEST_LINK + 1).data()
        if b"\n" in self._said or len(self._said) > LONGEST_LINK:
            self._end()

    def _end(self) -> None:
        self._ended = True
        said, self._said = self._said, b""
        self._visitor.readyRead.disconnect(self._read)
        self._visitor.disconnected.disconnect(self._end)
        self.killTimer(self._timer)
        line, end, _ = said.partition(b"\n")
        if end and len(line) <= LONGEST_LINK:
            self._door.hear(line)
        self._visitor.abort()
        self.over.emit()
        self.deleteLater()
