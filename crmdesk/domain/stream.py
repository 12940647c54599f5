"""What happened with a customer, as one stream."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.calls.live import Direction, Outcome
from crmdesk.domain.customers import CustomerCard
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.kinds import RequestKind


class Channel(StrEnum):
    """How something was exchanged with a customer otherwise than by phone."""

    EMAIL = "email"
    LETTER = "letter"
    WEB = "web"
    VISIT = "visit"


class EntryKind(StrEnum):
    """What a timeline entry is."""

    CALL = "call"
    NOTE = "note"
    COMPLAINT = "complaint"
    REQUEST = "request"
    CHANGE = "change"
    SCRIPT = "script"
    MESSAGE = "message"
    TASK = "task"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One entry of a customer's timeline. ``body`` is a note's text, the words of a case or a script's answers; ``who``
    the author.

    A CHANGE is one of two that met in the same field; its ``title`` names the field. A MESSAGE has a ``channel``, its
    ``title`` is the subject and ``address`` the other side. A TASK is told when it was promised; ``due_at`` is when it
    is to be done, and ``disposition`` what became of it. A FEEDBACK is a line to a product team; its ``title`` is the
    product, and what was answered stands in its ``body`` too.
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
    request: RequestKind | None = None
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
