"""The return at the supervisor's: current, it adds up, figures open their complaints, signed by a second key, saved."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.domain.cases.files import read_rules
from crmdesk.domain.cases.return_periods import UsualPeriod
from crmdesk.domain.cases.returns import Figure, Period, ReturnShown, Scope
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.people import Role
from crmdesk.domain.shipped import shipped
from crmdesk.runtime.desk.returns import ReturnSource
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.knowledge import publish
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.returns.page import ReturnPage
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import nothing_under_way, press, until
from tests.support.desk import ME, House
from tests.support.house_rules import HOUSE_TOML, rules_on_the_desk
from tests.support.postgres import Databases
from tests.support.read_files import csv_rows
from tests.support.returned import HALF_YEAR, a_life, keep, once, returns_of
from tests.support.server import Device, desk_of

ENTITY = '\n[[entity]]\nkey = "cover"\ntitle = "Harbour Cover Ltd"\nproducts = ["A"]\n\n[calendar]'
RULES = HOUSE_TOML.replace("\n[calendar]", ENTITY, 1)
OPEN = once(datetime(2026, 3, 2, 9, tzinfo=UTC), None)


@pytest.fixture(scope="module")
def engine(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A server's database with rules and complaints."""
    url = databases.lend()
    engine = Engine(url)
    folder = tmp_path_factory.mktemp("rules")
    (folder / "house.toml").write_text(RULES, encoding="utf-8")
    leader = desk_of(engine, "rules", role=Role.SUPERVISOR).principal.user_id
    engine.run(lambda conn: publish(conn, leader, read_rules(folder, shipped("regimes"))))
    draw = random.Random(3)
    keep(engine, OPEN, *(a_life(draw, number) for number in range(60)))
    yield engine
    engine.close()
    databases.give_back(url)


@pytest.fixture(scope="module")
def people(engine: Engine) -> dict[str, Device]:
    """Two supervisors and an agent."""
    roles = {"lea": Role.SUPERVISOR, "max": Role.SUPERVISOR, "sam": Role.AGENT}
    return {name: desk_of(engine, name, role=role) for name, role in roles.items()}


@pytest.fixture
def ask(engine: Engine, people: dict[str, Device], house: House) -> Iterator[dict[str, ReturnSource]]:
    """Let the desk ask in Lea's name; return how each of them asks."""
    house.add(*rules_on_the_desk(RULES))
    house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
    with ExitStack() as stack:
        found = {name: stack.enter_context(returns_of(engine, person)) for name, person in people.items()}
        house.desk.returns.reach(found["lea"])
        yield found
        house.desk.returns.reach(None)


@pytest.fixture
def window(ask: dict[str, ReturnSource], open_pages: OpenWindow) -> MainWindow:
    """A supervisor's window."""
    return open_pages("desk", "cases", "returns")


async def counted(window: MainWindow, period: Period = HALF_YEAR) -> ReturnPage:
    """Return the page once it shows the return of a period."""
    window.go_to("returns")
    page = window.page("returns")
    assert isinstance(page, ReturnPage)
    await until(lambda: bool(page.choosing.regime.value))
    page.choosing.choose_days(period)
    await until(lambda: page.shown_return is not None and page.shown_return.one.scope.period == period)
    page.arrived()
    return page


def test_the_line_adds_up_and_stands_in_the_tiles(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = await counted(window)
        told = {figure: int(tile.face.figure) for figure, tile in page.reckoning.tiles.items()}
        came = told[Figure.START] + told[Figure.OPENED] + told[Figure.OPENED_AGAIN]
        assert came - told[Figure.ENDED] == told[Figure.END]
        assert told[Figure.OPENED] > 0
        assert page.reckoning.tiles[Figure.END].face.note == "adds up"
        assert "upheld, counted at" in page.note.text()

    qt_loop.run(story())


def test_each_figure_opens_as_many_complaints_as_it_says(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = await counted(window)
        assert page.shown_return is not None
        figures = page.shown_return.one.figures
        for place, figure in enumerate(Figure):
            page.table.view.setFocus()
            page.table.view.select(place)
            press(Qt.Key.Key_Return)
            await until(lambda: "complaint" in page.cases.note.text())
            assert page.cases.note.text().split()[0] == str(figures[figure])
            assert len(page.cases.rows.rows) == figures[figure]
        press(Qt.Key.Key_Escape)
        assert not page.cases.isVisible()
        page.reckoning.tiles[Figure.ENDED].opened.emit()
        await until(lambda: len(page.cases.rows.rows) == figures[Figure.ENDED])

    qt_loop.run(story())


def test_parts_open_their_complaints_too(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = await counted(window)
        page.kinds.choose("1")
        page._show_table("1")
        page.table.view.setFocus()
        page.table.view.select(0)
        press(Qt.Key.Key_Return)
        await until(lambda: bool(page.cases.rows.rows))
        assert page.cases.title.text() == "A, Delay: opened or ended"
        page.kinds.choose("2")
        page._show_table("2")
        assert page.table.shown()[0][0] == "Decided, not put down by kind"

    qt_loop.run(story())


def test_enter_on_a_complaint_goes_to_it(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = await counted(window)
        page.table.view.select(list(Figure).index(Figure.END))
        press(Qt.Key.Key_Return)
        await until(lambda: page.cases.table.view.row is not None)
        press(Qt.Key.Key_Return)
        assert window.current == "cases"

    qt_loop.run(story())


def test_it_is_signed_by_a_second_key_and_later_figures_stand_beside_it(
    window: MainWindow, engine: Engine, house: House, ask: dict[str, ReturnSource], qt_loop: LoopRunner
) -> None:
    spring = Period(date(2026, 4, 1), date(2026, 6, 30))

    async def story() -> None:
        page = await counted(window, spring)
        assert page.signing.said.text().startswith("Not signed")
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert not page.signing.asking
        press(Qt.Key.Key_S)
        assert page.shown_return is not None
        assert page.shown_return.one.digest() in page.signing.said.text()
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: page.signing.said.text().startswith("Signed by Lea"))
        await ask["max"].sign(page.shown_return.one.scope, page.shown_return.one.digest())
        page.count()
        await until(lambda: "Max" in page.signing.said.text())
        keep(engine, once(datetime(2026, 5, 5, 9, tzinfo=UTC), None))
        page.count()
        await until(lambda: page.signing.said.text().startswith("Other figures were signed last, by Max"))
        opened = page.table.shown()[list(Figure).index(Figure.OPENED)]
        assert opened[3] == "+1"

    qt_loop.run(story())


def test_what_changed_since_it_was_looked_at_is_not_signed(
    window: MainWindow, engine: Engine, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = await counted(window)
        press(Qt.Key.Key_S)
        keep(engine, once(datetime(2026, 2, 5, 9, tzinfo=UTC), None))
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until(page.problem.isVisible)
        assert "changed since you looked" in page.problem.text()

    qt_loop.run(story())


def test_the_question_goes_with_esc_and_with_other_days(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = await counted(window)
        page.signing.ask()
        page.signing.leave.click()
        assert not page.signing.confirm.isVisible()
        page.signing.ask()
        await counted(window, Period(date(2026, 1, 1), date(2026, 3, 31)))
        assert not page.signing.asking

    qt_loop.run(story())


def test_an_entity_has_a_return_of_its_own(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = await counted(window)
        assert page.shown_return is not None
        assert page.choosing.entity.isVisible()
        page.choosing.entity.choose("cover")
        page.choosing.entity.picked.emit("cover")
        await until(lambda: page.shown_return is not None and page.shown_return.entity == "Harbour Cover Ltd")
        assert {part.product for part in page.shown_return.one.parts} == {"A"}

    qt_loop.run(story())


def test_days_that_are_none_are_said_at_their_field(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = await counted(window)
        page.choosing.last.setFocus()
        page.choosing.last.clear()
        QTest.keyClicks(page.choosing.last, "31.12.2026")
        press(Qt.Key.Key_Return)
        await until(page._trouble.isVisible)
        assert page.choosing.period.value == UsualPeriod.OWN
        assert page.choosing.day_that_is_none() is page.choosing.last
        assert not page.pdf.isEnabled()

    qt_loop.run(story())


def test_it_is_counted_again_when_complaints_change(
    window: MainWindow, engine: Engine, house: House, qt_loop: LoopRunner
) -> None:
    day = Period(date(2026, 3, 17), date(2026, 3, 17))

    async def story() -> None:
        page = await counted(window, day)
        assert page.shown_return is not None
        before = page.shown_return.one.figures[Figure.OPENED]
        keep(engine, once(datetime(2026, 3, 17, 10, tzinfo=UTC), None))
        house.bus.publish(Changes(rows=frozenset({(Kind.COMPLAINT, OPEN.id)})))
        await until(lambda: page.reckoning.tiles[Figure.OPENED].face.figure == str(before + 1))

    qt_loop.run(story())


def test_files_go_beside_each_other_into_the_folder_of_downloads(
    window: MainWindow, qt_loop: LoopRunner, tmp_path: Path
) -> None:
    async def story() -> None:
        page = await counted(window)
        page.folder = tmp_path
        name = "crmdesk return uk-fca-disp 2026-01-01 to 2026-06-30"
        press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        for button, file in ((page.csv, f"{name}.csv"), (page.xlsx, f"{name}.xlsx"), (page.csv, f"{name} (2).csv")):
            button.click()
            await until((tmp_path / file).exists)
        await until((tmp_path / f"{name}.pdf").exists)
        assert page.shown_return is not None
        assert any(page.shown_return.one.digest() in cell for row in csv_rows(tmp_path / f"{name}.csv") for cell in row)

    qt_loop.run(story())


def test_an_agent_is_refused_by_the_server_and_without_one_the_page_says_so(
    window: MainWindow, house: House, ask: dict[str, ReturnSource], qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = await counted(window)
        house.desk.returns.reach(ask["sam"])
        page.count()
        await until(page._trouble.isVisible)
        house.desk.returns.reach(None)
        page.count()
        await until(lambda: "cannot be reached" in page._trouble.text.text())
        assert page._trouble.isVisible()
        assert page.shown_return is None

    qt_loop.run(story())


@pytest.mark.parametrize(
    ("usual", "first", "last"),
    [
        (UsualPeriod.THIS_HALF, date(2026, 7, 1), date(2026, 12, 31)),
        (UsualPeriod.LAST_HALF, date(2026, 1, 1), date(2026, 6, 30)),
        (UsualPeriod.LAST_QUARTER, date(2026, 7, 1), date(2026, 9, 30)),
        (UsualPeriod.LAST_MONTH, date(2026, 11, 1), date(2026, 11, 30)),
        (UsualPeriod.LAST_YEAR, date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_usual_periods_are_whole(
    window: MainWindow, house: House, qt_loop: LoopRunner, usual: UsualPeriod, first: date, last: date
) -> None:
    assert house.clock.now().date() < date(2027, 1, 1) - timedelta(days=1)

    async def story() -> None:
        page = await counted(window)
        page.choosing.period.choose(usual.value)
        page.choosing.period.picked.emit(usual.value)
        assert page.choosing.scope is not None
        assert page.choosing.scope.period == Period(first, last)

    qt_loop.run(story())


class SignsLate:
    """Asks the server, and hears late that a return is signed."""

    def __init__(self, source: ReturnSource) -> None:
        self.may_answer = asyncio.Event()
        self.made, self.behind, self._sign = source.made, source.behind, source.sign

    async def sign(self, scope: Scope, digest: str) -> ReturnShown:
        """Sign at once, and answer once that is let."""
        shown = await self._sign(scope, digest)
        await self.may_answer.wait()
        return shown


def test_signing_one_return_leaves_the_one_that_was_chosen_meanwhile_in_sight(
    window: MainWindow, house: House, ask: dict[str, ReturnSource], qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        source = SignsLate(ask["lea"])
        house.desk.returns.reach(source)
        page = await counted(window, Period(date(2026, 4, 1), date(2026, 6, 30)))
        press(Qt.Key.Key_S)
        page.signing.second_press()
        summer = Period(date(2026, 7, 1), date(2026, 9, 30))
        page.choosing.choose_days(summer)
        await until(lambda: page.shown_return is not None and page.shown_return.one.scope.period == summer)
        source.may_answer.set()
        await until(lambda: window.notice.words.text() == "Signed")
        await nothing_under_way()
        assert page.shown_return is not None
        assert page.shown_return.one.scope.period == summer

    qt_loop.run(story())
