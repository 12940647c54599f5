"""A letter goes out by e-mail from the desk, through a real mail server, and the handler sees how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from crmdesk.domain.cases import mail as reasons
from crmdesk.domain.cases.mail import MailState
from crmdesk.domain.customers import ContactPointKind
from crmdesk.domain.people import Role
from crmdesk.models.complaint import Complaint, Letter
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.sync.engine import Engine
from crmdesk.ui.letters.pane import LetterPane
from crmdesk.ui.pages.cases.page import CasesPage
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import nothing_under_way, until
from tests.support.clock import AFTERNOON
from tests.support.desk import ME, House, known_id
from tests.support.posted import ADDRESS, WORDS, Post, PostNextDoor, seen
from tests.support.smtp_server import mail_server


@pytest.fixture
def post(engine: Engine, house: House) -> Iterator[Post]:
    """A letter that server and desk have, a mail server, and a desk that asks."""
    with mail_server() as server, ThreadPoolExecutor(1, "mail") as thread:
        post = Post(engine, server, house.clock)
        life, shared = post.life, {"scope_id": 1, "ver": 1}
        at = {"received_at": AFTERNOON, "received_zone": "Europe/London", "registered_by": ME.agent_id}
        about = {"product": "Boiler cover", "category": "Delay", "severity": 3, "verbatim": "Nobody came."}
        email = {"kind": ContactPointKind.EMAIL.value, "value": ADDRESS, "label": "", "shared": False}
        house.add(
            Customer(id=life.customer, kind="person", name="Grace Adeyemi", **shared),
            Complaint(id=life.id, reference="CP-1", customer_id=life.customer, **at, **about, **shared),
            ContactPoint(id=life.steps[0], customer_id=life.customer, **email, **shared),
            Letter(
                id=post.letter,
                complaint_id=life.id,
                kind="acknowledgement",
                template="ack/1",
                language="en",
                words=WORDS,
                made_at=AFTERNOON,
                **shared,
            ),
        )
        house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
        house.desk.letters.reach(PostNextDoor(post, thread))
        yield post
        house.desk.letters.reach(None)


@pytest.fixture
def pane(post: Post, open_pages: OpenWindow, qt_loop: LoopRunner) -> LetterPane:
    """The letters of the complaint, with what the server says of e-mail."""
    window = open_pages("cases")

    async def story() -> LetterPane:
        window.go_to("cases")
        page = window.page("cases")
        assert isinstance(page, CasesPage)
        await until(lambda: page.rows.find(post.life.id) >= 0)
        page.list.view.select(page.rows.find(post.life.id))
        await until(lambda: page.pane.view is not None and page.pane.view.line.id == post.life.id)
        page.open_letters()
        await until(lambda: page.pane.letters is not None and page.pane.letters.mailing.send.isVisible())
        assert page.pane.letters is not None
        return page.pane.letters

    return qt_loop.run(story())


async def stands(pane: LetterPane, state: MailState) -> None:
    pane.mailing._ask_again()
    await until(lambda: pane.mailing.offer.last is not None and pane.mailing.offer.last.state is state)


def test_it_goes_out_with_text_and_pdf_and_is_not_written_on_meanwhile(
    pane: LetterPane, post: Post, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        assert pane.mailing.addresses.value == ADDRESS
        pane.mailing.send.click()
        await stands(pane, MailState.WAITING)
        assert "in a moment" in pane.mailing.stands.text()
        assert pane.paper.words.editor.isReadOnly()
        assert not pane.sending.isVisible()
        post.round()
        await stands(pane, MailState.ACCEPTED)
        assert "took it" in pane.mailing.stands.text()

    qt_loop.run(story())
    assert b"application/pdf" in post.server.taken[0].content
    assert [step["kind"] for step in post.steps()] == ["acknowledged"]


def test_how_the_mail_of_a_letter_stands_is_not_said_of_another(pane: LetterPane, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        assert pane.letter is not None
        assert pane.seen is not None
        pane.mailing.send.click()
        pane.mailing.show_letter(replace(pane.letter, id=known_id("another letter")), pane.seen)
        await nothing_under_way()
        assert not pane.mailing.goes_out

    qt_loop.run(story())


def test_what_went_wrong_is_said_with_what_to_do_and_it_can_be_sent_again(
    pane: LetterPane, post: Post, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        post.server.says_next("RCPT", "451 Greylisted", "550 No such user")
        pane.mailing.send.click()
        await stands(pane, MailState.WAITING)
        post.round()
        pane.mailing._ask_again()
        await until(lambda: "tried once, next try" in pane.mailing.stands.text())
        assert "“451 Greylisted”" in pane.mailing.stands.text()
        pane.mailing.now.click()
        await until(lambda: seen(pane.mailing.offer).next_at <= post.clock.now())
        post.round()
        await stands(pane, MailState.GIVEN_UP)
        said = pane.mailing.stands.text()
        assert reasons.NO_SUCH_ADDRESS in said
        assert "Ask the customer for the right address, or print the letter." in said
        assert pane.sending.isVisible()
        assert not pane.paper.words.editor.isReadOnly()
        pane.mailing.send.click()
        await stands(pane, MailState.WAITING)

    qt_loop.run(story())


def test_what_nobody_knows_is_said_and_asks_for_somebody(pane: LetterPane, post: Post, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        post.server.says_next(".", "")
        pane.mailing.send.click()
        await stands(pane, MailState.WAITING)
        post.round()
        await stands(pane, MailState.UNKNOWN)
        said = pane.mailing.stands.text()
        assert "is not known" in said
        assert f"{post.letter.hex}.1@harbour.example" in said
        assert not pane.mailing.send.isVisible()
        assert pane.sending.isVisible()
        pane.mailing.stop.click()
        await stands(pane, MailState.WITHDRAWN)

    qt_loop.run(story())


def test_without_the_server_or_an_address_it_is_printed_and_marked_as_before(
    pane: LetterPane, post: Post, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        house.desk.letters.reach(None)
        pane.mailing._ask_again()
        await until(lambda: not pane.mailing.send.isVisible())
        assert pane.sending.isVisible()

    qt_loop.run(story())


def test_a_letter_with_a_gap_does_not_go_out(pane: LetterPane, post: Post, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        pane.paper.words.put("Dear [[name]]")
        pane.paper.words.edited.emit()
        pane.mailing.send.click()
        await until(pane.problem.isVisible)
        assert "gap" in pane.problem.text()

    qt_loop.run(story())
    assert post.engine.run(lambda conn: conn.exec_driver_sql("select count(*) from sync.mail").scalar_one()) == 0
