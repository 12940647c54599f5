"""PDFs for a command: Qt without a window system, for as long as it takes."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from crmdesk.domain.sheets import Sheet
from crmdesk.ui.reports.sheet_pdf import SheetPaper, write_sheets_pdf
from crmdesk.ui.theme.theme import load_fonts
from crmdesk.ui.theme.tokens import load_tokens


def write_pdf_windowless(path: Path, sheets: tuple[Sheet, ...], digest: str) -> None:
    """Write tables as a PDF where there may be no screen; raises Unavailable where it cannot be written."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Fonts need an application; a program that has one already keeps it.
    application = QGuiApplication.instance() or QGuiApplication(["crmdesk"])
    load_fonts()
    write_sheets_pdf(path, SheetPaper(sheets, digest), load_tokens().families[0])
    del application
