"""The phone and the board over HTTP, at a gateway process with a phone system: who may ask what, and in which words it
is refused."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from sqlalchemy import Connection

from crmdesk.domain.calls.control import Colleague, Goal
from crmdesk.domain.calls.figures import Figure
from crmdesk.domain.calls.live import PhoneLink
from crmdesk.domain.people import Role
from crmdesk.sync.board_wire import AskBoard, AskCalls, AskHistory, BoardReply, CallsReply, HistoryReply
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import NewPerson, add_person
from crmdesk.sync.phone_wire import AskColleagues, Colleagues, PhoneAct, PhoneAsk, PhoneDone
from crmdesk.sync.wire import Failure, LiveMessage, LivePhone, encode
from tests.support.ami_server import SECRET, USERNAME
from tests.support.ami_switch import Switch, switching
from tests.support.gateway import gateway
from tests.support.waiting import until
from tests.support.wire_desk import PASSWORD, Desk

Value = TypeVar("Value")


def _add(conn: Connection, person: NewPerson) -> None:
    add_person(conn, person)


class Caller:
    """Somebody with a token who sends bytes to routes, as any program could."""

    def __init__(self, url: str, login: str) -> None:
        self.desk = Desk(url, login)
        self._http = httpx.Client(base_url=url, trust_env=False)

    def close(self) -> None:
        """Let go of the gateway."""
        self._http.close()
        self.desk.close()

    def post(self, path: str, body: bytes, token: str | None = None) -> httpx.Response:
        """Send bytes, with another token than one's own if given."""
        known = self.desk.client.access_token if token is None else token
        headers = {"Authorization": f"Bearer {known}"} if known else {}
        return self._http.post(path, content=body, headers=headers)

    def ask(self, path: str, message: Any, answer: type[Value]) -> Value:
        """Send a message and return its answer; a failure fails the test."""
        response = self.post(path, encode(message))
        assert response.status_code == 200, response.content
        return msgspec.msgpack.decode(response.content, type=answer)

    def refused(self, path: str, message: Any, status: int) -> Failure:
        """Send a message that is refused with this status; return the words."""
        response = self.post(path, encode(message))
        assert response.status_code == status, response.content
        failure = msgspec.msgpack.decode(response.content, type=Failure)
        assert failure.what
        return failure

    def hears_the_phone(self) -> None:
        """Wait until the phone system is told to be connected."""
        with self.desk.live() as channel:
            while True:
                data = channel.recv(timeout=20)
                assert isinstance(data, bytes)
                message = msgspec.msgpack.decode(data, type=LiveMessage)
                if isinstance(message, LivePhone) and message.state.link is PhoneLink.CONNECTED:
                    return


class Place:
    """A gateway with a phone system, an agent with a phone and a supervisor without."""

    def __init__(self, switch: Switch, lena: Caller, sue: Caller) -> None:
        self.switch, self.lena, self.sue = switch, lena, sue


@pytest.fixture
def tell(engine: Engine, database_url: str, tmp_path: Path) -> Iterator[Callable[[Callable[[Place], None]], None]]:
    """Tell a story at such a place; the phone system runs beside it."""
    people = (
        NewPerson("lena", "Lena", Role.AGENT, PASSWORD, "1001"),
        NewPerson("tomas", "Tomas", Role.AGENT, PASSWORD, "1009"),
        NewPerson("sue", "Sue", Role.SUPERVISOR, PASSWORD),
    )
    for person in people:
        engine.run(partial(_add, person=person))
    secret = tmp_path / "secret"
    secret.write_text(SECRET)

    def at_place(switch: Switch, story: Callable[[Place], None]) -> None:
        account = ("--ami-user", USERNAME, "--ami-secret-file", str(secret), "--region", "US")
        with ExitStack() as stack:
            url = stack.enter_context(gateway(database_url, "--ami", f"127.0.0.1:{switch.port}", *account)).url
            lena, sue = (Caller(url, login) for login in ("lena", "sue"))
            stack.callback(lena.close)
            stack.callback(sue.close)
            lena.hears_the_phone()
            story(Place(switch, lena, sue))

    async def whole(story: Callable[[Place], None]) -> None:
        async with switching() as switch:
            await asyncio.to_thread(at_place, switch, story)

    yield lambda story: asyncio.run(whole(story))


Tell = Callable[[Callable[[Place], None]], None]


def test_an_agent_takes_a_break_and_a_repeated_request_is_done_once(tell: Tell) -> None:
    def story(place: Place) -> None:
        ask = PhoneAsk(uuid4(), PhoneAct.PAUSE, reason="Lunch")
        for _ in range(2):
            place.lena.ask("/phone", ask, PhoneDone)
        paused = [(act["Interface"], act["Paused"], act["Reason"]) for act in place.switch.acted]
        assert paused == [("PJSIP/1001", "true", "Lunch")]

    tell(story)


def test_a_supervisor_sends_another_on_a_break_and_an_agent_may_not(tell: Tell) -> None:
    def story(place: Place) -> None:
        place.sue.ask("/phone", PhoneAsk(uuid4(), PhoneAct.PAUSE, reason="Went home", agent="1001"), PhoneDone)
        assert place.switch.acted[0]["Reason"] == "Went home"
        refused = place.lena.refused("/phone", PhoneAsk(uuid4(), PhoneAct.PAUSE, agent="1009"), 400)
        assert "supervisor" in refused.what
        assert len(place.switch.acted) == 1

    tell(story)


def test_what_would_be_another_line_never_reaches_the_phone_system(tell: Tell) -> None:
    def story(place: Place) -> None:
        line = "1\r\nAction: Originate"
        asks = (
            PhoneAsk(uuid4(), PhoneAct.DIAL, to=line),
            PhoneAsk(uuid4(), PhoneAct.TRANSFER, call="asterisk:1.1", to=line, goal=Goal.QUEUE),
            PhoneAsk(uuid4(), PhoneAct.PAUSE, reason=line),
            PhoneAsk(uuid4(), PhoneAct.HANG_UP, call=line),
        )
        for ask in asks:
            place.lena.refused("/phone", ask, 400)
        assert b"Originate" not in place.switch.raw
        assert place.switch.acted == []

    tell(story)


def test_emergency_and_service_numbers_are_not_dialled_whatever_program_asks(tell: Tell) -> None:
    def story(place: Place) -> None:
        place.switch.ring()
        for number in ("911", "112", "*97", "988"):
            asks = (
                PhoneAsk(uuid4(), PhoneAct.DIAL, to=number),
                PhoneAsk(uuid4(), PhoneAct.TRANSFER, call="asterisk:1.1", to=number, goal=Goal.NUMBER),
            )
            for ask in asks:
                assert "Emergency" in place.lena.refused("/phone", ask, 400).what
        assert place.switch.acted == []

    tell(story)


def test_a_call_that_is_not_ones_own_is_left_alone(tell: Tell) -> None:
    def story(place: Place) -> None:
        refused = place.lena.refused("/phone", PhoneAsk(uuid4(), PhoneAct.HANG_UP, call="asterisk:17.99"), 400)
        assert "not yours" in refused.what
        assert "no phone" in place.sue.refused("/phone", PhoneAsk(uuid4(), PhoneAct.DIAL, to="+13055550123"), 400).what
        assert place.switch.acted == []

    tell(story)


def test_colleagues_are_those_with_a_phone_but_for_oneself(tell: Tell) -> None:
    def story(place: Place) -> None:
        def colleagues() -> tuple[Colleague, ...]:
            return place.lena.ask("/phone/colleagues", AskColleagues(), Colleagues).colleagues

        found = asyncio.run(until(colleagues, "the first board is counted"))
        assert [(one.extension, one.name) for one in found] == [("1009", "Tomas")]

    tell(story)


def test_only_a_supervisor_looks_behind_the_board(tell: Tell) -> None:
    def story(place: Place) -> None:
        mine, today = place.sue.desk.device, datetime.now(UTC).date()
        now_us = int(time.time() * 1_000_000)
        board = place.sue.ask("/board/at", AskBoard(mine, now_us), BoardReply).board
        assert {queue.queue for queue in board.queues} == {"support", "sales"}
        assert place.sue.ask("/board/calls", AskCalls(mine, Figure.OFFERED), CallsReply).behind.calls == ()
        assert place.sue.ask("/board/history", AskHistory(mine, today, today), HistoryReply).history.queues == ()
        hers = place.lena.desk.device
        for path, ask in (
            ("/board/at", AskBoard(hers, now_us)),
            ("/board/calls", AskCalls(hers, Figure.OFFERED)),
            ("/board/history", AskHistory(hers, today, today)),
        ):
            assert "supervisor" in place.lena.refused(path, ask, 403).what.lower()
        long_ago = AskHistory(mine, date(2020, 1, 1), today)
        assert "400 days" in place.sue.refused("/board/history", long_ago, 400).next_step
        for day in (date.min, date.max):
            place.sue.refused("/board/history", AskHistory(mine, day, day), 400)
        place.sue.refused("/board/at", AskBoard(mine, -(2**63)), 404)
        assert place.sue.ask("/board/at", AskBoard(mine, 2**63 - 1), BoardReply).board.queues

    tell(story)


def test_another_device_cannot_be_asked_for(tell: Tell) -> None:
    def story(place: Place) -> None:
        other: UUID = place.lena.desk.device
        place.sue.refused("/board/calls", AskCalls(other, Figure.OFFERED), 400)

    tell(story)


def test_strangers_noise_and_floods_of_bytes_are_refused_in_words_everywhere(tell: Tell) -> None:
    def story(place: Place) -> None:
        mine, today = place.sue.desk.device, datetime.now(UTC).date()
        asks: dict[str, object] = {
            "/phone": PhoneAsk(uuid4(), PhoneAct.READY),
            "/phone/colleagues": AskColleagues(),
            "/board/at": AskBoard(mine, 0),
            "/board/calls": AskCalls(mine, Figure.OFFERED),
            "/board/history": AskHistory(mine, today, today),
        }
        for path, ask in asks.items():
            for token in ("", "forged"):
                assert place.sue.post(path, encode(ask), token=token).status_code == 401
            assert place.lena.post(path, b"\xc1 noise").status_code == 400
            assert place.lena.post(path, b"\x00" * 5_000_000).status_code == 413
        assert place.switch.acted == []

    tell(story)
