"""Dialogs one can await, never modal: the phone may ring at any time."""

from __future__ import annotations

import asyncio
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog


async def open_dialog(dialog: QDialog) -> bool:
    """Show a dialog beside the work and return, once it closed, whether it was accepted.

    Never ``exec``: that stops every other task of the loop. Never ``QDialog.open`` either: it makes the window modal.
    The caller keeps a reference or gives the dialog a parent. Cancelling the task closes the dialog.
    """
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    closed = partial(_answer, answer)
    dialog.finished.connect(closed)
    dialog.setWindowModality(Qt.WindowModality.NonModal)
    dialog.show()
    try:
        return await answer == QDialog.DialogCode.Accepted.value
    finally:
        dialog.finished.disconnect(closed)
        dialog.hide()


def _answer(future: asyncio.Future[int], code: int) -> None:
    if not future.done():
        future.set_result(code)
