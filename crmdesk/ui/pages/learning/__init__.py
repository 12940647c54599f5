"""What is learned from complaints: root causes with their counts, what is done against them, what agents hear."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.ui.frame.page import Page, PageSpec, Place
from crmdesk.ui.pages.learning.answers import follow_answers
from crmdesk.ui.theme import Icon


def _build(place: Place) -> Page:
    from crmdesk.ui.pages.learning.page import LearningPage

    return LearningPage(place)


PAGE = PageSpec(
    "learning", mark("Learning"), mark("Go to learning"), Icon.WRENCH, "L", 57, _build, attend=follow_answers
)
