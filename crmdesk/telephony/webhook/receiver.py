"""The webhook connector: it connects to nobody, and tells what gateways took down of the phone system's requests."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from crmdesk.domain.calls.events import LinkUp
from crmdesk.domain.calls.live import PhoneLink, PhoneState
from crmdesk.domain.clock import Clock, SystemClock
from crmdesk.domain.errors import UserMistake
from crmdesk.telephony.connector import Emit, TellState
from crmdesk.telephony.webhook.delivery import Delivery, Step
from crmdesk.telephony.webhook.translate import Who, translate


class WebhookReceiver:
    """Takes deliveries, one call at a time. Whatever is delivered again, or in another order, comes to the same."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._emit: Emit | None = None

    async def run(self, emit: Emit, state: TellState) -> None:
        """Be there for deliveries until cancelled; whether the phone system still sends, nobody can know."""
        self._emit = emit
        emit(LinkUp(self._clock.now()))
        state(PhoneState(PhoneLink.CONNECTED, self._clock.now(), "The phone system tells by itself."))
        try:
            await asyncio.Event().wait()
        finally:
            self._emit = None

    def take(self, told: Sequence[Delivery], new: Step, who: Who) -> bool:
        """Tell what a delivery means; ``told`` is all that was said of its call. Returns False while nobody listens."""
        if self._emit is None:
            return False
        for event in translate(told, new, who):
            self._emit(event)
        return True


def build(options: Mapping[str, str]) -> WebhookReceiver:
    """Return the connector; it has no options, and raises UserMistake for any: tokens are made at the server."""
    for key in options:
        raise UserMistake(key, f"{key} is no option of the webhook.", "See crmdesk server cti-token --help.")
    return WebhookReceiver()
