"""A supervisor's window on a house with rules and complaints in every state, and what tests do with it."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.domain.cases.views import CaseView
from crmdesk.domain.people import Role
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.cases.page import CaseRow, CasesPage
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import until
from tests.support.cases import furnish
from tests.support.desk import ME, House, known_id

SUPERVISOR = replace(ME, role=Role.SUPERVISOR)


def open_cases(house: House, open_pages: OpenWindow, *pages: str) -> MainWindow:
    """Return a supervisor's window on a furnished house, with the complaints in sight."""
    furnish(house)
    house.desk.signed_in(SUPERVISOR, house.database)
    window = open_pages("cases", *pages)
    window.go_to("cases")
    return window


def cases_of(window: MainWindow) -> CasesPage:
    """Return the page."""
    page = window.page("cases")
    assert isinstance(page, CasesPage)
    return page


def listed(page: CasesPage) -> list[str]:
    """Return the references in the list."""
    return [row.case.reference for row in page.rows.rows if isinstance(row, CaseRow)]


async def choose(page: CasesPage, reference: str) -> CaseView:
    """Choose a complaint in the list and return it once it is shown."""
    await until(lambda: page.rows.find(known_id(reference)) >= 0)
    page.list.view.select(page.rows.find(known_id(reference)))
    page.list.take_keyboard()
    return await shown(page, reference)


async def shown(page: CasesPage, reference: str) -> CaseView:
    """Return a complaint once it is shown."""

    def is_shown() -> bool:
        return page.pane.view is not None and page.pane.view.line.reference == reference

    await until(is_shown)
    assert page.pane.view is not None
    return page.pane.view
