"""The desk: calls, customer, timeline, note and wrap-up, and the agent's work while no call is on.

``DeskPage.open_customer(customer_id)`` shows a customer, ``await DeskPage.closing()`` keeps every word before the end,
``DeskPage.popped`` tells the key of a call once its pop was painted.
"""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.ui.frame.page import PageSpec
from crmdesk.ui.pages.desk.page import DeskPage
from crmdesk.ui.theme import Icon

PAGE = PageSpec("desk", mark("Desk"), mark("Go to desk"), Icon.HEADPHONES, "D", 10, DeskPage)

__all__ = ["PAGE", "DeskPage"]
