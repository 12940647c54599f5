"""The question who changed fields last, and its answer."""

from __future__ import annotations

from uuid import UUID

import msgspec

MOST_ROWS = 200
"""Records that may be asked about at once."""


class AskStamps(msgspec.Struct, frozen=True):
    """POST /sync/stamps: who changed the fields of these records last? Pairs of entity and id."""

    device_id: UUID
    rows: tuple[tuple[str, UUID], ...]


class StampOf(msgspec.Struct, frozen=True):
    """A field of a record, and who changed it last, in microseconds since 1970 by the server's clock."""

    entity: str
    row: UUID
    field: str
    by: UUID
    at_us: int


class StampsReply(msgspec.Struct, frozen=True):
    """What is known of the records that whoever asks may see: fields that nobody changed since the record was made are
    not among them."""

    stamps: tuple[StampOf, ...]
