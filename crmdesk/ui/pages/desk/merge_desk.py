"""Opens the pane in which two records of one person are merged, and carries out what is chosen there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Qt, QTimer

from crmdesk.domain.customers import CustomerCard, MergedCustomer
from crmdesk.domain.errors import CrmdeskError, Refused
from crmdesk.domain.found import HitKind
from crmdesk.domain.language import tr
from crmdesk.domain.merge_preview import Choice, MergePreview
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.columns import CallDesk
from crmdesk.ui.pages.desk.reader import CustomerReader
from crmdesk.ui.qt.tasks import cancel_all, spawn

if TYPE_CHECKING:
    from crmdesk.ui.pages.desk.merge_pane import MergePane

_AFTER_KEY_MS = 60


class MergeDesk(QObject):
    """At most one pane is open, for the customer shown."""

    def __init__(self, place: Place, view: CallDesk, reader: CustomerReader, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._view, self._reader = place, view, reader
        self._pane: MergePane | None = None
        self._card: CustomerCard | None = None
        self._finding = QObject(self)
        """Owns the search and the preview, so that the next one takes their place."""
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_AFTER_KEY_MS)
        self._wait.timeout.connect(self._find)
        self._wanted: tuple[UUID, UUID] | None = None
        self._came_from = ""
        reader.filled.connect(self._open_wanted)
        place.keys.bind(commands.MERGE, self.open, view)

    @property
    def pane(self) -> MergePane | None:
        """Return the pane while it is open."""
        return self._pane if self._pane is not None and self._view.form is self._pane else None

    def open_with(self, customer_id: UUID, other: UUID, came_from: str) -> None:
        """Open the pane with both chosen, as soon as the customer is shown; afterwards go back to the page that one
        came from."""
        self._wanted, self._came_from = (customer_id, other), came_from
        self._open_wanted()

    def _open_wanted(self, _: object = None) -> None:
        card = self._reader.card
        if self._wanted is None or card is None or card.id != self._wanted[0] or not self._view.isVisible():
            return
        (_customer, other), self._wanted = self._wanted, None
        self.open()
        if self.pane is not None:
            cancel_all(self._finding)
            spawn(self._finding, self._show_other(self.pane, other))

    async def _show_other(self, pane: MergePane, other: UUID) -> None:
        hits = await self._place.desk.search.people([other])
        if self.pane is pane:
            pane.show_hits(hits)
            pane.hits.setFocus(Qt.FocusReason.OtherFocusReason)

    def open(self) -> None:
        """Open the pane for the customer shown."""
        card = self._reader.card
        if card is None:
            self._place.window.tell(tr("Nobody is shown to be merged."), tr("Open a customer first."))
            return
        if self.pane is not None or self._view.form is not None:
            return
        from crmdesk.ui.pages.desk.merge_pane import MergePane

        pane = MergePane(card, self._place.digits, self._place.zone)
        self._pane, self._card = pane, card
        pane.typed.connect(self._typed)
        pane.hits.current_changed.connect(self._chosen)
        pane.hits.opened.connect(pane.fields_wanted)
        pane.back.clicked.connect(self.close)
        pane.merge.clicked.connect(self.merge)
        pane.swap.clicked.connect(self.swap)
        pane.fields.swap_wanted.connect(self.swap)
        pane.apart.clicked.connect(self.say_apart)
        pane.fields.apart_wanted.connect(self.say_apart)
        pane.undo_wanted.connect(self._undo)
        self._place.keys.bind(commands.BACK, self.close, pane).drive(pane.back)
        self._place.keys.bind(commands.FINISH, self.merge, pane).drive(pane.merge)
        self._view.show_form(pane)
        self._place.keys.refresh()
        spawn(self, self._read_merged(pane, card.id))
        spawn(self._finding, self._propose(pane, card.id))

    async def _propose(self, pane: MergePane, customer_id: UUID) -> None:
        """Show who is probably the same, before anything is typed."""
        likely = await self._place.desk.duplicates.of(customer_id)
        hits = await self._place.desk.search.people(likely) if likely else ()
        if hits and self.pane is pane and not pane.search.text.strip():
            pane.show_hits(hits)

    def follow(self, customer_id: UUID | None) -> None:
        """Put the pane away, and forget that it was to be opened, where the desk shows somebody else."""
        if self._wanted is not None and self._wanted[0] != customer_id:
            self._wanted, self._came_from = None, ""
        if self.pane is not None and (self._card is None or self._card.id != customer_id):
            self._came_from = ""
            self.close()

    def close(self) -> None:
        """Give the timeline back, or go back to the list that one came from."""
        if self.pane is not None:
            cancel_all(self._finding)
            self._wait.stop()
            self._view.drop_form()
            self._view.timeline.setFocus()
        self._pane = self._card = None
        self._place.keys.refresh()
        came_from, self._came_from = self._came_from, ""
        if came_from and self._place.window.has_page(came_from):
            self._place.window.go_to(came_from)

    # Finding the other one -------------------------------------------------------------------------------------------

    def _typed(self, _: str) -> None:
        self._wait.start()

    def _find(self) -> None:
        cancel_all(self._finding)
        if self.pane is not None:
            spawn(self._finding, self._look_for(self.pane, self.pane.search.text))

    async def _look_for(self, pane: MergePane, typed: str) -> None:
        page = await self._place.desk.search.find(typed)
        if self.pane is not pane:
            return
        own = self._card.id if self._card is not None else None
        pane.show_hits(tuple(hit for hit in page.hits if hit.kind is HitKind.PERSON and hit.id != own))

    def _chosen(self, _: object) -> None:
        pane = self.pane
        if pane is None:
            return
        pane.show_problem("")
        pane.show_chosen(None)
        if pane.chosen is not None:
            spawn(self._finding, self._show(pane, pane.chosen.id))

    def swap(self) -> None:
        """Let the other record stay, and the one shown become part of it."""
        pane = self.pane
        if pane is not None and pane.told is not None:
            spawn(self._finding, self._swap(pane, pane.told))

    async def _swap(self, pane: MergePane, told: MergePreview) -> None:
        had_focus = any(row.hasFocus() for row in pane.fields.rows)
        turned = await self._place.desk.duplicates.preview(told.survivor, told.duplicate)
        if self.pane is pane and pane.told is told:
            pane.show_chosen(turned)
            if had_focus:
                pane.fields.take_focus()

    def say_apart(self) -> None:
        """Remember that the two are not the same person."""
        pane = self.pane
        if pane is not None and pane.told is not None:
            spawn(self, self._say_apart(pane, pane.told))

    async def _say_apart(self, pane: MergePane, told: MergePreview) -> None:
        try:
            await self._place.desk.duplicates.not_the_same(told.survivor, told.duplicate)
        except CrmdeskError as error:
            if self.pane is pane:
                pane.show_problem(f"{error.what} {error.next_step}".strip())
            return
        if self.pane is pane:
            self.close()
        said = tr("{one} and {other} are two people", one=told.survivor_name, other=told.duplicate_name)
        self._place.window.tell(said, "")

    async def _show(self, pane: MergePane, customer_id: UUID) -> None:
        if self._card is None:
            return
        try:
            preview = await self._place.desk.duplicates.preview(customer_id, self._card.id)
        except Refused as refused:
            if self.pane is pane:
                pane.show_problem(f"{refused.what} {refused.next_step}".strip())
            return
        if self.pane is pane and pane.chosen is not None and pane.chosen.id == customer_id:
            pane.show_chosen(preview)

    async def _read_merged(self, pane: MergePane, customer_id: UUID) -> None:
        merged = await self._place.desk.customers.merged_into(customer_id)
        if self.pane is pane:
            pane.show_merged(merged, self._place.clock.now())

    # Doing it --------------------------------------------------------------------------------------------------------

    def merge(self) -> None:
        """Merge the two as the pane says it."""
        pane = self.pane
        if pane is not None and pane.told is not None and pane.merge.isEnabled():
            spawn(self, self._merge(pane, pane.told, dict(pane.fields.chosen)))

    async def _merge(self, pane: MergePane, told: MergePreview, chosen: Mapping[str, Choice]) -> None:
        try:
            await self._place.desk.customers.merge(told.duplicate, told.survivor, chosen)
        except CrmdeskError as error:
            if self.pane is pane:
                pane.show_problem(f"{error.what} {error.next_step}".strip())
            return
        if self.pane is pane:
            self.close()
        said = tr("{duplicate} is part of {survivor} now", duplicate=told.duplicate_name, survivor=told.survivor_name)
        self._place.window.tell(said, tr("Undo it with Ctrl+K, merge."))

    def _undo(self, merged: object) -> None:
        pane = self.pane
        if pane is not None and isinstance(merged, MergedCustomer):
            spawn(self, self._take_out(pane, merged))

    async def _take_out(self, pane: MergePane, merged: MergedCustomer) -> None:
        try:
            await self._place.desk.customers.undo_merge(merged.id)
        except CrmdeskError as error:
            if self.pane is pane:
                pane.show_problem(f"{error.what} {error.next_step}".strip())
            return
        if self._card is not None and self.pane is pane:
            await self._read_merged(pane, self._card.id)
        said = tr("{name} stands alone again", name=merged.name)
        self._place.window.tell(said, tr("What was written since the merge stays here."))
