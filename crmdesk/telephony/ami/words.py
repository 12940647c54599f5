"""What the parts of the translation share: key prefix, line names, what the account can see, and what was said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from crmdesk.domain.calls import events as ev
from crmdesk.telephony.ami.fields import caller_of
from crmdesk.telephony.ami.names import LineReader
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

    def tell(self, event: ev.CallEvent) -> None:
        """Say one event."""
        self.said.append(event)

    def line(self, message: Message) -> ev.Line | None:
        channel = message.get("Channel")
        return None if channel is None else self.lines.line(channel)

    def caller(self, message: Message) -> tuple[ev.Line | None, ev.Caller | None]:
        """Return the calling side; a Local half calls for somebody else."""
        line = self.line(message)
        if line is None or line.kind is ev.LineKind.OTHER:
            return None, None
        return line, caller_of(message)
