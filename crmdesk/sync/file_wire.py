"""Contents of attached files, as they travel between a desk and the server: in parts, gone on with after any break.

Encoded as everything in ``sync.wire`` is. What a content must be says its row, which was pushed before.
"""

from __future__ import annotations

from uuid import UUID

import msgspec


class SendPart(msgspec.Struct, frozen=True):
    """POST /files/send: bytes of a content from ``place`` on; none asks how far it is. ``entity`` is the table of the
    row that it belongs to."""

    device_id: UUID
    entity: str
    attachment_id: UUID
    place: int
    data: bytes


class PartTaken(msgspec.Struct, frozen=True):
    """How many bytes the server has of it: the next part begins there. ``done`` when it has the whole content, or wants
    none any more; ``refused`` says why it will not take it, empty where it did not refuse."""

    have: int
    done: bool = False
    refused: str = ""


class AskPart(msgspec.Struct, frozen=True):
    """POST /files/fetch: the next bytes of a content from ``place`` on."""

    device_id: UUID
    entity: str
    attachment_id: UUID
    place: int


class Part(msgspec.Struct, frozen=True):
    """Bytes of a content, at most ``limits.PART``; ``size`` is how many the whole has."""

    data: bytes
    size: int
