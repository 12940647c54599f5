"""What AMI messages mean, where a recording does not show it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.fold import CallFold
from crmdesk.telephony.ami.names import LineReader, extension_of
from crmdesk.telephony.ami.reader import WANTED, AmiReader
from crmdesk.telephony.ami.translate import Translator

_AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _events(*blocks: str) -> list[ev.CallEvent]:
    reader, translator = AmiReader(), Translator()
    data = "Asterisk Call Manager/11.0.0\r\n" + "".join(
        block.strip().replace("\n", "\r\n") + "\r\n\r\n" for block in blocks
    )
    messages = reader.feed(data.encode())
    return [event for message in messages for event in translator.take(message, _AT)]


@pytest.mark.parametrize(
    ("channel", "kind", "extension"),
    [
        ("PJSIP/1001-00000140", ev.LineKind.PHONE, "1001"),
        ("SIP/288-0000abcd", ev.LineKind.PHONE, "288"),
        ("PJSIP/trunk-0000013f", ev.LineKind.TRUNK, None),
        ("PJSIP/13125550100-00000001", ev.LineKind.TRUNK, None),
        ("IAX2/provider-one-1234", ev.LineKind.TRUNK, None),
        ("Local/1009@from-queue-00000001;1", ev.LineKind.OTHER, "1009"),
        ("Local/_attended@transfer-00000001;2", ev.LineKind.OTHER, None),
    ],
)
def test_a_channel_name_tells_whose_it_is(channel: str, kind: ev.LineKind, extension: str | None) -> None:
    assert LineReader().line(channel) == ev.Line(kind, extension)


def test_a_queue_member_is_a_phone_whatever_its_name() -> None:
    lines = LineReader()
    assert lines.line("PJSIP/anna-00000001").kind is ev.LineKind.TRUNK
    assert lines.learn_member("PJSIP/anna") == "anna"
    assert lines.line("PJSIP/anna-00000001") == ev.Line(ev.LineKind.PHONE, "anna")


@pytest.mark.parametrize(
    ("interface", "extension"),
    [("PJSIP/1001", "1001"), ("Local/1009@from-queue/n", "1009"), ("Agent/7", "7"), ("nonsense", None), ("", None)],
)
def test_an_interface_names_its_extension(interface: str, extension: str | None) -> None:
    assert extension_of(interface) == extension


def test_the_dialplans_own_word_tells_that_the_queue_gave_up() -> None:
    told = _events(
        """
Event: UserEvent
Channel: PJSIP/trunk-01
Uniqueid: 1795285690.1
UserEvent: CrmQueueExit
Queue: sales
Status: TIMEOUT
"""
    )
    assert told == [ev.QueueLeft(_AT, "asterisk:1795285690.1", None, ev.QueueExit.TIMED_OUT)]


def test_another_user_event_means_nothing() -> None:
    assert _events("Event: UserEvent\nUserEvent: Other\nStatus: TIMEOUT\nUniqueid: 1.1") == []


def test_a_transfer_that_failed_is_none() -> None:
    block = """
Event: BlindTransfer
Result: Fail
TransfererChannel: PJSIP/1007-01
TransfererUniqueid: 1.2
TransfereeChannel: PJSIP/trunk-01
TransfereeUniqueid: 1.1
Extension: 1010
"""
    assert _events(block) == []
    assert len(_events(block.replace("Fail", "Success"))) == 1


def test_a_list_that_is_never_finished_gives_what_was_kept() -> None:
    translator, reader = Translator(), AmiReader()
    stream = (
        b"Asterisk Call Manager/11.0.0\r\nEvent: QueueParams\r\nQueue: sales\r\n\r\n"
        b"Event: Hold\r\nChannel: PJSIP/1001-01\r\nUniqueid: 1.1\r\n\r\n"
    )
    assert [translator.take(message, _AT) for message in reader.feed(stream)] == [[], []]
    assert translator.finish() == [ev.Held(_AT, "asterisk:1.1")]


_KEY_WORDS = """
Channel Uniqueid Linkedid DestChannel DestUniqueid DestLinkedid Queue Interface CallerIDNum Cause Status DialStatus
Paused Variable Value ChannelState Exten Reason HoldTime TalkTime Response ActionID ListItems Wait Duration
"""
_VALUE_WORDS = """
PJSIP/1001-01 PJSIP/trunk-02 Local/1009@q-03;1 Local/1009@q-03;2 1.1 1.2 1 16 ANSWER PJSIP/1001 sales QUEUESTATUS
TIMEOUT 4 -5 99999999999999999999
"""
_KEYS = st.sampled_from(_KEY_WORDS.split())
_VALUES = st.one_of(
    st.sampled_from(_VALUE_WORDS.split()),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12),
)
_NAMES = st.sampled_from([*WANTED.values(), "VarSet", "Newexten"])
_BLOCKS = st.tuples(_NAMES, st.lists(st.tuples(_KEYS, _VALUES), max_size=10)).map(
    lambda block: f"Event: {block[0]}\n" + "\n".join(f"{key}: {value}" for key, value in block[1])
)


@given(st.lists(_BLOCKS, max_size=25))
def test_no_message_whatever_it_holds_breaks_anything(blocks: list[str]) -> None:
    fold = CallFold()
    for event in _events(*blocks):
        fold.apply(event)
    for queue in fold.board(_AT).queues:
        decided = queue.answered + queue.abandoned + queue.timed_out
        assert queue.offered == decided + queue.waiting
