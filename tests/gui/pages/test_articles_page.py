"""Articles: found by their words from anywhere, read beside the list, by keyboard all the way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.knowledge.edition import ArticleView, NewEdition, Shelf
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.articles.page import ArticlesPage
from crmdesk.ui.pages.search.page import SearchPage
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import nothing_under_way, press, type_words, until
from tests.support.desk import House
from tests.support.knowledge import article_id, row_of, rows_of


@pytest.fixture
def window(open_pages: OpenWindow, house: House) -> MainWindow:
    """Return the window with the demo's articles."""
    house.add(*rows_of())
    return open_pages("articles", "search")


def page_of(window: MainWindow) -> ArticlesPage:
    """Return the page."""
    page = window.page("articles")
    assert isinstance(page, ArticlesPage)
    return page


def titles(page: ArticlesPage) -> list[str]:
    """Return the titles in the list."""
    return [row.title for row in page.rows.rows if isinstance(row, ArticleView)]


def go(window: MainWindow) -> None:
    """Press Ctrl+J, A."""
    press(Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    press(Qt.Key.Key_A)


def test_ctrl_j_a_lists_them_by_title_and_shows_the_first(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        go(window)
        page = page_of(window)
        await until(lambda: len(titles(page)) == 14)
        assert titles(page) == sorted(titles(page), key=str.casefold)
        assert QApplication.focusWidget() is page.field
        assert page.pane.title.text() == titles(page)[0]

    qt_loop.run(story())


def test_typing_narrows_arrows_choose_enter_reads_and_escape_leads_back(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        go(window)
        page = page_of(window)
        type_words("gauge")
        await until(lambda: 0 < len(titles(page)) < 14)
        assert titles(page)[0] == "Boiler pressure is low", "in its keywords first"
        assert page.pane.title.text() == "Boiler pressure is low"
        press(Qt.Key.Key_Down)
        assert page.pane.title.text() == titles(page)[1]
        press(Qt.Key.Key_Return)
        assert QApplication.focusWidget() is page.pane
        press(Qt.Key.Key_Escape)
        assert QApplication.focusWidget() is page.field
        press(Qt.Key.Key_Escape)
        await until(lambda: len(titles(page)) == 14)

    qt_loop.run(story())


def test_words_that_no_article_has_say_so(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        go(window)
        page = page_of(window)
        type_words("zeppelin")
        await until(lambda: page.stack.currentWidget() is not page.list and not titles(page))
        assert page.pane.title.text() == ""

    qt_loop.run(story())


def test_another_version_appears_while_one_reads(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        go(window)
        page = page_of(window)
        await until(lambda: bool(titles(page)))
        newer = NewEdition(Shelf.ARTICLE, "billed-twice", "Billed twice, or thrice", "Text.", "refund")
        house.add(row_of(newer, 2))
        house.bus.publish(Changes.of(Kind.ARTICLE, article_id("billed-twice", 2)))
        await until(lambda: "Billed twice, or thrice" in titles(page))
        assert "Billed twice" not in titles(page)

    qt_loop.run(story())


def test_the_search_finds_articles_and_enter_opens_them(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        search = window.page("search")
        assert isinstance(search, SearchPage)
        type_words("condensate")
        await until(lambda: not search.finder.waiting and bool(search.results.hits))
        assert search.results.hits[0].title == "Frozen condensate pipe"
        assert search.preview.open.words == "Open article"
        press(Qt.Key.Key_Return)
        page = page_of(window)
        await until(lambda: page.pane.title.text() == "Frozen condensate pipe")
        assert window.current == "articles"

    qt_loop.run(story())


def test_the_article_that_was_chosen_stays_so_when_another_is_published(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        go(window)
        page = page_of(window)
        type_words("gauge")
        await until(lambda: 0 < len(titles(page)) < 14)
        await nothing_under_way()
        press(Qt.Key.Key_Down)
        chosen = page.pane.title.text()
        newer = NewEdition(Shelf.ARTICLE, "billed-twice", "Billed twice, or thrice", "The gauge of it.", "refund")
        house.add(row_of(newer, 2))
        house.bus.publish(Changes.of(Kind.ARTICLE, article_id("billed-twice", 2)))
        await until(lambda: "Billed twice, or thrice" in titles(page))
        await nothing_under_way()
        assert page.pane.title.text() == chosen
        assert isinstance(page.list.row, ArticleView)
        assert page.list.row.title == chosen

    qt_loop.run(story())


def test_an_older_version_that_is_read_late_does_not_come_beside_another_article(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    newer = NewEdition(Shelf.ARTICLE, "billed-twice", "Billed twice, or thrice", "Text.", "refund")
    house.add(row_of(newer, 2))

    async def story() -> None:
        go(window)
        page = page_of(window)
        await until(lambda: "Billed twice, or thrice" in titles(page))
        await nothing_under_way()
        page.list.select(titles(page).index("Billed twice, or thrice"))
        page.pane.version_wanted.emit("billed-twice", 1)
        page.list.select(titles(page).index("Boiler pressure is low"))
        await nothing_under_way()
        assert page.pane.title.text() == "Boiler pressure is low"

    qt_loop.run(story())
