"""A recorded AMI connection: its bytes, when each piece was received, and what of it can be played to others."""

from __future__ import annotations

import gzip
import math
import re
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.quick import dataclass

_END = b"\r\n\r\n"
_STARTS = (b"Event: ", b"Response: ")
_TIME_LINE = re.compile(r"\s*(-?[0-9]{1,18})(?:\s*,\s*|\s+)([-+.0-9a-zA-Z]+)\s*")
_LATEST = 32_503_680_000.0
"""Seconds since 1970 of the year 3000: nothing was recorded after it, and arithmetic with it cannot overflow."""
_CLOCKS_DIFFER_S = 5.0
_READS_AT_LINES = 0.9
"""Share of reads that begin at a line in every recording seen; of another recording's times hardly any do."""
_EPOCH_ID = re.compile(rb"(?<![0-9.])(\d{10})(?=\.\d+\r\n)")
_LISTS = (b"QueueParams", b"QueueMember\r", b"QueueEntry", b"QueueStatusComplete", b"FullyBooted")


class RecordedTimes:
    """When each byte was received: chunks of (first byte, epoch seconds)."""

    def __init__(self, chunks: Sequence[tuple[int, float]]) -> None:
        self._offsets = [offset for offset, _ in chunks]
        self._epochs = [epoch for _, epoch in chunks]

    @classmethod
    def parse(cls, text: str, length: int | None = None) -> RecordedTimes:
        """Read lines of "byte offset, epoch"; raises UserMistake, with the line, for anything else or nothing.

        Offsets ascend and, where ``length`` is given, are within a stream of so many bytes.
        """
        chunks: list[tuple[int, float]] = []
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip():
                continue
            offset, epoch = _time_of(number, line)
            if offset < 0:
                raise _bad_line(number, f"the byte offset {offset} is negative")
            if chunks and offset <= chunks[-1][0]:
                raise _bad_line(number, f"the byte offset {offset} does not come after {chunks[-1][0]}")
            if length is not None and offset > length:
                raise UserMistake(
                    "times",
                    f"line {number}: the byte offset {offset} is beyond the end of the recording ({length} bytes).",
                    f"Are these the times of another recording? {_EXPECTED}",
                )
            chunks.append((offset, epoch))
        if not chunks:
            raise UserMistake("times", "there is no time in it.", _EXPECTED)
        return cls(chunks)

    def belong_to(self, data: bytes) -> bool:
        """Return False if these are the times of another stream, as two witnesses agree.

        Asterisk's channels bear the second they were made in, and the reads of a socket begin where a line does. One
        alone proves nothing: clocks may differ, and a busy socket is read in the middle of lines.
        """
        made = [int(found) for found in _EPOCH_ID.findall(data)]
        if not made or self._epochs[0] - _CLOCKS_DIFFER_S <= max(made) <= max(self._epochs) + _CLOCKS_DIFFER_S:
            return True
        inner = [offset for offset in self._offsets if 0 < offset < len(data)]
        at_lines = sum(data.endswith(b"\r\n", 0, offset) for offset in inner)
        return at_lines >= _READS_AT_LINES * len(inner)

    def tell_durations(self) -> bool:
        """Return True if there are several moments: from one read of everything nothing can be measured."""
        return len(set(self._epochs)) > 1

    def epoch(self, byte: int) -> float:
        """Return when this byte was received, in seconds since 1970."""
        return self._epochs[max(0, bisect_right(self._offsets, byte) - 1)]

    def at(self, byte: int) -> datetime:
        """Return when this byte was received."""
        return datetime.fromtimestamp(self.epoch(byte), UTC)

    def chunks(self, length: int) -> Iterable[tuple[int, int]]:
        """Yield start and end of each chunk of a stream of ``length`` bytes."""
        return zip([0, *self._offsets[1:]], [*self._offsets[1:], length], strict=True)


@dataclass(frozen=True, slots=True)
class Recording:
    """The bytes of one connection and their times (None when they were not kept)."""

    name: str
    data: bytes
    times: RecordedTimes | None

    @classmethod
    def load(cls, path: Path, times: Path | None = None) -> Recording:
        """Read a recording, gzipped or not, with the times given or lying beside it.

        Raises UserMistake when a file cannot be read, when it holds no message, and when the times are none or those of
        another recording.
        """
        recording = cls(path.stem, _read(path, "recording"), None)
        if not recording.has_messages():
            raise UserMistake(
                "file",
                f'{path} holds no AMI message (no block that begins with "Event:" or "Response:").',
                "Give every byte that one manager connection received, with its CR LF line ends.",
            )
        plain = path.with_suffix("") if path.suffix == ".gz" else path
        beside = [plain.with_name(plain.name + ".times"), plain.with_name(plain.name + ".times.gz")]
        found = times or next((one for one in beside if one.is_file()), None)
        return cls(plain.stem, recording.data, None if found is None else recording.read_times(found))

    def read_times(self, path: Path) -> RecordedTimes:
        """Read the times of this recording; where it is cut, they may go on beyond its end. Raises UserMistake."""
        text = _read(path, "file of times").decode("utf-8-sig", "replace")
        try:
            times = RecordedTimes.parse(text, None if self.ends_in_a_message() else len(self.data))
        except UserMistake as fault:
            raise UserMistake("times", f"{path}: {fault.what}", fault.next_step) from fault
        if not times.belong_to(self.data):
            raise UserMistake(
                "times",
                f"{path} holds the times of another recording.",
                "Give the times that were kept with this one, or move them away and replay without.",
            )
        return times

    def has_messages(self) -> bool:
        """Return True if at least one message, an event or an answer, begins in it."""
        *blocks, rest = self._after_greeting().split(_END)
        if any(block.lstrip(b"\r\n").startswith(_STARTS) for block in blocks):
            return True
        first, newline, _ = rest.lstrip(b"\r\n").partition(b"\n")
        # A text with bare line feeds is not from a phone system, whatever its first word.
        return first.startswith(_STARTS) and (not newline or first.endswith(b"\r"))

    def ends_in_a_message(self) -> bool:
        """Return True if the last message is not whole: the recording was cut."""
        rest = self._after_greeting()
        return bool(rest[rest.rfind(_END) + len(_END) if _END in rest else 0 :].strip(b"\r\n"))

    def _after_greeting(self) -> bytes:
        return self.data if self.data.startswith(_STARTS) else self.data.partition(b"\r\n")[2]

    def events(self) -> list[tuple[float, bytes]]:
        """Return the events that the phone system sent by itself: seconds after the first, and the bytes.

        Answers to the recorder's own actions are left out: they were for that connection.
        """
        found: list[tuple[float, bytes]] = []
        first: float | None = None
        at = 0
        for block in self.data.split(_END):
            end = at + len(block) + len(_END)
            if block.startswith(b"Event: ") and not block.startswith(_LISTS, 7):
                epoch = self.times.epoch(end - 1) if self.times is not None else 0.0
                first = epoch if first is None else first
                found.append((epoch - first, block + _END))
            at = end
        return found

    def queue_status(self) -> list[bytes]:
        """Return the parts of the first list of queues and members in it, without their ActionID."""
        parts: list[bytes] = []
        for block in self.data.split(_END):
            if block.startswith((b"Event: QueueParams", b"Event: QueueMember\r\n")):
                parts.append(re.sub(rb"\r\nActionID: [^\r]*", b"", block))
            elif block.startswith(b"Event: QueueStatusComplete"):
                break
        return parts

    def begun_at(self, epoch: int) -> Recording:
        """Return the same recording as if it had begun in that second: channel ids are moved, nothing else.

        Two plays of one recording are two different calls then, as they would be on a phone system.
        """
        seconds = [int(found) for found in _EPOCH_ID.findall(self.data)]
        if not seconds:
            return self
        by = epoch - min(seconds)
        return Recording(
            self.name,
            _EPOCH_ID.sub(lambda found: str(int(found[1]) + by).encode("ascii"), self.data),
            self.times,
        )


_EXPECTED = 'Each line is "byte offset, epoch" of one read, offsets ascending from 0, seconds since 1970.'


def _bad_line(number: int, what: str) -> UserMistake:
    return UserMistake("times", f"line {number}: {what}.", _EXPECTED)


def _time_of(number: int, line: str) -> tuple[int, float]:
    parts = _TIME_LINE.fullmatch(line)
    if parts is None:
        raise _bad_line(number, "this is not a byte offset and a time")
    try:
        epoch = float(parts[2])
    except ValueError as fault:
        raise _bad_line(number, "the time is not a number") from fault
    if not math.isfinite(epoch):
        raise _bad_line(number, "the time is not a finite number")
    if not 0 <= epoch <= _LATEST:
        raise _bad_line(number, "the time is not in seconds since 1970")
    return int(parts[1]), epoch


def _read(path: Path, what: str) -> bytes:
    """Return the bytes of a file, unpacked; raises UserMistake in words for whatever stands in the way."""
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except FileNotFoundError as error:
        raise UserMistake("file", f"There is no {what} {path}.", "Check the name.") from error
    except IsADirectoryError as error:
        raise UserMistake("file", f"{path} is a folder, not a {what}.", "Name one file in it.") from error
    except PermissionError as error:
        raise UserMistake("file", f"You may not read the {what} {path}.", "Ask its owner for the right to.") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UserMistake("file", f"The packed {what} {path} is damaged.", "Pack or copy it again.") from error
    except OSError as error:
        why = error.strerror or "the system refused"
        raise UserMistake("file", f"The {what} {path} cannot be read ({why}).", "Try a copy of it.") from error
