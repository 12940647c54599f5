"""Routing rules, for those who lead: written as sentences, tried over the last days, published with a word of why."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.domain.people import Role
from crmdesk.ui.frame.page import Page, PageSpec, Place
from crmdesk.ui.theme import Icon

_OVERSEERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


def _build(place: Place) -> Page:
    from crmdesk.ui.pages.routing.page import RoutingPage

    return RoutingPage(place)


PAGE = PageSpec(
    "routing", mark("Routing"), mark("Go to routing rules"), Icon.CORNER_DOWN_RIGHT, "W", 56, _build, _OVERSEERS
)
