"""A phone system that raves: what it sends between two calls does no harm to them, and is not kept."""

from __future__ import annotations

import asyncio
import logging
import resource
from collections.abc import Iterator

import pytest

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.contact import Contact
from crmdesk.domain.calls.fold import MOST_CALLS, CallFold
from crmdesk.domain.calls.live import Outcome, Phase, PhoneLink
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.people import Role
from crmdesk.server.gateway import Gateway
from crmdesk.server.intake import Intake
from crmdesk.server.name_bound import LONGEST_NAME, MOST_AGENTS, MOST_QUEUES, NameBound
from crmdesk.server.write_behind import MOST_EVENTS, WriteBehind
from crmdesk.sync.engine import Engine
from crmdesk.telephony.ami import CONNECTOR
from crmdesk.telephony.ami.playback import Playback
from crmdesk.telephony.ami.reader import AmiReader
from crmdesk.telephony.ami.translate import Translator
from tests.server.test_intake import Ear, Floor
from tests.support.ami_server import SECRET, USERNAME, accept, misbehaving, recording, refuse_lists
from tests.support.folding import TRUNK, at
from tests.support.waiting import until

TEN_MEGABYTES = 10 * 1024 * 1024
CHUNK = 64 * 1024
MOST_GROWTH = 300 * 1024
"""Kilobytes by which the process may grow over ten megabytes in a line and ten seconds of 10,000 events."""

CALLS = [recording(name).data.partition(b"\r\n")[2] for name in ("a_answered", "b_abandoned")]


def ravings(count: int) -> Iterator[bytes]:
    """Yield events that no phone system sends: bytes of no script, calls without an end, agents without number."""
    for number in range(count):
        kinds = (
            b"Event: QueueMemberStatus\r\nQueue: q\xff%d\r\nInterface: PJSIP/\xc3\x28%d\r\nStatus: 1"
            % (number, number),
            b"Event: Newchannel\r\nChannel: PJSIP/t-%d\r\nUniqueid: 1795285690.%d\r\nLinkedid: 1795285690.%d"
            b"\r\nCallerIDNum: \xf0\x28\x8c" % (number, 90_000_000 + number, 90_000_000 + number),
            b"Event: Hangup\r\nChannel: PJSIP/x-%d\r\nUniqueid: %d.\xfe\r\nCause: 99999999999" % (number, number),
            b"Event: DialEnd\r\nDestChannel: PJSIP/7-1\r\nDestUniqueid: r%d\r\nDialStatus: \x00" % number,
            b"Event: QueueCallerLeave\r\nQueue: \r\nUniqueid: \r\nChannel: \r\nCount: -1",
            b"Event: VarSet\r\nVariable: X\r\nValue: \xf0\x28\x8c\x28\r\n\r\n:\r\n\r\nEvent",
        )
        yield kinds[number % len(kinds)] + b"\r\n\r\n"


@pytest.mark.long
def test_a_hundred_thousand_ravings_and_a_line_of_ten_megabytes_are_forgotten_and_the_calls_are_right() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reader, translator, fold, names = AmiReader(), Translator(), CallFold(), NameBound()
    greeting, line = b"Asterisk Call Manager/11.0.0\r\n", b"Event: " + b"x" * TEN_MEGABYTES + b"\r\n\r\n"
    stream = b"".join((greeting, CALLS[0], line, *ravings(100_000), CALLS[1]))
    contacts: dict[str, Contact] = {}
    for offset in range(0, len(stream), CHUNK):
        for message in reader.feed(stream[offset : offset + CHUNK]):
            for event in translator.take(message, at(offset * 10 / len(stream))):
                if names.admit(event):
                    fold.absorb(event)
        contacts |= {c.key: c for c in fold.drain().contacts if c.queue is not None}
    assert reader.dropped == 1
    outcomes = sorted(contact.outcome for contact in contacts.values() if contact.outcome is not None)
    assert outcomes == [Outcome.ABANDONED, Outcome.ANSWERED]
    (support,) = [queue for queue in fold.board(at(11)).queues if queue.queue == "support"]
    assert (support.offered, support.answered, support.abandoned, support.waiting) == (2, 1, 1, 0)
    assert len(fold.contacts()) <= MOST_CALLS + 1000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH


def test_at_a_gateway_both_calls_are_written_and_the_link_stands(database_url: str) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept(reader, writer)
        await refuse_lists(reader, writer, 2)
        for part in (CALLS[0], b"Event: " + b"x" * TEN_MEGABYTES + b"\r\n\r\n", *ravings(6_000), CALLS[1]):
            writer.write(part)
            await writer.drain()
        await reader.read()

    async def story() -> None:
        async with misbehaving(talk) as port:
            gateway = Gateway(Engine(database_url), SystemClock())
            options = {"host": "127.0.0.1", "port": str(port), "username": USERNAME, "secret": SECRET}
            gateway.beside.append(Intake(gateway, CONNECTOR.build(options), "US", "UTC").run)
            async with gateway.running():
                ears = Floor(gateway, Playback({}, "", ""))
                desk, overseer = ears.listen("1001"), ears.listen(None, Role.SUPERVISOR)
                await until(lambda: _both_are_counted(overseer), "both calls are on the board")
                assert gateway.hub.phone_state is not None
                assert gateway.hub.phone_state.link is PhoneLink.CONNECTED
                rows = await ears.closed_or_waiting(2)
                assert sorted(str(row["outcome"]) for row in rows) == ["abandoned", "answered"]
                assert {call.agent for call in desk.calls} == {"1001"}
                assert desk.last(Phase.ENDED) is not None
                for task in ears.tasks:
                    task.cancel()
                await asyncio.gather(*ears.tasks, return_exceptions=True)

    asyncio.run(story())


def _both_are_counted(ear: Ear) -> bool:
    queues = {queue.queue: queue for queue in ear.boards[-1].queues} if ear.boards else {}
    support = queues.get("support")
    return support is not None and (support.answered, support.abandoned, support.waiting) == (1, 1, 0)


def test_calls_without_an_end_are_given_up_the_oldest_first() -> None:
    fold = CallFold()
    for number in range(MOST_CALLS + 5_000):
        fold.absorb(ev.Offered(at(number / 1000), f"x:{number}", TRUNK))
        if number % 1000 == 0:
            fold.drain()
    fold.drain()
    kept = fold.contacts()
    assert len(kept) <= MOST_CALLS + 1000
    assert kept[-1].open
    assert kept[-1].key == f"x:{MOST_CALLS + 4_999}"


def test_no_more_names_are_taken_than_a_house_has() -> None:
    names = NameBound()
    assert names.admit(ev.MemberRemoved(at(0), "support", "1001"))
    for number in range(max(MOST_AGENTS, MOST_QUEUES)):
        names.admit(ev.MemberRemoved(at(0), f"queue {number}", "1001"))
        names.admit(ev.MemberRemoved(at(0), "support", f"agent {number}"))
    assert not names.admit(ev.MemberRemoved(at(0), "one more", "1001"))
    assert not names.admit(ev.MemberRemoved(at(0), "support", "one more"))
    assert not NameBound().admit(ev.MemberRemoved(at(0), "x" * (LONGEST_NAME + 1), "1001"))
    assert names.admit(ev.MemberRemoved(at(0), "support", "1001"))
    assert names.admit(ev.LinkUp(at(0)))


def test_what_waits_for_a_database_that_is_away_has_a_bound(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "crmdesk")
    behind = WriteBehind(Gateway(engine, SystemClock()))
    for number in range(MOST_EVENTS + 1):
        behind.happened(ev.LinkUp(at(number)))
    assert behind.events_waiting <= MOST_EVENTS
    assert "could not be kept" in caplog.text
