"""Why the engine turned a whole request away: a code for programs, words for people."""

from __future__ import annotations

from enum import StrEnum

from crmdesk.domain.errors import Refused
from crmdesk.domain.language import mark

OTHER_VERSION = mark("Update crmdesk on this computer; if it stays so, tell your administrator.")
"""What to do where a desk asks for what none of this version asks for."""

FAULT_OF_OURS = "This is a fault of crmdesk: please report it with this line."


class Code(StrEnum):
    """The ``code`` of a ``wire.Failure``. A desk acts on these; everything else is shown."""

    BAD_REQUEST = "bad_request"
    TOO_LARGE = "too_large"
    NOT_FOUND = "not_found"
    NOT_HELD = "not_held"
    SIGNED_OUT = "signed_out"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a code, not a password
    DISABLED = "disabled"
    THROTTLED = "throttled"
    FORK = "fork"
    OTHER_PERSON = "other_person"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


class Rejection(Refused):
    """A request that is not carried out at all; nothing of it was stored."""

    def __init__(self, code: Code, what: str, next_step: str = "") -> None:
        super().__init__(what, next_step)
        self.code = code
