"""A form over the timeline: head with reference and saved time, fields, and what is still missing beside the button."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from crmdesk.domain.drafts import with_typed
from crmdesk.domain.errors import CrmdeskError, Refused, Unavailable, UserMistake
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.language import tr
from crmdesk.runtime.desk import Desk
from crmdesk.ui.formkit.body import FormBody
from crmdesk.ui.formkit.draft import DraftKeeper
from crmdesk.ui.formkit.spec import FieldKind, FormDesign, FormSubject, Prefill
from crmdesk.ui.formkit.surround import FormFoot, FormHead
from crmdesk.ui.frame.commands import BACK, FINISH
from crmdesk.ui.kit import (
    Ground,
    Line,
    Panel,
    scrolled,
)
from crmdesk.ui.qt.keys import KeyMap
from crmdesk.ui.qt.tasks import spawn
from crmdesk.ui.theme import Space

REFERENCE = "reference"


class FormPane(QWidget):
    """Base of every form. ``registered`` carries the new record's id; ``put_aside`` tells that the draft was kept.

    A subclass says how the form is prefilled and what becomes of its values. Esc puts aside, Ctrl+Enter finishes.
    The reference lies in the draft, so that the same one comes back with it.
    """

    registered = Signal(object)
    put_aside = Signal()
    ready = Signal()

    def __init__(
        self, desk: Desk, keys: KeyMap, subject: FormSubject, design: FormDesign, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.desk, self.subject, self.design = desk, subject, design
        self.reference = ""
        self._busy = False
        self._opened = False
        self._keys = keys
        self.setAccessibleName(tr(design.title))
        self.body = FormBody(design)
        self.head = FormHead(design.icon, tr(design.title))
        self.foot = FormFoot(tr(design.finish), design.icon)
        self.keeper = DraftKeeper(desk, design.draft_kind, subject.draft_subject, self._as_draft, self)
        self._lay_out()
        self._bind()
        self.body.edited.connect(self._edited)
        self.keeper.saved.connect(self._saved)
        self.keeper.failed.connect(self._not_kept)
        spawn(self, self._open())

    @property
    def taken_over(self) -> tuple[str, str] | None:
        """Title and text of what is said beside the note about what came from it, None where nothing is. Override."""
        return None

    @property
    def draft_key(self) -> DraftKey:
        """Which draft becomes the record."""
        return DraftKey(self.design.draft_kind, self.subject.draft_subject)

    def pinned(self) -> QWidget | None:
        """Return what stands below the fields and does not scroll with them, None where nothing does. Override."""
        return None

    def beneath(self) -> QWidget | None:
        """Return what follows the fields and scrolls with them, None where nothing does. Override."""
        return None

    async def prefill(self, reference: str | None) -> Prefill:
        """Return what is known; None takes a new reference, any text is handed back. Override it.

        Raises ``Unavailable`` when there is no new reference to take.
        """
        raise NotImplementedError

    async def finish(self, values: Mapping[str, str]) -> UUID:
        """Make the record of the values, in the place of its draft, and return its id. Override it.

        Raises ``UserMistake`` at a field.
        """
        raise NotImplementedError

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.head, Line()):
            column.addWidget(part)
        self.area = scrolled(self._fields())
        column.addWidget(self.area, 1)
        column.addWidget(Line())
        if (pinned := self.pinned()) is not None:
            column.addWidget(pinned)
        column.addWidget(self.foot)
        self.setFocusProxy(self.body.inputs[0])

    def _fields(self) -> QWidget:
        beneath = self.beneath()
        if beneath is None:
            return self.body
        both = Panel(ground=Ground.WINDOW)
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.body, 1)
        around = QVBoxLayout()
        around.setContentsMargins(Space.L, 0, Space.L, Space.L)
        around.addWidget(beneath)
        column.addLayout(around)
        return both

    def _focus_moved(self, _: QWidget | None, now: QWidget | None) -> None:
        """Scroll to the field that has the keyboard, also where a key or a mistake led there."""
        layout = self.body.layout()
        inside = self.area.widget()
        if now is not None and layout is not None and inside is not None and inside.isAncestorOf(now):
            layout.activate()
            self.area.ensureWidgetVisible(now, 0, Space.L)

    def _bind(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)
        self._keys.bind(BACK, self.leave, self).drive(self.head.aside)
        self._keys.bind(FINISH, self.submit, self).drive(self.foot.button)
        self.head.aside.clicked.connect(self.leave)
        self.foot.button.clicked.connect(self.submit)

    def showEvent(self, event: QShowEvent) -> None:
        """Its keys work from now on."""
        super().showEvent(event)
        self._keys.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Its keys work no longer."""
        super().hideEvent(event)
        self._keys.refresh()

    # Opening ---------------------------------------------------------------------------------------------------

    async def _open(self) -> None:
        draft = await self.desk.drafts.load(self.design.draft_kind, self.subject.draft_subject)
        kept = dict(draft.fields) if draft is not None else {}
        whose = self.subject.customer_id
        known = await self._known(kept.get(REFERENCE) or None)
        self.reference = known.reference
        if self.design.numbered:
            self.head.show_reference(known.reference)
        self.body.prefill(known)
        touched = self._typed_so_far()
        self.body.restore(with_typed(kept, touched, self._prose))
        self._opened = True
        if draft is not None:
            self._saved(draft.saved_at)
        if touched or (draft is None and self.design.numbered):
            self.keeper.typed()
            await self.keeper.keep_now()
        self._count()
        self.ready.emit()
        if whose != self.subject.customer_id:  # it was said while this was being read
            spawn(self, self._fill_again())

    def _typed_so_far(self) -> dict[str, str]:
        return {one.spec.name: one.value for one in self.body.inputs if one.touched}

    @property
    def _prose(self) -> frozenset[str]:
        """The fields into which words are written, and not a choice."""
        return frozenset(
            one.spec.name
            for one in self.body.inputs
            if one.spec.kind in (FieldKind.WORDS, FieldKind.LINE, FieldKind.LINES)
        )

    async def _known(self, reference: str | None) -> Prefill:
        try:
            return await self.prefill(reference)
        except Unavailable as error:
            self.foot.say_problem(f"{error.what} {error.next_step}")
            return await self.prefill("")

    # Typing ----------------------------------------------------------------------------------------------------

    def _as_draft(self) -> tuple[Mapping[str, str], str]:
        title = f"{tr(self.design.title)} {self.reference}".strip()
        if self.subject.customer_name:
            title += f", {self.subject.customer_name}"
        return {**self.body.values, REFERENCE: self.reference}, title

    def _edited(self) -> None:
        self.head.saved.show_unsaved()
        if self._opened:
            # Before that, the draft of last time is still being read and must not be written over.
            self.keeper.typed()
        self._count()

    def _saved(self, at: datetime) -> None:
        self.head.saved.show_saved(f"{at.astimezone():%H:%M:%S}")

    def _not_kept(self, error: CrmdeskError) -> None:
        self.head.saved.show_failed(tr("Not kept. {what_to_do}", what_to_do=error.next_step or error.what))

    def _count(self) -> None:
        if not self._busy:
            self.foot.show_missing(self.body.required, tuple(one.spec.named for one in self.body.missing))

    async def keep_now(self) -> None:
        """Return when everything typed is on the disk (hang-up, lock, close)."""
        await self.keeper.keep_now()

    def last_words(self) -> Coroutine[Any, Any, None]:
        """Return what keeps everything typed so far, to be run by somebody who outlives the form."""
        if self._opened:
            return self.keeper.last_words()
        typed = self._typed_so_far()
        title = tr(self.design.title)
        return self.desk.drafts.add(self.draft_key, typed, self._prose, title)

    def concern(self, customer_id: UUID | None, customer_name: str) -> None:
        """The call turned out to be another customer's: the record will be theirs, and what is known of them is filled
        in where nobody typed yet."""
        if customer_id != self.subject.customer_id:
            self.subject = replace(self.subject, customer_id=customer_id, customer_name=customer_name)
            if self._opened:
                spawn(self, self._fill_again())

    async def _fill_again(self) -> None:
        whose = self.subject.customer_id
        known = await self.prefill(self.reference)
        if whose != self.subject.customer_id:
            return  # it is somebody else's by now, and asked for theirs
        self.body.prefill(replace(known, values={n: v for n, v in known.values.items() if v}))
        self.keeper.typed()
        self._count()

    # Leaving ---------------------------------------------------------------------------------------------------

    def leave(self) -> None:
        """Put the form aside; nothing is lost."""
        spawn(self, self._leave())

    async def _leave(self) -> None:
        await self.keeper.keep_now()
        self.put_aside.emit()

    def submit(self) -> None:
        """Make the record, once however quickly the keys are pressed, or say at the field what is missing."""
        if not self._busy:
            self._busy = True
            spawn(self, self._submit())

    async def _submit(self) -> None:
        made = False
        self.foot.show_busy()
        try:
            await self.keeper.keep_now()
            if self.design.numbered and not self.reference:
                self.reference = (await self.prefill(None)).reference
                self.head.show_reference(self.reference)
            record = await self.finish(self.body.values)
        except UserMistake as mistake:
            self._busy = False
            self._count()
            if not self.body.show_mistake(mistake):
                self.foot.say_problem(f"{mistake.what} {mistake.next_step}")
        except (Unavailable, Refused) as error:
            self.foot.say_problem(f"{error.what} {error.next_step}")
        except CancelledError:
            made = True  # as far as anybody sees: the form is being taken away
            raise
        else:
            made = True
            self.keeper.forget()
            self.registered.emit(record)
        finally:
            if not made:
                self._busy = False
                self.foot.show_ready()
