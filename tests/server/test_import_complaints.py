"""``crmdesk import complaints``: a regulator's file comes into the register, with how each complaint ended."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from crmdesk.domain.cases.steps import Step, StepKind, values_of
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.models.wireform import to_wire
from crmdesk.services.importing_complaints import mapping_from
from crmdesk.sync.engine import Engine, audit
from crmdesk.sync.wire import Status
from tests.server.test_audit import AT, Life
from tests.support.server import desk_of
from tests.support.terminal import Terminal

HEAD = (
    "Date received,Product,Sub-product,Issue,Sub-issue,Consumer complaint narrative,State,Submitted via,"
    "Date sent to company,Company response to consumer,Complaint ID"
)
CLOSED = '2023-08-25,Mortgage,,"Trouble, paying",Fees,They took my house.,FL,Web,2023-08-26,Closed with explanation,1'
OPEN = "2023-08-23,Credit card,,Billing,,,CA,Phone,2023-08-23,In progress,2"


def csv_file(folder: Path, *lines: str) -> str:
    path = folder / "complaints.csv"
    path.write_text("\n".join((HEAD, *lines)) + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def lea(engine: Engine) -> None:
    """A supervisor."""
    desk_of(engine, "lea", role=Role.SUPERVISOR)


def register(engine: Engine) -> list[tuple[object, ...]]:
    query = text(
        "select reference, state, outcome, verbatim, area, channel, regime, received_at::date::text, "
        "answered_at::date::text from crm.complaint order by reference"
    )
    return engine.run(lambda conn: [tuple(row) for row in conn.execute(query)])


@pytest.mark.usefixtures("lea")
def test_complaints_keep_their_day_and_how_they_ended(
    engine: Engine, database_url: str, terminal: Terminal, tmp_path: Path
) -> None:
    code, out, _ = terminal.type(
        "import", "complaints", csv_file(tmp_path, CLOSED, OPEN), "--as", "lea", url=database_url
    )
    assert (code, "2 taken, 0 were there before, 0 refused" in out) == (0, True)
    assert "Left out, since the mapping does not name them: 'Sub-product'." in out
    unsaid = "The customer's words were not published."
    assert register(engine) == [
        ("CFPB-1", "closed", "rejected", "They took my house.", "FL", "web", "us-cfpb", "2023-08-25", "2023-08-26"),
        ("CFPB-2", "registered", "", unsaid, "CA", "phone", "us-cfpb", "2023-08-23", None),
    ]
    kinds = text("select kind from crm.complaint_step order by accepted")
    assert engine.run(lambda conn: conn.scalars(kinds).all()) == ["registered", "imported", "registered"]
    engine.run(audit.seal)
    assert engine.run(lambda conn: audit.verify(conn, ())).findings == ()


@pytest.mark.usefixtures("lea")
def test_importing_a_file_twice_takes_nothing_twice(
    engine: Engine, database_url: str, terminal: Terminal, tmp_path: Path
) -> None:
    command = ("import", "complaints", csv_file(tmp_path, CLOSED, OPEN), "--as", "lea")
    terminal.type(*command, url=database_url)
    code, out, _ = terminal.type(*command, url=database_url)
    assert (code, "0 taken, 2 were there before, 0 refused" in out) == (0, True)
    assert len(register(engine)) == 2


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (CLOSED.replace("2023-08-25", "25.8.2023"), "is not a day"),
        (CLOSED.replace("2023-08-25", "2023-W34-5"), "is not a day"),
        (CLOSED.replace("2023-08-25", "20230825"), "is not a day"),
        (CLOSED.replace("2023-08-25", "2099-08-25"), "between 1970 and today"),
        (CLOSED.replace("Mortgage", " "), "there is nothing"),
        (CLOSED.replace("Web", "Pigeon"), "is not in the mapping"),
        (CLOSED.replace("Closed with explanation", "Closed somehow"), "is not in the mapping"),
        (CLOSED + ",more", "12 cells"),
        (CLOSED.replace("2023-08-26", ""), "how it ended is told, and not when"),
        (CLOSED.replace("2023-08-26", "2023-08-24"), "that is before it was received"),
    ],
)
def test_a_line_that_cannot_be_taken_is_refused_with_the_reason(
    terminal: Terminal, tmp_path: Path, line: str, why: str
) -> None:
    code, out, _ = terminal.type("import", "complaints", csv_file(tmp_path, line, OPEN), "--check")
    assert code == 1
    assert "line 2" in out
    assert why in out
    assert "1 could be taken, 0 were there before, 1 refused" in out


def test_a_reference_that_stands_twice_is_taken_once(terminal: Terminal, tmp_path: Path) -> None:
    _, out, _ = terminal.type("import", "complaints", csv_file(tmp_path, CLOSED, CLOSED), "--check")
    assert "line 3, Complaint ID: the reference stands in line 2 too" in out


def test_a_file_with_other_columns_asks_for_a_mapping(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    code, _, err = terminal.type("import", "complaints", str(path), "--check")
    assert (code, "--mapping" in err) == (2, True)


@pytest.mark.parametrize(
    "mapping",
    [
        "title = 1",
        'title = "x"\nregime = "y"\nzone = "Mars"\n[columns]\nreference = "a"',
        'title = "x"\nregime = "y"\nzone = "UTC"\nprefix = "\\u0007"\n[columns]\nreference="a"\nreceived="b"\n'
        'product="c"\ncategory="d"\nverbatim="e"',
        f'title = "x"\nregime = "y"\nzone = "UTC"\nprefix = "{"P" * 21}"\n[columns]\nreference="a"\nreceived="b"\n'
        'product="c"\ncategory="d"\nverbatim="e"',
        'title = "x"\nregime = "y"\nzone = "UTC"\n[columns]\nreference="a"\nreceived="b"\nproduct="c"\ncategory="d"\n'
        'verbatim="e"\n[outcome]\n"Won" = "victory"',
        'title = "x"\nregime = "y"\nzone = "UTC"\n[columns]\nreference="a"\nreceived="b"\nproduct="c"\ncategory="d"\n'
        'verbatim="e"\noutcome="f"\n[outcome]\n"Won" = "upheld"',
    ],
)
def test_a_mapping_that_is_wrong_says_so(mapping: str) -> None:
    with pytest.raises(UserMistake):
        mapping_from(mapping)


def test_a_mapping_that_cannot_be_read_ends_the_command_with_the_reason(terminal: Terminal, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text("title = [", encoding="utf-8")
    code, _, err = terminal.type(
        "import", "complaints", csv_file(tmp_path, CLOSED), "--check", "--mapping", str(mapping)
    )
    assert (code, "The mapping cannot be read" in err) == (2, True)


@pytest.mark.usefixtures("lea")
def test_rules_that_nobody_published_are_told(database_url: str, terminal: Terminal, tmp_path: Path) -> None:
    command = ("import", "complaints", csv_file(tmp_path, CLOSED), "--as", "lea")
    code, _, err = terminal.type(*command, url=database_url)
    assert (code, "no rules named 'us-cfpb' were published" in err) == (0, True)


def test_a_desk_cannot_say_that_a_complaint_ended_elsewhere(engine: Engine) -> None:
    life = Life(desk_of(engine, "anna"), "Grace")
    row, by = new_id(), life.desk.principal.user_id
    ended = Step(StepKind.IMPORTED, by, AT, {"outcome": "rejected"})
    result = life.desk.insert("complaint_step", row, **to_wire(values_of(row, life.id, ended)))
    assert (result.status, "Only an import" in result.reason) == (Status.DENIED, True)
