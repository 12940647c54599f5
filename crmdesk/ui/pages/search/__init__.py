"""Find anything: Ctrl+F from anywhere, one list over scripts, numbers, references and words in notes."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.ui.frame.page import PageSpec
from crmdesk.ui.pages.search.anywhere import find_from_anywhere
from crmdesk.ui.pages.search.page import SearchPage
from crmdesk.ui.theme import Icon

PAGE = PageSpec(
    "search",
    mark("Find"),
    mark("Go to find"),
    Icon.SEARCH,
    "F",
    15,
    SearchPage,
    on_rail=False,
    attend=find_from_anywhere,
)
