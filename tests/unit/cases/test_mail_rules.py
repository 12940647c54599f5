"""Addresses that a letter may go to, pauses between tries, and settings of the mail server that are refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from crmdesk.domain.cases import mail
from crmdesk.domain.cases.mail import checked_address, next_step, pause_after
from crmdesk.domain.errors import UserMistake
from crmdesk.server.mail_settings import PASSWORD_VARIABLE, Security, read_mail_settings


@pytest.mark.parametrize(
    ("typed", "sent_to"),
    [
        (" grace@example.org ", "grace@example.org"),
        ("Grace.O'Neil+crm@Example.ORG", "Grace.O'Neil+crm@example.org"),
        ("x@bücher.example", "x@xn--bcher-kva.example"),
        ("grâce@example.org", "grâce@example.org"),
    ],
)
def test_an_address_is_brought_to_the_form_in_which_it_is_sent_to(typed: str, sent_to: str) -> None:
    assert checked_address(typed) == sent_to


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "grace",
            "@example.org",
            "grace@",
            "grace@example",
            "a@b@example.org",
            "a b@example.org",
            "a@exa mple.org",
        ),
        *("a@example.org, b@example.org", "a@example.org;b@example.org", "<a@example.org>", "A <a@example.org>"),
        *("a@example.org\r\nBcc: b@example.org", "a\nb@example.org", "a@example.org\0", '"a b"@example.org'),
        *(".a@example.org", "a.@example.org", "a..b@example.org", "a@-x.org", "a@x-.org", "a@x..org", "a@10.0.0.1"),
        *("a" * 65 + "@example.org", "a@" + "b" * 64 + ".org", "a@" + ".".join(["bcd"] * 80), "a\u202eb@example.org"),
        *("a@[127.0.0.1]", "a:b@example.org", "a@example.org.", "\ud800@example.org"),
    ],
)
def test_what_is_no_single_plain_address_is_refused(typed: str) -> None:
    with pytest.raises(UserMistake, match="no e-mail address"):
        checked_address(typed)


def test_pauses_grow_and_end_at_two_hours() -> None:
    pauses = [pause_after(n) for n in range(1, 40)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(minutes=1), timedelta(hours=2))


def test_each_end_that_asks_for_somebody_says_what_to_do() -> None:
    ends = (mail.NOT_SURE, mail.STOPPED, mail.PUT_BACK, mail.NO_SUCH_ADDRESS, mail.NOT_TAKEN, mail.SENDER_REFUSED)
    assert all(next_step(reason) for reason in (*ends, mail.NO_FOREIGN, mail.TOO_LONG, mail.NOT_RECORDED))


BASE = 'host = "smtp.example.org"\nfrom = "complaints@example.org"\n'


def test_settings_are_encrypted_unless_it_is_this_computer(tmp_path: Path) -> None:
    found = read_mail_settings(_file(tmp_path, BASE), {})
    assert (found.security, found.port, found.user) == (Security.STARTTLS, 587, "")
    (tmp_path / "secret").write_text("geheim\nnot this\n")
    more = 'security = "tls"\nuser = "crm"\npassword_file = "secret"\nreply_to = "team@example.org"\n'
    found = read_mail_settings(_file(tmp_path, BASE + more), {})
    assert (found.port, found.password, found.reply_to) == (465, "geheim", "team@example.org")
    found = read_mail_settings(_file(tmp_path, BASE + 'user = "crm"\n'), {PASSWORD_VARIABLE: "auch"})
    assert found.password == "auch"
    assert "auch" not in repr(found)
    local = 'host = "127.0.0.1"\nsecurity = "none"\nfrom = "c@example.org"\n'
    assert read_mail_settings(_file(tmp_path, local), {}).port == 25


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("nonsense", "mail"),
        (BASE + 'paswort = "x"\n', "paswort"),
        ('from = "c@example.org"\n', "host"),
        ('host = "smtp.example.org"\n', "from"),
        ('host = "smtp.example.org"\nfrom = "c@example.org\\r\\nBcc: x@example.org"\n', "from"),
        ('host = "smtp.example.org"\nfrom = "ü@example.org"\n', "from"),
        (BASE + 'from_name = "a\\nb"\n', "from_name"),
        (BASE + 'security = "none"\n', "security"),
        (BASE + 'security = "ssl"\n', "security"),
        (BASE + "port = 0\n", "port"),
        (BASE + 'port = "587"\n', "port"),
        (BASE + 'user = "crm"\n', "password_file"),
        (BASE + 'user = "crm"\npassword_file = "nowhere"\n', "password_file"),
        (BASE + 'reply_to = "x"\n', "reply_to"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_by_name(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(UserMistake) as refusal:
        read_mail_settings(_file(tmp_path, text), {})
    assert refusal.value.field == place


def _file(folder: Path, text: str) -> Path:
    path = folder / "mail.toml"
    path.write_text(text, encoding="utf-8")
    return path
