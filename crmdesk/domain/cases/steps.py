"""Steps of a case: what somebody did, in words that are kept for good, and how the steps hang together.

A step names the digests of the steps that were the last ones where it was made, and its own digest covers them: whoever
edits, takes away or reorders a step breaks what comes after. Two desks that work offline make two ends, which the next
step joins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.instants import micros

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""The character that no database keeps in its text, as JSON writes it."""


class StepKind(StrEnum):
    """What a step of a complaint did."""

    REGISTERED = "registered"
    IMPORTED = "imported"
    ACKNOWLEDGED = "acknowledged"
    TRIAGED = "triaged"
    TAKEN_UP = "taken_up"
    ASKED_COMPLAINANT = "asked_complainant"
    ASKED_THIRD_PARTY = "asked_third_party"
    ANSWER_CAME = "answer_came"
    PROGRESS_SENT = "progress_sent"
    HOLDING_SENT = "holding_sent"
    NOTED = "noted"
    DECISION_DRAFTED = "decision_drafted"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    RESPONSE_SENT = "response_sent"
    CLOSED = "closed"
    RESOLVED_EARLY = "resolved_early"
    FORWARDED = "forwarded"
    NOT_ELIGIBLE = "not_eligible"
    TIME_BARRED = "time_barred"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    SECOND_STAGE = "second_stage"
    REFERRED = "referred"
    REOPENED = "reopened"


STEP_WORDS = {
    StepKind.REGISTERED: mark("Registered"),
    StepKind.IMPORTED: mark("Imported"),
    StepKind.ACKNOWLEDGED: mark("Acknowledgement sent"),
    StepKind.TRIAGED: mark("Triaged"),
    StepKind.TAKEN_UP: mark("Investigation begun"),
    StepKind.ASKED_COMPLAINANT: mark("Customer asked"),
    StepKind.ASKED_THIRD_PARTY: mark("Others asked"),
    StepKind.ANSWER_CAME: mark("Answer came"),
    StepKind.PROGRESS_SENT: mark("Progress letter sent"),
    StepKind.HOLDING_SENT: mark("Holding letter sent"),
    StepKind.NOTED: mark("Noted"),
    StepKind.DECISION_DRAFTED: mark("Decision drafted"),
    StepKind.SENT_BACK: mark("Sent back"),
    StepKind.APPROVED: mark("Approved"),
    StepKind.RESPONSE_SENT: mark("Final response sent"),
    StepKind.CLOSED: mark("Closed"),
    StepKind.RESOLVED_EARLY: mark("Resolved early"),
    StepKind.FORWARDED: mark("Forwarded"),
    StepKind.NOT_ELIGIBLE: mark("Not eligible"),
    StepKind.TIME_BARRED: mark("Time-barred"),
    StepKind.DUPLICATE: mark("Duplicate"),
    StepKind.WITHDRAWN: mark("Withdrawn"),
    StepKind.SECOND_STAGE: mark("Second stage asked for"),
    StepKind.REFERRED: mark("Referred"),
    StepKind.REOPENED: mark("Opened again"),
}
"""What each step is called, to be translated where it is shown."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step: who did what and when (UTC). ``details`` are plain values by name, as ``lifecycle`` asks for them."""

    kind: StepKind
    by: UUID
    at: datetime
    details: Mapping[str, Any]


class Told(Protocol):
    """A step of any kind of case: who did what and when (UTC), and its details, plain values by name."""

    @property
    def kind(self) -> StrEnum:
        """What it did."""

    @property
    def by(self) -> UUID:
        """Who took it."""

    @property
    def at(self) -> datetime:
        """When it was taken."""

    @property
    def details(self) -> Mapping[str, Any]:
        """What it says."""


@dataclass(frozen=True, slots=True)
class Link:
    """A step as it is kept: which case it is of, the device that made it, and the chain. ``details`` is JSON."""

    id: UUID
    case_id: UUID
    kind: str
    by: UUID
    at: datetime
    device: UUID | None
    details: str
    parents: tuple[str, ...]
    digest: str


def written(details: Mapping[str, Any]) -> str:
    """Return details as JSON that is always the same for the same values."""
    return json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def details_of(text: str) -> Mapping[str, Any]:
    """Return the details that ``written`` made; none for what is no JSON object, or is nested too deeply to be read."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def well_written(text: str) -> bool:
    """Return whether details are as ``written`` writes them, in characters that every database keeps."""
    try:
        return written(details_of(text)) == text and _NUL.search(text) is None
    except RecursionError:
        return False


def digest_of(
    step: UUID,
    case: UUID,
    kind: str,
    by: UUID,
    at: datetime,
    device: UUID | None,
    details: str,
    parents: Collection[str],
) -> str:
    """Return the digest of a step: SHA-256 in hexadecimal over all that it says and over the digests before it."""
    parts = (
        *(step.hex, case.hex, kind, by.hex, str(micros(at))),
        *("" if device is None else device.hex, details, *sorted(parents)),
    )
    # Each part with its length: no two different steps are the same bytes.
    framed = bytearray()
    for part in parts:
        content = part.encode("utf-8", "surrogatepass")
        framed += len(content).to_bytes(8, "big")
        framed += content
    return sha256(framed).hexdigest()


def values_of(
    row: UUID,
    case: UUID,
    step: Told,
    device: UUID | None = None,
    parents: Collection[str] = (),
    column: str = "complaint_id",
) -> dict[str, Any]:
    """Return the columns of a step's row, its digest among them; ``column`` is the one that names its case."""
    details = written(step.details)
    return {
        column: case,
        "kind": step.kind.value,
        "by_id": step.by,
        "at": step.at,
        "device_id": device,
        "details": details,
        "parents": " ".join(sorted(parents)),
        "digest": digest_of(row, case, step.kind.value, step.by, step.at, device, details, parents),
    }


def is_sound(link: Link) -> bool:
    """Return whether a step is as it was made."""
    return link.digest == digest_of(
        link.id, link.case_id, link.kind, link.by, link.at, link.device, link.details, link.parents
    )


def ends_of(links: Iterable[tuple[str, Collection[str]]]) -> tuple[str, ...]:
    """Return the digests that no other step names, sorted; ``links`` are pairs of digest and parents."""
    known = list(links)
    named = {parent for _, parents in known for parent in parents}
    return tuple(sorted(digest for digest, _ in known if digest not in named))


def split(parents: str) -> tuple[str, ...]:
    """Return the digests of a column that holds them parted by spaces."""
    return tuple(parents.split())
