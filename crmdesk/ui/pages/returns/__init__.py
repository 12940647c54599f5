"""The return for the regulator, for supervisors: any period, figures that add up and open, signed and saved."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.domain.people import Role
from crmdesk.ui.frame.page import Page, PageSpec, Place
from crmdesk.ui.theme import Icon

_OVERSEERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


def _build(place: Place) -> Page:
    from crmdesk.ui.pages.returns.page import ReturnPage

    return ReturnPage(place)


PAGE = PageSpec("returns", mark("Return"), mark("Go to return"), Icon.FILE_TEXT, "N", 56, _build, _OVERSEERS)
