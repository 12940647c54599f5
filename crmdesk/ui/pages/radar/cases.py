"""The complaints of one alert, newest first; Enter opens the customer."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crmdesk.domain.complaints import ComplaintRow
from crmdesk.domain.language import tr
from crmdesk.domain.radar.alerts import Alert
from crmdesk.domain.radar.views import where
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.complaints_behind import ComplaintsBehind


class CasesOfAlert(ComplaintsBehind):
    """The list. ``opened`` carries the ``ComplaintRow`` whose customer is wanted, ``closed`` that it goes."""

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(place, tr("Back to the alerts"), tr("Complaints of the alert"), parent)

    def wait_for(self, alert: Alert) -> None:
        """Say of which alert complaints are being read."""
        self.wait(where(alert.cell))

    def show_cases(self, cases: tuple[ComplaintRow, ...], alert: Alert) -> None:
        """Show its complaints."""
        self.show_complaints(where(alert.cell), cases, len(alert.cases))
