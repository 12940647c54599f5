"""Cuts the bytes of an AMI connection into messages; what nobody needs is dropped before it is decoded.

A message is a block of ``Key: value`` lines that ends with an empty line. Names are tested on the bytes; a message that
is needed is decoded once (UTF-8, faults replaced), repeated keys are kept. However the bytes are cut, the messages are
the same, and memory is bounded whatever the other side sends.
"""

from __future__ import annotations

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
WANTED = {_EVENT + name.encode("ascii"): name for name in _NAMES.split()}
"""The events that are needed, by the bytes of their first lines."""
_VARSET = b"Event: VarSet"
_NEWEXTEN = b"Event: Newexten"
_HEAD = len(_VARSET)
_NEWEXTEN_HEAD = _NEWEXTEN[:_HEAD]
_HEADS = frozenset(start[:_HEAD] for line in WANTED for start in (line, line + b"\r\n"))
"""How messages begin that may be needed: so few bytes tell them from nearly all that are not."""
_VARIABLE = b"\r\nVariable: "
_OURS = (b"QUEUESTATUS\r\n", b"CRM_PRES\r\n", b"CRM_DID\r\n", b"__CRM_PRES\r\n", b"__CRM_DID\r\n")
_HIDDEN = b" prohib"


class Message:
    """One message: ``name`` is the event's, or "" for the answer to an action; ``end`` its last byte in the stream."""

    __slots__ = ("_text", "end", "name")

    def __init__(self, name: str, block: bytes, end: int = 0) -> None:
        self.name = name
        self.end = end
        self._text = "\r\n" + block.decode("utf-8", "replace")

    def get(self, key: str) -> str | None:
        """Return the value of ``key`` (the last, where it repeats), None if it is not there.

        Looked for in the text: few of a message's twenty lines are ever asked for.
        """
        _, found, rest = self._text.rpartition(f"\r\n{key}: ")
        return rest.partition("\r\n")[0] if found else None

    def every(self, key: str) -> list[str]:
        """Return all values of ``key`` in their order."""
        _, *found = self._text.split(f"\r\n{key}: ")
        return [rest.partition("\r\n")[0] for rest in found]

    def has(self, part: str) -> bool:
        """Return True if the text occurs anywhere in the message."""
        return part in self._text

    def fields(self) -> list[tuple[str, str]]:
        """Return all keys and values in their order."""
        parts = (line.partition(":") for line in self._text.split("\r\n") if ":" in line)
        return [(key, value.removeprefix(" ")) for key, _, value in parts]


def _name_of(block: bytes) -> str | None:
    """Return the name of an event that is wanted, "" for an answer, None for what nobody needs."""
    line = block.partition(b"\r\n")[0]
    if line == _VARSET:
        return "VarSet" if block.startswith(_OURS, block.rfind(_VARIABLE) + len(_VARIABLE)) else None
    if line == _NEWEXTEN:
        return "Newexten" if _HIDDEN in block else None
    return "" if line.startswith(_RESPONSE) else WANTED.get(line)


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
        dropped, taken = self.dropped, self._taken
        if self._overlong:
            # It was counted when its first part was let go.
            taken += len(blocks.pop(0)) + len(_END)
            self._overlong = False
        wanted = WANTED.get
        for block in blocks:
            size = len(block)
            taken += size + 4
            if size > LONGEST:
                self.dropped += 1
                continue
            head = block[:_HEAD]
            # Half of all events are of the first two kinds: asked here without a call.
            if head == _VARSET:
                if not block.startswith(_OURS, block.rfind(_VARIABLE) + 12):
                    continue
            elif head == _NEWEXTEN_HEAD:
                if _HIDDEN not in block:
                    continue
            elif head not in _HEADS and head.startswith(_EVENT):
                continue
            name = wanted(block[: block.find(b"\r\n")])
            if name is None:
                block = block.lstrip(b"\r\n")
                name = _name_of(block)
            if name is not None:
                messages.append(Message(name, block, taken - 1))
        self.skipped += len(blocks) - len(messages) - (self.dropped - dropped)
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
