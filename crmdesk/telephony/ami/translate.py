"""Turns AMI messages into call events; it remembers which interfaces are phones and what the account can see."""

from __future__ import annotations

from datetime import datetime

from crmdesk.domain.calls.events import CallEvent
from crmdesk.telephony.ami.channel_words import ChannelWords
from crmdesk.telephony.ami.looking import Looking
from crmdesk.telephony.ami.queue_words import QueueWords
from crmdesk.telephony.ami.reader import Message
from crmdesk.telephony.ami.words import Handler, Words

_MOST_KEPT = 10_000


class Translator:
    """One connection's translation. ``take`` returns the events that a message means, in order.

    ``name`` is put before every Uniqueid, so that keys of several phone systems never meet. While a list (QueueStatus,
    CoreShowChannels) is being received, events are kept and follow it: what happened during the look comes after it.
    """

    def __init__(self, name: str = "asterisk") -> None:
        self._words = Words(f"{name}:")
        self._looking = Looking(self._words.prefix, self._words.lines)
        self._handlers: dict[str, Handler] = {
            **ChannelWords(self._words).handlers,
            **QueueWords(self._words, self._looking).handlers,
        }

    @property
    def words(self) -> Words:
        """What is known of names and of calls placed from here."""
        return self._words

    def take(self, message: Message, at: datetime) -> list[CallEvent]:
        """Return the call events that the message means, received at ``at``."""
        handler = self._handlers.get(message.name)
        if handler is not None:
            handler(message, at)
        else:
            self._looking.take(message, at)
        if self._looking.is_idle():
            return self.finish()
        said = self._words.said
        said[:0] = self._looking.complete(at)
        if not self._looking.is_idle() and len(said) < _MOST_KEPT:
            return []
        return self.finish()

    def finish(self) -> list[CallEvent]:
        """Return what was said, and what was kept for a list that will not be completed any more."""
        said, self._words.said = self._words.said, []
        return said
