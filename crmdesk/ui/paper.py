"""Paper: what every PDF of the program shares. A4, written whole or not at all, in the program's own fonts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSaveFile
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter

from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass

RESOLUTION = 300
"""Dots per inch in which paper is laid out."""


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A document's title, as programs that show PDFs name it, and its margins in mm: left, top, right, bottom."""

    title: str
    margins_mm: tuple[float, float, float, float]


Paint = Callable[[QPdfWriter], None]
"""Paints a whole document."""


def written(path: Path, kind: PaperKind, paint: Paint) -> None:
    """Write a document to a file, whole or not at all; raises Unavailable where it cannot be written."""
    file = QSaveFile(str(path))
    if not file.open(QSaveFile.OpenModeFlag.WriteOnly):
        raise _unwritten(path, file)
    _paint_on(file, kind, paint)
    if not file.commit():
        raise _unwritten(path, file)


def as_bytes(kind: PaperKind, paint: Paint) -> bytes:
    """Return a document as the bytes of its file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    _paint_on(buffer, kind, paint)
    return bytes(buffer.data().data())


def free_name(folder: Path, name: str, ending: str) -> Path:
    """Return the path of a file that does not exist yet: nothing is overwritten."""
    number, path = 2, folder / f"{name}.{ending}"
    while path.exists():
        path, number = folder / f"{name} ({number}).{ending}", number + 1
    return path


def paper_font(family: str, points: float, *, bold: bool = False) -> QFont:
    """Return a font for paper, without the shapes that a font puts in the place of others (tabular figures of the
    screen, marks that suit their neighbours): whoever copies from a PDF, or has it read aloud, would get none of them.
    """
    font = QFont(family)
    for feature in ("calt", "tnum"):
        font.setFeature(QFont.Tag.fromString(feature), 0)
    font.setPointSizeF(points)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font


def _paint_on(device: QIODevice, kind: PaperKind, paint: Paint) -> None:
    writer = QPdfWriter(device)
    writer.setResolution(RESOLUTION)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(*kind.margins_mm),
            QPageLayout.Unit.Millimeter,
        )
    )
    writer.setTitle(kind.title)
    writer.setCreator("crmdesk")
    paint(writer)
    del writer


def _unwritten(path: Path, file: QSaveFile) -> Unavailable:
    what = tr("{file} could not be written: {reason}", file=path.name, reason=file.errorString())
    return Unavailable(what, tr("Choose another place."))
