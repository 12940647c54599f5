"""Reads the messages that travel between desk and gateway.

Their decoders are made here, before any thread decodes: msgspec (0.22) learns a class when it is first decoded, without
a lock, and the process falls when two threads come upon a new class at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from crmdesk.sync.board_wire import AskBoard, AskCalls, AskHistory, BoardReply, CallsReply, HistoryReply
from crmdesk.sync.file_wire import AskPart, Part, PartTaken, SendPart
from crmdesk.sync.mail_wire import AskMail, AskMailMoved, AskMailSent, MailReply
from crmdesk.sync.phone_wire import AskColleagues, Colleagues, PhoneAsk, PhoneDone
from crmdesk.sync.return_wire import AskBehind, AskReturn, AskSign, BehindReply, ReturnReply
from crmdesk.sync.routing_wire import (
    AskEdition,
    AskRouting,
    EditionReply,
    PublishReply,
    PublishRules,
    RoutingReply,
    TryReply,
    TryRules,
)
from crmdesk.sync.stamp_wire import AskStamps, StampsReply
from crmdesk.sync.wire import (
    Ack,
    AckReply,
    Failure,
    Hello,
    HelloReply,
    LiveMessage,
    LookUp,
    LookUpReply,
    Pull,
    PullReply,
    Push,
    PushReply,
    Refresh,
    Session,
    SignIn,
    Snapshot,
    SnapshotReply,
)

Kind = TypeVar("Kind")

_DECODERS: Mapping[Any, msgspec.msgpack.Decoder[Any]] = {
    kind: msgspec.msgpack.Decoder(kind)
    for kind in (
        *(SignIn, Refresh, Session, Failure, Hello, HelloReply, Push, PushReply, Pull, PullReply),
        *(Snapshot, SnapshotReply, LookUp, LookUpReply, Ack, AckReply, LiveMessage),
        *(AskStamps, StampsReply),
        *(AskMail, AskMailSent, AskMailMoved, MailReply),
        *(AskReturn, ReturnReply, AskBehind, BehindReply, AskSign),
        *(AskRouting, RoutingReply, AskEdition, EditionReply, TryRules, TryReply, PublishRules, PublishReply),
        *(SendPart, PartTaken, AskPart, Part),
        *(PhoneAsk, PhoneDone, AskColleagues, Colleagues),
        *(AskBoard, BoardReply, AskCalls, CallsReply, AskHistory, HistoryReply),
    )
}

Unreadable = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError)
"""What ``decode`` raises for bytes that are no such message."""


def decode(content: bytes, kind: type[Kind]) -> Kind:
    """Return the message of a kind that travels which the bytes hold; raises one of ``Unreadable``."""
    message: Kind = _DECODERS[kind].decode(content)
    return message


def decode_live(content: bytes) -> LiveMessage:
    """Return the live message that the bytes hold; raises one of ``Unreadable``."""
    message: LiveMessage = _DECODERS[LiveMessage].decode(content)
    return message
