"""Works out the deadlines of a complaint that is being filled in, again with each answer that they depend on."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from crmdesk.domain.cases.deadlines import History
from crmdesk.runtime.desk import Desk
from crmdesk.ui.deadlines.preview import DeadlinePreview, deadline_rows
from crmdesk.ui.formkit import FormBody
from crmdesk.ui.qt.events import Throttle
from crmdesk.ui.qt.tasks import cancel_all, running, spawn
from crmdesk.ui.qt.zone import local_zone, zone_name

_EVERY_MS = 250
_AGAIN_MS = 30_000


class Reckoning(QObject):
    """Reads ``product`` and ``regime`` of a form. Until somebody chooses the rules, they are the product's."""

    def __init__(self, desk: Desk, body: FormBody, preview: DeadlinePreview, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._body, self._preview = desk, body, preview
        self.begun = False
        self._answers: tuple[str, str] | None = None
        self._proposed = ""
        self._throttle = Throttle(_EVERY_MS, self)
        self._throttle.passed.connect(self._start)
        self._clock = QTimer(self)
        self._clock.setInterval(_AGAIN_MS)
        self._clock.timeout.connect(self.look_again)
        body.edited.connect(self._edited)

    @property
    def waiting(self) -> bool:
        """Whether deadlines are still being worked out."""
        return self._answers is None or running(self) > 0

    def begin(self) -> None:
        """Begin: the form is filled with what is known."""
        self.begun = True
        self._clock.start()
        self.look_again()

    def look_again(self) -> None:
        """Work them out anew: time has passed, or other rules were published."""
        self._answers = None
        self._edited()

    def _edited(self) -> None:
        answers = (self._body.input("product").value, self._body.input("regime").value)
        if self.begun and answers != self._answers:
            self._answers = answers
            self._throttle.put(None)

    def _start(self, _: object) -> None:
        cancel_all(self)
        spawn(self, self._work_out())

    async def _work_out(self) -> None:
        product, rules = self._body.input("product").value, self._body.input("regime")
        of_the_product = await self._desk.cases.regime_of(product)
        if not rules.touched and rules.value in ("", self._proposed):
            rules.put(of_the_product)
        self._proposed = of_the_product
        self._answers = (product, rules.value)
        now = self._desk.clock.now()
        found = await self._desk.cases.deadlines_if(History(rules.value, product, now, zone_name()))
        self._preview.show_rows(deadline_rows(found, now, local_zone()))
