"""Phone systems that call us: gateways on a real database, asked as phone systems ask, with everything they write."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import text

from crmdesk.domain.clock import Clock, SystemClock
from crmdesk.domain.errors import UserMistake
from crmdesk.server import cti_store, cti_tokens
from crmdesk.server.app import create_app
from crmdesk.server.cti_tokens import SignedBy
from crmdesk.server.gateway import Gateway
from crmdesk.server.housekeeping import do_jobs
from crmdesk.server.intake import Intake
from crmdesk.server.reception import AT_ONCE, BIGGEST_DELIVERY, Reception
from crmdesk.sync.engine import Engine
from crmdesk.telephony.webhook import CONNECTOR
from crmdesk.telephony.webhook.signature import WINDOW_S, signature
from tests.support.clock import StandingClock
from tests.support.gateway import gateway
from tests.support.server import desk_of
from tests.support.terminal import Terminal
from tests.support.waiting import until, until_async

CALLER = "493023125741"
NEW = {"event": "newCall", "from": CALLER, "to": "492214710334", "direction": "in", "callId": "c-1", "user": "Lena"}
ANSWER = {**NEW, "event": "answer", "answeringNumber": "1001"}
HANGUP = {**NEW, "event": "hangup", "cause": "normalClearing"}


def ours(caplog: pytest.LogCaptureFixture) -> str:
    """Return what the gateway logged: not what the client that asks it here did."""
    return "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))


_INTERACTIONS = text("select state, outcome, e164, agent_id, queue from crm.interaction order by id")
_EVENTS = text("select count(*) from sync.telephony_event where encode(body, 'escape') like :kind")
_LEFT = text("select count(*) from sync.cti_delivery where caller <> '' or called <> '' or not taken")
_LOCK_HOLDERS = text("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted")


class Door:
    """One gateway that takes calls by webhook, and a phone system that sends to it."""

    def __init__(self, made: Gateway, client: httpx.AsyncClient) -> None:
        self.gateway = made
        self._client = client

    async def post(self, token: str, body: bytes, kind: str = "application/json", **headers: str) -> httpx.Response:
        """Send bytes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._client.post(f"/cti/{token}", content=body, headers={"content-type": kind, **named})

    async def send(self, token: str, *bodies: object) -> list[int]:
        """Send requests one by one; return the status of each answer."""
        return [(await self._client.post(f"/cti/{token}", json=body)).status_code for body in bodies]

    async def rows(self) -> list[dict[str, Any]]:
        """Return all interactions."""
        found = await self.gateway.in_thread(lambda conn: conn.execute(_INTERACTIONS).all())
        return [dict(row._mapping) for row in found]

    async def finished(self, count: int = 1) -> list[dict[str, Any]]:
        """Wait until so many interactions are over and everything that was sent was told."""

        async def over() -> list[dict[str, Any]]:
            rows = [row for row in await self.rows() if row["state"] != "open"]
            left = await self.gateway.in_thread(lambda conn: conn.execute(_LEFT).scalar_one())
            return rows if len(rows) >= count and not left else []

        return await until_async(over, f"{count} interactions are over")


@asynccontextmanager
async def door(url: str, clock: Clock | None = None) -> AsyncIterator[Door]:
    """Run a gateway that takes calls by webhook."""
    made = Gateway(Engine(url), clock or SystemClock())
    made.reception = Reception(made.engine, made.clock)
    made.beside.append(Intake(made, CONNECTOR.build({}), "DE", "UTC").run)
    transport = httpx.ASGITransport(cast(Any, create_app(made)))
    async with made.running(), httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield Door(made, client)


@asynccontextmanager
async def pair(url: str) -> AsyncIterator[tuple[Door, Door]]:
    """Run two gateways on one database; the first has the phone."""
    async with door(url) as one:
        await until(lambda: one.gateway.hub.phone_state and one.gateway.hub.phone_state.link == "connected")
        async with door(url) as two:
            yield one, two


def run(url: str, story: Callable[[Door, Door], Awaitable[None]]) -> None:
    """Tell a story with two gateways."""

    async def whole() -> None:
        async with pair(url) as (one, two):
            await story(one, two)

    asyncio.run(whole())


@pytest.fixture
def token(engine: Engine) -> str:
    """A token of a house with Lena at 1001."""
    desk_of(engine, "lena", extension="1001")
    return engine.run(lambda conn: cti_tokens.add(conn, "cloud", None)).token


def test_whichever_gateway_is_asked_one_tells_the_call_and_it_is_one(
    engine: Engine, database_url: str, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "crmdesk")

    async def story(one: Door, two: Door) -> None:
        for at, body in ((two, NEW), (one, ANSWER), (two, HANGUP)):
            assert await at.send(token, body) == [200]
        for at in (one, two):
            assert await at.send(token, HANGUP, NEW, ANSWER) == [200] * 3
        (row,) = await one.finished()
        assert (row["state"], row["outcome"], row["e164"]) == ("wrap_up", "answered", "+" + CALLER)
        assert row["agent_id"] is not None

    run(database_url, story)
    assert engine.run(lambda conn: conn.execute(_EVENTS, {"kind": "%Ringing%"}).scalar_one()) == 1
    assert CALLER not in ours(caplog)
    assert token not in ours(caplog)


def test_the_gateway_that_has_the_phone_may_lose_it_between_the_ring_and_the_answer(
    engine: Engine, database_url: str, token: str
) -> None:
    async def story(one: Door, two: Door) -> None:
        assert await one.send(token, NEW) == [200]
        await until_async(one.rows, "the call rings")
        await one.gateway.in_thread(lambda conn: conn.execute(_LOCK_HOLDERS))
        assert await two.send(token, ANSWER, HANGUP) == [200] * 2
        (row,) = await two.finished()
        assert (row["outcome"], row["e164"]) == ("answered", "+" + CALLER)

    run(database_url, story)


def test_many_calls_by_form_at_both_at_once_in_any_order_are_all_there_once(database_url: str, token: str) -> None:
    form = "application/x-www-form-urlencoded"

    async def story(one: Door, two: Door) -> None:
        steps = [
            at.post(token, urlencode({**body, "callId": f"call {number}", "queue": "support"}).encode(), form)
            for number in range(20)
            for body in (HANGUP, ANSWER, NEW)
            for at in (one, two)
        ]
        assert {answer.status_code for answer in await asyncio.gather(*steps)} == {200}
        rows = await one.finished(20)
        assert len(rows) == 20
        assert {(r["outcome"], r["queue"], r["e164"]) for r in rows} == {("answered", "support", "+" + CALLER)}

    run(database_url, story)


def test_what_is_no_call_is_refused_in_words_and_not_logged(
    database_url: str, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    json = "application/json"
    form = "application/x-www-form-urlencoded"

    async def story() -> None:
        async with door(database_url) as one:
            for body, kind, status in (
                (b"", json, 400),
                (b"\xff\x00", json, 400),
                (b"[" * 10_000, json, 400),
                (b'{"event":"newCall"}', json, 400),
                (b"event=newCall&callId=%00", form, 400),
                (b"--x\r\n\r\n", "multipart/form-data; boundary=x", 400),
                (b"x" * (BIGGEST_DELIVERY + 1), json, 413),
            ):
                answer = await one.post(token, body, kind)
                assert (answer.status_code, "error" in answer.json()) == (status, True)

    asyncio.run(story())
    assert "Traceback" not in caplog.text


def test_without_a_token_that_is_good_nothing_is_taken(engine: Engine, database_url: str, token: str) -> None:
    async def story(one: Door, two: Door) -> None:
        assert await one.send("not-a-token", NEW) == [401]
        assert await one.send(token, NEW) == [200]
        await asyncio.to_thread(engine.run, lambda conn: cti_tokens.revoke(conn, "cloud"))
        for at in (one, two, one):
            assert await at.send(token, ANSWER) == [401]
        again = (await asyncio.to_thread(engine.run, lambda conn: cti_tokens.add(conn, "cloud", None))).token

        async def taken() -> bool:
            return await one.send(again, HANGUP) == [200]

        await until_async(taken, "the new token is known")
        assert await one.send(token, ANSWER) == [401]

    run(database_url, story)


def test_a_signed_phone_system_is_believed_for_a_few_minutes_only(engine: Engine, database_url: str) -> None:
    new = engine.run(lambda conn: cti_tokens.add(conn, "signed", SignedBy("X-Pbx-Time", "X-Pbx-Signature")))
    body = b'{"event":"newCall","direction":"in","callId":"s-1","from":"493023125741","to":"1"}'
    clock = StandingClock(SystemClock().now())

    async def story() -> None:
        async with door(database_url, clock) as one:

            async def post(age_s: float = 0, content: bytes = body, secret: str = new.secret or "") -> int:
                when = str(int(clock.now().timestamp() - age_s))
                signed = "sha256=" + signature(secret.encode(), when, body)
                answer = await one.post(new.token, content, X_Pbx_Time=when, X_Pbx_Signature=signed)
                return answer.status_code

            assert [await post(), await post()] == [200, 200]
            assert await post(WINDOW_S + 30) == 401
            assert await post(content=body + b" ") == 401
            assert await post(secret="x") == 401
            assert await one.send(new.token, NEW) == [401]

    asyncio.run(story())


def test_a_phone_system_that_raves_is_told_to_come_back(database_url: str, token: str) -> None:
    clock = StandingClock(SystemClock().now())

    async def story() -> None:
        async with door(database_url, clock) as one:
            for _ in range(int(AT_ONCE)):
                assert (await one.post(token, b"{}")).status_code == 400
            answer = await one.post(token, b"{}")
            assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")

    asyncio.run(story())


def test_a_gateway_takes_calls_where_it_was_told_to(database_url: str, token: str) -> None:
    with gateway(database_url, "--webhook", "--region", "DE") as told, gateway(database_url) as untold:
        answers = [httpx.post(f"{at.url}/cti/{token}", json=NEW, trust_env=False) for at in (told, untold)]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0].json() == {}


def test_a_call_whose_hang_up_never_came_is_ended(engine: Engine, database_url: str, token: str) -> None:
    now = SystemClock().now()

    async def story() -> None:
        async with door(database_url) as one:
            assert await one.send(token, NEW) == [200]
            await until_async(one.rows, "the call rings")
            for minutes in (-1, 1):
                assert (await one.rows())[0]["state"] == "open"
                clock = StandingClock(now + cti_store.LONGEST_UNANSWERED + timedelta(minutes=minutes))
                await one.gateway.in_thread(partial(do_jobs, clock=clock))
            (row,) = await one.finished()
            assert (row["state"], row["outcome"]) == ("closed", "no_answer")

    asyncio.run(story())


def test_people_are_found_by_extension_login_or_a_name_that_only_they_have(engine: Engine) -> None:
    for login, extension in (("lena", "1001"), ("1001", "1002"), ("anna", "1003")):
        desk_of(engine, login, extension=extension)
    found = engine.run(cti_store.extensions)
    assert {word: found[word] for word in ("lena", "1001", "1002", "anna")} == {
        "lena": "1001",
        "1001": "1001",
        "1002": "1002",
        "anna": "1003",
    }


def test_tokens_are_made_listed_and_revoked_at_the_terminal(
    engine: Engine, database_url: str, terminal: Terminal
) -> None:
    made = terminal.type("server", "cti-token", "add", "cloud", url=database_url)
    token = re.search(r"/cti/(\S+)", made[1])
    assert (made[0], made[2], token is not None) == (0, "", True)
    signed = terminal.type("server", "cti-token", "add", "two", "--signed", "--database", database_url)
    assert "X-Crmdesk-Signature" in signed[1]
    listed = terminal.type("server", "cti-token", "list", url=database_url)[1]
    assert listed.splitlines()[0].startswith("cloud  made 20")
    assert token is not None
    assert token[1] not in listed
    kept = engine.run(lambda conn: conn.execute(text("select digest from sync.cti_token")).scalars().all())
    assert all(token[1].encode() not in bytes(digest) for digest in kept)
    assert terminal.type("server", "cti-token", "add", "cloud", url=database_url)[0] == 1
    assert terminal.type("server", "cti-token", "revoke", "cloud", url=database_url)[0] == 0
    assert terminal.type("server", "cti-token", "revoke", "cloud", url=database_url)[0] == 1
    with pytest.raises(UserMistake):
        engine.run(lambda conn: cti_tokens.add(conn, "Not A Name", None))
    with pytest.raises(UserMistake):
        engine.run(lambda conn: cti_tokens.add(conn, "x", SignedBy("A: b\r\n", "c")))
