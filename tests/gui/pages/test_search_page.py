"""Find anything: each key narrows, the newest text wins, the keyboard stays in the field, Enter opens."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from crmdesk.domain.errors import Unavailable
from crmdesk.domain.found import Hit, HitKind
from crmdesk.domain.found import SearchPage as Found
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.kit import ChipRow
from crmdesk.ui.pages.search.page import SearchPage, count_words
from crmdesk.ui.pages.search.results import Kinds, complaint_chips
from crmdesk.ui.theme import SchemeChoice, Theme
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import nothing_under_way, press, signalled, type_words, until
from tests.support.boards import a_board
from tests.support.desk import MARGARET, OMAR, TOMASZ, House, known_id
from tests.support.house_rules import rules_on_the_desk
from tests.support.late_readers import late_readers


@pytest.fixture
def window(open_pages: OpenWindow, house: House) -> MainWindow:
    """Return the window with the board in sight and the search behind Ctrl+F."""
    house.desk.phone.heard_board(a_board())
    window = open_pages("board", "search")
    window.go_to("board")
    return window


def search_of(window: MainWindow) -> SearchPage:
    """Return the search page."""
    page = window.page("search")
    assert isinstance(page, SearchPage)
    return page


async def find(window: MainWindow, words: str) -> SearchPage:
    """Press Ctrl+F, type, and wait for the answer to all of it."""
    press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    page = search_of(window)
    page.field.clear()
    type_words(words)
    await until(lambda: not page.finder.waiting)
    return page


def titles(page: SearchPage) -> list[str]:
    """Return the titles of everything shown."""
    return [hit.title for hit in page.results.hits]


def test_ctrl_f_opens_it_from_anywhere_with_the_keyboard_in_the_field(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        page = search_of(window)
        assert window.current == "search"
        assert QApplication.focusWidget() is page.field
        assert page.stack.currentWidget() is page.empty

    qt_loop.run(story())


def test_a_name_is_found_in_its_own_script_and_in_latin(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> list[str]:
        page = await find(window, "omar")
        assert page.results.hits[0].latin_title == "Omar al-Haddad"
        return titles(page)

    assert "عمر الحداد" in qt_loop.run(story())


def test_a_number_as_the_caller_says_it_finds_everybody_on_the_line(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> list[str]:
        return titles(await find(window, "020 7946 0172"))

    assert set(qt_loop.run(story())) == {"Margaret Ellison", "Priya Shah", "Daniel Ellison"}


def test_words_in_notes_and_complaints_stand_under_the_people(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> tuple[Hit, ...]:
        return (await find(window, "heater")).results.hits

    hits = qt_loop.run(story())
    assert [hit.kind for hit in hits] == [HitKind.NOTE]
    assert hits[0].customer_id == MARGARET


def test_the_newest_text_wins_over_answers_that_come_late(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> tuple[list[str], str]:
        press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        page = search_of(window)
        told: list[str] = []

        def note(found: object) -> None:
            assert isinstance(found, Found)
            told.append(found.text)

        page.finder.found.connect(note)
        type_words("margaret")
        await until(lambda: not page.finder.waiting)
        page.finder.found.disconnect(note)
        return told, page.results.hits[0].title

    told, first = qt_loop.run(story())
    assert told[-1] == "margaret"
    assert len(told) < len("margaret")
    assert first == "Margaret Ellison"


def test_arrows_choose_while_the_keyboard_stays_in_the_field(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = await find(window, "ellison")
        first = page.results.current
        press(Qt.Key.Key_Down)
        assert page.results.current != first
        press(Qt.Key.Key_Up)
        assert page.results.current == first
        assert QApplication.focusWidget() is page.field

    qt_loop.run(story())


def test_the_preview_shows_the_card_of_the_selected_result(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> str:
        page = await find(window, "margaret")
        await until(lambda: "Leeds" in page.preview._who.text() and "Since" in page.preview._who.text())
        return page.preview.name.text()

    assert qt_loop.run(story()) == "Margaret Ellison"


def test_enter_opens_the_customer_behind_a_person_a_case_or_a_note(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story(words: str) -> object:
        page = await find(window, words)
        opened = asyncio.ensure_future(signalled(page.opened))
        await asyncio.sleep(0)
        press(Qt.Key.Key_Return)
        return (await opened)[0]

    assert qt_loop.run(story("omar")) == OMAR
    assert qt_loop.run(story("CP-26-07388")) == known_id("Tomasz Wiśniewski")
    assert qt_loop.run(story("heater")) == MARGARET


def test_enter_pressed_before_the_answer_is_there_opens_what_was_selected_if_it_still_is_first(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> object:
        page = await find(window, "oma")
        opened = asyncio.ensure_future(signalled(page.opened))
        await asyncio.sleep(0)
        type_words("r")
        assert page.finder.waiting
        press(Qt.Key.Key_Return)
        return (await opened)[0]

    assert qt_loop.run(story()) == OMAR


def test_enter_pressed_before_the_answer_is_there_opens_nobody_whom_one_did_not_see(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = await find(window, "oma")
        page.field.clear()
        type_words("ellison")
        assert page.finder.waiting
        opened: list[object] = []
        page.opened.connect(opened.append)
        press(Qt.Key.Key_Return)
        await until(lambda: not page.finder.waiting)
        assert len(page.results.hits) > 1
        assert opened == []
        assert window.current == "search"

    qt_loop.run(story())


def test_esc_goes_back_to_where_one_came_from(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> str:
        await find(window, "mar")
        press(Qt.Key.Key_Escape)
        return window.current

    assert qt_loop.run(story()) == "board"


def test_tab_goes_round_the_kinds(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = await find(window, "gate")
        assert titles(page)
        press(Qt.Key.Key_Tab)
        assert page.kinds.value == Kinds.PEOPLE
        assert titles(page) == []
        press(Qt.Key.Key_Tab)
        assert page.kinds.value == Kinds.CASES
        assert titles(page) == ["CP-26-07415 Conduct of staff"]
        press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        assert page.kinds.value == Kinds.PEOPLE
        assert QApplication.focusWidget() is page.field

    qt_loop.run(story())


def test_nothing_found_offers_to_make_the_customer(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> tuple[str, object]:
        page = await find(window, "Zoë Example")
        assert page.stack.currentWidget() is page.nobody
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        opened = asyncio.ensure_future(signalled(page.opened))
        await asyncio.sleep(0)
        press(Qt.Key.Key_Return)
        (customer_id,) = await opened
        card = await house.desk.customers.card(customer_id)  # type: ignore[arg-type]  # the signal carries an object
        assert card is not None
        return card.name, customer_id

    name, _ = qt_loop.run(story())
    assert name == "Zoë Example"


def test_a_number_nobody_has_becomes_the_new_customers_number(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> list[str | None]:
        page = await find(window, "+44 20 7946 0999")
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        press(Qt.Key.Key_Return)
        await until(lambda: bool(page.nobody.name.problem))
        type_words("Nora Number")
        opened = asyncio.ensure_future(signalled(page.opened))
        await asyncio.sleep(0)
        press(Qt.Key.Key_Return)
        (customer_id,) = await opened
        card = await house.desk.customers.card(customer_id)  # type: ignore[arg-type]  # the signal carries an object
        assert card is not None
        return [point.e164 for point in card.contact_points]

    assert qt_loop.run(story()) == ["+442079460999"]


def test_an_emptied_field_says_again_what_can_be_found(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = await find(window, "ma")
        press(Qt.Key.Key_Backspace)
        press(Qt.Key.Key_Backspace)
        assert page.stack.currentWidget() is page.empty
        await until(lambda: not page.finder.waiting)
        assert page.stack.currentWidget() is page.empty

    qt_loop.run(story())


def test_open_complaints_are_said_on_the_row(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> list[str]:
        page = await find(window, "margaret")
        return [chip.text for chip in complaint_chips(page.results.hits[0])]

    assert qt_loop.run(story()) == ["1 complaint"]


def test_the_preview_says_when_an_open_complaint_must_be_answered(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    house.add(*rules_on_the_desk())

    async def story() -> None:
        page = await find(window, "margaret")
        await until(lambda: any(chips.text() == "Answer by Thu 28 Jan" for chips in page.preview.findChildren(ChipRow)))

    qt_loop.run(story())


@pytest.mark.parametrize(
    ("people", "others", "more", "said"),
    [(1, 0, False, "1 person. 11 ms"), (30, 3, True, "30+ people, 3 others. 11 ms"), (0, 1, False, "1 other. 11 ms")],
)
def test_the_count_says_what_was_found_and_how_fast(people: int, others: int, more: bool, said: str) -> None:
    def hit(kind: HitKind) -> Hit:
        return Hit(kind, MARGARET, MARGARET, "", "", "", None, "", None)

    hits = (*(hit(HitKind.PERSON) for _ in range(people)), *(hit(HitKind.NOTE) for _ in range(others)))
    assert count_words(Found("x", (), hits, more, 11.2)) == said


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1366, 768), (1024, 640)])
def test_it_fits_in_both_schemes(window: MainWindow, qt_loop: LoopRunner, look: Theme, width: int, height: int) -> None:
    async def story() -> None:
        window.resize(width, height)
        page = await find(window, "ellison")
        for scheme in (SchemeChoice.LIGHT, SchemeChoice.DARK):
            look.choose(scheme)
            assert not window.grab().isNull()
        assert page.minimumSizeHint().width() <= page.width()

    qt_loop.run(story())


def test_before_anything_is_typed_who_was_opened_last_is_one_enter_away(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "search")

    async def story() -> None:
        await house.desk.search.opened(OMAR)
        await house.desk.search.opened(MARGARET)
        press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        page = search_of(window)
        await until(lambda: len(page.results.hits) == 2)
        assert titles(page)[0] == "Margaret Ellison"
        opened = asyncio.ensure_future(signalled(page.opened))
        await asyncio.sleep(0)
        press(Qt.Key.Key_Down)
        press(Qt.Key.Key_Return)
        assert await opened == (OMAR,)

    qt_loop.run(story())


def test_a_pinned_customer_comes_first_and_says_so_until_let_go(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await house.desk.search.opened(MARGARET)
        page = await find(window, "omar")
        press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: page.preview.pin.words == "Let go")
        page.field.clear()
        type_words(" ")
        await until(lambda: len(page.results.hits) == 2)
        assert page.results.hits[0].id == OMAR
        press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: titles(page) == ["Margaret Ellison"])

    qt_loop.run(story())


def test_typing_takes_the_place_of_who_was_opened_last(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> list[str]:
        await house.desk.search.opened(MARGARET)
        return titles(await find(window, "tomasz"))

    assert qt_loop.run(story()) == ["Tomasz Wiśniewski"]


def test_whoever_is_chosen_stays_so_while_the_list_of_those_opened_last_is_read_again(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner
) -> None:
    window = open_pages("board", "search")

    async def story() -> None:
        for customer in (OMAR, TOMASZ, MARGARET):
            await house.desk.search.opened(customer)
        window.go_to("search")
        page = search_of(window)
        await until(lambda: len(page.results.hits) == 3)
        window.go_to("board")
        window.go_to("search")
        press(Qt.Key.Key_Down)
        await nothing_under_way()
        assert page.results.current is not None
        assert page.results.current.id == TOMASZ

    qt_loop.run(story())


def test_enter_opens_nobody_while_the_search_could_not_be_done(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = await find(window, "omar")
        opened: list[object] = []
        page.opened.connect(opened.append)
        page.finder.failed.emit(Unavailable("The records are busy.", "Try again."))
        assert page.stack.currentWidget() is page.trouble
        press(Qt.Key.Key_Return)
        await nothing_under_way()
        assert opened == []

    qt_loop.run(story())


def test_whoever_is_chosen_while_another_is_pinned_stays_chosen_and_is_not_called_pinned(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = await find(window, "ellison")
        first, second = page.results.hits[:2]
        page.pin_selected()
        press(Qt.Key.Key_Down)
        await nothing_under_way()
        assert page.results.current == second != first
        assert page.preview.pin.words == "Pin"

    qt_loop.run(story())


def test_who_was_opened_last_comes_first_also_where_an_older_answer_comes_after_it(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "search")

    async def story() -> None:
        await house.desk.search.opened(MARGARET)
        window.go_to("search")
        page = search_of(window)
        await until(lambda: len(page.results.hits) == 1)
        with late_readers(house.database) as readers:
            page.arrived()
            await asyncio.sleep(0)
            await house.desk.search.opened(OMAR)
            page.arrived()
            await asyncio.sleep(0)
            readers.answer()
            await nothing_under_way()
        assert titles(page)[0] == "عمر الحداد"

    qt_loop.run(story())
