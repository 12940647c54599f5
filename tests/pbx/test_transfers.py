"""Callers who are handed on through a real Asterisk: the receiver sees the customer, never the colleague."""

from __future__ import annotations

import asyncio

from crmdesk.domain.calls.live import Direction, Phase
from tests.pbx.floor import Floor
from tests.pbx.phones import Leg
from tests.pbx.voice import speaking
from tests.support.waiting import until

SALES = "0102"
_TRIES = 3


async def talking_to_1004(floor: Floor, number: str) -> tuple[Leg, Leg]:
    """Return the legs of a caller and of the agent who answered in queue sales."""
    caller = floor.call(SALES, number)
    ring = await floor.phones["1004"].ring(number)
    for name in ("1003", "1004", "1005"):
        await floor.desks[name].rang(number)
    ring.answer()
    await floor.desks["1004"].sees(Phase.TALKING, number)
    for name in ("1003", "1005"):
        await floor.desks[name].sees(Phase.ENDED, number)
    return caller, ring


def test_a_blind_transfer_brings_the_customer_to_the_receiver(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number = floor.number()
        caller, leg = await talking_to_1004(floor, number)
        leg.hand_on("1001")
        ring = await floor.phones["1001"].ring()
        ringing = await floor.desks["1001"].rang(number)
        assert (ringing.queue, ringing.pop, ringing.handed_by) == ("sales", "transfer", "1004")
        handed = await floor.desks["1004"].sees(Phase.ENDED, number)
        assert handed.transferred_to == "1001"
        ring.answer()
        await floor.desks["1001"].sees(Phase.TALKING, number)
        caller.hang_up()
        await floor.desks["1001"].sees(Phase.ENDED, number)
        assert floor.pops()["1001"] == [(number, "transfer")]
        assert await floor.rows(number) == [("inbound", False, "answered", "caller", "wrap_up", "sales", 4)]

    floor.play(story)


def test_an_attended_transfer_pops_the_customer_once_the_colleague_let_go(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number = floor.number()
        caller, leg = await talking_to_1004(floor, number)
        await leg.hold()
        await floor.desks["1004"].sees(Phase.HELD, number)
        consult = floor.phones["1004"].dial("1001")
        ring = await floor.phones["1001"].ring()
        asked = await floor.desks["1001"].rang(direction=Direction.INTERNAL)
        assert asked.pop is None
        ring.answer()
        await until(lambda: consult.up)
        await floor.desks["1001"].sees(Phase.TALKING, direction=Direction.INTERNAL)
        leg.hand_on("1001", consult)
        taken = await floor.desks["1001"].sees(Phase.TALKING, number)
        assert (taken.pop, taken.queue, taken.direction) == ("transfer", "sales", Direction.INBOUND)
        assert taken.handed_by == "1004"
        handed = await floor.desks["1004"].sees(Phase.ENDED, number)
        assert handed.contact_id == taken.contact_id
        assert handed.transferred_to == "1001"
        leg.hang_up()
        consult.hang_up()
        caller.hang_up()
        await floor.desks["1001"].sees(Phase.ENDED, number)
        assert floor.pops()["1001"] == [(number, "transfer")]
        (row,) = await floor.rows(number)
        assert row[:5] == ("inbound", False, "answered", "caller", "wrap_up")

    floor.play(story)


def test_a_blind_transfer_into_another_queue_is_the_same_contact_offered_there_too(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number, sales, support = floor.number(), floor.counts("sales"), floor.counts("support")
        caller, leg = await talking_to_1004(floor, number)
        for name in ("1001", "1002"):
            floor.phones[name].manner = Leg.answer
        leg.hand_on("support")
        desk = await until(
            lambda: next(
                (
                    floor.desks[name]
                    for name in ("1001", "1002")
                    if any(call.phase is Phase.TALKING for call in floor.desks[name].of(number))
                ),
                None,
            ),
            "somebody in support answers",
        )
        caller.hang_up()
        await desk.sees(Phase.ENDED, number, queue="support")
        await floor.board_adds("sales", sales, 1, 1, 0, 0)
        await floor.board_adds("support", support, 1, 1, 0, 0)
        assert await floor.rows(number) == [("inbound", False, "answered", "caller", "wrap_up", "sales", 4)]

    floor.play(story)


def test_an_attended_transfer_into_another_queue_pops_the_customer_there(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number = floor.number()
        caller, leg = await talking_to_1004(floor, number)
        await leg.hold()
        consult = floor.phones["1004"].dial("support")
        await until(lambda: consult.up)
        ring = await until(
            lambda: next((ring for name in ("1001", "1002") for ring in floor.phones[name].rings), None),
            "support rings",
        )
        ring.answer()
        receiver = floor.desks[ring.phone.user]
        await receiver.sees(Phase.TALKING, direction=Direction.INTERNAL)
        leg.hand_on("support", consult)
        taken = await receiver.sees(Phase.TALKING, number)
        assert taken.pop == "transfer"
        leg.hang_up()
        consult.hang_up()
        caller.hang_up()
        await receiver.sees(Phase.ENDED, number)
        (row,) = await floor.rows(number)
        assert row[:5] == ("inbound", False, "answered", "caller", "wrap_up")

    floor.play(story)


def test_who_is_asked_first_is_no_ghost_of_the_call_and_gets_the_customer_once_they_are_connected(
    floor: Floor,
) -> None:
    """By the desk's own request (Atxfer), also while the gateway is killed: first without an end, then with one."""

    async def story(floor: Floor) -> None:
        number = floor.number()
        caller = floor.call("0110", number)
        leg = await floor.phones["1001"].ring(number)
        leg.answer()
        call = await floor.desks["1001"].sees(Phase.TALKING, number)
        desk, asked = floor.desks["1001"], floor.desks["1002"]
        async with speaking(leg):
            ring = await ask_1002(floor, call.key)
            ring.answer()
            told = await asked.sees(Phase.TALKING, direction=Direction.INTERNAL)
            assert (told.pop, told.party.extension) == (None, "1001")
            await desk.sees(Phase.HELD, number, asks="1002")
            ring.hang_up()
            await desk.sees(Phase.TALKING, number, asks=None)
            await asked.sees(Phase.ENDED, direction=Direction.INTERNAL)
            async with floor.nothing_written():
                again = await ask_1002(floor, call.key)
                again.answer()
                await desk.sees(Phase.HELD, number, asks="1002")
                await asyncio.to_thread(floor.gateways[0].kill)
            desk.told.clear()
            asked.told.clear()
            await asyncio.to_thread(floor.restart_gateway)
            await floor.connected()
            assert (await asked.sees(Phase.TALKING)).direction is Direction.INTERNAL
            assert (await desk.sees(Phase.HELD, number)).asks == "1002"
            leg.hang_up()
            taken = await asked.sees(Phase.TALKING, number)
            assert (taken.pop, taken.handed_by) == ("transfer", "1001")
        caller.hang_up()
        await asked.sees(Phase.ENDED, number)
        (row,) = await floor.rows(number)
        assert row[:5] == ("inbound", False, "answered", "caller", "wrap_up")

    floor.play(story)


async def ask_1002(floor: Floor, call: str) -> Leg:
    """Let 1001 ask 1002 first, as the gateway asks the switch to; return the ring.

    Asterisk presses the keys of the feature itself, in the time that the audio gives: on a machine that is held up they
    come too late, and it goes back to the caller. Then it is asked again.
    """
    channel, told = call.partition(":")[2], ""
    for _ in range(_TRIES):
        await floor.ask("Atxfer", Channel=channel, Context="from-agents", Exten="1002")
        try:
            return await floor.phones["1002"].ring()
        except AssertionError as error:
            told = str(error)
    raise AssertionError(f"{told}, asked {_TRIES} times")


def test_a_customer_who_is_handed_on_while_no_gateway_listens_pops_at_the_receiver(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number = floor.number()
        caller, leg = await talking_to_1004(floor, number)
        await floor.written(number)
        await asyncio.to_thread(floor.gateways[0].kill)
        leg.hand_on("1001")
        ring = await floor.phones["1001"].ring()
        leg.hang_up()
        await asyncio.to_thread(floor.restart_gateway)
        await floor.connected()
        ringing = await floor.desks["1001"].rang(number)
        assert (ringing.pop, ringing.handed_by) == ("transfer", "1004")
        assert (await floor.desks["1004"].sees(Phase.ENDED, number)).transferred_to == "1001"
        ring.answer()
        await floor.desks["1001"].sees(Phase.TALKING, number)
        caller.hang_up()
        await floor.desks["1001"].sees(Phase.ENDED, number)
        assert floor.pops()["1001"] == [(number, "transfer")]

    floor.play(story)
