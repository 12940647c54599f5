"""The files of a case or a form: listed, added by key, by a drop or from the clipboard, opened, saved, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol
from uuid import UUID

from PySide6.QtCore import QDir, QObject, QStandardPaths, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QHideEvent, QImage
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from crmdesk.domain.attachments.kinds import ENDINGS, PICTURES, text_of
from crmdesk.domain.attachments.limits import MOST_FILES
from crmdesk.domain.attachments.views import AttachmentView, Owner
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import CrmdeskError, Refused, Unavailable, UserMistake
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.language import tr
from crmdesk.runtime.desk import Desk
from crmdesk.ui.attachments import commands
from crmdesk.ui.attachments.brought import Brought, brought_by, can_be_brought
from crmdesk.ui.attachments.picture import as_png, scaled_picture
from crmdesk.ui.attachments.rows import FileDelegate, about, key_of, opens_here, spoken_with
from crmdesk.ui.attachments.viewer import Viewer
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    Flow,
    Ink,
    Label,
    ListView,
    Panel,
    RowsModel,
    SectionTitle,
)
from crmdesk.ui.qt.dialogs import open_dialog
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.keys import KeyMap
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.qt.zone import local_zone
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_CONCERN = (Kind.COMPLAINT_ATTACHMENT, Kind.REQUEST_ATTACHMENT, Kind.AGENT)


class Dialogs(Protocol):
    """Asks for places on this computer."""

    async def files(self, parent: QWidget) -> tuple[Path, ...]:
        """Return the files that somebody chose, none where they chose none."""
        ...

    async def place(self, parent: QWidget, name: str) -> Path | None:
        """Return where to save a file, None where nowhere."""
        ...


class FileDialogs:
    """The system's own dialogs."""

    async def files(self, parent: QWidget) -> tuple[Path, ...]:
        """See ``Dialogs``."""
        dialog = QFileDialog(parent, tr("Attach files"), QDir.homePath())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        taken = " ".join(f"*{ending}" for endings in ENDINGS.values() for ending in endings)
        dialog.setNameFilters([tr("Files that are taken ({endings})", endings=taken), tr("All files (*)")])
        return tuple(map(Path, dialog.selectedFiles())) if await _answered(dialog) else ()

    async def place(self, parent: QWidget, name: str) -> Path | None:
        """See ``Dialogs``."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        dialog = QFileDialog(parent, tr("Save the file as"), folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(name)
        if not await _answered(dialog):
            return None
        return next(map(Path, dialog.selectedFiles()), None)


def _small(words: str, icon: Icon) -> Button:
    return Button(words, ButtonKind.QUIET, icon, size=ButtonSize.SMALL)


async def _answered(dialog: QFileDialog) -> bool:
    try:
        return await open_dialog(dialog)
    finally:
        dialog.deleteLater()


class AttachmentsPane(QWidget):
    """The list with what can be done. ``shown`` tells that it was read anew; ``viewer`` is the
    card in which one is shown, None before the first."""

    shown = Signal()

    def __init__(self, desk: Desk, keys: KeyMap, dialogs: Dialogs | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._dialogs: Dialogs = FileDialogs()
        self._owner: Owner | None = None
        self._armed: UUID | None = None
        self.viewer: Viewer | None = None
        self._viewed: AttachmentView | None = None
        self._reading, self._opening = QObject(self), QObject(self)
        self.setAcceptDrops(True)
        now, zone = desk.clock.now, local_zone()
        self._now, self._zone = now, zone
        self.rows: RowsModel[object] = RowsModel(key_of, spoken_with(now, zone), self)
        self.list = ListView(tr("Attached files"), self.rows, FileDelegate(now, zone))
        self.problem = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP, Icon.CIRCLE_ALERT)
        self.count = Label("", TextRole.SMALL, Ink.MUTED)
        self.add = _small(tr("Attach files"), Icon.PAPERCLIP)
        self.save = _small(tr("Save as…"), Icon.HARD_DRIVE_DOWNLOAD)
        self.back = _small(tr("Take back"), Icon.UNDO_2)
        self._lay_out()
        self._bind(keys)
        listen(self, desk.bus, Changes, self._changed)
        self._show(())

    def _lay_out(self) -> None:
        self.problem.hide()
        self._card = Panel()
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        inside.setSpacing(Space.XS)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        for button in (self.save, self.back):
            foot.addWidget(button)
        foot.addStretch(1)
        inside.addWidget(self.list)
        inside.addLayout(foot)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(SectionTitle(tr("Attached files")))
        head.addWidget(self.count, 1)
        head.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(head)
        column.addWidget(self._card)
        column.addWidget(self.problem)
        self.setFocusProxy(self.add)

    def _bind(self, keys: KeyMap) -> None:
        keys.bind(commands.ADD, self.choose, self).drive(self.add)
        keys.bind(commands.LOOK, self.go_in, self)
        for widget in (self.list, self.add):
            keys.bind(commands.PASTE, self.paste, widget)
        keys.bind(commands.SAVE, self.save_as, self.list).drive(self.save)
        keys.bind(commands.TAKE_BACK, self.take_back, self.list).drive(self.back)
        self.add.clicked.connect(self.choose)
        self.save.clicked.connect(self.save_as)
        self.back.clicked.connect(self.take_back)
        self.list.opened.connect(self.open)
        self.list.current_changed.connect(self._moved)

    # Showing ---------------------------------------------------------------------------------------------------------

    @property
    def view(self) -> AttachmentView | None:
        """Return the file that is chosen, None while there is none."""
        row = self.list.row
        return row if isinstance(row, AttachmentView) else None

    def show_of(self, owner: Owner) -> None:
        """Show the files of a case or a form."""
        if owner != self._owner:
            self._owner = owner
            cancel_all(self._opening)
            self._say(None)
            self._show(())
        self._read_again()

    def ask(self, dialogs: Dialogs) -> None:
        """Ask these for places from now on."""
        self._dialogs = dialogs

    def go_in(self) -> None:
        """Go to the list, or to adding where there is none, and bring it into sight."""
        if not self.isVisible():
            return
        place = self.list if self.rows.rows else self.add
        place.setFocus(Qt.FocusReason.OtherFocusReason)
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(self, 0, Space.L)

    def hideEvent(self, event: QHideEvent) -> None:
        """What is looked at goes with the page: also when the desk is locked."""
        super().hideEvent(event)
        if self.viewer is not None:
            self.viewer.go()

    def _changed(self, changes: Changes) -> None:
        draft = isinstance(self._owner, DraftKey) and changes.has(Kind.DRAFT, self._owner.subject)
        if self._owner is not None and (draft or changes.touches(*_CONCERN)):
            self._read_again()

    def _read_again(self) -> None:
        cancel_all(self._reading)
        spawn(self._reading, self._read())

    async def _read(self) -> None:
        if self._owner is not None:
            self._show(await self._desk.attachments.of(self._owner))
            self.shown.emit()

    def _show(self, views: tuple[AttachmentView, ...]) -> None:
        self.rows.show_rows(views)
        self._card.setVisible(bool(views))
        self.list.setFixedHeight(max(1, self.list.content_height()))
        some = tr("{n} of {most}", n=len(views), most=MOST_FILES)
        self.count.set_text(some if views else tr("Files can be dropped here"))
        self._moved(self.list.row)

    def _moved(self, row: object) -> None:
        self._armed = None
        self.save.setEnabled(isinstance(row, AttachmentView))
        self.back.setVisible(isinstance(row, AttachmentView) and row.mine)

    def _say(self, error: CrmdeskError | str | None) -> None:
        words = error if isinstance(error, str) else "" if error is None else f"{error.what} {error.next_step}".strip()
        self.problem.set_text(words)
        self.problem.setVisible(bool(words))

    # Adding ----------------------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask which files are to be attached."""
        if self._owner is not None:
            spawn(self, self._choose(self._owner))

    async def _choose(self, owner: Owner) -> None:
        await self._add(owner, await self._dialogs.files(self.window()))

    def paste(self) -> None:
        """Attach what was copied: files, or a picture."""
        brought = brought_by(QGuiApplication.clipboard().mimeData())
        if brought.picture is not None or brought:
            self._bring(brought)
        else:
            self._say(tr("Neither a file nor a picture was copied."))

    def _bring(self, brought: Brought) -> None:
        if self._owner is None:
            return
        if brought.picture is not None:
            spawn(self, self._add_picture(self._owner, brought.picture))
        else:
            spawn(self, self._add(self._owner, brought.paths))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and pictures."""
        if self._owner is not None and can_be_brought(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach what is dropped."""
        brought = brought_by(event.mimeData())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._bring(brought)

    async def _add(self, owner: Owner, paths: Iterable[Path]) -> None:
        """Attach files one by one: what is wrong with one keeps no other back, and all of it is said."""
        wrong: list[CrmdeskError] = []
        if owner == self._owner:
            self._say(None)
        for path in paths:
            try:
                await self._desk.attachments.add_file(owner, path)
            except (UserMistake, Refused, Unavailable) as error:
                wrong.append(error)
        if wrong and owner != self._owner:
            raise wrong[0]
        if wrong:
            self._say("\n".join(f"{error.what} {error.next_step}".strip() for error in wrong))

    async def _add_picture(self, owner: Owner, image: QImage) -> None:
        data = await asyncio.to_thread(as_png, image)
        name = tr("Picture {moment}", moment=f"{self._now().astimezone(self._zone):%Y-%m-%d %H.%M.%S}")
        problem: CrmdeskError | None = None
        try:
            await self._desk.attachments.add_bytes(owner, f"{name}.png", data)
        except (UserMistake, Refused, Unavailable) as error:
            if owner != self._owner:
                raise
            problem = error
        if owner == self._owner:
            self._say(problem)

    # What is there ---------------------------------------------------------------------------------------------------

    def open(self, _row: object = None) -> None:
        """Show the chosen file here, or ask where to save one that is not shown here."""
        view = self.view
        if view is not None and opens_here(view.kind):
            cancel_all(self._opening)
            spawn(self._opening, self._open(view))
        else:
            self.save_as()

    async def _open(self, view: AttachmentView) -> None:
        viewer = self._viewer_now()
        try:
            data = await self._desk.attachments.content(view.id)
            if view.kind in PICTURES:
                image = await asyncio.to_thread(scaled_picture, data, view.kind, viewer.room())
                if not self.isVisible():
                    return
                self._viewed = view
                viewer.show_picture(image, view.name, about(view, self._now(), self._zone))
            elif self.isVisible():
                words = text_of(data)
                words = data.decode("latin-1") if words is None else words
                self._viewed = view
                viewer.show_text(words, view.name, about(view, self._now(), self._zone))
            self._say(None)
        except (UserMistake, Refused, Unavailable) as error:
            self._say(error)

    def _viewer_now(self) -> Viewer:
        if self.viewer is None:
            self.viewer = Viewer(self.window())
            self.viewer.save_wanted.connect(self._save_viewed)
            self.viewer.closed.connect(self.go_in)
            self.destroyed.connect(self.viewer.deleteLater)
        return self.viewer

    def save_as(self) -> None:
        """Ask where to save the chosen file."""
        if (view := self.view) is not None:
            spawn(self, self._save(view))

    def _save_viewed(self) -> None:
        """Ask where to save the file that is looked at; another may be chosen in the list by now."""
        if self._viewed is not None:
            spawn(self, self._save(self._viewed))

    async def _save(self, view: AttachmentView) -> None:
        path = await self._dialogs.place(self.window(), view.name)
        if path is None:
            return
        try:
            await self._desk.attachments.save(view.id, path)
            self._say(None)
        except (UserMistake, Refused, Unavailable) as error:
            self._say(error)

    def take_back(self) -> None:
        """Ask once, then take the chosen file back for good."""
        view = self.view
        if view is None or not view.mine:
            return
        if self._armed != view.id:
            self._armed = view.id
            self._say(
                tr("{name} goes for good, here and at the server. Take it back once more to do it.", name=view.name)
            )
            return
        spawn(self, self._take_back(view))

    async def _take_back(self, view: AttachmentView) -> None:
        try:
            await self._desk.attachments.take_back(view.id)
            self._say(None)
        except (Refused, Unavailable) as error:
            self._say(error)
