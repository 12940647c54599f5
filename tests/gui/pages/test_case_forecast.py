"""Those who lead see which complaints will probably miss the law's deadline, and from what that was counted."""

from __future__ import annotations

from PySide6.QtCore import Qt

from crmdesk.domain.cases.forecast import Like, Outlook
from crmdesk.domain.cases.forecast_words import explained
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.cases.page import CasesPage
from tests.gui.conftest import LoopRunner
from tests.gui.pages.cases_desk import cases_of, choose, listed, open_cases
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import press, until
from tests.services.test_forecast import DAY, quick_and_slow
from tests.support.clock import AFTERNOON
from tests.support.desk import MARGARET, ME, House, a_complaint, known_id


def furnished(house: House, open_pages: OpenWindow) -> MainWindow:
    """Return a supervisor's window on a house that has a past."""
    quick_and_slow(house)
    for reference, age in (("CP-26-07990", 20), ("CP-26-07995", 0)):
        house.add(a_complaint(reference, MARGARET, AFTERNOON - age * DAY, product="Meter", category="Delay"))
    return open_cases(house, open_pages)


async def counted(page: CasesPage) -> None:
    await until(lambda: not page.list.expected.isHidden() and bool(page.list.expected.text()))


def test_f_shows_what_will_probably_miss_its_deadline_most_in_danger_first(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    page = cases_of(furnished(house, open_pages))

    async def story() -> tuple[str, list[str], str, int]:
        await choose(page, "CP-26-07990")
        await counted(page)
        whole = len(listed(page))
        press(Qt.Key.Key_F)
        risky = listed(page)
        said = page.pane.outlook.text()
        press(Qt.Key.Key_F)
        assert len(listed(page)) == whole
        return page.list.expected.text(), risky, said, whole

    expected, risky, said, whole = qt_loop.run(story())
    assert expected.startswith("About ") and "will miss the law's deadline" in expected
    assert "CP-26-07990" in risky and "CP-26-07995" not in risky and len(risky) < whole
    assert said == ("20 of 20 complaints about Delay, Meter that were open as long took longer than the 36 days left.")


def test_an_agent_is_told_no_forecast(house: House, open_pages: OpenWindow, qt_loop: LoopRunner) -> None:
    page = cases_of(furnished(house, open_pages))
    house.desk.signed_in(ME, house.database)

    async def story() -> bool:
        await choose(page, "CP-26-07990")
        press(Qt.Key.Key_F)
        return page.list.expected.isVisible()

    assert qt_loop.run(story()) is False


def test_too_little_is_said_as_too_little() -> None:
    one = Outlook(known_id("x"), DAY, False, None, Like.ALL, 0, 0, 0, "", "")
    assert explained(one, "Meter", "Delay") == (
        "Fewer than 20 complaints were open as long as this one: nothing can be said."
    )
