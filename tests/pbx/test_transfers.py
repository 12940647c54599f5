"""Callers who are handed on through a real Asterisk: the receiver sees the customer, never the colleague."""

from __future__ import annotations

from crmdesk.domain.calls.live import Direction, Phase
from tests.pbx.floor import Floor
from tests.pbx.phones import Leg
from tests.support.waiting import until

SALES = "0102"


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
