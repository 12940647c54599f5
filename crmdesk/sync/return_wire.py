"""The questions about the return for the regulator: its figures, the complaints behind them, signing. Supervisors may
ask them.

Encoded as everything in ``sync.wire`` is. A return travels as its document, which is what its digest is of.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from crmdesk.domain.cases.returns import Behind, CasesBehind, Scope, Signature


class AskReturn(msgspec.Struct, frozen=True):
    """POST /returns/made: the return of a scope as things stand now."""

    device_id: UUID
    scope: Scope


class ReturnReply(msgspec.Struct, frozen=True):
    """Its document, that of the one signed last ("": none was), what its regime and entity are called, and who signed
    returns of this scope, the newest first."""

    document: str
    before: str = ""
    regime: str = ""
    entity: str = ""
    signatures: tuple[Signature, ...] = ()


class AskBehind(msgspec.Struct, frozen=True):
    """POST /returns/behind: the complaints behind a part of a return."""

    device_id: UUID
    scope: Scope
    wanted: Behind


class BehindReply(msgspec.Struct, frozen=True):
    """As many of them as are sent at once, and how many there are."""

    behind: CasesBehind


class AskSign(msgspec.Struct, frozen=True):
    """POST /returns/sign: sign the return of a scope, if it still is the one whose ``digest`` was seen."""

    device_id: UUID
    scope: Scope
    digest: str
