"""The fields of a customer's card as they are edited: their names, their order, and what may be typed into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from crmdesk.domain.changes import Kind
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.values import plain
from crmdesk.domain.words import month_of

YES = "yes"
"""How a field that is true is written; one that is not is empty."""

LONGEST_LINE = 200
"""The longest words of one line on a card, in characters."""

_MAY_SPEAK = mark("may speak")


class RelationKind(StrEnum):
    """Where somebody belongs who is related to a customer: the same household, or a company."""

    HOUSEHOLD = "household"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class RelationView:
    """Somebody who belongs to a customer. ``customer_id`` is None for somebody not on file."""

    id: UUID
    kind: RelationKind
    name: str
    role: str
    may_speak: bool
    customer_id: UUID | None

    @property
    def words(self) -> str:
        """Return them in one line, as they are read and typed."""
        return relation_words(self.name, self.role, may_speak=self.may_speak)


class DueKind(StrEnum):
    """What is still to be done: a call back, something else that was promised, or a follow-up of the house's own."""

    CALL = "call"
    PROMISE = "promise"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class DueView:
    """Something that is still to be done for the customer: what, by when, by whom (empty: nobody yet)."""

    id: UUID
    kind: DueKind
    what: str
    due_at: datetime
    due_zone: str
    owner: str


@dataclass(frozen=True, slots=True)
class FieldRef:
    """One field of one record."""

    kind: Kind
    row_id: UUID
    field: str


@dataclass(frozen=True, slots=True)
class FieldNow:
    """What stands in a field: its words, and who changed the record last and when, as far as this computer knows."""

    ref: FieldRef
    words: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One record that an edit changed: its columns before and after."""

    kind: Kind
    row_id: UUID
    before: Mapping[str, Any] = field(hash=False)
    after: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class KeptEdit:
    """What was kept, so that it can be taken back: ``what`` says it in words."""

    what: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class FieldStamp:
    """Who changed a field last and when. ``by`` is a name, empty where nobody tells; ``at`` None where nobody changed
    it since the record was made; ``unsent`` for a change that the server has not taken yet."""

    ref: FieldRef
    by: str
    at: datetime | None
    unsent: bool = False


@dataclass(frozen=True, slots=True)
class CardField:
    """A field of the customer's own record: its column, its name on the screen (marked, still in English), and whether
    it takes several lines."""

    name: str
    label: str
    lines: bool = False


CARD_FIELDS = (
    CardField("name", mark("Name")),
    CardField("latin_name", mark("Name in Latin letters")),
    CardField("summary", mark("What they are")),
    CardField("city", mark("Town")),
    CardField("since", mark("Customer since")),
    CardField("care", mark("Care marker")),
    CardField("tier", mark("Tier")),
    CardField("segment", mark("Segment")),
    CardField("language", mark("Language")),
    CardField("preferences", mark("How they like it"), lines=True),
    CardField("accessibility", mark("What they need"), lines=True),
    CardField("good_service", mark("Good service to them"), lines=True),
    CardField("product", mark("Cover")),
)
"""In the order of Tab."""


def card_field(name: str) -> CardField:
    """Return a field by its column; raises KeyError for one that is not on the card."""
    return {one.name: one for one in (*CARD_FIELDS, CardField("do_not_call", mark("Do not call")))}[name]


def one_line(name: str, typed: str) -> str:
    """Return one line as it is kept; raises UserMistake at ``name`` where it is too long."""
    words = " ".join(plain(typed).split())
    if len(words) > LONGEST_LINE:
        what = tr("This has {n} characters; a card takes {most}.", n=len(words), most=LONGEST_LINE)
        raise UserMistake(name, what, tr("Shorten it, or write it as a note."))
    return words


def day_of(typed: str) -> date | None:
    """Return the day that somebody typed ("2019-03-04", "4 Mar 2019", "4.3.2019"), None for nothing.

    Raises UserMistake where it is no day.
    """
    words = typed.replace(".", " ").replace("/", " ").replace("-", " ").split()
    if not words:
        return None
    try:
        if len(words) == 2:
            words = ["1", *words]
        if len(words[0]) == 4:
            words.reverse()
        day, month, year = words
        return date(int(year), int(month) if month.isdigit() else month_of(month) or 0, int(day))
    except ValueError as error:
        raise UserMistake("since", tr("This is not a day."), tr("Write it like 4 Mar 2019.")) from error


def relation_words(name: str, role: str, *, may_speak: bool) -> str:
    """Return somebody who belongs to a customer in one line, as ``relation_of`` reads it."""
    return ", ".join(part for part in (name, role, tr(_MAY_SPEAK) if may_speak else "") if part)


def relation_of(typed: str) -> tuple[str, str, bool]:
    """Return name, role and whether they may speak for the customer, from words like "Priya Shah, carer, may speak".

    That they may is understood in English and in the language that is spoken, in which ``relation_words`` says it.

    Raises UserMistake where nobody is named.
    """
    parts = [part for part in (one_line("name", part) for part in typed.split(",")) if part]
    said = (_MAY_SPEAK, tr(_MAY_SPEAK).casefold())
    may_speak = any(part.casefold().startswith(said) for part in parts)
    parts = [part for part in parts if not part.casefold().startswith(said)]
    if not parts:
        raise UserMistake("name", tr("Nobody is named."), tr("Write the name first, like Priya Shah, carer."))
    return parts[0], ", ".join(parts[1:]), may_speak
