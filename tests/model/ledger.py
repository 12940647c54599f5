"""What was written in a run, word by word: each is unlike all others, so that its way can be followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from uuid import UUID


class Place(StrEnum):
    """Where a word was written: the column that holds it, none for a draft."""

    TEXT = "preferences"
    FIELD = "city"
    NOTE = "body"
    COMPLAINT = "verbatim"
    CALLBACK = "reason"
    TASK = "words"
    ANSWER = "answer"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Word:
    """A word, who wrote it, where, and about which customer."""

    word: str
    desk: int
    place: Place
    row: UUID
    customer: UUID


@dataclass(slots=True)
class Ledger:
    """Everything that was written, and what may be missing for a reason: overwritten knowingly, given up, erased."""

    words: dict[str, Word] = field(default_factory=dict)
    let_go: set[str] = field(default_factory=set)
    customers: list[UUID] = field(default_factory=list)
    callbacks: list[tuple[UUID, UUID]] = field(default_factory=list)
    tasks: list[tuple[UUID, UUID]] = field(default_factory=list)
    erased: set[UUID] = field(default_factory=set)
    same: dict[UUID, set[UUID]] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=count)

    def new_word(self) -> str:
        """Return a word that nobody wrote before."""
        return f"w{next(self._numbers)}w"

    def wrote(self, word: str, desk: int, place: Place, row: UUID, customer: UUID) -> None:
        """Remember a word that was saved."""
        self.words[word] = Word(word, desk, place, row, customer)

    def merged(self, one: UUID, other: UUID) -> None:
        """Remember that two customers were the same for a while: words about one may be at the other, for ever."""
        both = self.same.setdefault(one, {one}) | self.same.setdefault(other, {other})
        for customer in both:
            self.same[customer] = both

    def erase(self, customer: UUID) -> None:
        """Remember that a customer was erased: words about them may be gone, whenever they were written."""
        self.erased.add(customer)

    def expected(self) -> list[Word]:
        """Return the words that must be somewhere."""
        return [w for name, w in self.words.items() if name not in self.let_go and not self._may_be_erased(w)]

    def _may_be_erased(self, w: Word) -> bool:
        return bool(self.erased & self.same.get(w.customer, {w.customer}))

    def forbidden(self) -> list[Word]:
        """Return the words that must be nowhere: those written at or about nobody but an erased customer."""
        return [w for w in self.words.values() if w.customer in self.erased and w.customer not in self.same]
