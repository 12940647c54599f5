"""What is kept of the queues and the agents: by quarter, half hour or day, on the screen and as files."""

from __future__ import annotations

from crmdesk.domain.desk import Role
from crmdesk.ui.frame.page import PageSpec
from crmdesk.ui.pages.history.page import HistoryPage
from crmdesk.ui.theme import Icon

_OVERSEERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})

PAGE = PageSpec("history", "History", Icon.HISTORY, "H", 55, HistoryPage, _OVERSEERS)

__all__ = ["PAGE", "HistoryPage"]
