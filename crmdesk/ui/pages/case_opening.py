"""Goes from any page to a case."""

from __future__ import annotations

from uuid import UUID

from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.cases.page import CasesPage
from crmdesk.ui.pages.opening import open_customer


def open_case(window: MainWindow, complaint_id: UUID, customer_id: UUID | None = None) -> None:
    """Show a complaint on its page; for somebody who has none, its customer."""
    page = window.page("cases") if window.has_page("cases") else None
    if isinstance(page, CasesPage):
        window.go_to("cases")
        page.open_case(complaint_id)
    elif customer_id is not None:
        open_customer(window, customer_id)


def open_request(window: MainWindow, request_id: UUID) -> None:
    """Show a request on the page of cases, for somebody who has it."""
    page = window.page("cases") if window.has_page("cases") else None
    if isinstance(page, CasesPage):
        window.go_to("cases")
        page.open_request(request_id)
