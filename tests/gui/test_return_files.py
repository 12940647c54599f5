"""The files of a return tell the same, and each page of the PDF has the digest of what is told."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from crmdesk.domain.cases.return_sheets import sheets
from crmdesk.domain.cases.returns import Part
from crmdesk.domain.errors import Unavailable
from crmdesk.services import exporting
from crmdesk.ui.reports.sheet_pdf import SheetPaper, write_sheets_pdf
from crmdesk.ui.theme import TextRole, Theme
from tests.support.read_files import csv_rows, pdf_pages, xlsx_rows
from tests.support.returned import a_return


def plainly(*cells: str) -> str:
    """Return cells as words, without what only makes figures easier to read."""
    words = " ".join(cells).replace(",", "").replace("−", "-").split()
    return " ".join(word.removeprefix("'").removeprefix("+") or word for word in words)


def test_csv_xlsx_and_pdf_tell_the_same(tmp_path: Path, look: Theme) -> None:
    shown = a_return()
    told = sheets(shown)
    exporting.write(tmp_path / "return.csv", told)
    exporting.write(tmp_path / "return.xlsx", told)
    write_sheets_pdf(tmp_path / "return.pdf", SheetPaper(told, shown.one.digest()), look.font(TextRole.BODY).family())
    by_csv, by_xlsx = csv_rows(tmp_path / "return.csv"), xlsx_rows(tmp_path / "return.xlsx")
    names = [[sheet.name] for sheet in told]
    rows = [plainly(*row) for row in by_csv if row not in names]
    assert rows == [plainly(*row) for row in by_xlsx]
    on_paper = plainly(*pdf_pages(tmp_path / "return.pdf"))
    assert [row for row in rows if row not in on_paper] == []
    assert len(rows) == len(told[0].notes) + 13 + len(shown.one.parts) + len(shown.one.given) + 3


def test_each_page_of_the_pdf_has_the_digest_its_number_and_the_heads_of_its_table(tmp_path: Path, look: Theme) -> None:
    shown = a_return()
    many = tuple(Part(f"Product {n}", "Appointment missed, at length " * 6, n, n, 0) for n in range(80))
    shown = replace(shown, one=replace(shown.one, parts=many))
    path, digest = tmp_path / "return.pdf", shown.one.digest()
    write_sheets_pdf(path, SheetPaper(sheets(shown), digest), look.font(TextRole.BODY).family())
    pages = pdf_pages(path)
    assert len(pages) > 4
    for number, page in enumerate(pages, 1):
        assert f"SHA-256 {digest}" in page
        assert f"Page {number} of {len(pages)}" in page
    assert all("Product Category Opened" in page for page in pages[1:-1])
    assert all(f"Product {n} " in " ".join(pages) for n in range(80))


def test_a_pdf_that_cannot_be_written_says_so(tmp_path: Path, look: Theme) -> None:
    with pytest.raises(Unavailable, match="could not be written"):
        write_sheets_pdf(tmp_path / "nowhere" / "x.pdf", SheetPaper(sheets(a_return()), ""), "Inter")


def test_a_command_writes_it_without_a_window_system(tmp_path: Path) -> None:
    """As a process of its own: it makes an application, and nothing of a screen is there."""
    path = tmp_path / "return.pdf"
    program = (
        "import sys; from pathlib import Path; from crmdesk.domain.cases.return_sheets import sheets; "
        "from crmdesk.ui.reports.windowless import write_pdf_windowless; from tests.support.returned import a_return; "
        "write_pdf_windowless(Path(sys.argv[1]), sheets(a_return()), a_return().one.digest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], env={"PATH": "/usr/bin:/bin"}, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert a_return().one.digest() in pdf_pages(path)[0]
