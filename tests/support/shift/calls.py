"""The calls of a shift: who rings, why, and what is typed. Every word of it is found again by its number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import cycle

from tests.support.shift import people
from tests.support.shift.people import Known


class Kind(StrEnum):
    """What there is to do in a call beside note and wrap-up."""

    KNOWN = "known caller"
    SEVERAL = "several candidates"
    UNKNOWN = "unknown caller, put down"
    PROMISE = "promise"
    WITHHELD = "withheld number"
    CALLBACK = "callback"
    COMPLAINT = "complaint"
    SCRIPT = "script"
    SEARCH = "somebody else found"
    EDIT = "edit in place"
    WAITED_FOR = "a second call rings"
    WAITED = "the second call"


_NEW = (
    "Xanthe Quillfeather",
    "Bartholomäus Igwe",
    "Ylva Stormgård",
    "Zsófia Kertész",
    "Oluwaseun Pemberton",
    "Тарас Шевчук",
)
_NOTES = (
    "№{n}: Boiler shows F28, no hot water since Tuesday — visit wanted.",
    "№{n}: Fragt nach der Rechnung vom März; Übergabe geprüft, 31,20 € offen.",
    "№{n}: Réclame un rendez-vous l’après-midi. Rappeler avant 18 h.",
    "№{n}: Просит перезвонить; ключ у соседки (кв. 7).",
    "№{n}: Wants the same engineer again.\nGate code 4711, dog in the yard.",
)
_OUTCOMES = {
    Kind.PROMISE: "Callback promised",
    Kind.CALLBACK: "Callback promised",
    Kind.COMPLAINT: "Complaint registered",
    Kind.SEARCH: "Passed on",
    Kind.EDIT: "Information given",
    Kind.WAITED_FOR: "Information given",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``customer`` is whose it is (for an unknown caller: who they say they are), ``at`` its place from 1."""

    at: int
    kind: Kind
    customer: str
    number: str | None
    queue: str

    @property
    def note(self) -> str:
        """What is typed into the note."""
        words = _NOTES[self.at % len(_NOTES)].format(n=self.at)
        return f"{words} “{self.verbatim}”" if self.kind is Kind.COMPLAINT else words

    @property
    def verbatim(self) -> str:
        """What the caller complains about, in their words."""
        return f"Nobody came, and nobody told me, number {self.at}."

    @property
    def subject(self) -> str:
        """What is promised, or noted about somebody else."""
        return f"the visit number {self.at}"

    @property
    def line(self) -> str:
        """What is written into the card."""
        return f"Rings twice, then comes down ({self.at})"

    @property
    def outcome(self) -> str:
        """The outcome at wrap-up."""
        return _OUTCOMES.get(self.kind, "Resolved")


@dataclass(slots=True)
class Typed:
    """What was typed where, as it must be at the server: each list in the order of typing."""

    notes: list[tuple[str, str]] = field(default_factory=list)
    """Customer and words."""
    promises: list[str] = field(default_factory=list)
    callbacks: list[str] = field(default_factory=list)
    complaints: list[tuple[str, str]] = field(default_factory=list)
    """Reference and words."""
    edits: list[tuple[str, str]] = field(default_factory=list)
    """Customer and line."""
    made: list[str] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    """Question and answer."""
    outcomes: list[tuple[str, str]] = field(default_factory=list)
    """Customer and outcome of each call."""


def calls(count: int) -> list[Call]:
    """Return so many calls, every kind in turn."""
    known, families = cycle(people.customers()), cycle(people.families())
    return [_call(at, kind, known, families) for at, kind in zip(range(1, count + 1), cycle(Kind), strict=False)]


def _call(at: int, kind: Kind, known: Iterator[Known], families: Iterator[list[Known]]) -> Call:
    queue = "support" if kind is Kind.SCRIPT else "sales"
    if kind is Kind.UNKNOWN:
        return Call(at, kind, _NEW[at // len(Kind) % len(_NEW)], f"+1408555{3000 + at}", queue)
    if kind is Kind.SEVERAL:
        family = next(families)
        one = family[at % len(family)]
        return Call(at, kind, one.name, one.number, queue)
    one = next(known)
    return Call(at, kind, one.name, None if kind is Kind.WITHHELD else one.number, queue)
