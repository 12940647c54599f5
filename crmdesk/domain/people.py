"""Who works here, as every layer sees them."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from crmdesk.domain.quick import dataclass


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
