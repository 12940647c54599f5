"""What stands below the queues: the agents, or the calls that a figure is made of, asked for at the server."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from crmdesk.domain.board_figures import Limits
from crmdesk.domain.calls.figures import Figure
from crmdesk.domain.calls.live import Board
from crmdesk.domain.calls.records import BehindCall
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import tr
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.opening import open_customer
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.reports.agents_panel import AgentsPanel
from crmdesk.ui.reports.calls_behind import CallsBehind


class BelowQueues(QStackedWidget):
    """``closed`` tells that the agents are shown again in place of calls."""

    closed = Signal()

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._asking = QObject(self)
        self.agents = AgentsPanel(Limits())
        self.behind = CallsBehind(place.zone, place.number)
        self.addWidget(self.agents)
        self.addWidget(self.behind)
        self.behind.opened.connect(self._call_opened)
        self.behind.closed.connect(self.close_calls)

    @property
    def shows_calls(self) -> bool:
        """Say whether calls stand here, not the agents."""
        return self.currentWidget() is self.behind

    def open_calls(self, queue: str, figure: Figure, board: Board, at: datetime | None) -> None:
        """Show the calls that a figure of ``board`` is made of, of one queue or ("") of all, now or at a moment."""
        labels = {one.queue: one.label for one in board.queues}
        self.behind.wait_for(figure, labels.get(queue, queue))
        self.setCurrentWidget(self.behind)
        self.behind.setFocus(Qt.FocusReason.OtherFocusReason)
        cancel_all(self._asking)
        spawn(self._asking, self._ask(queue, figure, labels, at))

    async def _ask(self, queue: str, figure: Figure, labels: dict[str, str], at: datetime | None) -> None:
        try:
            found = await self._place.desk.board.calls(figure, queue, at)
        except CrmdeskError as error:
            self.behind.say(f"{error.what} {error.next_step}".strip())
            return
        self.behind.show_calls(found, labels, at)

    def _call_opened(self, call: object) -> None:
        if not isinstance(call, BehindCall):
            return
        if call.customer_id is not None:
            open_customer(self._place.window, call.customer_id)
        else:
            self._place.window.tell(tr("Nobody said yet whose call this was"), self.behind.caller(call))

    def close_calls(self) -> None:
        """Show the agents again."""
        cancel_all(self._asking)
        self.setCurrentWidget(self.agents)
        self.closed.emit()
