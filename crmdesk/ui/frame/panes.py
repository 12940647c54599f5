"""F6: the keyboard goes from pane to pane."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def _takes_focus(widget: QWidget) -> bool:
    tabbable = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return widget.isVisible() and widget.isEnabled() and tabbable


def first_in(pane: QWidget) -> QWidget | None:
    """Return what takes the keyboard in a pane: its own proxy, itself, or the first part of it in the order of Tab."""
    proxy = pane.focusProxy()
    if proxy is not None and proxy.isVisible():
        return proxy
    if _takes_focus(pane):
        return pane
    widget = pane.nextInFocusChain()
    while widget is not None and widget is not pane:
        if pane.isAncestorOf(widget) and _takes_focus(widget):
            return widget
        widget = widget.nextInFocusChain()
    return None


def next_pane(panes: tuple[QWidget, ...], step: int) -> None:
    """Give the keyboard to the pane ``step`` further on, round the corner, leaving out hidden and empty ones."""
    seen = [pane for pane in panes if pane.isVisible() and first_in(pane) is not None]
    if not seen:
        return
    focus = QApplication.focusWidget()
    inside = [i for i, pane in enumerate(seen) if focus is not None and (pane is focus or pane.isAncestorOf(focus))]
    place = (inside[0] + step) % len(seen) if inside else 0
    target = first_in(seen[place])
    if target is not None:
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
