"""The articles of the house: a field to search them, their list, and the one that is read beside it."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.ui.frame.page import PageSpec
from crmdesk.ui.pages.articles.page import ArticlesPage
from crmdesk.ui.theme import Icon

PAGE = PageSpec("articles", mark("Articles"), mark("Go to articles"), Icon.BOOK_OPEN, "A", 40, ArticlesPage)
