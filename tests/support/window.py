"""The real window with chosen pages, on the real desk of ``tests.support.desk``."""

from __future__ import annotations

from datetime import UTC

import crmdesk.ui.pages as pages
from crmdesk.domain.people import Role
from crmdesk.domain.phone import international
from crmdesk.ui.frame.page import Place, pages_of
from crmdesk.ui.frame.window import MainWindow
from tests.support.desk import House


def open_window(house: House, *page_ids: str, role: Role = Role.SUPERVISOR) -> MainWindow:
    """Return the window with these pages of the registry, not shown yet."""
    window = MainWindow(house.clock)
    place = Place(
        desk=house.desk,
        window=window,
        keys=window.keys,
        digits=window.digits,
        clock=house.clock,
        zone=UTC,
        number=international,
    )
    specs = tuple(spec for spec in pages_of(pages) if spec.id in page_ids)
    assert len(specs) == len(page_ids), "no such page"
    window.open_pages(place, specs, role)
    return window
