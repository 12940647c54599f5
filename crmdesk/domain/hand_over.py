"""What an agent is told when a colleague hands a customer on: what was said, what was promised, what is open."""

from __future__ import annotations

from datetime import datetime

from crmdesk.domain.callbacks import CallbackView
from crmdesk.domain.customers import OpenComplaint, OpenRequest
from crmdesk.domain.quick import dataclass
from crmdesk.domain.tasks import TaskView


@dataclass(frozen=True, slots=True)
class Said:
    """A note of this very contact: the words, who wrote them and when."""

    body: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HandOver:
    """All of one contact that its receiver should know, as far as it is on this computer.

    ``promised`` are callbacks, promises and follow-ups, the most urgent first. ``said`` is empty while the colleague
    has not saved a note, or it has not arrived: nobody here can tell which. ``open`` are complaints, then requests.
    """

    said: tuple[Said, ...]
    promised: tuple[CallbackView | TaskView, ...]
    open: tuple[OpenComplaint | OpenRequest, ...]
