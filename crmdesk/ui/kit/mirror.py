"""Right to left: everything is measured and painted as from left to right, and turned over at the last moment.

``painter_on(widget)`` and ``turn`` set the painter so that left is right; words and pictures are put upright again by
the primitives of ``painting``. What is placed by hand goes through ``visual``, where a pointer is through ``logical``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QMargins, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QTransform
from PySide6.QtWidgets import QStyle, QWidget

from crmdesk.domain.language import is_right_to_left


def painter_on(widget: QWidget) -> QPainter:
    """Return a painter on a widget, on which left is where a line begins."""
    painter = QPainter(widget)
    if widget.layoutDirection() is Qt.LayoutDirection.RightToLeft:
        _turn(painter, QRectF(widget.rect()))
    return painter


def turn(painter: QPainter, area: QRect | QRectF, direction: Qt.LayoutDirection) -> None:
    """Let left be where a line begins for what is painted within an area; the caller saves and restores."""
    if direction is Qt.LayoutDirection.RightToLeft:
        _turn(painter, QRectF(area))


def _turn(painter: QPainter, area: QRectF) -> None:
    painter.translate(area.left() + area.right(), 0)
    painter.scale(-1, 1)


def is_turned(painter: QPainter) -> bool:
    """Return whether a painter is turned over."""
    return is_right_to_left() and painter.worldTransform().m11() < 0


@contextmanager
def upright(painter: QPainter, area: QRectF) -> Iterator[None]:
    """Paint upright, within an area that stays where a turned painter has it."""
    now = painter.worldTransform()
    width = -now.m11()
    painter.setWorldTransform(
        QTransform(width, now.m12(), now.m21(), now.m22(), now.dx() - width * (area.left() + area.right()), now.dy())
    )
    yield
    painter.setWorldTransform(now)


def margins(left: int, top: int, right: int, bottom: int) -> QMargins:
    """Return margins that were measured from where lines begin."""
    return QMargins(right, top, left, bottom) if is_right_to_left() else QMargins(left, top, right, bottom)


def visual(parent: QWidget, rect: QRect) -> QRect:
    """Return where a part of ``parent`` stands that was measured from where its lines begin; of one that stands there,
    where it is measured from there."""
    return QStyle.visualRect(parent.layoutDirection(), parent.rect(), rect)


def logical(widget: QWidget, at: QPointF | QPoint) -> QPointF:
    """Return a place on a widget as measured from where its lines begin."""
    x = float(at.x())
    return QPointF(widget.width() - x if widget.layoutDirection() is Qt.LayoutDirection.RightToLeft else x, at.y())
