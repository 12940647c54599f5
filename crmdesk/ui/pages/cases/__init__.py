"""The complaints that are not closed: a new one is on the supervisor's screen within a second."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.ui.frame.page import PageSpec
from crmdesk.ui.pages.cases.feed import follow_complaints
from crmdesk.ui.pages.cases.page import CasesPage
from crmdesk.ui.theme import Icon

PAGE = PageSpec("cases", mark("Cases"), mark("Go to cases"), Icon.SCALE, "C", 20, CasesPage, attend=follow_complaints)
