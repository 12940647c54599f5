"""Writes letters as PDFs into a folder, beside those that are there, without holding up the window."""

from __future__ import annotations

import asyncio
from pathlib import Path

from crmdesk.ui.letters.pdf import Sheet, pdf_of, write_pdf
from crmdesk.ui.paper import free_name
from crmdesk.ui.theme import TextRole, theme


async def save(folder: Path, name: str, sheet: Sheet) -> Path:
    """Write a letter under a name that none has yet, and return its path; raises Unavailable where it cannot be."""
    return await asyncio.to_thread(_written, folder, name, sheet, theme().font(TextRole.BODY).family())


async def pdf_bytes(sheet: Sheet) -> bytes:
    """Return a letter as the bytes of its PDF."""
    return await asyncio.to_thread(pdf_of, sheet, theme().font(TextRole.BODY).family())


def _written(folder: Path, name: str, sheet: Sheet, family: str) -> Path:
    path = free_name(folder, name, "pdf")
    write_pdf(path, sheet, family)
    return path
