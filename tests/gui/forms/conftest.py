"""A window with a form in it, on a real desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.ui.formkit import FormPane, FormSubject
from crmdesk.ui.forms import FormSpec, form_named
from crmdesk.ui.qt.keys import KeyMap
from tests.gui.conftest import LoopRunner
from tests.gui.waiting import signalled
from tests.support.desk import MARGARET, House, known_id, open_house

CALL = known_id("the call of this test")
NOTE = "Third call. Wants “somebody to say sorry in writing”. Nobody came."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Return a real desk on a file of its own."""
    present = open_house(tmp_path)
    yield present
    present.close()


@dataclass(slots=True)
class Bench:
    """A window in which forms are opened one after the other, as the desk does."""

    house: House
    window: QWidget
    keys: KeyMap

    def build(self, spec: FormSpec | None = None, subject: FormSubject | None = None) -> FormPane:
        """Open a form and return it at once; it is not filled yet."""
        build = (spec or form_named("complaint")).build
        form = build(self.house.desk, self.keys, subject or FormSubject(CALL, MARGARET, "Margaret Ellison", NOTE))
        layout = self.window.layout()
        assert layout is not None
        layout.addWidget(form)
        form.show()
        form.setFocus()
        return form

    async def open(self, spec: FormSpec | None = None, subject: FormSubject | None = None) -> FormPane:
        """Open a form and return it once it is filled."""
        form = self.build(spec, subject)
        await signalled(form.ready)
        return form

    def shut(self, form: FormPane) -> None:
        """Take the form away, as the desk does when it was put aside or registered."""
        form.hide()
        form.setParent(None)
        form.deleteLater()


@pytest.fixture
def bench(house: House, qt_loop: LoopRunner, shown: Callable[[QWidget], QWidget]) -> Bench:
    """Return a window as wide as the timeline column at 1366 px."""
    window = QWidget()
    QHBoxLayout(window).setContentsMargins(0, 0, 0, 0)
    window.resize(675, 684)
    return Bench(house, shown(window), KeyMap(window))
