"""The live connection to a phone system: what it tells, and how it stands whatever the other side does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from crmdesk.domain.calls.events import CallEvent, LinkLost, LinkUp, QueuesSeen, StreamHeard, StreamSilent
from crmdesk.domain.calls.fold import CallFold, FoldSettings
from crmdesk.domain.calls.live import Outcome, PhoneLink, PhoneState
from crmdesk.domain.errors import UserMistake
from crmdesk.telephony.ami.client import AmiConnector, AmiSettings, Security
from crmdesk.telephony.ami.playback import Numbering, Pace
from crmdesk.telephony.ami.reader import Message
from crmdesk.telephony.ami.session import AmiSession
from crmdesk.telephony.connector import connector_kinds
from crmdesk.telephony.link import BackOff
from tests.support.ami_server import (
    SECRET,
    USERNAME,
    Conversation,
    accept,
    answer_pings_then_know_the_queues,
    misbehaving,
    playing,
    refuse_lists,
    watched,
)
from tests.support.waiting import LIMIT_S

_SOON = BackOff(first_s=0.01, most_s=0.02)


class Desk:
    """Takes what a connector tells and lets a test wait for it."""

    def __init__(self) -> None:
        self.fold = CallFold(FoldSettings(region="US"))
        self.events: list[CallEvent] = []
        self.states: list[PhoneState] = []
        self._told = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def emit(self, event: CallEvent) -> None:
        self.events.append(event)
        self.fold.apply(event)
        self._wake()

    def state(self, state: PhoneState) -> None:
        self.states.append(state)
        self._wake()

    def _wake(self) -> None:
        task = asyncio.get_running_loop().create_task(self._notify())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _notify(self) -> None:
        async with self._told:
            self._told.notify_all()

    async def until(self, true: Callable[[], bool]) -> None:
        async with self._told:
            async with asyncio.timeout(LIMIT_S):
                await self._told.wait_for(true)

    def saw(self, link: PhoneLink) -> bool:
        return any(state.link is link for state in self.states)


@asynccontextmanager
async def following(
    port: int, secret: str = SECRET, security: Security = Security.PLAIN, answer_s: float = LIMIT_S
) -> AsyncIterator[Desk]:
    """Run the connector against a port; yields what it tells. Unless the other side is to miss its time, it has as long
    to answer as any condition of a test."""
    settings = AmiSettings(
        "127.0.0.1", USERNAME, secret, port=port, security=security, answer_s=answer_s, look_again_s=0.05
    )
    desk = Desk()
    running = asyncio.create_task(AmiConnector(settings, back_off=_SOON).run(desk.emit, desk.state))
    try:
        yield desk
    finally:
        assert not running.done(), "a connector never ends by itself"
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def test_a_call_that_is_played_live_becomes_one_contact() -> None:
    async def main() -> None:
        async with playing("a_answered") as (server, port), following(port) as desk:
            await desk.until(lambda: desk.saw(PhoneLink.CONNECTED))
            await server.play("a_answered", Pace.AT_ONCE)
            await desk.until(lambda: any(not contact.open for contact in desk.fold.contacts()))
            (contact,) = desk.fold.contacts()
            assert (contact.party.e164, contact.agents) == ("+13055550123", ("1001",))

    asyncio.run(main())


def test_the_board_knows_queues_and_agents_before_any_call() -> None:
    async def main() -> None:
        async with playing("a_answered") as (_, port), following(port) as desk:
            await desk.until(lambda: any(isinstance(event, LinkUp) for event in desk.events))
            board = desk.fold.board(desk.events[-1].at)
            assert {queue.queue for queue in board.queues} == {"support", "sales", "load", "local"}
            assert [agent.extension for agent in board.agents] == [str(n) for n in range(1001, 1011)]
            assert board.stale_since is None

    asyncio.run(main())


def test_a_connection_cut_in_a_call_leaves_no_ghost() -> None:
    async def main() -> None:
        async with playing("a_answered") as (server, port), following(port) as desk:
            await desk.until(lambda: desk.saw(PhoneLink.CONNECTED))
            ring = next(e for _, e in server.recording("a_answered").events() if b"AgentCalled" in e)
            await server.send(ring)
            await desk.until(lambda: desk.fold.open_counts().pops == 1)
            await server.drop_connections()
            await desk.until(lambda: desk.fold.open_counts().pops == 0)
            counts = desk.fold.open_counts()
            assert (counts.contacts, counts.rings) == (0, 0)
            links = [event for event in desk.events if isinstance(event, LinkLost | LinkUp)]
            assert [type(event) for event in links[:2]] == [LinkUp, LinkLost]

    asyncio.run(main())


def test_two_plays_with_fresh_numbers_are_two_calls() -> None:
    async def main() -> None:
        async with playing("b_abandoned") as (server, port), following(port) as desk:
            await desk.until(lambda: desk.saw(PhoneLink.CONNECTED))
            await server.play("b_abandoned", Pace.AT_ONCE)
            await server.play("b_abandoned", Pace.AT_ONCE, Numbering.FRESH)
            await desk.until(lambda: sum(not contact.open for contact in desk.fold.contacts()) == 2)
            assert {contact.outcome for contact in desk.fold.contacts()} == {Outcome.ABANDONED}

    asyncio.run(main())


def test_a_wrong_secret_is_a_clear_state() -> None:
    async def main() -> None:
        async with playing("a_answered") as (_, port), following(port, "wrong-secret") as desk:
            await desk.until(lambda: desk.saw(PhoneLink.REFUSED))
            assert "Authentication failed" in desk.states[-1].detail
            assert "wrong-secret" not in repr(desk.states)

    asyncio.run(main())


def test_a_refused_sign_in_is_tried_again_and_told_once() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        await refuse_lists(reader, writer, 1)

    async def main() -> None:
        async with watched(refuse) as server, following(server.port) as desk:
            await server.tried(4)
            assert [state.link for state in desk.states] == [PhoneLink.CONNECTING, PhoneLink.REFUSED]

    asyncio.run(main())


def test_a_phone_system_that_comes_later_is_found() -> None:
    async def main() -> None:
        async with misbehaving(_hang_up) as port:
            pass
        async with following(port) as desk:
            await desk.until(lambda: desk.saw(PhoneLink.UNREACHABLE))
            assert desk.events == []
            async with playing("a_answered", port=port):
                await desk.until(lambda: desk.saw(PhoneLink.CONNECTED))

    asyncio.run(main())


async def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    return


async def _speak_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await reader.read()


async def _speak_noise(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(bytes(range(256)) * 4000)
    await reader.read()


async def _stay_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _half_a_message(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await accept(reader, writer)
    writer.write(b"Event: QueueCallerJoin\r\nChannel: PJSIP/tru")
    await writer.drain()


async def _never_answer_a_ping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await accept(reader, writer)
    await refuse_lists(reader, writer, 2)
    await reader.read()


@pytest.mark.parametrize(
    "talk", [_hang_up, _speak_http, _speak_noise, _stay_silent, _half_a_message, _never_answer_a_ping]
)
def test_whatever_answers_instead_is_unreachable_and_tried_again(talk: Conversation) -> None:
    async def main() -> None:
        async with watched(talk) as server, following(server.port, answer_s=0.5) as desk:
            await server.tried(3)
            assert [state.link for state in desk.states][:1] == [PhoneLink.CONNECTING]
            assert desk.saw(PhoneLink.UNREACHABLE)
            assert all(state.detail for state in desk.states if state.link is PhoneLink.UNREACHABLE)
            assert desk.fold.contacts() == ()

    asyncio.run(main())


def test_a_phone_system_that_falls_silent_is_said_to_be_before_the_connection_is_given_up() -> None:
    """It is stopped, or its network is: the connection stands and nothing comes, not even the answer to a question."""
    stops, goes_on = asyncio.Event(), asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept(reader, writer)
        await refuse_lists(reader, writer, 2)
        await stops.wait()
        await goes_on.wait()
        while block := await reader.readuntil(b"\r\n\r\n"):
            number = block.partition(b"ActionID: ")[2].partition(b"\r")[0]
            writer.write(b"Response: Success\r\nActionID: " + number + b"\r\n\r\n")

    async def main() -> None:
        async with misbehaving(talk) as port, following(port) as desk:
            await desk.until(lambda: desk.saw(PhoneLink.CONNECTED))
            stops.set()
            await desk.until(lambda: any(isinstance(event, StreamSilent) for event in desk.events))
            board = desk.fold.board(desk.events[-1].at)
            assert board.stale_since == board.as_of
            assert not any(isinstance(event, LinkLost) for event in desk.events)
            goes_on.set()
            await desk.until(lambda: any(isinstance(event, StreamHeard) for event in desk.events))
            assert desk.fold.board(desk.events[-1].at).stale_since is None

    asyncio.run(main())


def test_a_phone_system_that_speaks_no_tls_is_unreachable_and_says_so() -> None:
    async def main() -> None:
        async with playing("a_answered") as (_, port), following(port, security=Security.TLS) as desk:
            await desk.until(lambda: desk.saw(PhoneLink.UNREACHABLE))
            assert any("secure" in state.detail for state in desk.states)

    asyncio.run(main())


def test_a_line_of_ten_megabytes_is_left_out_and_said() -> None:
    async def main() -> None:
        async with playing("a_answered") as (server, port), following(port) as desk:
            await desk.until(lambda: desk.saw(PhoneLink.CONNECTED))
            await server.send(b"Event: QueueCallerJoin\r\nQueue: " + b"x" * 10_000_000 + b"\r\n\r\n")
            await server.play("a_answered", Pace.AT_ONCE)
            await desk.until(lambda: "left out" in desk.states[-1].detail)
            await desk.until(lambda: any(not contact.open for contact in desk.fold.contacts()))
            assert [contact.agents for contact in desk.fold.contacts()] == [("1001",)]

    asyncio.run(main())


def test_an_account_that_may_not_look_is_followed_all_the_same() -> None:
    async def narrow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept(reader, writer)
        await refuse_lists(reader, writer, 1_000_000)

    async def main() -> None:
        async with misbehaving(narrow) as port, following(port) as desk:
            await desk.until(lambda: desk.saw(PhoneLink.CONNECTED))

    asyncio.run(main())


def test_a_switch_that_knows_its_queues_later_is_asked_again() -> None:
    async def starting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept(reader, writer)
        await answer_pings_then_know_the_queues(reader, writer, refusals=4)

    async def main() -> None:
        async with misbehaving(starting) as port, following(port) as desk:
            await desk.until(lambda: any(isinstance(event, QueuesSeen) for event in desk.events))
            assert [queue.queue for queue in desk.fold.board(desk.events[-1].at).queues] == ["sales"]

    asyncio.run(main())


def test_an_action_with_a_line_end_in_a_field_is_never_sent() -> None:
    async def main() -> None:
        async with playing("a_answered") as (_, port):
            streams = await asyncio.open_connection("127.0.0.1", port)
            taken: list[Message] = []
            session = AmiSession(streams, taken.append, 0.5)
            with pytest.raises(ValueError, match="line end"):
                await session.action("Originate", Channel="PJSIP/1001\r\nAction: Command")
            await session.close()

    asyncio.run(main())


def test_the_waits_between_tries_grow_to_a_limit() -> None:
    waits = [BackOff(1.0, 30.0, chance=lambda: 1.0).wait_s(tries) for tries in range(1, 9)]
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    assert BackOff(1.0, 30.0, chance=lambda: 0.0).wait_s(10) == 15


def test_the_connector_is_found_by_its_name_and_set_up_from_words() -> None:
    kind = connector_kinds()["ami"]
    assert isinstance(
        kind.build({"host": "pbx", "username": "crmdesk", "secret": "s", "security": "tls"}), AmiConnector
    )


@pytest.mark.parametrize(
    ("field", "options"),
    [
        ("host", {"username": "u", "secret": "s"}),
        ("port", {"host": "h", "username": "u", "secret": "s", "port": "99999"}),
        ("security", {"host": "h", "username": "u", "secret": "s", "security": "ssl3"}),
        ("secret", {"host": "h", "username": "u", "secret": "a\r\nAction: Command"}),
        ("pasword", {"host": "h", "username": "u", "secret": "s", "pasword": "x"}),
    ],
)
def test_a_wrong_option_is_named(field: str, options: dict[str, str]) -> None:
    with pytest.raises(UserMistake) as mistake:
        connector_kinds()["ami"].build(options)
    assert mistake.value.field == field


def test_settings_never_show_the_secret() -> None:
    assert SECRET not in repr(AmiSettings("127.0.0.1", USERNAME, SECRET))
