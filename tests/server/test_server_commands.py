"""``crmdesk server``: from an empty database to people who may sign in, as an administrator does it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from crmdesk.domain.routing.codec import written
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.naming import there_are
from tests.support.gateway import gateway
from tests.support.postgres import Databases
from tests.support.routing import rule
from tests.support.terminal import Terminal


def test_from_an_empty_database_to_people_who_may_sign_in(databases: Databases, terminal: Terminal) -> None:
    url = databases.empty()
    code, out, err = terminal.type(
        *("server", "init", "--login", "boss", "--password-stdin"), url=url, typed="a good long one\n"
    )
    assert (code, err) == (0, "")
    assert "boss is the first administrator" in out
    assert terminal.type("server", "init", "--database", url) == (0, "The schema is up to date.\n", "")
    lena = ("server", "add-user", "lena", "--name", "Lena Vogt", "--extension", "1001", "--password-stdin")
    assert terminal.type(*lena, url=url, typed="another good one\n")[0] == 0
    code, _, err = terminal.type(*lena, url=url, typed="another good one\n")
    assert (code, "already" in err) == (1, True)
    code, _, err = terminal.type("server", "add-user", "tomas", "--password-stdin", url=url, typed="short\n")
    assert (code, "8 characters" in err) == (1, True)
    for words in (("--new", "--label", "Heating"), ("--label", "Heating emergency")):
        assert terminal.type("server", "set-queue", "support", *words, "--wrap-up", "45", url=url)[0] == 0
    assert terminal.type("server", "set-queue", "support", "--target", "-1", url=url)[0] == 1
    new = terminal.type("server", "set-password", "lena", "--password-stdin", url=url, typed="yet another one\n")
    assert new[0] == 0
    assert terminal.type("server", "disable-user", "lena", url=url)[0] == 0
    engine = Engine(url)
    people = engine.run(lambda conn: conn.execute(text("select login, disabled_at is null from sync.principal")).all())
    assert {tuple(row) for row in people} == {("boss", True), ("lena", False)}
    queues = engine.run(lambda conn: conn.execute(text("select name, label, wrap_up_s from crm.queue")).all())
    assert [tuple(queue) for queue in queues] == [("support", "Heating emergency", 45.0)]
    dispositions = engine.run(lambda conn: conn.execute(text("select count(*) from crm.disposition")).scalar_one())
    assert dispositions > 0
    engine.close()
    databases.drop(url)


def test_skills_are_given_by_name_and_those_that_nobody_else_has_are_told(
    databases: Databases, terminal: Terminal
) -> None:
    """Any misspelt skill was taken without a word, and cases waited for somebody who has it."""
    url = databases.empty()
    words = ("server", "init", "--login", "lea", "--password-stdin")
    assert terminal.type(*words, url=url, typed="a good long one\n")[0] == 0
    assert terminal.type("server", "add-user", "max", "--password-stdin", url=url, typed="another good one\n")[0] == 0
    assert terminal.type("server", "skills", url=url) == (0, "Nobody here has a skill.\n", "")
    code, out, _ = terminal.type("server", "set-skills", "lea", "gas safety", "retention", url=url)
    assert (code, out.splitlines()[0]) == (0, "lea has gas safety, retention.")
    code, out, _ = terminal.type("server", "set-skills", "max", "gas saftey", "RETENTION", url=url)
    assert (code, out.splitlines()) == (
        0,
        [
            "max has gas saftey, retention.",
            "Nobody else has 'gas saftey'. Is 'gas safety' meant?",
            "Skills here, and how many people have each: gas safety (1), gas saftey (1), retention (2).",
        ],
    )
    assert terminal.type("server", "set-skills", "max", url=url)[1].startswith("max has no skills.\n")
    engine = Engine(url)
    asking = text("select user_id from sync.principal where login = 'lea'")
    leader = engine.run(lambda conn: conn.execute(asking).scalar_one())
    body = written((rule(1, "Leaks", skill="gas saftey"), rule(2, "Rest", skill="Gas Safety")))
    values = {"body": body, "by": leader}
    adding = "insert into sync.routing_edition (number, body, why, by_id) values (1, :body, 'First', :by)"
    engine.run(lambda conn: conn.execute(text(adding), values))
    engine.close()
    code, out, _ = terminal.type("server", "skills", url=url)
    assert (code, out.splitlines()[1:]) == (
        0,
        ["Nobody has 'gas saftey', which 'Leaks' asks for. Is 'gas safety' meant?"],
    )
    databases.drop(url)


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        ("--password-stdin", "short\n", "8 characters"),
        (f"--login {'x' * 61} --password-stdin", "a good long one\n", "60 characters"),
        ("", "", "--password-stdin"),
    ],
)
def test_a_set_up_that_is_refused_changed_nothing_and_can_be_run_again(
    databases: Databases, terminal: Terminal, words: str, typed: str, said: str
) -> None:
    url = databases.empty()
    code, out, err = terminal.type("server", "init", *words.split(), url=url, typed=typed)
    assert (code, out, said in err) == (1, "", True)
    engine = Engine(url)
    schemas = text("select count(*) from information_schema.schemata where schema_name in ('sync', 'crm')")
    assert engine.run(lambda conn: conn.scalar(schemas)) == 0
    engine.close()
    code, out, err = terminal.type("server", "init", "--password-stdin", url=url, typed="a good long one\n")
    assert (code, "admin is the first administrator" in out, err) == (0, True, "")
    databases.drop(url)


@pytest.mark.parametrize(
    "words",
    [
        *("status", "restored", "cti-token list", "set-queue support", "disable-user lena", "erase-again", "revoke 7"),
        "add-user lena --password-stdin",
    ],
)
def test_a_database_that_was_not_set_up_is_told_with_the_way_on(
    databases: Databases, terminal: Terminal, words: str
) -> None:
    url = databases.empty()
    code, out, err = terminal.type("server", *words.split(), url=url, typed="a good long one\n")
    assert (code, out) == (1, "")
    assert "crmdesk server init" in err
    databases.drop(url)


@pytest.mark.parametrize("extension", ["10\r\n07", "10 07", "1" * 81, "PJSIP/1007", "1007&1008"])
def test_an_extension_that_no_phone_system_can_be_given_is_refused_at_once(
    staffed: str, terminal: Terminal, extension: str
) -> None:
    code, out, err = add(terminal, staffed, "tomas", extension)
    assert (code, out) == (1, "")
    assert "extension" in err


@pytest.fixture
def staffed(databases: Databases, terminal: Terminal) -> Iterator[str]:
    """A database with Lena at extension 1001."""
    url = databases.lend()
    add(terminal, url, "lena", "1001")
    yield url
    databases.give_back(url)


def add(terminal: Terminal, url: str, login: str, extension: str) -> tuple[int, str, str]:
    """Add somebody with a phone."""
    words = ("server", "add-user", login, "--extension", extension, "--password-stdin")
    return terminal.type(*words, url=url, typed="another good one\n")


def test_an_extension_belongs_to_one_open_account(staffed: str, terminal: Terminal) -> None:
    code, _, err = add(terminal, staffed, "tomas", " 1001 ")
    assert (code, "The extension 1001 is lena's." in err) == (1, True)
    assert terminal.type("server", "disable-user", "lena", url=staffed)[0] == 0
    assert add(terminal, staffed, "tomas", "1001")[0] == 0
    code, _, err = terminal.type("server", "enable-user", "lena", url=staffed)
    assert (code, "The extension 1001 is tomas's." in err) == (1, True)


def test_a_closed_account_can_be_opened_again(staffed: str, terminal: Terminal) -> None:
    assert terminal.type("server", "disable-user", "lena", url=staffed)[0] == 0
    assert terminal.type("server", "enable-user", "Lena", url=staffed)[0] == 0
    engine = Engine(staffed)
    closed = "select count(*) from sync.principal where login = 'lena' and disabled_at is not null"
    assert engine.run(lambda conn: conn.scalar(text(closed))) == 0
    engine.close()
    code, _, err = terminal.type("server", "enable-user", "lena", url=staffed)
    assert (code, "is open" in err) == (1, True)
    code, _, err = terminal.type("server", "enable-user", "nobody", url=staffed)
    assert (code, "no user named nobody" in err) == (1, True)


def test_a_new_password_for_a_closed_account_says_that_it_is_closed(staffed: str, terminal: Terminal) -> None:
    terminal.type("server", "disable-user", "lena", url=staffed)
    words = ("server", "set-password", "lena", "--password-stdin")
    code, _, err = terminal.type(*words, url=staffed, typed="yet another one\n")
    assert (code, "closed" in err, "enable-user lena" in err) == (1, True, True)


@pytest.mark.parametrize(
    ("words", "what", "there"),
    [
        ("disable-user lenna", "no user named lenna", "There are: admin, lena."),
        ("enable-user lenna", "no user named lenna", "There are: admin, lena."),
        ("set-password lenna --password-stdin", "no user named lenna", "There are: admin, lena."),
        ("set-queue suport --label Heating", "no queue named suport", "There are: sales, support. With --new"),
        ("add-user tomas --team Nort --password-stdin", "no team named Nort", "There are: North. A further one"),
        ("cti-token revoke sipgat", "no token for sipgat", "There are: sipgate."),
        ("revoke 7", "no device with the number 7", "crmdesk server status"),
    ],
)
def test_a_name_that_is_misspelt_is_refused_with_those_that_there_are(
    staffed: str, terminal: Terminal, words: str, what: str, there: str
) -> None:
    for known in ("set-queue support --new", "set-queue sales --new", "cti-token add sipgate"):
        assert terminal.type("server", *known.split(), url=staffed)[0] == 0
    north = ("server", "add-user", "nora", "--new-team", "North", "--password-stdin")
    assert terminal.type(*north, url=staffed, typed="another good one\n")[0] == 0
    code, out, err = terminal.type("server", *words.split(), url=staffed, typed="another good one\n")
    assert (code, out) == (1, "")
    assert what in err
    assert there.replace("lena.", "lena, nora.") in err


def test_people_join_the_team_that_there_is(staffed: str, terminal: Terminal) -> None:
    for login, option in (("nora", "--new-team"), ("tomas", "--team")):
        words = ("server", "add-user", login, option, "North", "--password-stdin")
        assert terminal.type(*words, url=staffed, typed="another good one\n")[0] == 0
    engine = Engine(staffed)
    members = "select count(*) from sync.principal_scope join sync.scope using (scope_id) where name = 'North'"
    assert engine.run(lambda conn: conn.scalar(text(members))) == 2
    engine.close()


def test_of_many_names_those_most_like_the_one_that_was_given_are_told() -> None:
    names = [f"user{n:02}" for n in range(30)] + ["lena"]
    assert there_are(names, "lenna").startswith("The nearest of 31: lena, ")
    assert there_are([], "lenna") == "There are none yet."


def test_an_import_without_its_database_says_why_and_what_to_do(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("name\nAda\n", encoding="utf-8")
    words = ("import", "customers", str(file), "--database", "postgresql://127.0.0.1:1/x")
    code, _, err = terminal.type(*words)
    assert (code, "refused" in err, "run this command again" in err) == (1, True, True)
    assert "by itself" not in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("server", "init"), "Which database?"),
        (("server", "init", "--database", "nonsense"), "PostgreSQL"),
        (("server", "init", "--database", "postgresql://127.0.0.1:1/x"), "cannot be reached"),
        (("serve",), "Which database?"),
        (("serve", "--database", "postgresql://127.0.0.1:1/x", "--listen", "0.0.0.0:0"), "TLS"),
        (("serve", "--database", "x", "--listen", "nonsense"), "HOST:PORT"),
        (("serve", "--database", "x", "--listen", "127.0.0.1:99999"), "HOST:PORT"),
        (("serve", "--database", "mysql://x", "--listen", "127.0.0.1:0"), "PostgreSQL"),
        (("serve", "--database", "x", "--tls-cert", "/nowhere.pem"), "key"),
        (("serve", "--database", "x", "--ami", "127.0.0.1:5038"), "--ami-secret-file"),
        (
            ("serve", "--database", "x", "--ami", "127.0.0.1:1", "--ami-user", "x", "--ami-secret-file", "/no"),
            "No such file",
        ),
        (("serve", "--database", "x", "--ami-user", "x"), "--ami HOST:PORT"),
        (("serve", "--database", "x", "--ami-option", "plus=00"), "--ami HOST:PORT"),
        (("serve", "--database", "x", "--region", "Germany"), "country code"),
        (("serve", "--database", "x", "--region", "ZZ"), "country code"),
        (("import", "customers", "x.csv", "--check", "--region", "Germany"), "country code"),
        (("serve", "--database", "x", "--zone", "Mars/Base"), "time zone"),
        (("serve", "--database", "x", "--zone", "Europe/Londn"), "The nearest: Europe/London"),
        (
            ("serve", "--database", "x", "--ami", "pbx", "--ami-user", "x"),
            "--ami as HOST:PORT, for example 127.0.0.1:5038",
        ),
        (("knowledge", "import", "/nowhere", "--check"), "Name one that is there"),
    ],
)
def test_what_is_missing_or_wrong_is_said_in_words(terminal: Terminal, words: tuple[str, ...], said: str) -> None:
    code, _, err = terminal.type(*words)
    assert code == 1
    assert said in err


def test_a_file_that_is_not_there_is_told_with_the_way_on(terminal: Terminal) -> None:
    code, _, err = terminal.type("import", "customers", "/nowhere.csv", "--check")
    assert (code, "Name one that is there" in err) == (2, True)


def test_a_column_that_is_not_known_is_told_with_those_that_are(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("name,telefon\nAda,+442079460018\n", encoding="utf-8")
    code, out, _ = terminal.type("import", "customers", str(file), "--check")
    assert code == 0
    assert "not known: 'telefon'.\nKnown are: name, kind, latin_name, summary, phone, phone_2," in out


def test_a_database_that_is_not_there_is_named(databases: Databases, terminal: Terminal) -> None:
    code, _, err = terminal.type("server", "init", url=databases.postgres.url("no_such_database"))
    assert (code, "no_such_database" in err) == (1, True)


def test_without_a_terminal_and_without_a_password_nobody_is_asked(databases: Databases, terminal: Terminal) -> None:
    url = databases.empty()
    code, _, err = terminal.type("server", "init", url=url)
    assert (code, "--password-stdin" in err) == (1, True)
    databases.drop(url)


def test_a_gateway_that_is_ready_says_where_desks_are_served(database_url: str, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w+b") as log, gateway(database_url, log=log) as running:
        log.seek(0)
        assert f"desks are served at {running.url}" in log.read().decode()


def test_a_gateway_on_a_database_that_was_not_set_up_says_what_to_do(databases: Databases) -> None:
    url = databases.empty()
    command = [sys.executable, "-m", "crmdesk", "serve", "--listen", "127.0.0.1:0", "--database", url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "crmdesk server init" in done.stderr
    assert "Traceback" not in done.stderr
    databases.drop(url)
