"""The note pane: where the agent writes while talking, with the wrap-up above the same text once the call ended."""

from __future__ import annotations

from datetime import tzinfo
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.interactions import DispositionView
from crmdesk.domain.language import mark, tr, tr_in
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    Ground,
    Hint,
    Panel,
    PaneTitle,
    SavedLabel,
    SectionTitle,
    TextPane,
)
from crmdesk.ui.pages.desk.drafts import Writing
from crmdesk.ui.pages.desk.outcomes import OutcomeList
from crmdesk.ui.pages.desk.promise_line import PromiseLine
from crmdesk.ui.theme import Icon, Space, Voice

COMPLAINT_TITLE = mark("Is this a complaint?")


class _Look(StrEnum):
    NEVER = "never"
    WHILE_WRITING = "while_writing"
    ALWAYS = "always"


class NotePane(Panel):
    """Title, saved state, outcome while wrapping up, the text, what may help, and the one primary button.

    ``edited`` tells that a person typed, ``left`` that the keyboard went elsewhere.
    """

    edited = Signal()
    left = Signal()

    def __init__(self, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self._zone = zone
        self.title = PaneTitle(tr("Note"))
        self.saved = SavedLabel()
        self.outcomes = OutcomeList()
        self.promise = PromiseLine()
        self.wraps_up = False
        self.text = TextPane(tr("Note"), tr("What is said, done and promised"))
        self.text_title = SectionTitle(tr("Note"))
        self.copy = Button(tr("Copy the text"), ButtonKind.QUIET, Icon.COPY, size=ButtonSize.SMALL)
        self.trouble = Hint(Icon.CIRCLE_ALERT, tr("Not saved"), "", Voice.LATE, self.copy)
        self.ring_hint = Hint(
            Icon.KEYBOARD,
            tr("Your keys stay in this note"),
            tr("The ring waits on the left. Nothing opens until you choose."),
        )
        self.register = Button(tr_in("button", "Register"), ButtonKind.QUIET, size=ButtonSize.SMALL)
        self.register.setAccessibleName(tr("Register complaint"))
        self.no_complaint = Button(tr("Not a complaint"), ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self.no_complaint.fold_words()
        self.complaint_hint = Hint(
            Icon.MESSAGE_SQUARE_WARNING, tr(COMPLAINT_TITLE), "", Voice.SOON, self.register, self.no_complaint
        )
        self._complaint_words: tuple[str, ...] = ()
        self.look = Button(tr_in("button", "Open"), ButtonKind.QUIET, size=ButtonSize.SMALL)
        self.look.setAccessibleName(tr("Open what fits the note"))
        self._look = _Look.NEVER
        self.look_hint = Hint(Icon.BOOK_OPEN, "", "", Voice.YOU, self.look)
        self.taken_hint = Hint(Icon.COPY, "", "", Voice.YOU)
        self.left_hint = Hint(
            Icon.PHONE_FORWARDED,
            tr("Your note went with the call"),
            tr("Whoever has it now reads it. What you write from here is another note."),
        )
        self.primary = Button(tr("Save note"), ButtonKind.PRIMARY, Icon.CHECK)
        self._layout = QVBoxLayout(self)
        self._lay_out()
        self.copy.clicked.connect(self._copy)
        self.text.edited.connect(self.edited)
        self.text.left.connect(self.left)
        self.outcomes.hide()
        self.text_title.hide()
        self.trouble.hide()
        self.ring_hint.hide()
        self.complaint_hint.hide()
        self.taken_hint.hide()
        self.look_hint.hide()
        self.left_hint.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.title, 1)
        head.addWidget(self.saved)
        layout = self._layout
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(self.outcomes)
        layout.addWidget(self.promise)
        layout.addWidget(self.text_title)
        layout.addWidget(self.text, 1)
        for hint in (
            self.trouble,
            self.ring_hint,
            self.complaint_hint,
            self.look_hint,
            self.taken_hint,
            self.left_hint,
        ):
            layout.addWidget(hint)
        layout.addWidget(self.primary)

    def show_note(self, title: str, writing: Writing | None, finish: str) -> None:
        """Show a note without wrap-up; ``finish`` is what the primary button does, in words."""
        self._show(title, writing, finish)
        self.wraps_up = False
        self._show_look()
        self.promise.setVisible(self.promise.wanted)
        self.outcomes.hide()
        self.text_title.hide()

    def show_wrap_up(self, writing: Writing | None, finish: str) -> None:
        """Show the same text under the outcomes."""
        self._show(tr("Wrap up"), writing, finish)
        self.wraps_up = True
        self._show_look()
        self.promise.show()
        self.outcomes.show()
        self.text_title.show()

    def offer_look(self, icon: Icon, title: str, text: str) -> None:
        """Name what one key opens beside the call. While wrapping up the room is the outcomes', the key still works."""
        self.look_hint.say_with(icon, title, text)
        self._look = _Look.WHILE_WRITING
        self._show_look()

    def offer_to_go_on(self, title: str, text: str) -> None:
        """Name the script that was left half way: also while wrapping up, since it belongs to the call."""
        self.look_hint.say_with(Icon.LIST_CHECKS, title, text)
        self._look = _Look.ALWAYS
        self._show_look()

    def offer_nothing(self) -> None:
        """Nothing fits, or it is open already."""
        self._look = _Look.NEVER
        self._show_look()

    def _show_look(self) -> None:
        self.look_hint.setHidden(self._look is _Look.NEVER or (self.wraps_up and self._look is not _Look.ALWAYS))

    def hint_complaint(self, words: tuple[str, ...]) -> None:
        """Ask whether this is a complaint, and name the words of the note that say so; without words do not ask."""
        self._complaint_words = words
        if words:
            quoted = (tr_in("quoted words", "“{words}”", words=said) for said in words)
            text = ", ".join(quoted)
            self.complaint_hint.say(tr(COMPLAINT_TITLE), text)
            self.complaint_hint.setAccessibleName(f"{tr(COMPLAINT_TITLE)} {text}")
        self._show_complaint()

    def _show_complaint(self) -> None:
        """Show the hint where it is to be seen; it is spoken once, when it comes."""
        elsewhere = not self.ring_hint.isHidden() or not self.taken_hint.isHidden()
        shown = bool(self._complaint_words) and not elsewhere
        comes = shown and self.complaint_hint.isHidden()
        caret_seen = self.text.caret_in_sight
        self.complaint_hint.setHidden(not shown)
        if comes and caret_seen:
            self._layout.activate()  # the hint takes its room from the end of the note, where the caret is
            self.text.bring_caret_in_sight()
        if comes and QAccessible.isActive():  # the keyboard stays in the note, so whoever listens has to be told
            said = QAccessibleAnnouncementEvent(self.complaint_hint, self.complaint_hint.accessibleName())
            said.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
            QAccessible.updateAccessibility(said)

    def show_outcomes(self, outcomes: tuple[DispositionView, ...]) -> None:
        """Put the outcomes in, the proposed one chosen."""
        self.outcomes.show_outcomes(outcomes)

    def _show(self, title: str, writing: Writing | None, finish: str) -> None:
        self.title.set_text(title)
        self.primary.set_words(finish)
        text = writing.text if writing is not None else ""
        if text != self.text.text:
            self.text.put(text)
            self.text.caret_to_end()
        self.show_state(writing)

    def show_state(self, writing: Writing | None) -> None:
        """Say how safe the text is."""
        trouble = writing.trouble if writing is not None else None
        self.trouble.setVisible(trouble is not None)
        if writing is None or (not writing.text and writing.saved_at is None):
            self.saved.show_ready()
        elif trouble is not None:
            self.saved.show_failed(tr("Not saved"))
            kept = tr("Not saved, the text is still here")
            self.trouble.say(kept, f"{trouble.what} {trouble.next_step}".strip())
        elif writing.unsaved:
            self.saved.show_unsaved()
        elif writing.saved_at is not None:
            self.saved.show_saved(words.clock_seconds(writing.saved_at, self._zone))

    def show_ringing(self) -> None:
        """The phone rings while one writes: say that the keys stay here."""
        self.ring_hint.show()
        self._show_complaint()

    def show_quiet(self) -> None:
        """The ring is over, or dealt with."""
        self.ring_hint.hide()
        self._show_complaint()

    def show_taken(self, title: str, text: str) -> None:
        """Say what an open form took over from this note."""
        self.taken_hint.say(title, text)
        self.taken_hint.show()
        self._show_complaint()

    def show_form_closed(self) -> None:
        """No form is open any more."""
        self.taken_hint.hide()
        self._show_complaint()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.text)
