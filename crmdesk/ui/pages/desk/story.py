"""The story so far: four questions, always in the same order, answered from what the desk holds in ten seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from uuid import UUID

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.calls.live import Direction
from crmdesk.domain.cases.words import DeadlineWords
from crmdesk.domain.complaints import STATE_WORDS, ComplaintState
from crmdesk.domain.customers import CustomerCard
from crmdesk.domain.language import left_to_right, mark, tr, tr_n, unturned
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.kinds import REQUEST_STATE_WORDS
from crmdesk.domain.stream import Channel, EntryKind, TimelineEntry
from crmdesk.ui.kit import Chip, ChipSpec, Ink, Label, Panel
from crmdesk.ui.pages.desk.facts import DUE_KINDS
from crmdesk.ui.pop import say
from crmdesk.ui.requests.looks import named
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_QUESTIONS = 4
_WHERE = mark("Where it is")
_STATES = {
    ComplaintState.REGISTERED: mark("{reference} registered"),
    ComplaintState.TRIAGED: mark("{reference} being assessed"),
    ComplaintState.INVESTIGATING: mark("{reference} being investigated"),
    ComplaintState.RESPONSE_SENT: mark("{reference} answered"),
    ComplaintState.CLOSED: mark("{reference} closed"),
}


@dataclass(frozen=True, slots=True)
class Story:
    """What can be read in ten seconds: question and answer per line, and how often they called lately; ``case`` is the
    one of which it is said where it is."""

    lines: tuple[tuple[str, str], ...]
    repeat: str = ""
    case: UUID | None = None


def story_of(
    card: CustomerCard, entries: tuple[TimelineEntry, ...], now: datetime, zone: tzinfo, *, on_the_line: bool
) -> Story:
    """Return the story; a question without an answer has no line."""
    telling = _Telling(now, zone)
    why, about = telling.why(card, entries)
    lines = (
        (tr("Why they call") if on_the_line else tr("What it is about"), why),
        (tr("What we said"), telling.said(entries)),
        (tr(_WHERE), telling.where(card)),
        (tr("Also open"), telling.also(card, about)),
    )
    count = card.contacts_last_7_days
    repeat = ""
    if count > 1:
        repeat = tr_n("{n} contact in 7 days", "{n} contacts in 7 days", count)
        if on_the_line:
            repeat = tr("{place} contact in 7 days", place=say.ordinal(count))
    return Story(tuple(line for line in lines if line[1]), repeat, _case_of(card))


def _case_of(card: CustomerCard) -> UUID | None:
    """Return the case of which it is said where it is, None where something else is due."""
    cases = card.open_complaints or card.open_requests
    return cases[-1].id if cases and not card.due else None


@dataclass(frozen=True, slots=True)
class _Telling:
    """Answers the questions for a reader at an instant."""

    now: datetime
    zone: tzinfo

    def why(self, card: CustomerCard, entries: tuple[TimelineEntry, ...]) -> tuple[str, str]:
        """Return what it is about, and the reference of the case that says it where one does: what they wrote, asked
        for or complained of last, else the last note, else the queue that they called last."""
        theirs = _first(entries, _from_them)
        if theirs is not None and theirs.kind in (EntryKind.COMPLAINT, EntryKind.REQUEST):
            return self._dated(f"{left_to_right(theirs.reference)} {theirs.title}", theirs), theirs.reference
        if theirs is not None:
            return self._dated(theirs.title or _line(theirs.body), theirs), ""
        note = _first(entries, lambda e: e.kind is EntryKind.NOTE)
        if note is not None:
            return self._dated(_line(note.body), note), ""
        queue = _first(entries, lambda e: e.kind is EntryKind.CALL and bool(e.queue))
        return (self._dated(queue.queue, queue) if queue is not None else ""), ""

    def said(self, entries: tuple[TimelineEntry, ...]) -> str:
        """Return what the customer heard from us last: a mail, a promise, or how the last talk ended."""
        entry = _first(entries, _told)
        if entry is None:
            return ""
        when = words.moment(entry.at, self.now, self.zone)
        if entry.kind is EntryKind.CALL:
            length = words.duration(entry.duration_s) if entry.duration_s is not None else ""
            what = entry.disposition or tr("call of {length}", length=length)
        else:
            what = entry.title
        return f"{', '.join(part for part in (entry.who, when) if part)}: {what}"

    def where(self, card: CustomerCard) -> str:
        """Return what comes next: what is due, else how the newest case stands."""
        if card.due:
            one = card.due[0]
            what = ", ".join(part for part in (tr(DUE_KINDS[one.kind]), _line(one.what)) if part)
            due = words.due(one.due_at, self.now)
            when = f"{words.moment(one.due_at, self.now, self.zone)}, {due}"
            return f"{what}: {when}" + (f" ({one.owner})" if one.owner else "")
        if card.open_complaints:
            newest = card.open_complaints[-1]
            reference = left_to_right(newest.reference)
            if newest.state in _STATES:
                return tr(_STATES[newest.state], reference=reference)
            return f"{reference} {tr(STATE_WORDS[newest.state])}"
        if card.open_requests:
            asked = card.open_requests[-1]
            return f"{left_to_right(asked.reference)} {tr(REQUEST_STATE_WORDS[asked.state])}"
        return ""

    def also(self, card: CustomerCard, about: str) -> str:
        """Return what is open besides."""
        rest = [
            f"{left_to_right(one.reference)} {one.category}" for one in card.open_complaints if one.reference != about
        ]
        rest += [named(one) for one in card.open_requests if one.reference != about]
        rest += [_line(one.what) or tr(DUE_KINDS[one.kind]) for one in card.due[1:]]
        return "; ".join(rest)

    def _dated(self, what: str, entry: TimelineEntry) -> str:
        return f"{unturned(what)} ({words.moment(entry.at, self.now, self.zone)})"


def _first(entries: Iterable[TimelineEntry], fits: Callable[[TimelineEntry], bool]) -> TimelineEntry | None:
    return next((entry for entry in entries if fits(entry)), None)


def _from_them(entry: TimelineEntry) -> bool:
    if entry.kind is EntryKind.MESSAGE:
        return entry.direction is not Direction.OUTBOUND
    return entry.kind in (EntryKind.COMPLAINT, EntryKind.REQUEST)


def _told(entry: TimelineEntry) -> bool:
    if entry.kind is EntryKind.MESSAGE:
        return entry.direction is Direction.OUTBOUND and entry.channel is not Channel.VISIT
    if entry.kind is EntryKind.TASK:
        return True
    return entry.kind is EntryKind.CALL and not entry.ongoing and entry.duration_s is not None


def _line(text: str) -> str:
    return unturned(" ".join(text.split()))


class StoryCard(Panel):
    """The card over the timeline; built once with its lines, hidden where there is nothing to tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Story so far"))
        self._repeat = Chip(ChipSpec("", Voice.SOON, Icon.ROTATE_CW))
        head = QHBoxLayout()
        head.addWidget(Label(tr("Story so far"), TextRole.BODY_STRONG), 1)
        head.addWidget(self._repeat)
        self._lines = [(Label("", TextRole.SMALL, Ink.MUTED), Label("")) for _ in range(_QUESTIONS)]
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
        self._story = Story(())
        self._said: Mapping[UUID, DeadlineWords] = {}

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """Return the lines on the card."""
        return tuple((q.text(), a.text()) for q, a in self._lines if not q.isHidden())

    def show_story(self, story: Story) -> None:
        """Show another customer's story."""
        self._story = story
        lines = (*story.lines, *(("", ""),) * (_QUESTIONS - len(story.lines)))
        for (question, answer), line in zip(self._lines, lines, strict=True):
            question.set_text(line[0])
            answer.set_text(line[1])
            question.setVisible(bool(line[0]))
            answer.setVisible(bool(line[0]))
        self._say_deadline()
        self._repeat.setVisible(bool(story.repeat))
        self._repeat.show_spec(ChipSpec(story.repeat, Voice.SOON, Icon.ROTATE_CW))

    def show_deadlines(self, said: Mapping[UUID, DeadlineWords]) -> None:
        """Say of the case until when it must be answered, once that is known."""
        self._said = said
        self._say_deadline()

    def _say_deadline(self) -> None:
        told = self._said.get(self._story.case) if self._story.case is not None else None
        for (_, answer), (asked, words_) in zip(self._lines, self._story.lines, strict=False):
            if asked == tr(_WHERE):
                answer.set_text(words_ if told is None else f"{words_}. {told.text}")
