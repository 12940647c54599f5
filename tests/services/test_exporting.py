"""Tables as files: numbers stay numbers, and no word becomes a formula."""

from __future__ import annotations

import csv
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.sheets import Sheet, SheetColumn, Unit
from crmdesk.services.exporting import harmless, write

HOSTILE = ('=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "http://x.example")
COLUMNS = (SheetColumn("Agent", Unit.WORDS), SheetColumn("Calls"), SheetColumn("AHT", Unit.SECONDS))


def a_sheet(*words: str) -> Sheet:
    """Return a sheet whose first column holds the words."""
    return Sheet("Agents", COLUMNS, tuple((word, 3, 90.0) for word in words), ("=note",))


def parts(path: Path) -> str:
    """Return everything an XLSX file says."""
    with zipfile.ZipFile(path) as packed:
        return "\n".join(packed.read(name).decode() for name in packed.namelist())


def test_no_hostile_word_becomes_a_formula_or_a_link_in_a_workbook(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", (a_sheet(*HOSTILE),))
    said = parts(tmp_path / "a.xlsx")
    assert "<f>" not in said
    assert "<hyperlink" not in said
    assert "relationships/hyperlink" not in said
    assert "=cmd|" in said


def rows_of(path: Path) -> bytes:
    """Return the rows of a file as they are stored."""
    if path.suffix == ".csv":
        return path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        return packed.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_table_that_is_saved_twice_at_once_is_whole_and_no_mistake(tmp_path: Path, name: str) -> None:
    sheet, together = a_sheet(*(f"Agent {number}" for number in range(500))), Barrier(2)

    def save() -> None:
        together.wait()
        write(tmp_path / name, (sheet,))

    write(tmp_path / name, (sheet,))
    whole = rows_of(tmp_path / name)
    with ThreadPoolExecutor(2) as threads:
        for _ in range(10):
            for saved in [threads.submit(save) for _ in range(2)]:
                saved.result()
            assert [path.name for path in tmp_path.iterdir()] == [name]
            assert rows_of(tmp_path / name) == whole


def test_numbers_are_numbers_in_a_workbook_and_seconds_are_times(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", (a_sheet("Lena"),))
    said = parts(tmp_path / "a.xlsx")
    values = [float(value) for value in re.findall(r"<c [^>]*><v>([0-9.E-]+)</v>", said)]
    assert 3 in values
    assert any(abs(value * 86_400 - 90) < 1e-6 for value in values)
    assert "[h]:mm:ss" in said


def test_no_hostile_word_is_calculated_from_a_csv(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", (a_sheet(*HOSTILE),))
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for line in lines for cell in line)
    assert ["'+1+1", "3", "90.0"] in lines


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=st.text(max_size=20))
def test_whatever_is_written_comes_back_from_a_csv(tmp_path: Path, words: str) -> None:
    write(tmp_path / "a.csv", (a_sheet(words.encode("utf-8", "replace").decode()),))
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        last = list(csv.reader(file))[-1][0]
    assert last == harmless(words.encode("utf-8", "replace").decode())


def test_two_sheets_with_names_that_a_workbook_does_not_take_get_names_of_their_own(tmp_path: Path) -> None:
    long = Sheet("Queues: [all] of a very long day/night", COLUMNS, ())
    write(tmp_path / "a.xlsx", (long, long))
    names = re.findall(r'<sheet name="([^"]*)"', parts(tmp_path / "a.xlsx"))
    assert len(set(names)) == 2
    assert all(len(name) <= 31 for name in names)


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_place_that_cannot_be_written_is_told_as_a_mistake(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserMistake):
        write(tmp_path / "nowhere" / name, (a_sheet("x"),))
