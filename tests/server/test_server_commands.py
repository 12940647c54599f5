"""``crmdesk server``: from an empty database to people who may sign in, as an administrator does it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from sqlalchemy import text

from crmdesk.sync.engine import Engine
from tests.support.postgres import Databases


def crmdesk(*words: str, url: str | None = None, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command with something on its standard input."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CRMDESK")}
    if url is not None:
        environment["CRMDESK_DATABASE"] = url
    command: Sequence[str] = [sys.executable, "-m", "crmdesk", *words]
    return subprocess.run(
        command, input=typed, capture_output=True, text=True, env=environment, timeout=60, check=False
    )


def test_from_an_empty_database_to_people_who_may_sign_in(databases: Databases) -> None:
    url = databases.empty()
    first = crmdesk("server", "init", "--login", "boss", "--password-stdin", url=url, typed="a good long one\n")
    assert (first.returncode, first.stderr) == (0, "")
    assert "boss is the first administrator" in first.stdout
    again = crmdesk("server", "init", "--database", url)
    assert (again.returncode, again.stdout) == (0, "The schema is up to date.\n")
    added = crmdesk(
        *("server", "add-user", "lena", "--name", "Lena Vogt", "--extension", "1001", "--password-stdin"),
        url=url,
        typed="another good one\n",
    )
    assert added.returncode == 0, added.stderr
    twice = crmdesk("server", "add-user", "lena", "--password-stdin", url=url, typed="another good one\n")
    assert (twice.returncode, "already" in twice.stderr) == (1, True)
    short = crmdesk("server", "add-user", "tomas", "--password-stdin", url=url, typed="short\n")
    assert "8 characters" in short.stderr
    for label in ("Heating", "Heating emergency"):
        named = crmdesk("server", "set-queue", "support", "--label", label, "--wrap-up", "45", url=url)
        assert named.returncode == 0, named.stderr
    assert crmdesk("server", "set-queue", "support", "--target", "-1", url=url).returncode == 1
    closed = crmdesk("server", "disable-user", "lena", url=url)
    assert closed.returncode == 0
    engine = Engine(url)
    people = engine.run(lambda conn: conn.execute(text("select login, disabled_at is null from sync.principal")).all())
    assert {tuple(row) for row in people} == {("boss", True), ("lena", False)}
    queues = engine.run(lambda conn: conn.execute(text("select name, label, wrap_up_s from crm.queue")).all())
    assert [tuple(queue) for queue in queues] == [("support", "Heating emergency", 45.0)]
    dispositions = engine.run(lambda conn: conn.execute(text("select count(*) from crm.disposition")).scalar_one())
    assert dispositions > 0
    engine.close()
    databases.drop(url)


def test_what_is_missing_or_wrong_is_said_in_words() -> None:
    for words, said in (
        (("server", "init"), "Which database?"),
        (("server", "init", "--database", "nonsense"), "PostgreSQL"),
        (("server", "init", "--database", "postgresql://127.0.0.1:1/x"), "cannot be reached"),
        (("serve",), "Which database?"),
    ):
        done = crmdesk(*words)
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_without_a_terminal_and_without_a_password_nobody_is_asked(databases: Databases) -> None:
    url = databases.empty()
    done = crmdesk("server", "init", url=url)
    assert done.returncode == 1
    assert "--password-stdin" in done.stderr
    databases.drop(url)


def test_a_gateway_on_a_database_that_was_not_set_up_says_what_to_do(databases: Databases) -> None:
    url = databases.empty()
    done = crmdesk("serve", "--listen", "127.0.0.1:0", url=url)
    assert done.returncode == 1
    assert "crmdesk server init" in done.stderr
    databases.drop(url)
