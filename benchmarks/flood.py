"""10,000 events a second for ten seconds at the gateway: the desktop's longest gap (50 ms), the memory, the call after.

A gateway process on a PostgreSQL of its own hears a manager interface that raves: agents' states in many queues, calls
that begin and end within the second. The desktop watches the board meanwhile, told over a live channel. Gaps are
those of ``_gaps``: on two processors the gateway and what raves are at work as well, so the budget is held against the
gaps without the waiting for a processor. ``behind_s`` is how long after the flood a call was painted at the desk.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import Any

from benchmarks import common, pop, ring
from benchmarks._gaps import BUDGET_GAP_MS, GapWatch, children, memory_mb
from benchmarks._profile import PASSPHRASE, profile
from benchmarks._store import store
from crmdesk.domain.calls.live import PhoneLink
from crmdesk.domain.people import Role
from crmdesk.telephony.ami.playback import Playback

_EACH_S, _LIMIT_S = 0.05, 120.0
_AGENTS, _QUEUES = 300, 40


@dataclass
class Seen:
    """How the loop answered and what came of the flood."""

    gaps: dict[str, Any] = field(default_factory=dict)
    sent: int = 0
    took_s: float = 0.0
    behind_s: float = 0.0
    link: str = ""
    megabytes: tuple[float, float] = (0.0, 0.0)


def ravings() -> Iterator[bytes]:
    """Yield events without an end."""
    for number in count():
        agent, call = number % _AGENTS, number // 4
        channel = {"Channel": f"PJSIP/trunk-{call:08x}", "Uniqueid": f"1795000000.{call}"}
        channel["Linkedid"] = channel["Uniqueid"]
        if number % 4 < 2:
            who = {"Queue": f"flood{number * 7 % _QUEUES}", "Interface": f"PJSIP/5{agent:03d}"}
            how = {"Status": str(number % 3 + 1), "Paused": str(number % 2)}
            yield ring.event("QueueMemberStatus", **who, MemberName=f"Agent {agent}", **how)
        elif number % 4 == 2:
            yield ring.event("Newchannel", **channel, ChannelState="4", CallerIDNum=f"+442079{call:06d}")
        else:
            yield ring.event("Hangup", **channel, Cause="0")


async def measure(seen: Seen, house: ring.House, number: str, rate: int, seconds: int, desktop: Any) -> None:
    """Show the board, let the phone system rave, then let one call ring."""
    page = await pop.desk_page(desktop)
    await ring.alone(desktop.session)
    desk = desktop.session.desk
    desk.identity = replace(desk.identity, role=Role.SUPERVISOR)
    desktop.window.resize(1920, 1080)
    switch = Playback({}, ring.USER, ring.SECRET)
    await switch.start(house.ami)
    connected = asyncio.Event()
    hearing = asyncio.create_task(ring.hear(house, desk.phone, asyncio.Queue(), connected))
    try:
        async with asyncio.timeout(_LIMIT_S):
            await connected.wait()
            desktop.window.go_to("board")
            await asyncio.sleep(2)  # the board is there and quiet
            (gateway,) = children(b"\0serve\0")
            before, gaps = memory_mb(gateway, "VmRSS"), GapWatch(desktop)
            await _rave(seen, switch, rate, seconds)
            seen.gaps = gaps.stop()
            desktop.window.go_to("desk")
            popped: asyncio.Queue[tuple[str, float, float]] = asyncio.Queue()
            page.popped.connect(partial(pop.note, popped))
            key, rings, _ = ring.call(1, number)
            began = time.perf_counter()
            await switch.send(rings)
            while (await popped.get())[0] != key:
                pass
            seen.behind_s = time.perf_counter() - began
            seen.megabytes = (before, memory_mb(gateway, "VmHWM"))
            state = desk.phone.state
            seen.link = (state.link if state is not None else PhoneLink.UNREACHABLE).value
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
        await switch.stop()


async def _rave(seen: Seen, switch: Playback, rate: int, seconds: int) -> None:
    events, began = ravings(), time.perf_counter()
    each = int(rate * _EACH_S)
    for part in range(int(seconds / _EACH_S)):
        await switch.send(b"".join(next(events) for _ in range(each)))
        seen.sent += each
        await asyncio.sleep(max(0.0, began + (part + 1) * _EACH_S - time.perf_counter()))
    seen.took_s = time.perf_counter() - began


def main(argv: Sequence[str] | None = None) -> int:
    """Let it rave once and print what was seen."""
    parser = common.parser("flood", __doc__)
    parser.add_argument("--rate", type=int, default=10_000, help="events a second")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--customers", type=int, default=1000)
    arguments = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    logging.disable(logging.WARNING)
    folder, _ = profile(arguments.customers, 0)
    (number,) = pop.numbers(store(arguments.customers, 0)[0], 1)
    from crmdesk import app

    seen = Seen()
    with ExitStack() as stack:
        house = ring.House(stack, 0)
        options = app.DesktopOptions(folder, passphrase=PASSPHRASE)
        app.run(options, partial(measure, seen, house, number, arguments.rate, arguments.seconds))
    result: dict[str, Any] = {"bench": "flood", "events": seen.sent, "events_per_s": round(seen.sent / seen.took_s)}
    result |= seen.gaps
    result |= {"behind_s": round(seen.behind_s, 2), "link": seen.link, "gateway_mb_before_most": seen.megabytes}
    in_time = seen.gaps["gap_without_queue_max_ms"] <= BUDGET_GAP_MS
    result |= {"budget_gap_ms": BUDGET_GAP_MS, "within_budget": in_time and seen.link == PhoneLink.CONNECTED.value}
    return common.report(result, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
