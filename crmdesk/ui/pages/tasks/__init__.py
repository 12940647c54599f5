"""Everything that is due, mine and the team's: callbacks, promises, follow-ups; and reminders from anywhere."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.ui.frame.page import Page, PageSpec, Place
from crmdesk.ui.pages.tasks.feed import follow_due
from crmdesk.ui.theme import Icon


def _build(place: Place) -> Page:
    from crmdesk.ui.pages.tasks.page import TasksPage  # with its list, for those who go there

    return TasksPage(place)


PAGE = PageSpec("tasks", mark("Tasks"), mark("Go to tasks"), Icon.LIST_CHECKS, "T", 30, _build, attend=follow_due)
