"""What a drop or the clipboard brings to be attached: files of this computer, or a picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from crmdesk.domain.quick import dataclass


@dataclass(frozen=True, slots=True)
class Brought:
    """Files by their paths, or else one picture."""

    paths: tuple[Path, ...] = ()
    picture: QImage | None = None

    def __bool__(self) -> bool:
        return bool(self.paths) or self.picture is not None


def brought_by(data: QMimeData | None) -> Brought:
    """Return what can be attached of what is dropped or was copied. Nothing is fetched from elsewhere: addresses of
    pages are no files."""
    if data is None:
        return Brought()
    paths = tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and url.toLocalFile())
    if paths:
        return Brought(paths)
    if data.hasImage():
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return Brought(picture=image)
    return Brought()


def can_be_brought(data: QMimeData) -> bool:
    """Return whether a drop has something for us, without reading it."""
    return data.hasImage() or any(url.isLocalFile() for url in data.urls())
