"""Cuts the bytes of an AMI connection into messages; what nobody needs is dropped before it is decoded.

A message is a block of ``Key: value`` lines that ends with an empty line. Names are tested on the bytes, values are
decoded (UTF-8, faults replaced) when they are asked for, repeated keys are kept. However the bytes are cut, the
messages are the same, and memory is bounded whatever the other side sends.
"""

from __future__ import annotations

from functools import cache

_END = b"\r\n\r\n"
_EVENT = b"Event: "
_RESPONSE = b"Response: "
LONGEST = 64 * 1024
"""Bytes of the longest message taken; Asterisk's own limit is far below."""

_NAMES = """
        Newchannel AgentCalled AgentConnect AgentComplete AgentRingNoAnswer QueueCallerJoin QueueCallerLeave
        QueueCallerAbandon QueueMemberStatus QueueMemberPause QueueMemberAdded QueueMemberRemoved DialBegin DialEnd
        Hangup HangupRequest Hold Unhold BlindTransfer AttendedTransfer OriginateResponse FullyBooted Shutdown
        QueueParams QueueMember QueueEntry QueueStatusComplete CoreShowChannel CoreShowChannelsComplete UserEvent
"""
WANTED = {name.encode("ascii"): name for name in _NAMES.split()}
"""The events that are needed, by the bytes of their names."""
_WANTED_VARIABLES = (b"QUEUESTATUS\r\n", b"CRM_PRES\r\n", b"CRM_DID\r\n", b"__CRM_PRES\r\n", b"__CRM_DID\r\n")
_VARSET = b"Event: VarSet\r\n"
_VARIABLE = b"\r\nVariable: "
_HIDDEN = b" prohib"
_SOMETIMES = frozenset({b"VarSet", b"Newexten"})


@cache
def _mark(key: str) -> tuple[bytes, int]:
    mark = f"\r\n{key}: ".encode()
    return mark, len(mark)


class Message:
    """One message: ``name`` is the event's, or "" for the answer to an action; ``end`` its last byte in the stream."""

    __slots__ = ("_block", "end", "name")

    def __init__(self, name: str, block: bytes, end: int = 0) -> None:
        self.name = name
        self.end = end
        self._block = block

    def get(self, key: str) -> str | None:
        """Return the value of ``key`` (the last, where it repeats), None if it is not there.

        Looked for in the bytes: few of a message's twenty lines are ever asked for.
        """
        block = self._block
        mark, size = _mark(key)
        at = block.rfind(mark)
        if at < 0:
            if not block.startswith(mark[2:]):
                return None
            at = -2
        value = block[at + size :].partition(b"\r\n")[0]
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.decode("utf-8", "replace")

    def every(self, key: str) -> list[str]:
        """Return all values of ``key`` in their order."""
        mark = f"{key}: "
        lines = self._block.decode("utf-8", "replace").split("\r\n")
        return [line[len(mark) :] for line in lines if line.startswith(mark)]

    def has(self, part: bytes) -> bool:
        """Return True if the bytes occur anywhere in the message."""
        return part in self._block

    def fields(self) -> list[tuple[str, str]]:
        """Return all keys and values in their order."""
        lines = self._block.decode("utf-8", "replace").split("\r\n")
        parts = (line.partition(":") for line in lines if ":" in line)
        return [(key, value.removeprefix(" ")) for key, _, value in parts]


def _sometimes(name: bytes, block: bytes) -> str | None:
    """Return the name of an event that is wanted for what is in it: a variable of ours, a hidden number."""
    if name == b"VarSet":
        at = block.find(_VARIABLE)
        return "VarSet" if at > 0 and block.startswith(_WANTED_VARIABLES, at + len(_VARIABLE)) else None
    return "Newexten" if name == b"Newexten" and _HIDDEN in block else None


def _other(block: bytes) -> tuple[str | None, bytes]:
    """Return the name of a block that does not begin like an event: "" for an answer."""
    block = block.lstrip(b"\r\n")
    if block.startswith(_RESPONSE):
        return "", block
    if block.startswith(_EVENT):
        name = block[7:].partition(b"\r\n")[0]
        return WANTED.get(name) or _sometimes(name, block), block
    return None, block


class AmiReader:
    """Takes bytes as they come and gives whole messages; ``greeting`` is the first line, once it was read.

    ``dropped`` counts messages that were too long, ``skipped`` those that nobody needs.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._overlong = False
        self._scanned = 0
        self._taken = 0
        self.greeting: str | None = None
        self.dropped = 0
        self.skipped = 0

    def feed(self, data: bytes) -> list[Message]:
        """Take some bytes; return the messages that are complete now."""
        buffer = self._buffer
        buffer += data
        if self.greeting is None and not self._read_greeting():
            return []
        if buffer.find(_END, max(0, self._scanned - 3)) < 0:
            self._scanned = len(buffer)
            self._bound()
            return []
        *blocks, rest = bytes(buffer).split(_END)
        buffer[:] = rest
        self._scanned = len(rest)
        messages = self._cut(blocks)
        self._bound()
        return messages

    def _cut(self, blocks: list[bytes]) -> list[Message]:
        messages: list[Message] = []
        taken = self._taken
        wanted = WANTED.get
        for block in blocks:
            size = len(block)
            taken += size + 4
            if size > LONGEST or self._overlong:
                # An overlong message was counted when its first part was let go.
                self.dropped += not self._overlong
                self._overlong = False
                continue
            if block.startswith(_VARSET):
                # Two events of five, asked here without a call.
                at = block.find(_VARIABLE)
                word = "VarSet" if at > 0 and block.startswith(_WANTED_VARIABLES, at + 12) else None
            elif block.startswith(_EVENT):
                end = block.find(b"\r\n", 7)
                name = block[7:end] if end > 0 else block[7:]
                word = wanted(name)
                if word is None and name in _SOMETIMES:
                    word = _sometimes(name, block)
            else:
                word, block = _other(block)
            if word is not None:
                messages.append(Message(word, block, taken - 1))
            else:
                self.skipped += 1
        self._taken = taken
        return messages

    def _read_greeting(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            if len(self._buffer) > LONGEST:
                self.greeting = ""
                return True
            return False
        self.greeting = bytes(self._buffer[: min(end, 200)]).decode("utf-8", "replace")
        if not self.greeting.startswith(("Event: ", "Response: ")):
            del self._buffer[: end + 2]
            self._taken = end + 2
        return True

    def _bound(self) -> None:
        """Keep no more of an unfinished message than the longest that is taken."""
        if self._overlong or len(self._buffer) > LONGEST + 3:
            if not self._overlong:
                self._overlong = True
                self.dropped += 1
            self._taken += len(self._buffer) - 3
            del self._buffer[:-3]
            self._scanned = len(self._buffer)
