"""What the desk shows: frozen values that travel from the local store to the screen.

Instants are aware and UTC; phone numbers are E.164 and formatted only when painted; all text is plain text.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from crmdesk.domain.calls.live import Direction, Outcome
from crmdesk.domain.card import DueView, RelationView
from crmdesk.domain.changes import Kind
from crmdesk.domain.quick import dataclass

if TYPE_CHECKING:
    from crmdesk.domain.merge3 import Merged


class Role(StrEnum):
    """What a person may do here."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Identity:
    """The person signed in at this desk: ``extension`` is the phone, None for somebody who takes no calls."""

    agent_id: UUID
    login: str
    display_name: str
    extension: str | None
    role: Role
    queues: tuple[str, ...] = ()


# Customers ---------------------------------------------------------------------------------------------------------


class CustomerKind(StrEnum):
    """A person or an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"


class ContactPointKind(StrEnum):
    """A way to reach somebody."""

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


class Channel(StrEnum):
    """How something was exchanged with a customer otherwise than by phone."""

    EMAIL = "email"
    LETTER = "letter"
    WEB = "web"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class ContactPointView:
    """One way to reach a customer: as written, as E.164 for phones, with a label such as "home"."""

    id: UUID
    kind: ContactPointKind
    value: str
    e164: str | None
    extension: str | None
    label: str
    shared: bool


@dataclass(frozen=True, slots=True)
class OpenComplaint:
    """A complaint that is not closed, as the card and the lists name it."""

    id: UUID
    reference: str
    product: str
    category: str
    severity: int
    state: ComplaintState
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody who shares a number with the customer."""

    customer_id: UUID
    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """Everything the customer pane shows. Empty values take no space on the screen."""

    id: UUID
    kind: CustomerKind
    name: str
    latin_name: str
    summary: str
    city: str
    since: date | None
    care: str
    tier: str
    language: str
    product: str
    preferences: tuple[str, ...]
    contact_points: tuple[ContactPointView, ...]
    open_complaints: tuple[OpenComplaint, ...]
    household: tuple[Relative, ...]
    contacts_last_7_days: int
    unsent: bool
    do_not_call: bool = False
    segment: str = ""
    accessibility: tuple[str, ...] = ()
    good_service: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    relations: tuple[RelationView, ...] = ()
    due: tuple[DueView, ...] = ()


@dataclass(frozen=True, slots=True)
class MergedCustomer:
    """A duplicate that was merged into a customer, by whom and when (as far as known), and can be taken out again."""

    id: UUID
    name: str
    summary: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to be created from a call or a search."""

    name: str
    kind: CustomerKind = CustomerKind.PERSON
    number: str = ""


# Who is calling ----------------------------------------------------------------------------------------------------


class EvidenceKind(StrEnum):
    """Why a candidate is likely."""

    CALLBACK_DUE = "callback_due"
    OPEN_COMPLAINT = "open_complaint"
    REPEAT = "repeat"
    RECENT_CONTACT = "recent_contact"
    CHOSEN_BEFORE = "chosen_before"
    USUAL_QUEUE = "usual_queue"
    NOTHING_OPEN = "nothing_open"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason: ``count`` and ``at`` mean what the kind says (complaints open, callback due at, last contact at,
    contacts in seven days, chosen ``count`` of ``total`` times, ``count`` of ``total`` contacts in this queue)."""

    kind: EvidenceKind
    count: int = 0
    total: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One customer who may be calling, with a likelihood 0..1 and its reasons."""

    customer_id: UUID
    name: str
    latin_name: str
    summary: str
    likelihood: float
    evidence: tuple[Evidence, ...]


class LookUpKind(StrEnum):
    """What is known of a caller."""

    WITHHELD = "withheld"
    UNKNOWN = "unknown"
    ONE = "one"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class LookUp:
    """Who is probably calling: candidates ranked best first, stable for equal evidence."""

    kind: LookUpKind
    number: str | None
    candidates: tuple[Candidate, ...] = ()


# Timeline ----------------------------------------------------------------------------------------------------------


class EntryKind(StrEnum):
    """What a timeline entry is."""

    CALL = "call"
    NOTE = "note"
    COMPLAINT = "complaint"
    CHANGE = "change"
    SCRIPT = "script"
    MESSAGE = "message"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One entry of a customer's timeline. ``body`` is a note's text, a complaint's words or a script's answers; ``who``
    the author.

    A CHANGE is one of two that met in the same field; its ``title`` names the field. A MESSAGE has a ``channel``, its
    ``title`` is the subject and ``address`` the other side. A TASK is told when it was promised; ``due_at`` is when it
    is to be done, and ``disposition`` what became of it.
    """

    id: UUID
    kind: EntryKind
    at: datetime
    title: str
    who: str
    body: str = ""
    queue: str = ""
    disposition: str = ""
    direction: Direction | None = None
    outcome: Outcome | None = None
    duration_s: float | None = None
    waited_s: float | None = None
    ongoing: bool = False
    reference: str = ""
    severity: int | None = None
    unsent: bool = False
    channel: Channel | None = None
    address: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A contact to be written down that did not come by phone; ``ours`` says that it went out from us."""

    customer_id: UUID
    channel: Channel
    ours: bool
    subject: str
    body: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries of a timeline are asked for: of these kinds (None: all), with every one of these words in them,
    as ``str.casefold`` writes them."""

    kinds: frozenset[EntryKind] | None = None
    words: tuple[str, ...] = ()

    @property
    def everything(self) -> bool:
        """Return True where nothing is left out."""
        return self.kinds is None and not self.words

    def holds(self, kind: EntryKind) -> bool:
        """Return True for a kind that is asked for."""
        return self.kinds is None or kind in self.kinds

    def fits(self, entry: TimelineEntry) -> bool:
        """Return True for an entry that is asked for."""
        if not self.holds(entry.kind):
            return False
        if not self.words:
            return True
        parts = (entry.title, entry.who, entry.body, entry.queue, entry.disposition, entry.reference, entry.address)
        text = "\n".join(parts).casefold()
        return all(word in text for word in self.words)


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Entries newest first; ``older`` is handed back to get the next page, None at the end."""

    entries: tuple[TimelineEntry, ...]
    older: tuple[datetime, UUID] | None


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """A customer's card and the newest page of the timeline, as they stood at one instant."""

    card: CustomerCard
    page: TimelinePage


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is probably calling, and the file of the likeliest one; None where nobody is likely."""

    look_up: LookUp
    likeliest: CustomerFile | None = None


# The call and its wrap-up ------------------------------------------------------------------------------------------


class InteractionState(StrEnum):
    """Where an interaction stands."""

    OPEN = "open"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class DispositionView:
    """An outcome that can be chosen at wrap-up; ``why`` is set where it is proposed."""

    id: UUID
    code: str
    label: str
    why: str = ""
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class RecentCall:
    """One of the agent's own calls on the idle desk."""

    interaction_id: UUID
    customer_id: UUID | None
    customer_name: str
    number: str | None
    withheld: bool
    began: datetime
    queue: str
    outcome: Outcome | None
    disposition: str
    state: InteractionState
    has_draft: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """Text that is not finished: ``kind`` and ``subject`` say of what, ``fields`` hold it as typed."""

    kind: str
    subject: UUID
    fields: dict[str, str] = field(hash=False)
    saved_at: datetime
    title: str = ""


# Complaints --------------------------------------------------------------------------------------------------------


class ComplaintState(StrEnum):
    """Where a complaint stands in its life cycle (ISO 10002:2018, clause 7)."""

    REGISTERED = "registered"
    TRIAGED = "triaged"
    INVESTIGATING = "investigating"
    RESPONSE_SENT = "response_sent"
    CLOSED = "closed"


class CallbackState(StrEnum):
    """Where a callback stands."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NewCallback:
    """A callback to be promised: whom to ring (a customer, a number, or both), why, and when. ``due_zone`` is the IANA
    zone in which the time was agreed. ``mine`` says that who promises it rings back."""

    customer_id: UUID | None
    reason: str
    due_at: datetime
    due_zone: str
    number: str = ""
    queue: str = ""
    interaction_id: UUID | None = None
    mine: bool = True


@dataclass(frozen=True, slots=True)
class CallbackView:
    """A callback in a list.

    ``owner`` is the name of whoever took it on, empty while it is free to claim. ``unconfirmed``: it was claimed here,
    and the server has not answered yet. ``lost`` says in words who was first where a claim made here was not taken.
    ``offered_to``, ``for_me`` and ``snoozed_until`` are as those of ``tasks.TaskView``.
    """

    id: UUID
    customer_id: UUID | None
    customer_name: str
    number: str | None
    extension: str | None
    reason: str
    queue: str
    due_at: datetime
    due_zone: str
    state: CallbackState
    owner_id: UUID | None
    owner: str
    mine: bool
    unconfirmed: bool
    lost: str
    unsent: bool
    interaction_id: UUID | None = None
    offered_to: str = ""
    for_me: bool = False
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ComplaintPrefill:
    """What the complaint form knows from the call: the words taken over are those in quotation marks in the note."""

    reference: str
    customer_id: UUID | None
    customer_name: str
    interaction_id: UUID | None
    product: str
    verbatim: str
    products: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """A complaint as it is registered. ``severity`` is 1 (slight) to 5 (grave); ``received_zone`` an IANA name."""

    reference: str
    customer_id: UUID | None
    interaction_id: UUID | None
    product: str
    category: str
    severity: int
    verbatim: str
    desired_remedy: str
    safety: bool
    received_zone: str


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """A complaint in a list."""

    id: UUID
    reference: str
    customer_id: UUID | None
    customer_name: str
    product: str
    category: str
    severity: int
    safety: bool
    state: ComplaintState
    received_at: datetime
    registered_by: str
    unsent: bool


# Search ------------------------------------------------------------------------------------------------------------


class HitKind(StrEnum):
    """What a search found."""

    PERSON = "person"
    COMPLAINT = "complaint"
    NOTE = "note"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result; ``customer_id`` is what Enter opens, or the article of this ``id``."""

    kind: HitKind
    id: UUID
    customer_id: UUID | None
    title: str
    latin_title: str
    detail: str
    number: str | None
    excerpt: str
    at: datetime | None
    open_complaints: int = 0


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Results for one text, people first; ``people_total`` is None when it was not counted to the end."""

    text: str
    matched: tuple[str, ...]
    hits: tuple[Hit, ...]
    more: bool
    took_ms: float


# Sync --------------------------------------------------------------------------------------------------------------


class SyncLink(StrEnum):
    """How the desk stands with the server."""

    LIVE = "live"
    CONNECTING = "connecting"
    OFFLINE = "offline"
    SIGNED_OUT = "signed_out"
    TOO_OLD = "too_old"
    LOCKED = "locked"


OUT_OF_USE = "This computer was taken out of use."
"""With this the detail of a locked sync state begins where the server said so, not only the end of the lease."""


COPIED = "This profile was copied, or put back from a copy."
"""With this the detail of a sync state begins where a profile is in use twice and became a new device."""


RESTORED = "It was put back from a backup; what it had lost is sent again."
"""The detail of a live sync state since the server was restored: a quiet word, nothing to do."""


@dataclass(frozen=True, slots=True)
class SnapshotProgress:
    """The first copy of the server's records on its way: so many rows are here, of about ``total``. ``rows`` may pass
    ``total``, which is an estimate; with all rows here, indexes are still made."""

    rows: int
    total: int


@dataclass(frozen=True, slots=True)
class SyncState:
    """The sync state that explains itself: what is unsent, since when, and how the link stands. ``snapshot`` is None
    unless the first copy of the server's records is being fetched: until then not everybody is found here."""

    link: SyncLink
    since: datetime
    unsent: int
    refused: int
    oldest_unsent_at: datetime | None
    last_received_at: datetime | None
    detail: str = ""
    second_file: str = ""
    conflicts: int = 0
    snapshot: SnapshotProgress | None = None


class Resolution(StrEnum):
    """How somebody settled a conflict: with the server's value, with their own, or with words made of both. ``MERGED``
    ones needed nobody: the changes did not touch each other."""

    THEIRS = "theirs"
    MINE = "mine"
    BOTH = "both"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class ConflictView:
    """Two versions of one field, to be settled, or how they were.

    ``title`` names the customer or the record, ``label`` the field; ``base``, ``mine`` and ``theirs`` are for reading.
    ``theirs`` is the server's value as it is known now, ``theirs_by`` a display name, empty where nobody tells.
    ``merged`` is the proposal for text, with its places to look at; None where one value must be chosen, or another
    written where ``may_type``.
    """

    id: UUID
    kind: Kind
    row_id: UUID
    customer_id: UUID | None
    title: str
    field: str
    label: str
    base: str
    mine: str
    theirs: str
    mine_at: datetime | None
    theirs_by: str
    theirs_at: datetime | None
    found_at: datetime
    merged: Merged | None = None
    settled_at: datetime | None = None
    resolution: Resolution | None = None
    may_type: bool = False


class UnsentState(StrEnum):
    """Why a change is still here."""

    WAITING = "waiting"
    REFUSED = "refused"
    CONFLICT = "conflict"


class Way(StrEnum):
    """What can be done with a change that the server did not take."""

    CHANGE = "change"
    ASK = "ask"
    TRY_AGAIN = "try_again"
    LET_GO = "let_go"
    SETTLE = "settle"


@dataclass(frozen=True, slots=True)
class Wording:
    """Words of a refused change that can be written otherwise: the field, its name on screens, and what it says."""

    field: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class UnsentChange:
    """One change that the server has not taken: what it is in words, when it was made, and why it waits.

    ``answered_at`` is when the server said no, ``text`` what a refused change says, ``wordings`` what of it can be
    written otherwise, ``ways`` what can be done with it; ``conflict_id`` names what is to settle.
    """

    seq: int
    what: str
    who: str
    made_at: datetime
    state: UnsentState
    reason: str = ""
    answered_at: datetime | None = None
    kind: Kind | None = None
    row_id: UUID | None = None
    conflict_id: UUID | None = None
    text: str = ""
    ways: tuple[Way, ...] = ()
    wordings: tuple[Wording, ...] = ()
