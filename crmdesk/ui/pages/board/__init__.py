"""The queues live: is it burning (tiles), where (table), who can help (agents), and how old every figure is."""

from __future__ import annotations

from crmdesk.ui.frame.page import PageSpec
from crmdesk.ui.pages.board.notice import watch_with_notices
from crmdesk.ui.pages.board.page import BoardPage
from crmdesk.ui.theme import Icon

PAGE = PageSpec("board", "Board", Icon.LAYOUT_DASHBOARD, "B", 50, BoardPage, attend=watch_with_notices)

__all__ = ["PAGE", "BoardPage"]
