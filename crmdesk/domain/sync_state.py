"""How a desk stands with the server: the link, the first copy, what was not taken and what clashed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.changes import Kind
from crmdesk.domain.language import mark
from crmdesk.domain.merge3 import Merged
from crmdesk.domain.quick import dataclass


class SyncLink(StrEnum):
    """How the desk stands with the server."""

    LIVE = "live"
    CONNECTING = "connecting"
    OFFLINE = "offline"
    SIGNED_OUT = "signed_out"
    TOO_OLD = "too_old"
    LOCKED = "locked"


OUT_OF_USE = mark("This computer was taken out of use.")
"""With this, translated, the detail of a locked sync state begins where the server said so, not only the end of
the lease."""


COPIED = mark("This profile was copied, or put back from a copy.")
"""With this, translated, the detail of a sync state begins where a profile is in use twice and became a new device."""


RESTORED = mark("It was put back from a backup; what it had lost is sent again.")
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
