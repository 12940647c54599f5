"""What the forms of requests share: the key of each, the words of their first field, and the deadlines below them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.domain.requests.deadlines import RequestHistory
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.domain.requests.views import NewRequest, RequestPrefill
from crmdesk.runtime.desk import Desk
from crmdesk.ui.attachments.pane import AttachmentsPane
from crmdesk.ui.deadlines.preview import DeadlinePreview, deadline_rows
from crmdesk.ui.formkit import FieldKind, FieldSpec, FormDesign, FormPane, FormSubject, Need, Prefill
from crmdesk.ui.forms import channel
from crmdesk.ui.frame.commands import QUESTION, RETURN, SERVICE_REQUEST
from crmdesk.ui.kit import Option
from crmdesk.ui.qt.keys import Command, KeyMap
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.qt.zone import local_zone, zone_name

REQUESTS: Mapping[RequestKind, Command] = {
    RequestKind.SERVICE: SERVICE_REQUEST,
    RequestKind.RETURN: RETURN,
    RequestKind.INFORMATION: QUESTION,
}
"""The command that opens the form of each kind."""

_LOW = 616
"""Below this height in px, of a window of 700, the days of a deadline fold away."""


def verbatim_field(words: str) -> FieldSpec:
    """Return the field of the customer's own words, which ``words`` (marked) ask for."""
    return FieldSpec(
        *("verbatim", mark("In their own words"), FieldKind.WORDS, Need.REQUIRED),
        hint=mark("cannot be changed once registered"),
        words=words,
        named=mark("in their own words"),
    )


def plain_options(names: tuple[str, ...]) -> tuple[Option, ...]:
    """Return names as options, shown as they are."""
    return tuple(Option(name, name) for name in names)


class RequestForm(FormPane):
    """Base of the forms of requests: it says how many sentences came from the note, and when it must be done if it is
    registered now. A subclass names its kind and makes the record of its values."""

    kind: RequestKind

    def __init__(
        self, desk: Desk, keys: KeyMap, subject: FormSubject, design: FormDesign, parent: QWidget | None = None
    ) -> None:
        self._sentences = 0
        self.known = RequestPrefill("")
        super().__init__(desk, keys, subject, design, parent)
        self.ready.connect(self.reckon)

    def beneath(self) -> QWidget:
        """Return the files: they lie with the draft until it is registered."""
        self.files = AttachmentsPane(self.desk, self._keys)
        self.files.show_of(self.draft_key)
        return self.files

    def pinned(self) -> QWidget:
        """Return the deadlines."""
        self.deadlines = DeadlinePreview()
        return self.deadlines

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the days of a deadline away where the window is low."""
        super().resizeEvent(event)
        self.deadlines.fold(event.size().height() < _LOW)

    @property
    def taken_over(self) -> tuple[str, str]:
        """How many sentences came from the note."""
        count = self._sentences
        came = tr_n("One sentence came from your note", "{n} sentences came from your note", count)
        how = tr("Words in “quotation marks” are taken over. The rest you type here.")
        return came if count else tr("Nothing came from your note"), how

    async def prefill(self, reference: str | None) -> Prefill:
        """Return the reference and the words in quotation marks of the note, with what the kind knows besides."""
        subject = self.subject
        known = await self.desk.requests.prefill(
            self.kind, subject.interaction_id, subject.customer_id, subject.note, reference
        )
        self.known, self._sentences = known, len(known.verbatim.splitlines())
        filled = self.filled(known)
        return Prefill(
            reference=known.reference,
            values={"verbatim": known.verbatim, channel.CHANNEL: known.channel.value, **filled.values},
            sources={
                "verbatim": tr_n("{n} sentence from your note", "{n} sentences from your note", self._sentences),
                channel.CHANNEL: channel.source(subject, known.channel),
                **filled.sources,
            },
            options=filled.options,
        )

    def filled(self, known: RequestPrefill) -> Prefill:
        """Return what the fields of the kind know besides. Override it."""
        raise NotImplementedError

    def category(self) -> str:
        """Return what of its kind it is, as far as it is said. Override it."""
        raise NotImplementedError

    def made(self, values: Mapping[str, str]) -> NewRequest:
        """Return the record of the values; raises UserMistake at a field. Override it."""
        raise NotImplementedError

    def base(self, values: Mapping[str, str], category: str) -> NewRequest:
        """Return the record with what every kind has."""
        return NewRequest(
            kind=self.kind,
            reference=self.reference,
            customer_id=self.subject.customer_id,
            interaction_id=self.subject.interaction_id,
            category=category,
            verbatim=values["verbatim"],
            received_zone=zone_name(),
            channel=channel.chosen(values),
        )

    async def finish(self, values: Mapping[str, str]) -> UUID:
        """Register the request."""
        return await self.desk.requests.register(self.made(values), self.draft_key)

    # Deadlines -------------------------------------------------------------------------------------------------------

    def reckon(self) -> None:
        """Say anew when it must be done."""
        cancel_all(self.deadlines)
        now = self.desk.clock.now().astimezone(UTC)
        spawn(self.deadlines, self._reckon(RequestHistory(self.kind, self.category(), now, zone_name()), now))

    async def _reckon(self, history: RequestHistory, now: datetime) -> None:
        found = await self.desk.requests.deadlines_if(history)
        self.deadlines.show_rows(deadline_rows(found, now, local_zone()))
