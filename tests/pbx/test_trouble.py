"""Many calls at once, and what fails in the middle of them: the switch, a gateway, the desk's connection."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack

from crmdesk.domain.calls.live import AgentCall, EndedBy, Phase, PhoneLink, RingResult
from tests.pbx.conftest import free_address
from tests.pbx.floor import SUPERVISOR, Floor
from tests.pbx.phones import Leg
from tests.support.waiting import until

DIRECT, LOAD = "0110", "0109"
_CALLS = 200


def is_settled(call: AgentCall) -> bool:
    """Say whether it was told of a call how its ring ended and, where they talked, who hung up."""
    return call.ring_result is not None and (call.ring_result is not RingResult.ANSWERED or call.ended_by is not None)


async def talking_to_1001(floor: Floor, number: str) -> tuple[Leg, Leg]:
    """Return the legs of a caller and of the agent who answered a direct call."""
    caller = floor.call(DIRECT, number)
    ring = await floor.phones["1001"].ring(number)
    await floor.desks["1001"].rang(number)
    ring.answer()
    await floor.desks["1001"].sees(Phase.TALKING, number)
    return caller, ring


def test_two_hundred_calls_at_once_are_told_one_by_one(floor: Floor) -> None:
    """Every third caller gives up once a desk shows the ring; of the others either side hangs up once both talk."""

    async def story(floor: Floor) -> None:
        before = floor.counts("load")
        numbers = [floor.number() for _ in range(_CALLS)]
        gives_up, agent_ends = set(numbers[2::3]), set(numbers[::2])
        callers: dict[str, Leg] = {}

        def picks_up(ring: Leg) -> None:
            if ring.shown not in gives_up:
                ring.answer()

        for phone in floor.phones.values():
            phone.manner = picks_up
        for number in numbers:
            callers[number] = floor.call(LOAD, number)
        done: set[str] = set()

        def everybody_was_served() -> bool:
            for name, desk in floor.desks.items():
                for call in desk.calls.values():
                    number = call.party.e164
                    if number is None or number in done or number not in callers:
                        continue
                    if call.phase is Phase.RINGING and number in gives_up:
                        callers[number].hang_up()
                    elif call.phase is Phase.TALKING:
                        leg = next(leg for leg in floor.phones[name].rings if leg.shown == number and leg.up)
                        (leg if number in agent_ends else callers[number]).hang_up()
                    else:
                        continue
                    done.add(number)
            return len(done) == _CALLS

        async with asyncio.timeout(100):
            while not everybody_was_served():
                await floor.heard()
        await floor.at_rest()
        await until(lambda: all(map(is_settled, floor.all_pops())), "it is told of every call who ended it")
        answered = set(numbers) - gives_up
        await floor.board_adds("load", before, _CALLS, len(answered), len(gives_up), 0)
        rings = Counter((leg.shown, name) for name, phone in floor.phones.items() for leg in phone.rings)
        shown = Counter((pop.party.e164, name) for name, desk in floor.desks.items() for pop in desk.pops)
        assert shown == rings
        for name, desk in floor.desks.items():
            for call in desk.pops:
                if call.party.e164 in answered:
                    who = EndedBy.AGENT if call.party.e164 in agent_ends else EndedBy.CALLER
                    assert (call.ring_result, call.ended_by) == (RingResult.ANSWERED, who), (name, call)
                else:
                    assert call.ring_result is RingResult.CALLER_HUNG_UP, (name, call)
        for number in numbers:
            (row,) = await floor.rows(number)
            assert row[2] == ("abandoned" if number in gives_up else "answered")

    floor.play(story)


def test_a_switch_that_falls_ends_its_calls_on_the_desk_and_the_next_call_is_told(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number, later = floor.number(), floor.number()
        await talking_to_1001(floor, number)
        await asyncio.to_thread(floor.switch.kill)
        for phone in (*floor.phones.values(), floor.outside):
            phone.lose()
        desk = floor.desks["1001"]
        await until(lambda: desk.link is not PhoneLink.CONNECTED, "the desk says that the switch is away")
        board = await until(lambda: (b := floor.desks[SUPERVISOR].board) is not None and b.stale_since and b, "stale")
        assert board
        await asyncio.to_thread(floor.switch.start)
        await floor.connected()
        await desk.sees(Phase.ENDED, number)
        caller, _ = await talking_to_1001(floor, later)
        caller.hang_up()
        await desk.sees(Phase.ENDED, later)
        assert floor.pops() == {"1001": [(number, "ring"), (later, "ring")]}

    floor.play(story)


def test_a_gateway_that_is_killed_in_the_middle_of_a_call_goes_on_with_it(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number, over, before = floor.number(), floor.number(), floor.counts("support")
        caller, leg = await talking_to_1001(floor, number)
        missed, _ = await talking_to_1001_too(floor, over)
        await asyncio.to_thread(floor.gateways[0].kill)
        missed.hang_up()
        await until(lambda: floor.phones["1002"].rings[0].over, "the second call ended while nobody listened")
        await asyncio.to_thread(floor.restart_gateway)
        await floor.connected()
        desk = floor.desks["1001"]
        await leg.hold()
        await desk.sees(Phase.HELD, number)
        caller.hang_up()
        await desk.sees(Phase.ENDED, number)
        await floor.desks["1002"].sees(Phase.ENDED, over)
        assert floor.pops() == {"1001": [(number, "ring")], "1002": [(over, "ring")]}
        assert len(await floor.rows(number)) == 1
        assert floor.counts("support")[2:] == before[2:]

    floor.play(story)


def test_a_switch_that_stands_still_makes_every_board_stale_and_its_calls_go_on_afterwards(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        number = floor.number()
        caller, _ = await talking_to_1001(floor, number)
        overseer = floor.desks[SUPERVISOR]
        with floor.switch.stopped():
            await until(lambda: (b := overseer.board) is not None and b.stale_since, "the board is stale")
            assert overseer.link is PhoneLink.CONNECTED
        await until(lambda: (b := overseer.board) is not None and b.stale_since is None, "the board is live again")
        desk = floor.desks["1001"]
        assert [call.party.e164 for call in desk.session.desk.phone.calls] == [number]
        caller.hang_up()
        await desk.sees(Phase.ENDED, number)
        assert floor.pops() == {"1001": [(number, "ring")]}

    floor.play(story)


def test_calls_of_which_a_killed_gateway_wrote_nothing_down_go_on_or_are_told_to_be_over(floor: Floor) -> None:
    """One goes on, of another the ring is left, of a third the answer; the database has heard of none of them."""

    async def story(floor: Floor) -> None:
        number, rings, over = floor.number(), floor.number(), floor.number()
        async with floor.nothing_written():
            caller, _ = await talking_to_1001(floor, number)
            missed, _ = await talking_to_1001_too(floor, over)
            given_up = floor.call("0102", rings)
            ringing = [await floor.desks[name].rang(rings) for name in ("1003", "1004", "1005")]
            await asyncio.to_thread(floor.gateways[0].kill)
            missed.hang_up()
            given_up.hang_up()
            await until(lambda: floor.phones["1002"].rings[0].over, "the second call ended while nobody listened")
            await until(lambda: floor.phones["1003"].rings[0].over, "the third call ended while nobody listened")
        await asyncio.to_thread(floor.restart_gateway)
        await floor.connected()
        ended = await floor.desks["1002"].sees(Phase.ENDED, over)
        assert (ended.ring_result, ended.ended_by) == (RingResult.ANSWERED, None)
        for ring in ringing:
            assert (await floor.desks[ring.agent].sees(Phase.ENDED, key=ring.key)).ring_result is None
        assert [call.party.e164 for call in floor.desks["1001"].session.desk.phone.calls] == [number]
        caller.hang_up()
        await floor.desks["1001"].sees(Phase.ENDED, number)
        rang = {ring.agent: [(rings, "ring")] for ring in ringing}
        assert floor.pops() == {"1001": [(number, "ring")], "1002": [(over, "ring")], **rang}
        assert len(await floor.rows(number)) == 1

    floor.play(story)


async def talking_to_1001_too(floor: Floor, number: str) -> tuple[Leg, Leg]:
    """Return the legs of a caller in queue support, whom 1002 answers: 1001 is talking."""
    caller = floor.call("0101", number)
    ring = await floor.phones["1002"].ring(number)
    await floor.desks["1002"].rang(number)
    ring.answer()
    await floor.desks["1002"].sees(Phase.TALKING, number)
    return caller, ring


def test_of_two_gateways_one_has_the_switch_and_when_it_dies_the_other_goes_on_with_the_calls(floor: Floor) -> None:
    async def story(floor: Floor) -> None:
        second = await asyncio.to_thread(floor.add_gateway, free_address())
        async with AsyncExitStack() as stack:
            beside = await stack.enter_async_context(floor.desk_beside("1002", second.url))
            await until(lambda: beside.link is PhoneLink.CONNECTED, "the second gateway follows the first")
            assert floor.listeners() == 1
            number, later = floor.number(), floor.number()
            _, leg = await talking_to_1001(floor, number)
            there, _ = await talking_to_1001_too(floor, later)
            await beside.sees(Phase.TALKING, later)
            await asyncio.to_thread(floor.gateways[0].kill)
            await until(lambda: floor.listeners() == 1, "the second gateway has the switch")
            there.hang_up()
            await beside.sees(Phase.ENDED, later)
            await asyncio.to_thread(floor.restart_gateway)
            await floor.connected()
            leg.hang_up()
            await floor.desks["1001"].sees(Phase.ENDED, number)
            assert floor.listeners() == 1
            assert [pop.party.e164 for pop in beside.pops] == [later]
            assert len(await floor.rows(number)) == len(await floor.rows(later)) == 1
        await asyncio.to_thread(floor.end_gateway, second)

    floor.play(story)
