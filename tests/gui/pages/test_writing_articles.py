"""Those who lead write articles where they are read: every version is kept, and so is every word before it is one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.knowledge.edition import NewEdition, Shelf
from crmdesk.domain.people import Role
from crmdesk.models.knowledge import Article
from crmdesk.models.local import DraftRow
from crmdesk.models.people import Agent
from crmdesk.ui.knowledge.editor import KIND, ArticleEditor, subject_of
from crmdesk.ui.pages.articles.page import ArticlesPage
from tests.gui.conftest import LoopRunner
from tests.gui.waiting import press, type_words, until
from tests.support.desk import ME, House
from tests.support.knowledge import row_of
from tests.support.window import open_window

REFUNDS = NewEdition(Shelf.ARTICLE, "refunds", "Refunds", "Start it at once.", "refund, paid twice")
CTRL = Qt.KeyboardModifier.ControlModifier
Story = Callable[[Callable[[ArticlesPage], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def told(house: House, qt_loop: LoopRunner, shown: Callable[[QWidget], QWidget]) -> Story:
    """Return a function that plays a story on the page of a supervisor."""
    house.add(row_of(REFUNDS))
    with Session(house.engines.write) as session, session.begin():
        session.get_one(Agent, ME.agent_id).role = Role.SUPERVISOR.value
    house.desk.identity = replace(ME, role=Role.SUPERVISOR)

    def tell(story: Callable[[ArticlesPage], Coroutine[Any, Any, None]]) -> None:
        async def build() -> ArticlesPage:
            window = open_window(house, "articles")
            window.resize(1366, 768)
            window.show()
            window.go_to("articles")
            page = window.page("articles")
            assert isinstance(page, ArticlesPage)
            await until(lambda: page.pane.view is not None)
            return page

        page = qt_loop.run(build())
        shown(page.window())
        qt_loop.run(story(page))
        qt_loop.run(page.closing())

    return tell


def versions(house: House) -> list[tuple[str, str]]:
    with Session(house.engines.read) as session:
        rows = session.scalars(select(Article).order_by(Article.code, Article.version))
        return [(row.edition, row.body) for row in rows]


async def edit(page: ArticlesPage) -> ArticleEditor:
    """Press F2 and wait for the editor."""
    press(Qt.Key.Key_F2)
    await until(lambda: page.editor is not None and page.editor.isVisible())
    assert page.editor is not None
    return page.editor


def test_another_version_is_published_and_the_one_before_is_kept(told: Story, house: House) -> None:
    async def story(page: ArticlesPage) -> None:
        editor = await edit(page)
        assert editor.title.text() == "Refunds, version 2"
        assert QApplication.focusWidget() is editor.text.editor
        type_words("First of all: ")
        press(Qt.Key.Key_Return, CTRL)
        await until(lambda: page.pane.view is not None and page.pane.view.version == 2)
        await until(page.pane.isVisible)
        assert versions(house) == [("refunds/1", "Start it at once."), ("refunds/2", "First of all: Start it at once.")]
        assert page.pane.view is not None and page.pane.view.unsent

    told(story)


def test_what_is_typed_is_kept_and_comes_back(told: Story, house: House) -> None:
    async def story(page: ArticlesPage) -> None:
        editor = await edit(page)
        type_words("Half ")
        await until(lambda: editor.saved.text().startswith("Saved"))
        press(Qt.Key.Key_Escape)
        await until(page.pane.isVisible)
        await edit(page)
        assert editor.text.text == "Half Start it at once."
        assert versions(house) == [("refunds/1", "Start it at once.")]

    told(story)


def test_who_begins_to_edit_once_more_loses_nothing_that_was_typed(told: Story, house: House) -> None:
    async def story(page: ArticlesPage) -> None:
        editor = await edit(page)
        type_words("Half ")
        await editor.open(page.pane.view)
        assert editor.text.text == "Half Start it at once."
        type_words("Whole ")
        await until(lambda: editor.saved.text().startswith("Saved"))
        draft = await house.desk.drafts.load(KIND, subject_of("refunds"))
        assert draft is not None
        assert draft.fields["body"] == editor.text.text

    told(story)


def test_a_version_that_came_meanwhile_is_told_before_it_is_hidden(told: Story, house: House) -> None:
    async def story(page: ArticlesPage) -> None:
        editor = await edit(page)
        type_words("Mine. ")
        house.add(row_of(NewEdition(Shelf.ARTICLE, "refunds", "Refunds", "Theirs.", "refund"), 2))
        editor.publish()
        await until(lambda: not editor.problem.isHidden())
        assert editor.problem.text().startswith("Jabu Mbeki published version 2 while you wrote.")
        assert len(versions(house)) == 2
        await until(lambda: editor.next_on == 2)
        editor.publish()
        await until(lambda: len(versions(house)) == 3)

    told(story)


def test_a_new_article_needs_a_code_that_is_free(told: Story, house: House) -> None:
    async def story(page: ArticlesPage) -> None:
        page.write_new()
        await until(lambda: page.editor is not None and page.editor.isVisible())
        editor = page.editor
        assert editor is not None
        editor.code.edit.setText("refunds")
        editor.heading.edit.setText("More refunds")
        editor.text.insert("Text.")
        editor.publish()
        await until(lambda: "There is an article refunds already" in editor.code.problem)
        editor.code.edit.setText("More")
        editor.publish()
        await until(lambda: "is no code" in editor.code.problem)
        editor.code.edit.setText("more")
        editor.publish()
        await until(page.pane.isVisible)
        assert ("more/1", "Text.") in versions(house)
        with Session(house.engines.read) as session:
            assert session.get(DraftRow, ("article", subject_of(""))) is None

    told(story)


def test_a_withdrawn_article_is_listed_no_more_and_kept(told: Story, house: House) -> None:
    async def story(page: ArticlesPage) -> None:
        editor = await edit(page)
        editor.withdraw()
        await until(lambda: not page.rows.rows and page.stack.currentWidget() is not page.list)
        assert len(versions(house)) == 2

    told(story)


def test_an_agent_is_offered_nothing_to_write_with(house: House, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        window = open_window(house, "articles", role=Role.AGENT)
        page = window.page("articles")
        assert isinstance(page, ArticlesPage)
        assert page.edit.isHidden() and page.new.isHidden()
        await page.closing()
        window.deleteLater()

    qt_loop.run(story())
