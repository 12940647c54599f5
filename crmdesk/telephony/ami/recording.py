"""A recorded AMI connection: its bytes, when each piece was received, and what of it can be played to others."""

from __future__ import annotations

import gzip
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_END = b"\r\n\r\n"
_EPOCH_ID = re.compile(rb"(?<![0-9.])(\d{10})(?=\.\d+\r\n)")
_LISTS = (b"QueueParams", b"QueueMember\r", b"QueueEntry", b"QueueStatusComplete", b"FullyBooted")


class RecordedTimes:
    """When each byte was received: chunks of (first byte, epoch seconds)."""

    def __init__(self, chunks: Sequence[tuple[int, float]]) -> None:
        self._offsets = [offset for offset, _ in chunks]
        self._epochs = [epoch for _, epoch in chunks]

    @classmethod
    def parse(cls, text: str) -> RecordedTimes:
        """Read lines of "byte offset, epoch"; raises ValueError for anything else or nothing."""
        chunks = []
        for number, line in enumerate(text.splitlines(), 1):
            parts = line.replace(",", " ").split()
            if not parts:
                continue
            try:
                chunks.append((int(parts[0]), float(parts[1])))
            except (IndexError, ValueError) as fault:
                raise ValueError(f"line {number} is not a byte offset and a time") from fault
        if not chunks:
            raise ValueError("there is no time in it")
        return cls(sorted(chunks))

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
        return zip(self._offsets, [*self._offsets[1:], length], strict=True)


@dataclass(frozen=True, slots=True)
class Recording:
    """The bytes of one connection and their times (None when they were not kept)."""

    name: str
    data: bytes
    times: RecordedTimes | None

    @classmethod
    def load(cls, path: Path, times: Path | None = None) -> Recording:
        """Read a recording, gzipped or not, with the times given or lying beside it.

        Raises OSError when a file cannot be read and ValueError when the times are none.
        """
        plain = path.with_suffix("") if path.suffix == ".gz" else path
        beside = [plain.with_name(plain.name + ".times"), plain.with_name(plain.name + ".times.gz")]
        found = times or next((one for one in beside if one.is_file()), None)
        try:
            parsed = RecordedTimes.parse(_read(found).decode("ascii")) if found is not None else None
        except ValueError as fault:
            raise ValueError(f"{found}: {fault}") from fault
        return cls(plain.stem, _read(path), parsed)

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


def _read(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data
