"""Customers from a CSV file: what is taken, what is refused and in which words, whatever somebody sends."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crmdesk.domain.customers import CustomerKind
from crmdesk.services.csv_file import Objection, Unreadable
from crmdesk.services.importing import Arrival, Reader

TODAY = date(2026, 12, 23)
DEMO = Path(__file__).parents[2] / "resources" / "demo" / "customers.csv"


def read(folder: Path, content: str | bytes, region: str = "GB") -> Reader:
    """Return a reader of a file with this content."""
    file = folder / "customers.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Reader(file, region, TODAY)


def taken(reader: Reader) -> list[Arrival]:
    """Return the customers, all of whose lines must have been taken."""
    rows = list(reader.rows())
    assert [row for row in rows if isinstance(row, list)] == []
    return [row for row in rows if isinstance(row, Arrival)]


def objections(reader: Reader) -> list[Objection]:
    """Return every objection."""
    return [objection for row in reader.rows() if isinstance(row, list) for objection in row]


def test_a_line_becomes_a_customer_with_every_way_to_reach_them(tmp_path: Path) -> None:
    content = (
        "Name,Kind,Phone,phone 2,email,address,city,since,preferences\n"
        'Ada Lovelace,,020 7946 0018,+44 20 7946 0018 x12,ada@example.org,"1 Square, London",London,1990-12-10,"a\nb"\n'
    )
    (ada,) = taken(read(tmp_path, content))
    assert (ada.name, ada.kind, ada.since) == ("Ada Lovelace", CustomerKind.PERSON, date(1990, 12, 10))
    assert [(p.raw, p.e164, p.extension) for p in ada.phones] == [
        ("020 7946 0018", "+442079460018", None),
        ("+44 20 7946 0018 x12", "+442079460018", "12"),
    ]
    assert (ada.email, ada.address) == ("ada@example.org", "1 Square, London")
    assert ada.fields == {"city": "London", "preferences": "a\nb"}


def test_a_number_may_begin_with_a_plus_and_preferences_with_a_dash(tmp_path: Path) -> None:
    content = "name,phone,preferences\nAda,+44 20 7946 0018,- no calls on Sundays\n"
    (ada,) = taken(read(tmp_path, content))
    assert (ada.phones[0].raw, ada.fields["preferences"]) == ("+44 20 7946 0018", "- no calls on Sundays")


def test_the_file_that_ships_is_taken_whole() -> None:
    arrivals = taken(Reader(DEMO, "US", TODAY))
    assert len(arrivals) == 12
    assert {a.name for a in arrivals if any(p.e164 == "+13055550123" and p.shared for p in a.phones)} == {
        "Margaret Ellison",
        "Priya Shah",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_separators_and_line_ends_of_every_office_program_are_read(
    tmp_path: Path, encoding: str, separator: str, end: str
) -> None:
    content = end.join(separator.join(cells) for cells in (("name", "city"), ("Jörg Weiß", "Köln"), ("田中", "東京")))
    names = [(a.name, a.fields["city"]) for a in taken(read(tmp_path, content.encode(encoding)))]
    assert names == [("Jörg Weiß", "Köln"), ("田中", "東京")]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("name", "", "there is no name"),
        ("name", "---", "there is no name"),
        ("name", "x" * 201, "the text has 201 characters"),
        ("name", '=HYPERLINK("http://x")', "this is a formula"),
        ("name", "@SUM(1)", "this is a formula"),
        ("name", "+1+1", "this is a formula"),
        ("email", "-2+3", "this is a formula"),
        ("phone", "=1", "this is a formula"),
        ("name", "Ada\x00", "control characters"),
        ("name", "Ada \u202ecod.exe", "control characters"),
        ("kind", "robot", "'robot' is no kind of customer"),
        ("phone", "112", "service number"),
        ("phone", "hello", "not a telephone number"),
        ("phone_2", "anonymous", "withheld"),
        ("email", "ada at example", "not an e-mail address"),
        ("since", "10/12/1990", "not a day"),
        ("since", "2999-01-01", "not between 1900 and today"),
        ("since", "1815-12-10", "not between 1900 and today"),
    ],
)
def test_a_line_is_refused_with_line_column_reason_and_advice(
    tmp_path: Path, column: str, cell: str, reason: str
) -> None:
    cells = {"name": "Ada", "kind": "person", "phone": "", "phone_2": "", "email": "", "since": "", column: cell}
    quoted = ('"' + text.replace('"', '""') + '"' for text in cells.values())
    (objection,) = objections(read(tmp_path, f"{','.join(cells)}\nBea,,,,,\n{','.join(quoted)}\n"))
    assert (objection.line, objection.column) == (3, column)
    assert reason in objection.reason
    assert objection.advice
    assert str(objection).startswith(f"line 3, {column}: ")


def test_everything_wrong_with_a_line_is_said_at_once(tmp_path: Path) -> None:
    found = objections(read(tmp_path, "name,kind,email,since\n,robot,nobody,soon\n"))
    assert [objection.column for objection in found] == ["name", "kind", "email", "since"]


def test_a_number_without_its_country_is_never_guessed(tmp_path: Path) -> None:
    (objection,) = objections(read(tmp_path, "name,phone\nAda,020 7946 0018\n", region=""))
    assert "country code" in objection.advice


def test_the_same_name_and_number_twice_is_told_with_the_first_line(tmp_path: Path) -> None:
    content = "name,phone\nAda King,+442079460018\nAda  KING,020 7946 0018\nAda King,+442079460019\n"
    rows = list(read(tmp_path, content).rows())
    assert [isinstance(row, Arrival) for row in rows] == [True, False, True]
    assert isinstance(rows[1], list)
    assert "line 2" in rows[1][0].reason


def test_a_line_with_too_many_or_too_few_cells_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    rows = list(read(tmp_path, "name,city\nAda,London,extra\nBea\n\nCleo,Rome\n").rows())
    assert [isinstance(row, Arrival) for row in rows] == [False, False, True]


def test_a_cell_of_ten_megabytes_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    rows = list(read(tmp_path, f"name,city\nAda,{'x' * 10_000_000}\nBea,York\n").rows())
    assert [isinstance(row, Arrival) for row in rows] == [False, True]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "does not name a column 'name'"),
        (b"first;last\nAda;King\n", "does not name a column 'name'"),
        (b"name,name\nAda,King\n", "there twice"),
        (b"name\nJ\xf6rg\n", "neither UTF-8 nor UTF-16"),
        (b"name\n" + b"Ada\n" * 400_000 + b"\xff\n", "neither UTF-8 nor UTF-16"),
        (b"n\x00a\x00m\x00e\x00", "not text"),
        (b"PK\x03\x04 a workbook \xff\xfe", "neither UTF-8 nor UTF-16"),
        (b'name,city\nAda,"London\nBea,York\n', "quotation marks"),
        (b'name,city\nAda,"London" or so\n', "quotation marks"),
        (b"name,city\nAda," + b"x" * (16 * 2**20 + 1) + b"\n", "quotation marks"),
    ],
)
def test_of_a_file_that_cannot_be_read_to_its_end_nothing_is_taken(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(tmp_path, content)


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file"):
        Reader(tmp_path / "missing.csv", "", TODAY)


def test_columns_that_are_not_known_are_named_and_left_out(tmp_path: Path) -> None:
    reader = read(tmp_path, "name,shoe size,ver\nAda,38,7\n")
    assert reader.unknown == ("shoe_size", "ver")
    assert taken(reader)[0].fields == {}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("yes", True),
        ("TRUE", True),
        ("1", True),
        ("x", True),
        ("no", False),
        ("False", False),
        ("0", False),
        ("", False),
    ],
)
def test_do_not_call_is_read_as_people_write_it(tmp_path: Path, written: str, meant: bool) -> None:
    (ada,) = taken(read(tmp_path, f"name,do not call\nAda,{written}\n"))
    assert ada.do_not_call is meant


def test_what_says_neither_yes_nor_no_is_refused_with_its_line(tmp_path: Path) -> None:
    (wrong,) = objections(read(tmp_path, "name,do_not_call\nAda,yes\nBea,perhaps\n"))
    assert (wrong.line, wrong.column) == (3, "do_not_call")
    assert "yes or no" in wrong.advice
