"""``crmdesk import customers`` on a real database: what desks then receive, and what importing twice does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from crmdesk.cli import main
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.access import within

DEMO = Path(__file__).parents[2] / "resources" / "demo" / "customers.csv"


def run(file: Path, url: str, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, list[str], str]:
    """Run the import; return its exit code, the lines it printed and what it complained of."""
    code = main(["import", "customers", str(file), "--database", url, "--region", "US", *more])
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err


def rows(engine: Engine, statement: str) -> list[tuple[object, ...]]:
    """Return what the house's scope holds."""

    def read(conn: Connection) -> list[tuple[object, ...]]:
        with within(conn, [1]):
            return [tuple(row) for row in conn.execute(text(statement))]

    return engine.run(read)


def test_customers_and_their_numbers_are_there_and_in_the_feed(
    engine: Engine, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines, _ = run(DEMO, database_url, capsys)
    assert (code, lines) == (0, ["12 taken, 0 were there before, 0 refused"])
    assert rows(engine, "select kind, count(*) from crm.customer group by 1 order by 1") == [
        ("organisation", 2),
        ("person", 10),
    ]
    holders = (
        "select c.name from crm.customer c join crm.contact_point p on p.customer_id = c.id "
        "where p.e164 = '+13055550123' order by 1"
    )
    assert rows(engine, holders) == [("Daniel Ellison",), ("Margaret Ellison",), ("Priya Shah",)]
    feed = engine.run(lambda conn: conn.execute(text("select count(*) from sync.change where entity = 4")).scalar_one())
    assert feed == 12


def test_importing_twice_takes_nothing_twice_and_undoes_nothing(
    engine: Engine, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(DEMO, database_url, capsys)
    before = rows(engine, "select id, ver, updated_at from crm.customer order by id")
    code, lines, _ = run(DEMO, database_url, capsys, "--json")
    assert (code, json.loads(lines[-1])) == (0, {"taken": 0, "there_before": 12, "refused": 0, "alike": 0})
    assert rows(engine, "select id, ver, updated_at from crm.customer order by id") == before


def test_good_lines_are_taken_and_bad_ones_are_reported(
    tmp_path: Path, engine: Engine, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("name,phone\nAda,+442079460018\nBea,nonsense\nCleo,+442079460019\n", encoding="utf-8")
    code, lines, _ = run(file, database_url, capsys)
    assert code == 1
    assert lines[0].startswith("line 3, phone: 'nonsense' is not a telephone number")
    assert lines[-1] == "2 taken, 0 were there before, 1 refused"
    assert rows(engine, "select name from crm.customer order by 1") == [("Ada",), ("Cleo",)]


def test_a_file_that_cannot_be_read_ends_with_2_and_takes_nothing(
    tmp_path: Path, engine: Engine, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "customers.csv"
    file.write_bytes(b"name\nAda\nJ\xf6rg\n")
    code, _, complaint = run(file, database_url, capsys)
    assert code == 2
    assert "Save it as" in complaint
    assert rows(engine, "select name from crm.customer") == []


def test_a_scope_that_is_not_there_is_said_before_anything_is_taken(
    engine: Engine, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, complaint = run(DEMO, database_url, capsys, "--scope", "77")
    assert code == 1
    assert "no scope 77" in complaint
    assert rows(engine, "select name from crm.customer") == []


def test_a_check_needs_no_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "customers", str(DEMO), "--region", "US", "--check"]) == 0
    assert capsys.readouterr().out == "12 could be taken, 0 were there before, 0 refused\n"


def test_who_asked_not_to_be_called_is_imported_as_such(
    tmp_path: Path, engine: Engine, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("name,do_not_call\nAda,x\nBea,\nCleo,maybe\n", encoding="utf-8")
    code, lines, _ = run(file, database_url, capsys)
    assert code == 1
    assert lines[0].startswith("line 4, do_not_call: 'maybe' says neither yes nor no")
    assert rows(engine, "select name, do_not_call from crm.customer order by 1") == [("Ada", True), ("Bea", False)]


TWICE = (
    "name,phone,email,city\n"
    "Ruth Nielsen,+442079460172,ruth@example.org,Leeds\n"
    "Jonas Nielsen,+442079460172,,Leeds\n"
    "Ruth Nilsen,+442079460172,,Leeds\n"
)


def test_who_is_probably_on_file_is_told_with_the_line_and_the_reasons(
    tmp_path: Path, engine: Engine, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(TWICE, encoding="utf-8")
    code, lines, _ = run(file, database_url, capsys)
    said = "same phone, same city, name differs by one letter"
    assert (code, lines) == (
        0,
        [
            f"line 4: taken, but probably 'Ruth Nielsen', who is on file already: {said}.",
            "3 taken, 0 were there before, 0 refused, 1 of those taken probably on file already",
        ],
    )
    later = tmp_path / "later.csv"
    later.write_text("name,email\nR. Nielsen,RUTH@example.org\nRuth Nielsen,ruth@example.org\n", encoding="utf-8")
    code, lines, _ = run(later, database_url, capsys)
    assert code == 0
    assert any(line.startswith("line 3: taken, but probably 'Ruth Nielsen'") for line in lines)


def test_duplicates_are_left_out_where_that_is_asked_for(
    tmp_path: Path, engine: Engine, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(TWICE, encoding="utf-8")
    code, lines, _ = run(file, database_url, capsys, "--leave-duplicates")
    assert code == 1
    assert lines[0].startswith(
        "line 4, whole line: this is probably 'Ruth Nielsen', who is on file already (same phone"
    )
    assert rows(engine, "select name from crm.customer order by 1") == [("Jonas Nielsen",), ("Ruth Nielsen",)]
