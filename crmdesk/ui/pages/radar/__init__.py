"""Where complaints rise above what was to be expected, for supervisors: what, where, how much, since when."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.domain.people import Role
from crmdesk.ui.frame.page import Page, PageSpec, Place
from crmdesk.ui.pages.radar.feed import follow_radar
from crmdesk.ui.theme import Icon

_OVERSEERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


def _build(place: Place) -> Page:
    from crmdesk.ui.pages.radar.page import RadarPage

    return RadarPage(place)


PAGE = PageSpec(
    "radar", mark("Radar"), mark("Go to radar"), Icon.RADIO, "R", 54, _build, _OVERSEERS, attend=follow_radar
)
