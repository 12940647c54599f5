"""What desks ask of the phone system: carried out once, by whoever holds it, for those who may; written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import Connection, text

from crmdesk.domain.calls.control import Caution, Goal
from crmdesk.domain.calls.live import Ability, PhoneLink
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.errors import Refused, Unavailable, UserMistake
from crmdesk.domain.people import Identity, Role
from crmdesk.server import action_store
from crmdesk.server.action_store import Outcome, Told
from crmdesk.server.auth import Known
from crmdesk.server.gateway import Gateway
from crmdesk.server.intake import Intake
from crmdesk.sync.engine import Engine, Principal, Rejection
from crmdesk.sync.engine.people import HOUSE
from crmdesk.sync.phone_wire import PhoneAct, PhoneAsk
from crmdesk.sync.wire import LiveCall, LiveMessage
from crmdesk.telephony.ami import CONNECTOR
from tests.support.ami_server import SECRET, USERNAME
from tests.support.ami_switch import Switch, switching
from tests.support.clock import StandingClock
from tests.support.server import customer, desk_of
from tests.support.waiting import until

NUMBER = "+17135550101"
NOON_IN_HOUSTON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
MIDNIGHT_IN_HOUSTON = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
LEG = "asterisk:1795285690.2"


def somebody(extension: str | None = "1001", role: Role = Role.AGENT) -> Known:
    person, device = uuid4(), uuid4()
    principal = Principal(person, device, "x", role, (HOUSE,), HOUSE)
    return Known(principal, Identity(person, "x", "X", extension, role))


def dial(**values: Any) -> PhoneAsk:
    return PhoneAsk(uuid4(), PhoneAct.DIAL, to=NUMBER, **values)


class Noon(StandingClock):
    """Stands at one time of day, while waits go on."""

    def monotonic(self) -> float:
        return SystemClock().monotonic()


def is_able(gateway: Gateway) -> bool:
    """Say whether desks at this gateway may use the phone."""
    state = gateway.hub.phone_state
    return state is not None and state.link is PhoneLink.CONNECTED and Ability.DIAL in state.abilities


class House:
    """Gateways on one database and one phone system; the first, which was there before the others, holds the phone."""

    def __init__(self, switch: Switch, gateways: list[Gateway]) -> None:
        self.switch = switch
        self.gateways = gateways

    @property
    def holder(self) -> Gateway:
        return self.gateways[0]

    @property
    def follower(self) -> Gateway:
        return self.gateways[1]

    async def rows(self) -> list[dict[str, Any]]:
        def look(conn: Connection) -> list[dict[str, Any]]:
            found = conn.execute(text("select * from sync.phone_action order by asked_at"))
            return [dict(row._mapping) for row in found]

        return await self.gateways[0].in_thread(look)

    async def talking(self, agent: str = "1001") -> str:
        """Let the agent talk with a customer; return the call's key once the gateway knows."""
        heard: list[LiveCall] = []

        async def hear(data: bytes) -> None:
            message = msgspec.msgpack.decode(data, type=LiveMessage)
            if isinstance(message, LiveCall):
                heard.append(message)

        listening = asyncio.create_task(self.holder.hub.serve(somebody(agent), hear))
        self.switch.ring(agent)
        await until(lambda: [m for m in heard if m.call.answered_at is not None], "the agent's desk heard the call")
        listening.cancel()
        return heard[-1].call.key


@asynccontextmanager
async def house(url: str, gateways: int, now: datetime) -> AsyncIterator[House]:
    async with switching() as switch, AsyncExitStack() as stack:
        options = {"host": "127.0.0.1", "port": str(switch.port), "username": USERNAME, "secret": SECRET}
        made = []
        for _ in range(gateways):
            gateway = Gateway(Engine(url), Noon(now))
            gateway.beside.append(Intake(gateway, CONNECTOR.build(options), "US", "UTC").run)
            await stack.enter_async_context(gateway.running())
            await until(partial(is_able, gateway), "the phone can be used")
            made.append(gateway)
        yield House(switch, made)


def run(
    url: str, story: Callable[[House], Awaitable[None]], gateways: int = 1, now: datetime = NOON_IN_HOUSTON
) -> None:
    async def whole() -> None:
        async with house(url, gateways, now) as made:
            await story(made)

    asyncio.run(whole())


def test_a_call_is_placed_once_and_the_number_is_not_kept(database_url: str) -> None:
    async def story(at: House) -> None:
        me, ask = somebody(), dial(customer_id=uuid4())
        await at.holder.acting.ask(me, ask)
        assert [action["Exten"] for action in at.switch.acted] == [NUMBER]
        (row,) = await at.rows()
        assert (row["kind"], row["extension"], row["outcome"], row["body"]) == ("dial", "1001", "done", None)
        assert (row["user_id"], row["customer_id"]) == (me.principal.user_id, ask.customer_id)
        assert NUMBER not in str(row)

    run(database_url, story)


def test_the_same_click_sent_twice_is_one_action_with_one_answer(database_url: str) -> None:
    async def story(at: House) -> None:
        me, ask = somebody(), dial()
        await asyncio.gather(at.holder.acting.ask(me, ask), at.holder.acting.ask(me, ask))
        await at.holder.acting.ask(me, ask)
        assert len(at.switch.acted) == 1
        with pytest.raises(Rejection):
            await at.holder.acting.ask(somebody(), ask)

    run(database_url, story)


def test_it_does_not_matter_at_which_gateway_the_desk_is(database_url: str) -> None:
    async def story(at: House) -> None:
        await at.follower.acting.ask(somebody(), dial())
        assert [action["Action"] for action in at.switch.acted] == ["Originate"]
        at.switch.answers["QueuePause"] = ("Response: Error\r\nMessage: Interface not found",)
        with pytest.raises(Refused, match="Interface not found"):
            await at.follower.acting.ask(somebody(), PhoneAsk(uuid4(), PhoneAct.PAUSE, reason="Lunch"))

    run(database_url, story, gateways=2)


def test_a_request_that_was_left_behind_is_not_carried_out_later(engine: Engine, database_url: str) -> None:
    me, late = somebody(), dial()

    def leave(conn: Connection) -> None:
        action_store.put(conn, late, me.principal, "1001")
        conn.execute(text("update sync.phone_action set good_until = now() - interval '1 second'"))

    engine.run(leave)

    async def story(at: House) -> None:
        await at.holder.acting.ask(me, PhoneAsk(uuid4(), PhoneAct.READY))
        assert [action["Action"] for action in at.switch.acted] == ["QueuePause"]
        with pytest.raises(Unavailable, match="not done"):
            await at.holder.acting.ask(me, late)
        assert len(at.switch.acted) == 1

    run(database_url, story)


def test_what_another_gateway_took_and_did_not_finish_is_never_taken_again(engine: Engine) -> None:
    me, ask = somebody(), dial()
    engine.run(lambda conn: action_store.put(conn, ask, me.principal, "1001"))
    assert [taken.action_id for taken in engine.run(action_store.take)] == [ask.id]
    assert engine.run(action_store.take) == []
    engine.run(lambda conn: conn.execute(text("update sync.phone_action set good_until = now() - interval '1 hour'")))
    engine.run(lambda conn: action_store.tidy(conn, datetime.now(UTC) - timedelta(days=90)))
    assert engine.run(lambda conn: action_store.told(conn, ask.id, me.principal)) == Told(Outcome.UNKNOWN)
    bodies = engine.run(lambda conn: list(conn.scalars(text("select body from sync.phone_action"))))
    assert bodies == [None]


def test_an_agent_acts_on_their_own_call_and_on_nobody_elses(database_url: str) -> None:
    async def story(at: House) -> None:
        key = await at.talking("1001")
        hang_up = PhoneAsk(uuid4(), PhoneAct.HANG_UP, key)
        for other in (somebody("1002"), somebody("1002", Role.SUPERVISOR)):
            with pytest.raises(Refused, match="not yours"):
                await at.holder.acting.ask(other, PhoneAsk(uuid4(), PhoneAct.HANG_UP, key))
        with pytest.raises(Refused, match="not yours"):
            await at.holder.acting.ask(somebody("1001"), PhoneAsk(uuid4(), PhoneAct.HANG_UP, "asterisk:1.1"))
        assert at.switch.acted == []
        await at.holder.acting.ask(somebody("1001"), hang_up)
        assert [action["Channel"] for action in at.switch.acted] == [LEG.removeprefix("asterisk:")]

    run(database_url, story)


def test_a_call_is_sent_on_by_the_agent_who_has_it(database_url: str) -> None:
    async def story(at: House) -> None:
        key = await at.talking("1001")
        ask = PhoneAsk(uuid4(), PhoneAct.TRANSFER, key, "support", Goal.QUEUE)
        await at.follower.acting.ask(somebody("1001"), ask)
        (action,) = at.switch.acted
        assert (action["Action"], action["Exten"]) == ("BlindTransfer", "support")

    run(database_url, story, gateways=2)


def test_a_supervisor_may_send_others_on_break_and_take_them_back_and_an_agent_may_not(database_url: str) -> None:
    async def story(at: House) -> None:
        pause = PhoneAsk(uuid4(), PhoneAct.PAUSE, reason="Went home", agent="1001")
        with pytest.raises(Refused, match="Only a supervisor"):
            await at.holder.acting.ask(somebody("1002"), pause)
        await at.holder.acting.ask(somebody(None, Role.SUPERVISOR), pause)
        (action,) = at.switch.acted
        assert (action["Interface"], action["Reason"]) == ("PJSIP/1001", "Went home")
        (row,) = await at.rows()
        assert (row["extension"], row["kind"]) == ("1001", "pause")

    run(database_url, story)


def test_somebody_without_a_phone_cannot_dial(database_url: str) -> None:
    async def story(at: House) -> None:
        with pytest.raises(Refused, match="no phone"):
            await at.holder.acting.ask(somebody(None), dial())
        assert await at.rows() == []

    run(database_url, story)


def test_in_quiet_hours_a_number_is_rung_only_knowingly_and_that_is_written_down(database_url: str) -> None:
    async def story(at: House) -> None:
        with pytest.raises(Refused, match="quiet hours"):
            await at.holder.acting.ask(somebody(), dial())
        assert at.switch.acted == []
        await at.holder.acting.ask(somebody(), dial(despite=(Caution.QUIET_HOURS,)))
        (row,) = await at.rows()
        assert row["despite"] == ["quiet_hours"]
        assert len(at.switch.acted) == 1

    run(database_url, story, now=MIDNIGHT_IN_HOUSTON)


@pytest.mark.parametrize("team", [None, "North"])
def test_whoever_asked_not_to_be_called_is_rung_only_knowingly_and_that_is_written_down(
    engine: Engine, database_url: str, team: str | None
) -> None:
    desk, quiet = desk_of(engine, "anna", team=team), uuid4()
    desk.insert("customer", quiet, **customer("Nora Quiet"))
    desk.insert("contact_point", uuid4(), customer_id=quiet.hex, kind="phone", value=NUMBER, e164=NUMBER)

    async def story(at: House) -> None:
        await at.holder.acting.ask(somebody(), dial())
        desk.update("customer", quiet, 1, do_not_call=True)
        with pytest.raises(Refused, match="asked not to be called") as caught:
            await at.holder.acting.ask(somebody(), dial(despite=(Caution.QUIET_HOURS,)))
        assert "again" in caught.value.next_step
        assert len(at.switch.acted) == 1
        await at.holder.acting.ask(somebody(), dial(despite=(Caution.DO_NOT_CALL,)))
        assert [row["despite"] for row in await at.rows()] == [[], ["do_not_call"]]
        assert len(at.switch.acted) == 2

    run(database_url, story)


@pytest.mark.parametrize("hostile", ["1010\r\nAction: Originate", "112\x00", "a b", ""])
def test_a_hostile_message_reaches_neither_the_database_nor_the_phone_system(database_url: str, hostile: str) -> None:
    async def story(at: House) -> None:
        with pytest.raises(UserMistake):
            await at.holder.acting.ask(somebody(), PhoneAsk(uuid4(), PhoneAct.DIAL, to=hostile))
        with pytest.raises(Refused):
            await at.holder.acting.ask(somebody(hostile or None), PhoneAsk(uuid4(), PhoneAct.READY))
        assert await at.rows() == []
        assert at.switch.acted == []

    run(database_url, story)


def test_what_the_phone_system_cannot_do_is_refused_before_it_is_asked(database_url: str) -> None:
    async def story(at: House) -> None:
        key = await at.talking()
        with pytest.raises(Refused, match="cannot do that"):
            await at.holder.acting.ask(somebody(), PhoneAsk(uuid4(), PhoneAct.HOLD, key))
        at.switch.hang_up_on_everybody()
        await until(lambda: not is_able(at.holder), "the phone system is away")

    run(database_url, story)
