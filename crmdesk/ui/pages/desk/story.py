"""The story so far: the same few questions, always in the same place, answered from what the desk holds."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.desk import CustomerCard, EntryKind, TimelineEntry
from crmdesk.domain.quick import dataclass
from crmdesk.ui.kit import Chip, ChipSpec, Ink, Label, Panel
from crmdesk.ui.pop import say
from crmdesk.ui.theme import Icon, Space, TextRole, Voice


@dataclass(frozen=True, slots=True)
class Story:
    """What can be read in ten seconds: question and answer per line, and how often they called lately."""

    lines: tuple[tuple[str, str], ...]
    repeat: str = ""


def story_of(
    card: CustomerCard, entries: tuple[TimelineEntry, ...], now: datetime, zone: tzinfo, *, on_the_line: bool
) -> Story:
    """Return the story; a question without an answer has no line."""
    lines = (
        ("Last contact", _last_contact(entries, now, zone)),
        ("Last note", _last_note(entries, now, zone)),
        ("Complaints open", "; ".join(f"{one.reference} {one.category}" for one in card.open_complaints)),
    )
    count = card.contacts_last_7_days
    repeat = ""
    if count > 1:
        repeat = f"{say.ordinal(count)} contact in 7 days" if on_the_line else f"{count} contacts in 7 days"
    return Story(tuple(line for line in lines if line[1]), repeat)


def _last_contact(entries: tuple[TimelineEntry, ...], now: datetime, zone: tzinfo) -> str:
    call = next((e for e in entries if e.kind is EntryKind.CALL and not e.ongoing and e.duration_s is not None), None)
    if call is None:
        return ""
    when = say.sentence(words.moment(call.at, now, zone))
    length = words.duration(call.duration_s) if call.duration_s is not None else ""
    return ", ".join(part for part in (when, call.who, length, call.queue, call.disposition) if part)


def _last_note(entries: tuple[TimelineEntry, ...], now: datetime, zone: tzinfo) -> str:
    note = next((e for e in entries if e.kind is EntryKind.NOTE), None)
    if note is None:
        return ""
    return f"{' '.join(note.body.split())} ({', '.join(p for p in (note.who, words.moment(note.at, now, zone)) if p)})"


class StoryCard(Panel):
    """The card over the timeline; built once with its lines, hidden where there is nothing to tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Story so far")
        self._repeat = Chip(ChipSpec("", Voice.SOON, Icon.ROTATE_CW))
        head = QHBoxLayout()
        head.addWidget(Label("Story so far", TextRole.BODY_STRONG), 1)
        head.addWidget(self._repeat)
        self._lines = [(Label("", TextRole.SMALL, Ink.MUTED), Label("")) for _ in range(3)]
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, 102)
        grid.setColumnStretch(1, 1)
        for row, (question, answer) in enumerate(self._lines):
            grid.addWidget(question, row, 0)
            grid.addWidget(answer, row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L - 1, Space.S + 2, Space.L - 1, Space.S + 2)
        layout.setSpacing(Space.XS)
        layout.addLayout(head)
        layout.addLayout(grid)
        self._repeat.hide()

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """Return the lines on the card."""
        return tuple((q.text(), a.text()) for q, a in self._lines if not q.isHidden())

    def show_story(self, story: Story) -> None:
        """Show another customer's story."""
        for (question, answer), line in zip(self._lines, (*story.lines, ("", ""), ("", ""), ("", "")), strict=False):
            question.set_text(line[0])
            answer.set_text(line[1])
            question.setVisible(bool(line[0]))
            answer.setVisible(bool(line[0]))
        self._repeat.setVisible(bool(story.repeat))
        self._repeat.show_spec(ChipSpec(story.repeat, Voice.SOON, Icon.ROTATE_CW))
