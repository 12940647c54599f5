"""Questions about routing rules, asked by those who lead: the editions, a dry run, and publishing another one.

Encoded as everything in ``sync.wire`` is; instants are microseconds since 1970 UTC, rules as ``domain.routing.codec``
writes them.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from crmdesk.domain.routing.dry_run import DryRun
from crmdesk.domain.routing.views import Edition, Household


class AskRouting(msgspec.Struct, frozen=True):
    """POST /routing: the rules in force, which editions there were, and what rules can name in this house."""

    device_id: UUID


class RoutingReply(msgspec.Struct, frozen=True):
    """The editions, the newest first, and the rules of the newest; no rules where nothing was published."""

    editions: tuple[Edition, ...]
    body: str
    household: Household


class AskEdition(msgspec.Struct, frozen=True):
    """POST /routing/edition: the rules of one edition."""

    device_id: UUID
    number: int


class EditionReply(msgspec.Struct, frozen=True):
    """That edition, and its rules."""

    edition: Edition
    body: str


class TryRules(msgspec.Struct, frozen=True):
    """POST /routing/try: what would these rules have done with the cases of the last days?"""

    device_id: UUID
    body: str


class TryReply(msgspec.Struct, frozen=True):
    """What they would have done, with the cases that whoever asks may see."""

    run: DryRun


class PublishRules(msgspec.Struct, frozen=True):
    """POST /routing/publish: make these rules the edition after ``on`` (0: the first). ``brings_back`` is the number of
    the edition whose rules they are, None for others."""

    device_id: UUID
    body: str
    on: int
    why: str
    brings_back: int | None = None


class PublishReply(msgspec.Struct, frozen=True):
    """The edition that was made, or the one that somebody published after ``on`` meanwhile; then nothing was made."""

    made: Edition | None
    first: EditionReply | None = None
