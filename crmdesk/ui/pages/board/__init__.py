"""The queues live: is it burning (tiles), where (table), who can help (agents), and how old every figure is."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.ui.frame.page import Page, PageSpec, Place
from crmdesk.ui.pages.board.notice import watch_with_notices
from crmdesk.ui.theme import Icon


def _build(place: Place) -> Page:
    from crmdesk.ui.pages.board.page import BoardPage  # with the fold of calls, for those who go there

    return BoardPage(place)


PAGE = PageSpec(
    "board", mark("Board"), mark("Go to board"), Icon.LAYOUT_DASHBOARD, "B", 50, _build, attend=watch_with_notices
)
