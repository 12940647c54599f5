"""Letters by e-mail: each goes out once, its proof is in the complaint, and what is not known is said."""

from __future__ import annotations

import email
import email.policy
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from crmdesk.domain.cases import mail as reasons
from crmdesk.domain.cases.mail import MailState, MailWish
from crmdesk.domain.cases.steps import details_of, written
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.server.mail_message import digest_of_mail
from crmdesk.server.mail_settings import Security
from crmdesk.sync.engine import Engine, Rejection, mail_outbox
from crmdesk.sync.engine.erasing import erase_customer
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.mail_wire import AskMail
from crmdesk.sync.wire import Status
from tests.server.test_audit import Life
from tests.support.certificate import self_signed
from tests.support.clock import StandingClock
from tests.support.posted import ADDRESS, PDF, WORDS, Post
from tests.support.server import customer, desk_of
from tests.support.smtp_server import MailServer, mail_server
from tests.support.terminal import Terminal


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as found:
        yield found


@pytest.fixture
def post(engine: Engine, server: MailServer, clock: StandingClock) -> Post:
    return Post(engine, server, clock)


def told_of_mails(terminal: Terminal, url: str) -> list[str]:
    """Return what the server's status says of letters."""
    code, out, _ = terminal.type("server", "status", url=url)
    assert code == 0
    return [line for line in out.splitlines() if line.startswith("Letters by e-mail")]


def parsed(content: bytes) -> EmailMessage:
    found = email.message_from_bytes(content, policy=email.policy.SMTP)
    assert isinstance(found, EmailMessage)
    return found


# What is sent --------------------------------------------------------------------------------------------------------


def test_a_letter_goes_out_with_its_pdf_and_becomes_a_step_with_its_proof(post: Post) -> None:
    mail = post.send()
    assert post.stands().state is MailState.WAITING
    assert post.round() == 1
    (taken,) = post.server.taken
    assert (taken.sender, taken.recipient) == ("complaints@harbour.example", ADDRESS)
    told = parsed(taken.content)
    assert told["Subject"] == "Harbour: CP-1"
    assert told["From"] == '"Harbour, Complaints" <complaints@harbour.example>'
    assert told["Message-ID"] == f"<{post.letter.hex}.1@harbour.example>"
    body, (pdf,) = told.get_body(), list(told.iter_attachments())
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == WORDS.replace("**", "") + "\n"
    assert (pdf.get_filename(), pdf.get_content()) == ("CP-1.pdf", PDF)
    (step,) = post.steps()
    assert (step["kind"], step["channel"], step["text"]) == ("acknowledged", "email", WORDS)
    assert step["by"] == post.life.desk.principal.user_id
    digest = sha256(taken.content).hexdigest()
    for proof in (ADDRESS, told["Message-ID"], "250 2.0.0 Ok: queued as 1", digest):
        assert proof in step["proof"]
    kept = post.engine.run(lambda conn: mail_outbox.by_id(conn, mail))
    assert kept is not None
    assert (kept.content, kept.digest) == (taken.content, digest)
    assert post.round() == 0


def test_asked_twice_it_is_sent_once(post: Post) -> None:
    message = post.message()
    post.ask(message)
    post.ask(message)
    with pytest.raises(Rejection, match="on its way already"):
        post.send()
    post.round()
    with pytest.raises(Rejection, match="on its way already"):
        post.send()
    assert len(post.server.taken) == 1


@pytest.mark.parametrize("name", ["Grace\r\nBcc: everybody@example.org", "Gr\u202eace, Mr; <x@y.z>", "李 明", ""])
def test_no_name_and_no_subject_begins_another_header(post: Post, name: str) -> None:
    rename = text("update crm.customer set name = :name where id = :id")
    post.engine.run(lambda conn: conn.execute(rename, {"name": name, "id": post.life.customer}))
    post.send(subject="Häuser\r\nBcc: all@example.org\r\n\r\nHello", file_name='../"x"\r\ny.pdf')
    post.round()
    told = parsed(post.server.taken[0].content)
    assert "bcc" not in [key.lower() for key in told]
    assert told["Subject"].startswith("Häuser Bcc: all@example.org")
    assert [one.addr_spec for one in told["To"].addresses] == [ADDRESS]
    assert post.server.taken[0].content.isascii()
    assert post.server.seen.count("RCPT") == 1


@pytest.mark.parametrize(
    "address",
    ["x@example.org", "grace@example.org, x@example.org", "grace@example.org\r\nRCPT TO:<x@y.z>", "grace", ""],
)
def test_it_goes_to_an_address_of_the_customer_alone(post: Post, address: str) -> None:
    with pytest.raises((Rejection, UserMistake)):
        post.send(recipient=address)


def test_a_domain_in_other_letters_goes_out_in_ascii(post: Post) -> None:
    post.address("grace@Bücher.example")
    post.send(recipient="grace@bücher.example")
    post.round()
    assert post.server.taken[0].recipient == "grace@xn--bcher-kva.example"


def test_a_foreign_address_needs_a_server_that_can(post: Post) -> None:
    post.address("grâce@example.org")
    post.send(recipient="grâce@example.org")
    post.round()
    assert (post.stands().state, post.stands().reason) == (MailState.GIVEN_UP, reasons.NO_FOREIGN)
    post.server.extensions = ("8BITMIME", "SMTPUTF8")
    post.send(recipient="grâce@example.org")
    post.round()
    assert post.server.taken[0].recipient == "grâce@example.org"
    assert parsed(post.server.taken[0].content)["Message-ID"] == f"<{post.letter.hex}.2@harbour.example>"


def test_what_the_server_does_not_have_word_for_word_is_not_sent(post: Post) -> None:
    details = details_of(post.message().details)
    for other in ({"text": "Else"}, {"letter": "0" * 64}, {"kind": "final_response"}, {"letter_id": new_id().hex}):
        with pytest.raises(Rejection, match="as it stands here"):
            post.send(details=written({**details, **other}))
    with pytest.raises(Rejection, match="no PDF"):
        post.send(pdf=b"MZ")
    with pytest.raises(Rejection, match="does not have this letter"):
        post.send(letter_id=new_id())


def test_without_settings_the_desk_is_told_that_it_cannot(post: Post) -> None:
    state = AskMail(post.life.desk.principal.device_id, post.letter)
    assert (post.ask(state).can, post.ask(state, settings=False).can) == (True, False)
    with pytest.raises(Rejection, match="No mail server"):
        post.ask(post.message(), settings=False)


def test_another_team_neither_sends_nor_sees_it(post: Post) -> None:
    mine, post.life = post.life.desk, Life(desk_of(post.engine, "nora", team="north"), "CP-2")
    letter = post.write(WORDS)
    post.life.desk = mine
    with pytest.raises(Rejection, match="does not have this letter"):
        post.ask(AskMail(mine.principal.device_id, letter))
    with pytest.raises(Rejection, match="does not have this letter"):
        post.send(letter_id=letter)


def test_a_letter_that_may_not_go_out_is_refused_by_the_guards_of_the_complaint(post: Post) -> None:
    letter = post.write(WORDS, "final_response")
    details = {**details_of(post.message().details), "kind": "final_response", "letter_id": letter.hex}
    with pytest.raises(Rejection, match="not where this step could follow"):
        post.send(letter_id=letter, details=written(details))
    assert post.steps() == []


# What goes wrong -----------------------------------------------------------------------------------------------------


def test_greylisted_it_is_tried_again_after_growing_pauses(post: Post, clock: StandingClock) -> None:
    post.send()
    post.server.says_next("RCPT", *["451 4.7.1 Greylisted, come back later"] * 3)
    for minutes in (1, 5, 15):
        assert post.round() == 1
        stands = post.stands()
        assert (stands.state, stands.reason) == (MailState.WAITING, reasons.LATER)
        assert stands.reply == "451 4.7.1 Greylisted, come back later"
        assert stands.next_at == clock.now() + timedelta(minutes=minutes)
        assert post.round() == 0
        clock.advance(minutes * 60)
    post.round()
    assert post.stands().state is MailState.ACCEPTED
    assert post.stands().attempts == 4
    assert post.told() == []


def test_a_handler_who_does_not_want_to_wait_tries_it_now_or_stops_it(post: Post) -> None:
    mail = post.send()
    post.server.says_next("MAIL", "421 4.3.2 Shutting down")
    post.round()
    assert post.wish(mail, MailWish.NOW).state is MailState.WAITING
    post.server.says_next("MAIL", "421 4.3.2 Shutting down")
    assert post.round() == 1
    assert post.wish(mail, MailWish.STOP).reason == reasons.BY_HAND
    post.clock.advance(86_400)
    assert post.round() == 0
    assert post.server.taken == []


@pytest.mark.parametrize(
    ("command", "reply", "reason"),
    [
        ("RCPT", "550 5.1.1 No such user here", reasons.NO_SUCH_ADDRESS),
        ("MAIL", "553 5.7.1 Sender address rejected", reasons.SENDER_REFUSED),
        (".", "554 5.7.1 Message rejected\u2028as spam", reasons.NOT_TAKEN),
        ("DATA", "554 5.5.1 No valid recipients", reasons.NOT_TAKEN),
    ],
)
def test_a_refusal_for_good_is_told_with_what_to_do(post: Post, command: str, reply: str, reason: str) -> None:
    post.send()
    post.server.says_next(command, reply)
    post.round()
    stands = post.stands()
    assert (stands.state, stands.reason) == (MailState.GIVEN_UP, reason)
    assert stands.reply == " ".join(reply.split())
    (words,) = post.told()
    assert reason in words
    assert reasons.next_step(reason) in words
    assert post.steps() == []
    post.clock.advance(86_400)
    assert post.round() == 0
    post.send()  # after the address was corrected it is another mail
    post.round()
    assert parsed(post.server.taken[0].content)["Message-ID"] == f"<{post.letter.hex}.2@harbour.example>"


def test_after_two_days_it_is_given_up(post: Post, clock: StandingClock) -> None:
    post.send()
    clock.advance(reasons.TRIED_FOR.total_seconds())
    post.server.says_next("greeting", "421 4.3.2 Not now")
    post.round()
    assert (post.stands().state, post.stands().reason) == (MailState.GIVEN_UP, reasons.TOO_LONG)
    assert "421 4.3.2 Not now" in post.stands().reply


def test_where_nobody_listens_it_waits(post: Post) -> None:
    post.send()
    post.settings = replace(post.settings, port=1)
    post.round()
    assert (post.stands().state, post.stands().reason) == (MailState.WAITING, reasons.AWAY)


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_connection_that_ends_before_the_mail_left_loses_nothing(post: Post, command: str) -> None:
    post.send()
    post.server.says_next(command, "")
    post.round()
    assert post.stands().state is MailState.WAITING
    post.clock.advance(60)
    post.round()
    assert post.stands().state is MailState.ACCEPTED
    assert len(post.server.taken) == 1


def test_a_connection_that_ends_after_the_mail_is_told_and_nothing_is_sent_by_itself(post: Post) -> None:
    """The server took it and nobody heard: this is where others send twice."""
    mail = post.send()
    post.server.says_next(".", "")
    post.round()
    assert len(post.server.taken) == 1
    stands = post.stands()
    assert (stands.state, stands.reason) == (MailState.UNKNOWN, reasons.NOT_SURE)
    assert "Message-ID" in post.told()[0]
    post.clock.advance(86_400)
    assert post.round() == 0
    with pytest.raises(Rejection, match="on its way already"):
        post.send()
    post.wish(mail, MailWish.NOW)
    post.round()
    first, second = post.server.taken
    assert first.content == second.content  # the same Message-ID: who reads it has one mail
    assert [step["kind"] for step in post.steps()] == ["acknowledged"]


def test_a_gateway_that_fell_in_the_middle_leaves_a_mail_of_which_that_is_said(post: Post) -> None:
    mail = post.send()
    post.engine.run(partial(mail_outbox.begin, mail=mail, now=post.clock.now()))
    assert post.wish(mail, MailWish.NOW).state is MailState.HANDING_OVER
    assert post.round() == 0
    assert post.postman().begin() == 1
    assert (post.stands().state, post.stands().reason) == (MailState.UNKNOWN, reasons.STOPPED)
    assert len(post.told()) == 1
    assert post.postman().begin() == 0


def test_the_status_of_the_server_tells_what_waits_and_what_nobody_knows(
    post: Post, terminal: Terminal, database_url: str
) -> None:
    assert told_of_mails(terminal, database_url) == []
    post.send()
    (waits,) = told_of_mails(terminal, database_url)
    assert waits.startswith("Letters by e-mail: 1 wait, the first since ")
    post.server.says_next(".", "")
    post.round()
    assert told_of_mails(terminal, database_url) == [
        "Letters by e-mail: of 1 nobody knows whether they went out; their handlers are asked."
    ]


def test_killed_after_the_server_took_it_the_next_gateway_tells(post: Post, database_url: str) -> None:
    """A process of its own hands the mail over, and dies where the mail server's answer would have come."""
    post.send()
    program = (
        "import sys; from crmdesk.server.postman import Postman; "
        "from crmdesk.server.mail_settings import MailSettings, Security; from crmdesk.sync.engine import Engine; "
        "from tests.support.clock import StandingClock; "
        "s = MailSettings('127.0.0.1', int(sys.argv[2]), Security.NONE, 'complaints@harbour.example'); "
        "Postman(Engine(sys.argv[1]), s, StandingClock()).round()"
    )
    gateway = subprocess.Popen([sys.executable, "-c", program, database_url, str(post.server.port)])
    post.server.when_taken = gateway.kill
    assert gateway.wait(60) == -signal.SIGKILL
    assert len(post.server.taken) == 1
    assert post.postman().begin() == 1
    assert post.stands().state is MailState.UNKNOWN
    assert post.round() == 0
    assert len(post.server.taken) == 1


def test_two_gateways_at_one_mail_send_it_once(post: Post) -> None:
    mail = post.send()
    found = post.engine.run(lambda conn: mail_outbox.by_id(conn, mail))
    assert found is not None
    first, second = post.postman(), post.postman()
    first._one(found)
    second._one(found)
    assert len(post.server.taken) == 1
    assert len(post.steps()) == 1


def test_a_letter_that_was_marked_as_sent_meanwhile_does_not_go_out(post: Post) -> None:
    post.send()
    post.life.take("acknowledged", letter_id=post.letter.hex, channel="post", proof="RN 1", text=WORDS)
    post.round()
    assert (post.stands().state, post.stands().reason) == (MailState.WITHDRAWN, reasons.MARKED)
    assert post.server.taken == []


def test_a_complaint_that_went_on_meanwhile_keeps_its_letter_back_and_says_so(post: Post) -> None:
    post.send()
    post.life.take("withdrawn", words="It is fine now.", proof="mail")
    post.round()
    stands = post.stands()
    assert (stands.state, stands.reason) == (MailState.WITHDRAWN, reasons.MAY_NOT_FOLLOW)
    assert post.server.taken == []
    assert len(post.told()) == 1


def test_an_address_that_was_corrected_while_the_mail_waited_gets_no_letter(post: Post, clock: StandingClock) -> None:
    """It was a stranger's: the mail server had only asked to come back later."""
    wrong = post.address("grace@example.com")
    post.server.says_next("RCPT", "450 4.2.0 Greylisted")
    post.send(recipient="grace@example.com")
    post.round()
    assert post.stands().state is MailState.WAITING
    assert post.life.desk.update("contact_point", wrong, 1, value="grace@example.net").status is Status.OK
    clock.advance(3_600.0)
    post.round()
    assert (post.stands().state, post.stands().reason) == (MailState.WITHDRAWN, reasons.NOT_THEIRS)
    assert post.server.taken == []
    assert ["address of now" in words for words in post.told()] == [True]


def test_a_mail_of_a_customer_who_is_merged_while_it_waits_goes_out(post: Post) -> None:
    post.send()
    survivor = new_id()
    desk = post.life.desk
    assert desk.insert("customer", survivor, **customer("Grace A.")).status is Status.OK
    assert desk.update("customer", post.life.customer, 1, merged_into=survivor.hex).status is Status.OK
    post.round()
    assert post.stands().state is MailState.ACCEPTED
    assert [step["kind"] for step in post.steps()] == ["acknowledged"]


# Encryption and accounts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_the_way_is_encrypted_and_signed_in(
    engine: Engine, clock: StandingClock, tmp_path: Path, security: Security
) -> None:
    certificate = self_signed(tmp_path)
    with mail_server(certificate, implicit=security is Security.TLS) as server:
        server.users["crm"] = "geheim"
        post = Post(engine, server, clock)
        trusted = replace(post.settings, security=security, user="crm", password="geheim", ca_file=str(certificate[0]))
        untrusted, unknown = replace(trusted, ca_file=""), replace(trusted, password="x")
        for settings, reason in ((untrusted, reasons.UNTRUSTED), (unknown, reasons.NOT_SIGNED_IN)):
            mail, post.settings = post.send(), settings
            post.round()
            assert post.stands().reason == reason
            post.wish(mail, MailWish.STOP)
        post.settings = trusted
        post.send()
        post.round()
        (taken,) = server.taken
        assert (taken.encrypted, taken.account) == (True, "crm")


def test_where_encryption_is_asked_for_and_not_offered_nothing_is_said(post: Post) -> None:
    post.settings = replace(post.settings, security=Security.STARTTLS, user="crm", password="geheim")
    post.send()
    post.round()
    assert (post.stands().state, post.stands().reason) == (MailState.WAITING, reasons.NOT_ENCRYPTED)
    assert not {"AUTH", "MAIL"} & set(post.server.seen)


# What belongs to the customer ----------------------------------------------------------------------------------------


def test_who_is_erased_leaves_no_mail(post: Post, tmp_path: Path) -> None:
    mail = post.send()
    post.round()
    journal = Journal(tmp_path / "erasures")
    post.engine.run(lambda conn: erase_customer(conn, post.life.customer, journal, post.clock.now))
    assert post.engine.run(lambda conn: mail_outbox.by_id(conn, mail)) is None


def test_what_waited_when_a_backup_was_put_back_is_not_sent_by_itself(
    post: Post, database_url: str, terminal: Terminal, tmp_path: Path
) -> None:
    post.send()
    code, _, err = terminal.type("server", "restored", "--erasures", str(tmp_path / "erasures"), url=database_url)
    assert (code, err) == (0, "")
    assert post.round() == 0
    assert (post.stands().state, post.stands().reason) == (MailState.UNKNOWN, reasons.PUT_BACK)


# Commands ------------------------------------------------------------------------------------------------------------


def test_the_commands_try_the_settings_and_show_what_was_sent(
    post: Post, database_url: str, terminal: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "mail.toml").write_text(
        f'host = "127.0.0.1"\nport = {post.server.port}\nsecurity = "none"\nfrom = "complaints@harbour.example"\n'
    )
    named = ("--mail", str(tmp_path / "mail.toml"))
    code, out, _ = terminal.type("mail", "test", "it@example.org", *named)
    assert (code, "queued as 1" in out) == (0, True)
    post.server.says_next("RCPT", "550 5.1.1 Unknown")
    code, _, err = terminal.type("mail", "test", "it@example.org", *named)
    assert (code != 0, "550 5.1.1 Unknown" in err) == (True, True)
    mail = post.send()
    post.round()
    code, _, err = terminal.type("mail", "show", "CP-77", url=database_url)
    assert (code, "There is no complaint CP-77." in err) == (1, True)
    code, out, _ = terminal.type("mail", "show", "CP-1", "--write", str(tmp_path), url=database_url)
    assert (code, "accepted" in out) == (0, True)
    content = (tmp_path / f"{mail}.eml").read_bytes()
    assert content == post.server.taken[-1].content
    assert digest_of_mail(content) in post.steps()[0]["proof"]
    spoil = text("update sync.mail set content = content || 'x'")
    post.engine.run(lambda conn: conn.execute(spoil))
    code, out, _ = terminal.type("mail", "show", "CP-1", url=database_url)
    assert (code, "NOT as it was sent" in out) == (1, True)


def test_role_is_no_matter_whoever_holds_the_complaint_sends(post: Post) -> None:
    post.life.desk = desk_of(post.engine, "lea", role=Role.SUPERVISOR)
    post.send()
    post.round()
    assert post.steps()[0]["by"] == post.life.desk.principal.user_id
