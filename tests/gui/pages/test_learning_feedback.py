"""Feedback by keys: told from the desk and a complaint, answered on the page, and the answer reaches who told it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.learning.feedback import Answer, NewFeedback, Topic
from crmdesk.domain.people import Role
from crmdesk.models.learning import Feedback
from crmdesk.ui.forms.feedback import FeedbackForm
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.cases.step_form import TellForm
from crmdesk.ui.pages.learning.answers import follow_answers
from crmdesk.ui.pages.learning.feedback import AnswerForm, FeedbackPane
from crmdesk.ui.pages.learning.page import LearningPage
from tests.gui.conftest import LoopRunner
from tests.gui.pages.cases_desk import cases_of, choose, open_cases
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import nothing_under_way, press, type_words, until
from tests.support.cases import LONG
from tests.support.desk import JABU, MARGARET, ME, House, hung_up, known_id, ringing
from tests.support.learning import a_line, an_answer, lead

DRIPS = "It drips."


def pane_of(window: MainWindow) -> FeedbackPane:
    page = window.page("learning")
    assert isinstance(page, LearningPage)
    return page.feedback


async def arrived(window: MainWindow) -> FeedbackPane:
    """Go to the feedback by keys and return its part once it is read."""
    window.go_to("learning")
    page = window.page("learning")
    assert isinstance(page, LearningPage)
    if page.causes is not None:
        causes = page.causes
        await until(lambda: causes._first.hasFocus() or causes.table.view.hasFocus())
        press(Qt.Key.Key_F)
    await until(lambda: page.feedback.table.isVisible() and page.feedback.table.view.hasFocus())
    return page.feedback


def lines(house: House) -> list[tuple[str, str]]:
    with Session(house.engines.read) as session:
        return [(row.product, row.words) for row in session.scalars(select(Feedback).order_by(Feedback.made_at))]


def test_a_line_is_told_from_a_complaint_and_joins_what_a_colleague_heard(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    house.add(a_line(DRIPS, JABU, product="HomeCover"))
    window = open_cases(house, open_pages)

    async def story() -> None:
        page = cases_of(window)
        await choose(page, LONG)
        press(Qt.Key.Key_P)
        form = page.pane.form
        assert isinstance(form, TellForm)
        await until(lambda: form.body.input("product").value == "HomeCover")
        await until(lambda: form.body.input("joins").isVisible())
        form.body.input("joins").put(str(known_id(DRIPS)))
        form.body.input("words").put("The ceiling came down after it dripped.")
        form.submit()
        await until(lambda: len(lines(house)) == 2)
        await until(lambda: "The ceiling came down" in page.pane.about.product_team.text())

    qt_loop.run(story())
    with Session(house.engines.read) as session:
        row = session.scalars(select(Feedback).where(Feedback.made_by == ME.agent_id)).one()
        assert (row.topic_id, row.complaint_id) == (known_id(DRIPS), known_id(LONG))


def test_a_supervisor_reads_what_was_said_and_answers_by_keys(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    house.add(a_line(DRIPS, JABU))
    lead(house)
    house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
    window = open_pages("desk", "learning")

    async def story() -> None:
        pane = await arrived(window)
        press(Qt.Key.Key_Return)
        await until(lambda: pane.words.text() == DRIPS)
        press(Qt.Key.Key_R)
        form = pane.form
        assert isinstance(form, AnswerForm)
        await until(form.isVisible)
        type_words("A new seal comes in May.")
        form.submit()
        await until(lambda: isinstance(pane.selected, Topic) and not pane.selected.waits)
        press(Qt.Key.Key_Return)
        await until(lambda: pane.words.text() == "A new seal comes in May.")
        assert isinstance(pane.lines.rows.rows[-1], Answer)

    qt_loop.run(story())


def test_the_answer_reaches_who_told_it_and_no_call_is_interrupted(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "learning")

    async def story() -> None:
        topic = await house.desk.feedback.tell(NewFeedback("BoilerCare", DRIPS, customer_id=MARGARET))
        place = window._place
        assert place is not None
        feed = follow_answers(place)
        call = ringing()
        await house.desk.phone.heard_call(call)
        house.add(an_answer(topic))
        house.bus.publish(Changes.of(Kind.FEEDBACK_ANSWER, topic))
        await until(lambda: len(feed.unread) == 1)
        assert not feed._told
        assert window.rail.items["learning"]._badge == 1
        await house.desk.phone.heard_call(hung_up(call, 0.0))
        feed._busy.changed.emit()
        await until(lambda: bool(feed._told) or feed._busy.now)
        pane = await arrived(window)
        press(Qt.Key.Key_Return)
        await until(lambda: feed.unread == ())
        assert pane.words.text() == "The next pump is quieter."
        assert await house.desk.feedback.unread() == ()

    qt_loop.run(story())


def test_while_no_call_is_on_the_answer_is_told_at_once_and_only_once(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "learning")

    async def story() -> None:
        topic = await house.desk.feedback.tell(NewFeedback("BoilerCare", DRIPS, customer_id=MARGARET))
        place = window._place
        assert place is not None
        feed = follow_answers(place)
        house.add(an_answer(topic))
        house.bus.publish(Changes.of(Kind.FEEDBACK_ANSWER, topic))
        await until(lambda: bool(feed._told))
        assert "The next pump is quieter." in " ".join(label.text() for label in window.findChildren(QLabel))

    qt_loop.run(story())


def test_an_agent_sees_only_what_they_told(house: House, open_pages: OpenWindow, qt_loop: LoopRunner) -> None:
    house.add(a_line(DRIPS, JABU), a_line("Mine.", ME.agent_id))
    pane = qt_loop.run(arrived(open_pages("desk", "learning")))
    assert [row.words for row in pane.rows.rows if isinstance(row, Topic)] == ["Mine."]
    assert not pane.answer.isVisible()


def test_the_form_of_the_desk_knows_the_product_on_the_card(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    from crmdesk.ui.pages.desk import DeskPage

    window = open_pages("desk")

    async def story() -> None:
        desk = window.page("desk")
        assert isinstance(desk, DeskPage)
        desk.open_customer(MARGARET)
        await until(lambda: desk.reader.customer == MARGARET)
        press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        form = desk.forms.form
        assert isinstance(form, FeedbackForm)
        await until(lambda: form.body.input("product").value == "HomeCover Plus")
        form.body.input("words").put("She wants a quieter pump.")
        form.submit()
        await until(lambda: lines(house) == [("HomeCover Plus", "She wants a quieter pump.")])
        await nothing_under_way()

    qt_loop.run(story())


def test_the_answer_is_to_the_topic_on_which_the_keyboard_is(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    house.add(a_line(DRIPS, JABU), a_line("The display is dark.", JABU))
    lead(house)
    house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
    window = open_pages("desk", "learning")

    async def story() -> None:
        pane = await arrived(window)
        press(Qt.Key.Key_Return)
        await until(pane.below.isVisible)
        pane.take_focus()
        press(Qt.Key.Key_Down)
        chosen = pane.selected
        press(Qt.Key.Key_R)
        form = pane.form
        assert isinstance(form, AnswerForm)
        assert form.topic == chosen
        await nothing_under_way()

    qt_loop.run(story())
