"""Reads a picture that somebody sent us, scaled to where it is shown, away from the GUI thread and within bounds.

A few bytes may claim to be a picture of many gigabytes: its size is looked at before anything of it is read, and the
reader may take no more memory than ``MOST_MEGABYTES``. Only the reader of the kind that the bytes are is let at them.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader

from crmdesk.domain.attachments.kinds import FIELD, FileKind
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr

MOST_PIXELS = 60_000_000
"""The largest picture that is shown: twice that of a good camera."""

MOST_MEGABYTES = 256
"""Memory for reading one: four bytes for each pixel, and some."""

_FORMATS = {FileKind.PNG: b"png", FileKind.JPEG: b"jpeg", FileKind.GIF: b"gif", FileKind.WEBP: b"webp"}


def scaled_picture(data: bytes, kind: FileKind, room: QSize) -> QImage:
    """Return a picture no larger than ``room`` (device pixels), upright as its camera says, never enlarged. Blocking.

    Raises UserMistake for one that is too large or cannot be read, with what to do.
    """
    QImageReader.setAllocationLimit(MOST_MEGABYTES)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(_FORMATS[kind]))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.width() * size.height() > MOST_PIXELS:
        raise UserMistake(FIELD, tr("This picture is too large to be shown here."), tr("Save it and open it there."))
    if size.isValid() and (size.width() > room.width() or size.height() > room.height()):
        turned = bool(reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90)
        fitting = room.transposed() if turned else room
        reader.setScaledSize(size.scaled(fitting, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        raise UserMistake(FIELD, tr("This picture cannot be read."), tr("Save it and open it there."))
    return image


def as_png(image: QImage) -> bytes:
    """Return a picture from the clipboard as a PNG file. Blocking."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs leave the name of the format out
    return bytes(buffer.data().data())
