"""Calls from outside and inside through a real Asterisk: desks, board and rows say what the phones saw."""

from __future__ import annotations

import pytest

from crmdesk.domain.calls.live import Direction, EndedBy, Phase, RingResult
from tests.pbx.floor import Floor
from tests.pbx.phones import BUSY, DECLINED, End, Leg
from tests.support.waiting import until

SUPPORT, SALES, LOCAL, SALES_3S, TURNS, SALES_THEN_SUPPORT, DIRECT = (
    *("0101", "0102", "0103", "0104", "0105", "0106", "0110"),
)
SELLERS = ("1003", "1004", "1005")


async def ringing_support(floor: Floor, number: str) -> Leg:
    """Return the one phone of support that rings for somebody, once its desk shows it."""

    def found() -> Leg | None:
        rings = (ring for phone in floor.phones.values() for ring in phone.rings if not ring.over)
        return next((ring for ring in rings if ring.shown == number), None)

    ring = await until(found, "a phone of support rings")
    await floor.desks[ring.phone.user].rang(number)
    return ring


@pytest.mark.parametrize("who", [EndedBy.CALLER, EndedBy.AGENT])
def test_an_answered_call_pops_once_and_is_one_interaction_whoever_hangs_up(floor: Floor, who: EndedBy) -> None:
    async def story(floor: Floor) -> None:
        number, before = floor.number(), floor.counts("support")
        caller = floor.call(SUPPORT, number)
        ring = await ringing_support(floor, number)
        desk = floor.desks[ring.phone.user]
        ring.answer()
        await desk.sees(Phase.TALKING, number)
        (caller if who is EndedBy.CALLER else ring).hang_up()
        ended = await desk.sees(Phase.ENDED, number, ended_by=who)
        assert (ended.ring_result, ended.queue) == (RingResult.ANSWERED, "support")
        assert floor.pops() == {ring.phone.user: [(number, "ring")]}
        await floor.board_adds("support", before, 1, 1, 0, 0)
        assert await floor.rows(number) == [("inbound", False, "answered", str(who), "wrap_up", "support", 1)]

    floor.play(story)


def test_a_caller_who_gives_up_while_a_phone_rings_is_abandoned(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number, before = floor.number(), floor.counts("support")
        caller = floor.call(SUPPORT, number)
        ring = await ringing_support(floor, number)
        caller.hang_up()
        await floor.desks[ring.phone.user].sees(Phase.ENDED, number, ring_result=RingResult.CALLER_HUNG_UP)
        await until(lambda: ring.end is End.CANCELLED)
        await floor.board_adds("support", before, 1, 0, 1, 0)
        assert await floor.rows(number) == [("inbound", False, "abandoned", "caller", "closed", "support", 1)]

    floor.play(story)


def test_of_three_phones_that_ring_the_one_that_answers_has_the_customer_and_the_others_are_told_who(
    floor: Floor,
) -> None:
    async def story(floor: Floor) -> None:
        number, before = floor.number(), floor.counts("sales")
        caller = floor.call(SALES, number)
        rings = {name: await floor.phones[name].ring(number) for name in SELLERS}
        for name in SELLERS:
            await floor.desks[name].rang(number)
        rings["1004"].answer()
        await floor.desks["1004"].sees(Phase.TALKING, number)
        for name in ("1003", "1005"):
            lost = await floor.desks[name].sees(Phase.ENDED, number)
            assert (lost.ring_result, lost.taken_by) == (RingResult.CANCELLED, "1004")
            await until(lambda name=name: rings[name].end is End.CANCELLED)  # type: ignore[misc]
        caller.hang_up()
        await floor.desks["1004"].sees(Phase.ENDED, number)
        assert floor.pops() == {name: [(number, "ring")] for name in SELLERS}
        await floor.board_adds("sales", before, 1, 1, 0, 0)
        assert await floor.rows(number) == [("inbound", False, "answered", "caller", "wrap_up", "sales", 3)]

    floor.play(story)


def test_a_busy_phone_and_one_that_declines_are_told_apart(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number = floor.number()
        floor.phones["1003"].manner = lambda ring: ring.refuse(BUSY)
        floor.phones["1005"].manner = lambda ring: ring.refuse(DECLINED)
        caller = floor.call(SALES, number)
        ring = await floor.phones["1004"].ring(number)
        await floor.desks["1004"].rang(number)
        ring.answer()
        await floor.desks["1004"].sees(Phase.TALKING, number)
        caller.hang_up()
        (row,) = await floor.rows(number)
        assert row[2] == "answered"
        assert await floor.legs(number) == {("1003", "busy"), ("1004", "answered"), ("1005", "rejected")}

    floor.play(story)


def test_a_phone_that_rings_out_loses_its_pop_and_the_next_one_gets_the_call(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number, before = floor.number(), floor.counts("turns")
        floor.phones["1002"].manner = Leg.answer
        caller = floor.call(TURNS, number)
        first = await floor.phones["1001"].ring(number)
        await floor.desks["1001"].rang(number)
        await floor.desks["1001"].sees(Phase.ENDED, number, ring_result=RingResult.NO_ANSWER)
        assert first.end is End.CANCELLED
        await floor.desks["1002"].sees(Phase.TALKING, number)
        caller.hang_up()
        await floor.desks["1002"].sees(Phase.ENDED, number)
        await floor.board_adds("turns", before, 1, 1, 0, 0)
        assert (await floor.rows(number))[0][:5] == ("inbound", False, "answered", "caller", "wrap_up")

    floor.play(story)


def test_while_all_are_paused_nobody_pops_and_the_caller_who_gives_up_is_counted(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number, before = floor.number(), floor.counts("turns")
        for name in ("1001", "1002"):
            await floor.ask("QueuePause", Interface=f"PJSIP/{name}", Paused="true", Reason="Обед", Queue="turns")
        caller = floor.call(TURNS, number)
        await until(lambda: (found := floor.figures("turns")) is not None and found.waiting == 1, "somebody waits")
        caller.hang_up()
        await floor.board_adds("turns", before, 1, 0, 1, 0)
        for name in ("1001", "1002"):
            await floor.ask("QueuePause", Interface=f"PJSIP/{name}", Paused="false", Queue="turns")
        assert floor.pops() == {}
        assert await floor.rows(number) == [("inbound", False, "abandoned", "caller", "closed", "turns", 0)]

    floor.play(story)


def test_the_queues_time_limit_is_no_abandon(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number, before = floor.number(), floor.counts("sales")
        caller = floor.call(SALES_3S, number)
        await until(lambda: caller.end is End.HUNG_UP_THERE, "the switch lets go of the caller")
        await floor.board_adds("sales", before, 1, 0, 0, 1)
        assert await floor.rows(number) == [("inbound", False, "timed_out", "system", "closed", "sales", 3)]
        assert floor.results() == {name: ["no_answer"] for name in SELLERS}

    floor.play(story)


def test_a_caller_whom_one_queue_gave_up_is_the_same_contact_in_the_next(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number, sales, support = floor.number(), floor.counts("sales"), floor.counts("support")
        for name in ("1001", "1002"):
            floor.phones[name].manner = Leg.answer
        caller = floor.call(SALES_THEN_SUPPORT, number)
        desk = await until(
            lambda: next(
                (d for d in floor.desks.values() if any(c.phase is Phase.TALKING for c in d.of(number))), None
            ),
            "support answers",
        )
        caller.hang_up()
        await desk.sees(Phase.ENDED, number, queue="support")
        await floor.board_adds("sales", sales, 1, 0, 0, 1)
        await floor.board_adds("support", support, 1, 1, 0, 0)
        assert await floor.rows(number) == [("inbound", False, "answered", "caller", "wrap_up", "sales", 4)]

    floor.play(story)


def test_hold_is_shown_and_adds_up(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number = floor.number()
        caller = floor.call(DIRECT, number)
        ring = await floor.phones["1001"].ring(number)
        desk = floor.desks["1001"]
        await desk.rang(number)
        ring.answer()
        await desk.sees(Phase.TALKING, number)
        await ring.hold()
        held = await desk.sees(Phase.HELD, number)
        assert held.held_since is not None
        await ring.resume()
        again = await desk.sees(Phase.TALKING, number)
        assert again.hold_s > 0
        caller.hang_up()
        ended = await desk.sees(Phase.ENDED, number)
        assert ended.hold_s == again.hold_s

    floor.play(story)


def test_a_caller_who_hangs_up_on_hold_ends_the_call(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number = floor.number()
        caller = floor.call(DIRECT, number)
        ring = await floor.phones["1001"].ring(number)
        ring.answer()
        await floor.desks["1001"].sees(Phase.TALKING, number)
        await ring.hold()
        await floor.desks["1001"].sees(Phase.HELD, number)
        caller.hang_up()
        ended = await floor.desks["1001"].sees(Phase.ENDED, number, ended_by=EndedBy.CALLER)
        assert ended.talk_s >= 0

    floor.play(story)


def test_a_member_behind_a_piece_of_dialplan_pops_once(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number, before = floor.number(), floor.counts("local")
        caller = floor.call(LOCAL, number)
        ring = await floor.phones["1001"].ring(number)
        await floor.desks["1001"].rang(number)
        ring.answer()
        await floor.desks["1001"].sees(Phase.TALKING, number, queue="local")
        caller.hang_up()
        await floor.desks["1001"].sees(Phase.ENDED, number)
        assert floor.pops() == {"1001": [(number, "ring")]}
        await floor.board_adds("local", before, 1, 1, 0, 0)
        assert await floor.rows(number) == [("inbound", False, "answered", "caller", "wrap_up", "local", 1)]

    floor.play(story)


def test_a_direct_call_needs_no_queue(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number = floor.number()
        caller = floor.call(DIRECT, number)
        ring = await floor.phones["1001"].ring(number)
        await floor.desks["1001"].rang(number, queue=None)
        ring.answer()
        await until(lambda: caller.up)
        ring.hang_up()
        await floor.desks["1001"].sees(Phase.ENDED, number, ended_by=EndedBy.AGENT)
        assert floor.pops() == {"1001": [(number, "ring")]}
        assert await floor.rows(number) == [("inbound", False, "answered", "agent", "wrap_up", "", 1)]

    floor.play(story)


def test_a_call_among_colleagues_pops_nobody(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        leg = floor.phones["1003"].dial("1001")
        ring = await floor.phones["1001"].ring()
        inside = await floor.desks["1001"].rang(direction=Direction.INTERNAL)
        assert (inside.party.extension, inside.pop) == ("1003", None)
        ring.answer()
        await until(lambda: leg.up)
        await floor.desks["1001"].sees(Phase.TALKING, direction=Direction.INTERNAL)
        leg.hang_up()
        await floor.desks["1001"].sees(Phase.ENDED, direction=Direction.INTERNAL)
        assert floor.pops() == {}

    floor.play(story)


def test_what_an_agent_dials_by_hand_is_an_outbound_call_without_a_pop(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number = floor.number()
        floor.outside.manner = Leg.answer
        leg = floor.phones["1003"].dial(number)
        await until(lambda: leg.up)
        talking = await floor.desks["1003"].sees(Phase.TALKING, number)
        assert (talking.direction, talking.pop) == (Direction.OUTBOUND, None)
        leg.hang_up()
        await floor.desks["1003"].sees(Phase.ENDED, number)
        assert floor.pops() == {}
        assert (await floor.rows(number))[0][:5] == ("outbound", False, "answered", "agent", "wrap_up")

    floor.play(story)


def test_click_to_dial_rings_the_agents_own_phone_and_pops_nobody(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number = floor.number()
        floor.outside.manner = Leg.answer
        await floor.ask(
            "Originate",
            Channel="PJSIP/1001",
            Context="from-agents",
            Exten=number,
            Priority="1",
            CallerID=f'"Call {number}" <{number}>',
            Timeout="30000",
            Async="true",
            ChannelId=f"crmdesk-{number[1:]}",
            OtherChannelId=f"crmdesk-{number[1:]}-2",
        )
        ring = await floor.phones["1001"].ring()
        ringing = await floor.desks["1001"].rang(number)
        assert (ringing.direction, ringing.pop) == (Direction.OUTBOUND, None)
        ring.answer()
        await floor.desks["1001"].sees(Phase.TALKING, number)
        ring.hang_up()
        await floor.desks["1001"].sees(Phase.ENDED, number)
        assert floor.pops() == {}
        assert (await floor.rows(number))[0][:5] == ("outbound", False, "answered", "agent", "wrap_up")

    floor.play(story)


_ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>'


@pytest.mark.parametrize("behind", [False, True])
def test_a_withheld_number_is_told_as_such_and_nowhere_else(floor: Floor, behind: bool) -> None:
    async def story(floor: Floor) -> None:
        number = floor.number()
        asserted = (("P-Asserted-Identity", f'"Ivan" <sip:{number}@127.0.0.2>'), ("Privacy", "id"))
        caller = floor.outside.dial("13125550110", _ANONYMOUS, asserted if behind else ())
        ring = await floor.phones["1001"].ring()
        desk = floor.desks["1001"]
        ringing = await desk.rang()
        assert (ringing.party.withheld, ringing.party.e164, ringing.party.name) == (True, None, None)
        ring.answer()
        await desk.sees(Phase.TALKING)
        caller.hang_up()
        await desk.sees(Phase.ENDED)
        assert number not in repr(desk.told)
        assert floor.pops() == {"1001": [(None, "ring")]}

    floor.play(story)
