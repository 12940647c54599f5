"""Reads tables back out of the files that the program writes: CSV, XLSX and PDF, each by means that are not ours."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

from pypdf import PdfReader

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def csv_rows(path: Path) -> list[list[str]]:
    """Return the lines of a CSV file that hold anything."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.reader(file) if row]


def xlsx_rows(path: Path) -> list[list[str]]:
    """Return the rows of every sheet of a workbook, numbers as they are stored."""
    with ZipFile(path) as book:
        names = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        strings = ["".join(part.text or "" for part in one.iter(f"{_MAIN}t")) for one in shared.iter(f"{_MAIN}si")]
        sheets = [ElementTree.fromstring(book.read(name)) for name in names]
    rows = (row for sheet in sheets for row in sheet.iter(f"{_MAIN}row"))
    return [[_cell(cell, strings) for cell in row.iter(f"{_MAIN}c")] for row in rows]


def _cell(cell: ElementTree.Element, strings: list[str]) -> str:
    value = cell.findtext(f"{_MAIN}v") or ""
    return strings[int(value)] if cell.get("t") == "s" else value


def pdf_pages(path: Path) -> list[str]:
    """Return the words of each page of a PDF, parted by single spaces."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(str(path)).pages]
