"""Files of a form: attached by key, by a drop and from the clipboard, kept with the draft, opened within bounds."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from crmdesk.domain.attachments.kinds import FileKind
from crmdesk.domain.attachments.views import CaseKind, CaseRef
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.interactions import DraftKey
from crmdesk.ui.attachments.pane import AttachmentsPane
from crmdesk.ui.attachments.picture import scaled_picture
from crmdesk.ui.forms.complaint import ComplaintForm
from tests.gui.conftest import LoopRunner
from tests.gui.forms.conftest import Bench
from tests.gui.waiting import nothing_under_way, press, signalled, until
from tests.support.desk import known_id
from tests.support.files import EML, PDF, bomb_png, png


class Places:
    """Somebody who answers the dialogs at once."""

    def __init__(self, *files: Path, place: Path | None = None) -> None:
        self._files, self._place = files, place
        self.asked: list[str] = []

    async def files(self, parent: QWidget) -> tuple[Path, ...]:
        return self._files

    async def place(self, parent: QWidget, name: str) -> Path | None:
        self.asked.append(name)
        return self._place


def files_of(form: object, places: Places | None = None) -> AttachmentsPane:
    """Return the files of a form, whose dialogs are answered."""
    assert isinstance(form, ComplaintForm)
    if places is not None:
        form.files.ask(places)
    return form.files


def names(pane: AttachmentsPane) -> list[str]:
    return [row.name for row in pane.rows.rows]  # type: ignore[attr-defined]


async def has(pane: AttachmentsPane, *wanted: str) -> None:
    """Wait until these files are listed."""
    await until(lambda: names(pane) == list(wanted))


def dropped_on(pane: AttachmentsPane, data: QMimeData) -> bool:
    """Drop something on the files and return whether it was taken."""
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(5, 5), copy, data, left, none)
    entering.ignore()
    pane.dragEnterEvent(entering)
    if entering.isAccepted():
        pane.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, none))
    return entering.isAccepted()


def test_a_file_is_attached_by_key_and_belongs_to_the_complaint_once_it_is_registered(
    bench: Bench, qt_loop: LoopRunner, tmp_path: Path
) -> None:
    (tmp_path / "bill.pdf").write_bytes(PDF)

    async def story() -> None:
        form = await bench.open()
        pane = files_of(form, Places(tmp_path / "bill.pdf"))
        assert pane.count.text() == "Files can be dropped here"
        press(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
        await has(pane, "bill.pdf")
        assert "Waiting to be sent" in str(pane.rows.data(pane.rows.index(0)))
        bench.shut(form)
        again = await bench.open()
        await has(files_of(again), "bill.pdf")
        for name, value in (("category", "Delay"), ("severity", "3")):
            again.body.input(name).put(value)
        again.submit()
        (record,) = await signalled(again.registered)
        assert isinstance(record, UUID)
        found = await bench.house.desk.attachments.of(CaseRef(CaseKind.COMPLAINT, record))
        assert [one.name for one in found] == ["bill.pdf"]

    qt_loop.run(story())


def test_files_and_pictures_can_be_dropped_and_pasted(bench: Bench, qt_loop: LoopRunner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Nobody came.")
    (tmp_path / "b.exe").write_bytes(b"MZ")

    async def story() -> None:
        pane = files_of(await bench.open())
        some, page, picture = QMimeData(), QMimeData(), QMimeData()
        some.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("b.exe", "a.txt", "missing.txt")])
        page.setUrls([QUrl("https://example.org/a.pdf")])
        image = QImage(3, 2, QImage.Format.Format_RGB32)
        image.fill(0)
        picture.setImageData(image)
        assert not dropped_on(pane, page), "nothing is fetched from elsewhere"
        assert dropped_on(pane, some)
        await has(pane, "a.txt")
        await until(pane.problem.isVisible)
        assert "b.exe is of a kind that is not taken." in pane.problem.text()
        assert "missing.txt cannot be read" in pane.problem.text()
        assert dropped_on(pane, picture)
        await until(lambda: len(names(pane)) == 2)
        assert names(pane)[1].startswith("Picture 2026-")
        QGuiApplication.clipboard().setMimeData(QMimeData())
        pane.paste()
        assert pane.problem.text() == "Neither a file nor a picture was copied."
        copied = QMimeData()
        copied.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.txt"))])
        QGuiApplication.clipboard().setMimeData(copied)
        pane.go_in()
        press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: names(pane)[-1] == "a (2).txt")
        QGuiApplication.clipboard().clear()

    qt_loop.run(story())


def test_pictures_and_text_open_here_and_others_are_saved(bench: Bench, qt_loop: LoopRunner, tmp_path: Path) -> None:
    for name, data in (("a.png", png(40, 20)), ("b.eml", EML), ("c.pdf", PDF)):
        (tmp_path / name).write_bytes(data)
    places = Places(*(tmp_path / name for name in ("a.png", "b.eml", "c.pdf")), place=tmp_path / "out.pdf")

    async def story() -> None:
        pane = files_of(await bench.open(), places)
        pane.choose()
        await has(pane, "a.png", "b.eml", "c.pdf")
        pane.go_in()
        press(Qt.Key.Key_Return)
        await until(lambda: pane.viewer is not None and pane.viewer.isVisible())
        viewer = pane.viewer
        assert viewer is not None
        assert viewer.picture.image.size() == QSize(40, 20)
        assert viewer.accessibleName() == "a.png"
        press(Qt.Key.Key_Escape)
        assert not viewer.isVisible()
        assert pane.list.hasFocus()
        press(Qt.Key.Key_Down)
        press(Qt.Key.Key_Return)
        await until(lambda: "It is cold." in viewer.text.text)
        press(Qt.Key.Key_Escape)
        press(Qt.Key.Key_Down)
        press(Qt.Key.Key_Return)
        await until((tmp_path / "out.pdf").exists)
        assert places.asked == ["c.pdf"]
        assert (tmp_path / "out.pdf").read_bytes() == PDF

    qt_loop.run(story())


def test_a_file_is_taken_back_at_the_second_key(bench: Bench, qt_loop: LoopRunner, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name)

    async def story() -> None:
        pane = files_of(await bench.open(), Places(tmp_path / "a.txt", tmp_path / "b.txt"))
        pane.choose()
        await has(pane, "a.txt", "b.txt")
        pane.go_in()
        press(Qt.Key.Key_Delete)
        assert "a.txt goes for good" in pane.problem.text()
        press(Qt.Key.Key_Down)
        press(Qt.Key.Key_Delete)
        assert "b.txt goes for good" in pane.problem.text()
        assert names(pane) == ["a.txt", "b.txt"]
        press(Qt.Key.Key_Delete)
        await has(pane, "a.txt")

    qt_loop.run(story())


def test_a_picture_that_claims_to_be_enormous_is_refused_before_it_is_read() -> None:
    for side in (8_000, 100_000, 0x7FFFFFFF):
        with pytest.raises(UserMistake) as refused:
            scaled_picture(bomb_png(side), FileKind.PNG, QSize(800, 600))
        assert refused.value.next_step == "Save it and open it there."


@pytest.mark.qt_log_ignore("Not a JPEG file")
def test_a_large_picture_comes_in_the_size_of_its_room_and_another_kind_is_not_read() -> None:
    assert scaled_picture(png(1600, 400), FileKind.PNG, QSize(800, 600)).size() == QSize(800, 200)
    assert scaled_picture(png(16, 4), FileKind.PNG, QSize(800, 600)).size() == QSize(16, 4)
    with pytest.raises(UserMistake):
        scaled_picture(png(16, 4), FileKind.JPEG, QSize(800, 600))


class LatePlaces(Places):
    """Somebody who answers when another case is shown."""

    def __init__(self, pane: AttachmentsPane, shown: DraftKey, *files: Path) -> None:
        super().__init__(*files)
        self._pane, self._shown = pane, shown

    async def files(self, parent: QWidget) -> tuple[Path, ...]:
        self._pane.show_of(self._shown)
        return await super().files(parent)


def test_a_file_belongs_to_the_case_that_was_shown_when_it_was_asked_for(
    bench: Bench, qt_loop: LoopRunner, tmp_path: Path
) -> None:
    (tmp_path / "bill.pdf").write_bytes(PDF)

    async def story() -> None:
        form = await bench.open()
        pane, other = files_of(form), DraftKey("complaint", known_id("another call"))
        pane.ask(LatePlaces(pane, other, tmp_path / "bill.pdf"))
        pane.choose()
        await nothing_under_way()
        assert [one.name for one in await bench.house.desk.attachments.of(form.draft_key)] == ["bill.pdf"]
        assert not await bench.house.desk.attachments.of(other)
        assert not names(pane)

    qt_loop.run(story())


def test_what_is_looked_at_is_saved_also_where_another_file_is_chosen_meanwhile(
    bench: Bench, qt_loop: LoopRunner, tmp_path: Path
) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Nobody came.")
    places = Places(tmp_path / "a.txt", tmp_path / "b.txt")

    async def story() -> None:
        pane = files_of(await bench.open(), places)
        pane.choose()
        await has(pane, "a.txt", "b.txt")
        pane.list.select(0)
        pane.open()
        pane.list.select(1)
        await until(lambda: pane.viewer is not None and pane.viewer.isVisible())
        assert pane.viewer is not None
        pane.viewer.save.click()
        await until(lambda: bool(places.asked))
        assert places.asked == ["a.txt"]
        pane.viewer.go()

    qt_loop.run(story())
