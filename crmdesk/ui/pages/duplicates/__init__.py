"""Pairs that are probably one customer, found beside the work: merged after a look, or said to be two."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.ui.frame.page import Page, PageSpec, Place
from crmdesk.ui.pages.duplicates.search import look_beside_the_work
from crmdesk.ui.theme import Icon


def _build(place: Place) -> Page:
    from crmdesk.ui.pages.duplicates.page import DuplicatesPage

    return DuplicatesPage(place)


PAGE = PageSpec(
    "duplicates",
    mark("Duplicates"),
    mark("Go to duplicates"),
    Icon.GIT_MERGE,
    "M",
    58,
    _build,
    on_rail=False,
    attend=look_beside_the_work,
)
