"""Goes from any page to a customer's card on the desk."""

from __future__ import annotations

from uuid import UUID

from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.desk import DeskPage


def open_customer(window: MainWindow, customer_id: UUID) -> None:
    """Show the desk with a customer; does nothing for somebody who has no desk."""
    desk = window.page("desk") if window.has_page("desk") else None
    if isinstance(desk, DeskPage):
        window.go_to("desk")
        desk.open_customer(customer_id)
