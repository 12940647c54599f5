"""Letters as screens show them, and what is told when one went out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from crmdesk.domain.cases.letter_elements import ElementView
from crmdesk.domain.cases.letters import LetterKind, SentBy
from crmdesk.domain.cases.views import RedressView
from crmdesk.domain.quick import dataclass


@dataclass(frozen=True, slots=True)
class SentView:
    """That a letter went out: when, how (None: unknown), with what proof, and whether the server has not heard it."""

    at: datetime
    by: SentBy | None
    proof: str
    unsent: bool


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter. ``words`` are those that went out once it did; ``day`` stands on it, in its language: today, or the one
    on which it went out; ``gaps`` are still to be filled in; ``template`` is the edition it began from; ``approved``
    says that it was approved with these very words."""

    id: UUID
    kind: LetterKind
    language: str
    template: str
    words: str
    day: str
    elements: tuple[ElementView, ...]
    gaps: tuple[str, ...]
    made_by: str
    made_at: datetime
    approved: bool
    sent: SentView | None


@dataclass(frozen=True, slots=True)
class LetterDesk:
    """The letters about a complaint, the newest first, and what stands around them on paper. ``kinds`` can be begun
    now; ``languages`` have a template. ``total`` is what is given in money, for reading; ``may_approve`` says that the
    decision waits for approval, and may have the reader's; letters of the ``sendable`` kinds may go out now;
    ``addresses`` are the customer's e-mail addresses."""

    letters: tuple[LetterView, ...]
    kinds: tuple[LetterKind, ...]
    languages: tuple[str, ...]
    house: str
    customer: str
    reference: str
    redress: tuple[RedressView, ...]
    total: str
    may_approve: bool
    sendable: tuple[LetterKind, ...]
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterToMail:
    """A letter that is to go out by e-mail: the details of the step that it becomes (JSON), and what is on paper."""

    letter_id: UUID
    details: str
    subject: str
    reference: str
    house: str
    day: str
    words: str


@dataclass(frozen=True, slots=True)
class Sending:
    """How a letter went out: the way, the proof (a number, an address, who saw it), and for a complaint that is settled
    early how the customer accepted it."""

    by: SentBy
    proof: str
    accepted: str = ""
