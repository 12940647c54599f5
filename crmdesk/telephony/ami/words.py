"""What the parts of the translation share: key prefix, line names, what the account can see, and what was said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from crmdesk.domain.calls import events as ev
from crmdesk.telephony.ami.fields import caller_of
from crmdesk.telephony.ami.names import LineReader, is_local
from crmdesk.telephony.ami.reader import Message

Handler = Callable[[Message, datetime], None]
"""Takes one message that was received at an instant."""


class Words:
    """Call events said so far, in order; ``sees_hangups`` once the account was told anything of class call."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.lines = LineReader()
        self.sees_hangups = False
        self.said: list[ev.CallEvent] = []
        self.placed: dict[str, str] = {}
        """What is dialled for the desk, by the channel id that was given to the agent's own leg."""

    def tell(self, event: ev.CallEvent) -> None:
        """Say one event."""
        self.said.append(event)

    def calling(self, message: Message) -> tuple[str | None, ev.Line | None, ev.Caller | None]:
        """Return the key of the call and its calling side; a Local half calls for somebody else."""
        channel = message.get("Channel")
        if channel is None:
            return None, None, None
        if is_local(channel):
            linked = message.get("Linkedid")
            return self.prefix + linked if linked else None, None, None
        unique = message.get("Uniqueid")
        return self.prefix + unique if unique else None, self.lines.line(channel), caller_of(message)
