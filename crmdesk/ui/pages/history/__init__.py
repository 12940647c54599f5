"""What is kept of the queues and the agents: by quarter, half hour or day, on the screen and as files."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.domain.people import Role
from crmdesk.ui.frame.page import Page, PageSpec, Place
from crmdesk.ui.theme import Icon

_OVERSEERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


def _build(place: Place) -> Page:
    from crmdesk.ui.pages.history.page import HistoryPage  # with the fold of calls, for those who go there

    return HistoryPage(place)


PAGE = PageSpec("history", mark("History"), mark("Go to history"), Icon.HISTORY, "H", 55, _build, _OVERSEERS)
