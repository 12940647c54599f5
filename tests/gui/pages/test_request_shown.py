"""Requests on the Cases page by keys alone: among complaints, by kind, whole, step by step."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from crmdesk.domain.people import Role
from crmdesk.domain.requests.kinds import RequestState, RequestStepKind
from crmdesk.domain.requests.views import RequestView
from crmdesk.domain.sla.due import ClockKind
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.cases.lifeline import Reached
from crmdesk.ui.pages.cases.page import CasesPage
from crmdesk.ui.pages.cases.rows import OPEN_KINDS, CaseRow, Shown
from crmdesk.ui.pages.cases.step_form import SnugForm
from crmdesk.ui.qt.tasks import running
from tests.gui.conftest import LoopRunner
from tests.gui.pages.cases_desk import cases_of, listed
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import focused, press, type_words, until
from tests.support.desk import ME, House, known_id
from tests.support.foreign import foreign_spoken, untranslated
from tests.support.requests import OWN_DATA, PRICE, REPAIR, RETURN, furnish_requests

_K = RequestStepKind
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(house: House, open_pages: OpenWindow) -> MainWindow:
    """Return a supervisor's window with requests in sight."""
    furnish_requests(house)
    house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
    window = open_pages("cases")
    window.go_to("cases")
    return window


async def choose(page: CasesPage, reference: str) -> RequestView:
    """Choose a request in the list and return it once it is shown."""
    await until(lambda: page.rows.find(known_id(reference)) >= 0)
    page.list.view.select(page.rows.find(known_id(reference)))
    page.list.take_keyboard()
    await until(lambda: page.pane.request is not None and page.pane.request.line.reference == reference)
    return view_of(page)


def view_of(page: CasesPage) -> RequestView:
    """Return the request that is shown."""
    assert page.pane.request is not None
    return page.pane.request


async def form_of(page: CasesPage) -> SnugForm:
    """Return the form that is open, once it can be typed into."""
    await until(lambda: page.pane.form is not None and page.pane.form.isAncestorOf(focused()))
    form = page.pane.form
    assert form is not None
    await until(lambda: running(form) == 0)
    return form


async def last_step(page: CasesPage, kind: RequestStepKind) -> RequestView:
    """Return the request once its last step is of this kind."""
    await until(lambda: view_of(page).steps[-1].kind is kind)
    return view_of(page)


def test_what_is_due_first_comes_first_of_any_kind_and_v_shows_one_kind_after_the_other(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> dict[Shown, list[str]]:
        page = cases_of(window)
        await until(lambda: len(listed(page)) >= 4)
        page.list.take_keyboard()
        nexts = [row.case.next for row in page.rows.rows if isinstance(row, CaseRow) and row.case.next is not None]
        dues = [one.due_at for one in nexts if one.due_at is not None]
        assert dues == sorted(dues)
        assert {one.kind for one in nexts} == {ClockKind.LEGAL, ClockKind.SERVICE}
        seen = {page.list.shown: [one for one in listed(page) if not one.startswith("CP")]}
        for _ in range(len(OPEN_KINDS) - 1):
            press(Qt.Key.Key_V)
            seen[page.list.shown] = listed(page)
        press(Qt.Key.Key_V)
        assert page.list.shown is Shown.ALL
        return seen

    seen = qt_loop.run(story())
    assert sorted(seen[Shown.ALL]) == sorted((OWN_DATA, PRICE, REPAIR, RETURN))
    assert all(one.startswith("CP") for one in seen[Shown.COMPLAINTS])
    assert seen[Shown.SERVICE] == [REPAIR]
    assert seen[Shown.RETURNS] == [RETURN]
    assert seen[Shown.INFORMATION] == [PRICE, OWN_DATA]


def test_a_repair_is_shown_with_its_life_its_words_and_its_appointment(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, REPAIR)
        assert page.pane.head.title.text() == "Repair: Boiler"
        assert REPAIR in page.pane.head.about.text()
        now = [stop.words for stop in page.pane.head.line.stops if stop.reached is Reached.NOW]
        assert now == ["Scheduled"]
        facts = dict(page.pane.asked.facts)
        assert facts["Appointment"] == "Mon 28 Dec, 08:00 to 12:00, Karl Otto, Otto & Son"
        assert facts["Serial or asset number"] == "WB-2291-07"
        assert "smells of gas" in page.pane.asked.quoted.words.text()
        assert page.pane.history.chain.text() == "history unbroken, 2 steps"
        assert page.pane.clocks.cards[0].words is not None
        assert page.pane.clocks.cards[0].words.title == "Appointment made"

    qt_loop.run(story())


def test_a_visit_that_was_missed_gets_another_appointment_by_keys(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> RequestView:
        page = cases_of(window)
        await choose(page, REPAIR)
        page.pane.acts.beside.click()
        await form_of(page)
        type_words("Nobody was at home.")
        press(Qt.Key.Key_Return, CONTROL)
        await last_step(page, _K.MISSED)
        assert view_of(page).line.state is RequestState.TO_SCHEDULE
        await until(lambda: page.pane.form is None)
        press(Qt.Key.Key_Return, CONTROL)
        form = await form_of(page)
        for words in ("29.12.2026", "Lena Fischer", "13", "17"):
            type_words(words)
            press(Qt.Key.Key_Tab)
        assert form.body.values["zone"] == "Europe/London"
        press(Qt.Key.Key_Return, CONTROL)
        return await last_step(page, _K.SCHEDULED)

    view = qt_loop.run(story())
    assert (view.line.state, view.standing.visitor) == (RequestState.SCHEDULED, "Lena Fischer")
    assert view.steps[-1].details["from"] == "13:00"


def test_what_is_no_day_is_said_at_its_field_and_nothing_typed_is_lost(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> str:
        page = cases_of(window)
        await choose(page, REPAIR)
        page.take(_K.SCHEDULED)
        form = await form_of(page)
        for words in ("soon", "Lena Fischer", "13", "17"):
            type_words(words)
            press(Qt.Key.Key_Tab)
        press(Qt.Key.Key_Return, CONTROL)
        await until(lambda: bool(form.body.input("day").problem))
        said = form.body.input("day").problem
        press(Qt.Key.Key_Escape)
        await until(lambda: page.pane.form is None)
        page.take(_K.SCHEDULED)
        again = await form_of(page)
        assert again.body.values["day"] == "soon"
        return said

    assert qt_loop.run(story()) == "Write it like 2026-03-12."


def test_a_large_refund_is_offered_for_approval_to_a_colleague_only(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> RequestView:
        page = cases_of(window)
        view = await choose(page, RETURN)
        assert view.line.waits_for_me
        facts = dict(page.pane.asked.facts)
        assert facts["May it come back"].endswith("repair or replacement.")
        assert facts["Refund"] == "£640.00"
        assert _K.SETTLED not in page.pane.acts.allowed
        assert page.pane.acts.main.isEnabled()
        press(Qt.Key.Key_Return, CONTROL)
        await last_step(page, _K.APPROVED)
        return view_of(page)

    assert qt_loop.run(story()).line.state is RequestState.APPROVED


def test_access_to_ones_own_data_says_why_it_is_due_then_and_can_be_extended(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> tuple[str, RequestView]:
        page = cases_of(window)
        await choose(page, OWN_DATA)
        press(Qt.Key.Key_W)
        await until(page.pane.why.isVisible)
        why = page.pane.why.sentence.text()
        assert _K.EXTENDED in page.pane.acts.allowed
        page.take(_K.EXTENDED)
        await form_of(page)
        type_words("Eleven years of calls.")
        press(Qt.Key.Key_Return, CONTROL)
        return why, await last_step(page, _K.EXTENDED)

    why, view = qt_loop.run(story())
    assert "1 month after" in why
    assert [one.target for one in view.deadlines] == ["3 months"]


def test_a_price_is_no_matter_of_law_and_c_takes_it_on(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> RequestView:
        page = cases_of(window)
        await choose(page, PRICE)
        assert _K.EXTENDED not in page.pane.acts.allowed
        press(Qt.Key.Key_C)
        await until(lambda: view_of(page).line.mine)
        press(Qt.Key.Key_N)
        await form_of(page)
        type_words("She rings tomorrow.")
        press(Qt.Key.Key_Return, CONTROL)
        return await last_step(page, _K.NOTED)

    view = qt_loop.run(story())
    assert view.steps[-1].details["words"] == "She rings tomorrow."


_TOLD = {
    *("Boiler", "Kettles", "Kettle 2000", "Karl Otto, Otto & Son", "WB-2291-07", "L-0412", "RT-26-07502"),
    *("4 Harbour Row, in the cellar", "Mornings, before 12", "Used twice, in its box", "By e-mail"),
}
"""What the house and its customers wrote."""


def test_every_word_of_a_request_is_in_the_language_that_is_spoken(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    async def story(page: CasesPage) -> list[str]:
        found = []
        for reference in (REPAIR, RETURN, OWN_DATA):
            await choose(page, reference)
            found += untranslated(page.pane)
        return found

    with foreign_spoken():
        furnish_requests(house)
        window = open_pages("cases")
        window.go_to("cases")
        left = [one for one in qt_loop.run(story(cases_of(window))) if one not in _TOLD]
    assert left == []
