"""Where the agent is on the desk: at a call, at a call that waits for its outcome, or at a customer."""

from __future__ import annotations

from uuid import UUID

from crmdesk.domain.quick import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """``subject`` is that of the note: the interaction, or the customer for a note without a call.

    ``key`` names a present call, None for one that ended before this program was started; ``title`` the person or the
    number as far as known when the spot was gone to.
    """

    subject: UUID
    key: str | None = None
    interaction_id: UUID | None = None
    customer_id: UUID | None = None
    title: str = ""
    number: str = ""
