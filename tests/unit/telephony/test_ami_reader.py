"""Cutting an AMI stream into messages, whatever the stream is."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crmdesk.telephony.ami.reader import LONGEST, AmiReader

_GREETING = b"Asterisk Call Manager/11.0.0\r\n"
_HOLD = b"Event: Hold\r\nUniqueid: 1795285690.1\r\n\r\n"


def _told(pieces: list[bytes]) -> tuple[list[tuple[str, str | None]], int, str | None]:
    reader = AmiReader()
    told = [(m.name, m.get("Uniqueid")) for piece in pieces for m in reader.feed(piece)]
    return told, reader.dropped, reader.greeting


def test_a_letter_cut_in_two_by_a_read_is_whole() -> None:
    block = _GREETING + "Event: QueueMemberPause\r\nPausedReason: Обед\r\n\r\n".encode()
    reader = AmiReader()
    messages = [message for byte in block for message in reader.feed(bytes([byte]))]
    assert [message.get("PausedReason") for message in messages] == ["Обед"]


def test_bytes_that_are_no_utf8_are_replaced_not_lost() -> None:
    (message,) = AmiReader().feed(_GREETING + b"Event: AgentCalled\r\nCallerIDName: M\xfcller\r\nQueue: q\r\n\r\n")
    assert message.get("CallerIDName") == "M\ufffdller"
    assert message.get("Queue") == "q"


def test_repeated_keys_are_kept() -> None:
    (message,) = AmiReader().feed(
        _GREETING + b"Event: AgentCalled\r\nChanVariable: CRM_PRES=x\r\nChanVariable: CRM_DID=1\r\n\r\n"
    )
    assert message.every("ChanVariable") == ["CRM_PRES=x", "CRM_DID=1"]


def test_events_that_nobody_needs_are_skipped_and_counted() -> None:
    reader = AmiReader()
    noise = b"Event: RTCPSent\r\nSSRC: 1\r\n\r\nEvent: VarSet\r\nVariable: FOO\r\nValue: QUEUESTATUS\r\n\r\n"
    assert [m.name for m in reader.feed(_GREETING + noise + _HOLD)] == ["Hold"]
    assert reader.skipped == 2


def test_an_event_is_known_by_its_whole_name_with_or_without_more_lines_and_behind_empty_ones() -> None:
    reader = AmiReader()
    stream = b"Event: Hold\r\n\r\nEvent: HoldMusic\r\nX: 1\r\n\r\n\r\n\r\n\r\nEvent: QueueMember\r\nX: 1\r\n\r\n"
    noise = b"Event: QueueMemberRinginuse\r\nX: 1\r\n\r\nEvent: VarSetX\r\nVariable: CRM_DID\r\nValue: 1\r\n\r\n"
    assert [m.name for m in reader.feed(_GREETING + stream + noise)] == ["Hold", "QueueMember"]


def test_a_variable_of_ours_is_kept() -> None:
    block = b"Event: VarSet\r\nUniqueid: 1.1\r\nVariable: QUEUESTATUS\r\nValue: TIMEOUT\r\n\r\n"
    assert [m.get("Value") for m in AmiReader().feed(_GREETING + block)] == ["TIMEOUT"]


def test_a_message_of_ten_megabytes_is_dropped_and_what_follows_is_taken() -> None:
    long = b"Event: Hold\r\nX: " + b"y" * 10_000_000 + b"\r\n\r\n"
    stream = _GREETING + _HOLD + long + _HOLD
    whole = _told([stream])
    assert whole == ([("Hold", "1795285690.1")] * 2, 1, "Asterisk Call Manager/11.0.0")
    assert _told([stream[i : i + 4096] for i in range(0, len(stream), 4096)]) == whole


def test_endless_garbage_does_not_grow_memory() -> None:
    reader = AmiReader()
    reader.feed(_GREETING)
    piece = b"no line end " * 1000
    tracemalloc.start()
    try:
        for _ in range(1000):
            reader.feed(piece)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * LONGEST
    assert reader.dropped == 1
    assert [message.name for message in reader.feed(b"\r\n\r\n" + _HOLD)] == ["Hold"]


_LINES = st.sampled_from(
    [b"Event: Hold", b"Response: Success", b"Uniqueid: 1.1", b"", b"\r", b"\n", b":", b"x" * 70_000, b"\xff\xfe"]
)


@given(
    st.lists(_LINES, max_size=30).map(b"\r\n".join),
    st.lists(st.integers(0, 200_000), max_size=8),
)
def test_any_stream_cut_anywhere_gives_the_same(stream: bytes, cuts: list[int]) -> None:
    stream = _GREETING + stream
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    pieces = [stream[start:end] for start, end in pairwise(edges)]
    assert _told(pieces) == _told([stream])
