"""Registering a complaint from a call: the customer's own words first, the rest prefilled or one key each."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.complaints import VULNERABILITY_WORDS, NewComplaint, NewIssue, Vulnerability, category_words
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.runtime.desk import Desk
from crmdesk.ui.attachments.pane import AttachmentsPane
from crmdesk.ui.deadlines.preview import DeadlinePreview
from crmdesk.ui.deadlines.reckoning import Reckoning
from crmdesk.ui.formkit import (
    TICKED,
    FieldKind,
    FieldSpec,
    FormDesign,
    FormPane,
    FormSubject,
    LinesInput,
    Need,
    Prefill,
    lines_of,
)
from crmdesk.ui.forms import FormSpec, channel
from crmdesk.ui.frame.commands import COMPLAINT
from crmdesk.ui.kit import Option
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.keys import KeyMap
from crmdesk.ui.qt.tasks import spawn
from crmdesk.ui.qt.zone import zone_name
from crmdesk.ui.theme import Icon

_LOW = 616
"""Below this height in px, of a window of 700, the days of a deadline fold away."""

SEVERITIES = (
    Option("1", mark("Slight")),
    Option("2", mark("Minor")),
    Option("3", mark("Medium")),
    Option("4", mark("High")),
    Option("5", mark("Grave")),
)
"""The words of ``NewComplaint.severity``."""

DESIGN = FormDesign(
    title=mark("New complaint"),
    icon=Icon.SCALE,
    finish=mark("Register complaint"),
    draft_kind="complaint",
    rows=(
        (
            FieldSpec(
                "verbatim",
                mark("In their own words"),
                FieldKind.WORDS,
                Need.REQUIRED,
                hint=mark("cannot be changed once registered"),
                words=mark("What the customer said, as they said it"),
                named=mark("in their own words"),
            ),
        ),
        (
            FieldSpec(
                "product",
                mark("Product"),
                FieldKind.SUGGEST,
                Need.REQUIRED,
                words=mark("Choose or type"),
                icon=Icon.SHIELD_CHECK,
                named=mark("product"),
            ),
            FieldSpec(
                "category",
                mark("Category"),
                FieldKind.ONE_OF,
                Need.REQUIRED,
                words=mark("First letters choose"),
                named=mark("category"),
            ),
        ),
        (
            FieldSpec(
                "severity",
                mark("Severity"),
                FieldKind.SCALE,
                Need.REQUIRED,
                options=SEVERITIES,
                named=mark("severity"),
            ),
            FieldSpec("safety", mark("Safety"), FieldKind.TICK, words=mark("Somebody may be harmed")),
        ),
        (
            FieldSpec("desired_remedy", mark("What would put it right"), FieldKind.LINE, words=mark("In a few words")),
            FieldSpec("about", mark("About"), FieldKind.LINE, words=mark("A visit, an order, a bill"), icon=Icon.LINK),
        ),
        (
            FieldSpec(
                "issues",
                mark("Issues"),
                FieldKind.LINES,
                hint=mark("each gets its own finding and answer"),
                words=mark("What went wrong, in one line"),
                more=mark("Add an issue"),
            ),
        ),
        (
            FieldSpec("on_behalf_of", mark("On behalf of"), FieldKind.LINE, words=mark("Nobody else, or who it is")),
            channel.FIELD,
        ),
        (FieldSpec("regime", mark("Rules that apply"), FieldKind.ONE_OF, only_offered=True),),
        (
            FieldSpec(
                "vulnerability",
                mark("Vulnerability"),
                FieldKind.TICKS,
                options=tuple(Option(one.value, VULNERABILITY_WORDS[one]) for one in Vulnerability),
            ),
            FieldSpec(
                "vulnerability_basis",
                mark("What they told us about it"),
                FieldKind.LINE,
                words=mark("In their own words"),
            ),
        ),
    ),
)


class ComplaintForm(FormPane):
    """The complaint form; beside the words it says how many sentences came from the note, below the fields when it must
    be answered if it is registered now."""

    def __init__(self, desk: Desk, keys: KeyMap, subject: FormSubject, parent: QWidget | None = None) -> None:
        self._sentences = 0
        super().__init__(desk, keys, subject, DESIGN, parent)
        self.reckoning = Reckoning(desk, self.body, self.deadlines, self)
        self.body.input("category").edited.connect(self._category_chosen)
        self.ready.connect(self._filled)
        listen(self, desk.bus, Changes, self._rules_changed)

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

    async def _fill_again(self) -> None:
        await super()._fill_again()
        self.reckoning.look_again()

    def _filled(self) -> None:
        self._category_chosen()
        self.reckoning.begin()

    def _category_chosen(self) -> None:
        """Let the first issue be what the category says, until somebody words it."""
        category, issues = self.body.input("category").value, self.body.input("issues")
        if isinstance(issues, LinesInput):
            issues.follow(category, category_words(category), tr("from the category"))

    def _rules_changed(self, changes: Changes) -> None:
        if self.reckoning.begun and changes.touches(Kind.REGIME, Kind.HOUSE_RULES):
            spawn(self, self._offer_rules())

    async def _offer_rules(self) -> None:
        known = await self.prefill(self.reference)
        self.body.input("regime").offer(known.options["regime"])
        self.reckoning.look_again()

    @property
    def taken_over(self) -> tuple[str, str]:
        """How many sentences came from the note."""
        count = self._sentences
        came = tr_n("One sentence came from your note", "{n} sentences came from your note", count)
        how = tr("Words in “quotation marks” are taken over. The rest you type here.")
        return came if count else tr("Nothing came from your note"), how

    async def prefill(self, reference: str | None) -> Prefill:
        """Return reference, product and the words in quotation marks of the note."""
        subject = self.subject
        known = await self.desk.complaints.prefill(subject.interaction_id, subject.customer_id, subject.note, reference)
        self._sentences = len(known.verbatim.splitlines())
        categories = tuple(Option(category, category_words(category)) for category in known.categories)
        return Prefill(
            reference=known.reference,
            values={
                "verbatim": known.verbatim,
                "product": known.product,
                "regime": known.regime,
                channel.CHANNEL: known.channel.value,
            },
            sources={
                "verbatim": tr_n("{n} sentence from your note", "{n} sentences from your note", self._sentences),
                channel.CHANNEL: channel.source(subject, known.channel),
            },
            options={
                "product": tuple(Option(product, product) for product in known.products),
                "category": categories,
                "issues": categories,
                "regime": tuple(Option(key, title) for key, title in known.regimes),
            },
        )

    async def finish(self, values: Mapping[str, str]) -> UUID:
        """Register the complaint."""
        severity = values["severity"]
        new = NewComplaint(
            reference=self.reference,
            customer_id=self.subject.customer_id,
            interaction_id=self.subject.interaction_id,
            product=values["product"],
            category=values["category"],
            severity=int(severity) if severity else 0,
            verbatim=values["verbatim"],
            desired_remedy=values["desired_remedy"],
            safety=values["safety"] == TICKED,
            received_zone=zone_name(),
            regime=values["regime"],
            channel=channel.chosen(values),
            on_behalf_of=values["on_behalf_of"],
            about=values["about"],
            vulnerability=tuple(Vulnerability(one) for one in values["vulnerability"].split(",") if one),
            vulnerability_basis=values["vulnerability_basis"],
            issues=tuple(NewIssue(words, category) for words, category in lines_of(values["issues"])),
        )
        return await self.desk.complaints.register(new, self.draft_key)


FORM = FormSpec("complaint", COMPLAINT, ComplaintForm)
