"""Goes from any page to a customer's card on the desk, or to an article."""

from __future__ import annotations

from uuid import UUID

from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.articles.page import ArticlesPage
from crmdesk.ui.pages.desk import DeskPage


def open_customer(window: MainWindow, customer_id: UUID) -> None:
    """Show the desk with a customer; does nothing for somebody who has no desk."""
    desk = window.page("desk") if window.has_page("desk") else None
    if isinstance(desk, DeskPage):
        window.go_to("desk")
        desk.open_customer(customer_id)


def open_article(window: MainWindow, article_id: UUID) -> None:
    """Show an article beside the call or customer on the desk; on the page of the articles where nobody is served."""
    desk = window.page("desk") if window.has_page("desk") else None
    if isinstance(desk, DeskPage) and desk.walk.spot is not None:
        window.go_to("desk")
        desk.knowledge.open_article(article_id)
    elif window.has_page("articles"):
        page = window.page("articles")
        window.go_to("articles")
        if isinstance(page, ArticlesPage):
            page.open_article(article_id)


def open_merge(window: MainWindow, customer_id: UUID, other: UUID, came_from: str) -> None:
    """Show the desk with a customer and what merging another into them means; afterwards the page ``came_from``."""
    desk = window.page("desk") if window.has_page("desk") else None
    if isinstance(desk, DeskPage):
        window.go_to("desk")
        if desk.view.at_work or desk.reader.customer != customer_id:
            desk.open_customer(customer_id)
        desk.merging.open_with(customer_id, other, came_from)
