"""Reads single facts out of AMI messages: who calls, which leg, why something ended."""

from __future__ import annotations

from typing import NamedTuple

from crmdesk.domain.calls.events import Caller, Device, HangupCause, RingEnd
from crmdesk.telephony.ami.names import is_local, local_base
from crmdesk.telephony.ami.reader import Message

# ITU-T Q.850; 0 is what Asterisk leaves when a caller gives up in a queue, 127 when before any answer (recorded).
_CAUSES = {
    "0": HangupCause.CALLER_GAVE_UP,
    "16": HangupCause.NORMAL,
    "17": HangupCause.BUSY,
    "18": HangupCause.NO_ANSWER,
    "19": HangupCause.NO_ANSWER,
    "21": HangupCause.REJECTED,
    "26": HangupCause.ELSEWHERE,
    "3": HangupCause.UNREACHABLE,
    "20": HangupCause.UNREACHABLE,
    "27": HangupCause.UNREACHABLE,
    "34": HangupCause.UNREACHABLE,
    "127": HangupCause.CALLER_GAVE_UP,
}
_DIAL_ENDS = {
    "CANCEL": RingEnd.CANCELLED,
    "NOANSWER": RingEnd.NO_ANSWER,
    "BUSY": RingEnd.BUSY,
    "CONGESTION": RingEnd.FAILED,
    "CHANUNAVAIL": RingEnd.FAILED,
}
# AST_DEVICE_* of Asterisk's devicestate.h.
_DEVICES = {
    "1": Device.FREE,
    "2": Device.IN_USE,
    "3": Device.IN_USE,
    "4": Device.OFFLINE,
    "5": Device.OFFLINE,
    "6": Device.RINGING,
    "7": Device.IN_USE,
    "8": Device.ON_HOLD,
}
GIVEN_UP = frozenset({"TIMEOUT", "FULL", "JOINEMPTY", "LEAVEEMPTY", "JOINUNAVAIL", "LEAVEUNAVAIL"})
"""QUEUESTATUS values by which Queue() gave the caller back to the dialplan."""


class Side(NamedTuple):
    """Under which keys a message names the channel on one of its sides."""

    channel: str
    unique: str
    linked: str

    @classmethod
    def named(cls, prefix: str) -> Side:
        """Return the side whose keys begin with ``prefix``."""
        return cls(f"{prefix}Channel", f"{prefix}Uniqueid", f"{prefix}Linkedid")


MAIN = Side.named("")
DEST = Side.named("Dest")
TRANSFEREE = Side.named("Transferee")
TRANSFERER = Side.named("Transferer")
ORIG_TRANSFERER = Side.named("OrigTransferer")
SECOND_TRANSFERER = Side.named("SecondTransferer")
TRANSFER_TARGET = Side.named("TransferTarget")


def leg_key(prefix: str, message: Message, side: Side = MAIN) -> str | None:
    """Return the key of the leg on one side of a message: its Uniqueid; for Local channels one for both halves."""
    channel = message.get(side.channel)
    unique = message.get(side.unique)
    if channel is None or not unique:
        return None
    if is_local(channel):
        return local_leg_key(prefix, channel, message.get(side.linked) or unique)
    return prefix + unique


def local_leg_key(prefix: str, channel: str, linked: str) -> str:
    """Return the key that both halves of a Local channel have in the call ``linked``."""
    return f"{prefix}{local_base(channel)}@{linked}"


def call_key(prefix: str, message: Message, side: Side = MAIN) -> str | None:
    """Return the key of the call that a side of a message belongs to; a Local half runs for the one it is linked to."""
    channel = message.get(side.channel)
    if channel is None:
        return None
    key = message.get(side.linked if is_local(channel) else side.unique)
    return prefix + key if key else None


def caller_of(message: Message) -> Caller | None:
    """Return who calls. None where the presentation is exported by the dialplan but not known yet."""
    if message.has("CRM_PRES=prohib"):
        return Caller(withheld=True)
    if message.name == "Newchannel" and message.has("ChanVariable: CRM_PRES=\r\n"):
        return None
    number = message.get("CallerIDNum")
    if number is None:
        return None
    name = message.get("CallerIDName")
    return Caller(number or "unknown", name or None)


def channel_variable(message: Message, name: str) -> str | None:
    """Return a channel variable that manager.conf exports; ChanVariable repeats."""
    if not message.has("ChanVariable"):
        return None
    for value in message.every("ChanVariable"):
        if value.startswith(name + "="):
            return value[len(name) + 1 :] or None
    return None


def cause_of(message: Message) -> HangupCause:
    """Return why a channel hung up."""
    return _CAUSES.get(message.get("Cause") or "", HangupCause.OTHER)


def dial_end_of(message: Message) -> RingEnd | None:
    """Return how dialling ended, None when it was answered."""
    status = message.get("DialStatus") or ""
    return None if status == "ANSWER" else _DIAL_ENDS.get(status, RingEnd.NO_ANSWER)


def device_of(message: Message) -> Device:
    """Return what the supervision of a queue member's phone says."""
    return _DEVICES.get(message.get("Status") or "", Device.UNKNOWN)


def seconds_of(message: Message, key: str) -> int | None:
    """Return a field of whole seconds, None if it is missing or no number that can be one."""
    text = message.get(key)
    return int(text) if text is not None and _is_count(text) else None


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9


def age_of(message: Message) -> int:
    """Return the age of a channel in seconds from its Duration, hours:minutes:seconds."""
    seconds = 0
    for part in (message.get("Duration") or "").split(":"):
        if not _is_count(part):
            return 0
        seconds = seconds * 60 + int(part)
    return seconds
