"""Scrolling through a timeline of ten thousand entries: what a frame costs (budget p99 16.7 ms), page after page.

The whole desktop runs on a store with one customer who has a long history. The stream is scrolled from its newest entry
to its oldest as fast as the wheel of a mouse turns; each step is timed from the turn to the painted view, and the loop
is watched meanwhile, so that what pages cost as they come in counts as well. Then it is filtered and searched.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from benchmarks import common
from benchmarks._gaps import GapWatch
from benchmarks._profile import ME, PASSPHRASE, profile
from benchmarks._store import SEED

BUDGET_FRAME_MS = 16.7
_ENTRIES = 10_000
_STEP_PX = 144
_TURN_S = 0.001
_PATIENCE_S = 30.0
_QUIET_TURNS = 4
_WORDS = (
    *("visit", "heating", "engineer", "flat", "heater", "rebooked", "letter", "phoned", "again", "son", "carer"),
    *("morning", "oxygen", "bill", "twice", "refund", "meter", "reading", "boiler", "fault", "pressure", "leak"),
    *("kitchen", "key", "neighbour", "apology", "promised", "called", "back", "nobody", "came", "waited"),
)


@dataclass
class Seen:
    """What was measured, in milliseconds: each step of scrolling and the processor's part of it, and each filter or
    search until it was painted."""

    frames: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    gaps: dict[str, Any] = field(default_factory=dict)
    entries: int = 0
    open_ms: float = 0.0


def history(database: Any, count: int) -> Any:
    """Write a customer with ``count`` entries of every kind, as if they had been pulled; return the customer's id."""
    from crmdesk.domain.ids import derived_id
    from crmdesk.models.complaint import Complaint
    from crmdesk.models.customer import Customer
    from crmdesk.models.interaction import Interaction, Note
    from crmdesk.models.message import Message
    from crmdesk.models.task import Task

    rng, now = Random(SEED), datetime.now(UTC)
    customer = derived_id(now - timedelta(days=4000), f"long history {count}")

    def words(most: int) -> str:
        return " ".join(rng.choice(_WORDS) for _ in range(rng.randrange(3, most))).capitalize() + "."

    def write(uow: Any) -> None:
        if uow.session.get(Customer, customer) is not None:
            return
        held = {"scope_id": 1, "ver": 1}
        uow.session.add(Customer(id=customer, kind="person", name="Margaret Long", **held))
        of = held | {"customer_id": customer}
        for number in range(count):
            at = now - timedelta(hours=number * 7, minutes=rng.randrange(300))
            row = derived_id(at, f"entry {number}")
            match number % 10:
                case 0 | 1 | 2:
                    talk = {"talk_s": rng.random() * 600, "answered_at": at, "ended_at": at + timedelta(minutes=9)}
                    uow.session.add(
                        Interaction(
                            id=row,
                            direction="inbound",
                            began_at=at,
                            state="closed",
                            outcome="answered",
                            queue="billing",
                            agent_id=ME.agent_id,
                            **talk,
                            **of,
                        )
                    )
                case 3 | 4 | 5:
                    uow.session.add(Note(id=row, author_id=ME.agent_id, body=words(60), written_at=at, **of))
                case 6 | 7 | 8:
                    way = rng.choice(("inbound", "outbound"))
                    uow.session.add(
                        Message(
                            id=row,
                            channel="email",
                            direction=way,
                            subject=words(6),
                            body=words(90),
                            happened_at=at,
                            address="m.long@example.org",
                            author_id=ME.agent_id,
                            **of,
                        )
                    )
                case _ if number % 20 == 9:
                    due = at + timedelta(days=1)
                    uow.session.add(
                        Task(
                            id=row,
                            kind="promise",
                            words=words(12),
                            made_at=at,
                            due_at=due,
                            due_zone="UTC",
                            state="done",
                            **of,
                        )
                    )
                case _:
                    uow.session.add(
                        Complaint(
                            id=row,
                            reference=f"CP-{number}",
                            product="Cover",
                            category="No visit",
                            severity=2,
                            verbatim=words(40),
                            state="closed",
                            received_at=at,
                            received_zone="UTC",
                            **of,
                        )
                    )
            if number % 500 == 499:
                uow.session.flush()
                uow.session.expunge_all()

    database.write_now(write)
    return customer


async def measure(seen: Seen, count: int, desktop: Any) -> None:
    """Open the customer, scroll to the oldest entry, filter and search."""
    from benchmarks.pop import desk_page

    page = await desk_page(desktop)
    customer = await asyncio.to_thread(history, desktop.session.database, count)
    desktop.window.resize(1366, 768)
    stream = page.view.call.timeline
    began = time.perf_counter()
    page.open_customer(customer)
    await asyncio.wait_for(_filled(page), _PATIENCE_S)
    seen.open_ms = (time.perf_counter() - began) * 1000
    await asyncio.sleep(0.3)
    watch = GapWatch(desktop.window)
    await _scroll(seen, stream, count)
    seen.gaps = watch.stop()
    seen.entries = len(stream.entries)
    await _look(seen, stream)


async def _scroll(seen: Seen, stream: Any, count: int) -> None:
    """Scroll down step by step; a step ends when its view is painted."""
    view = stream.list
    bar, port = view.verticalScrollBar(), view.viewport()
    until = time.perf_counter() + _PATIENCE_S * (1 + count / 1000)
    while time.perf_counter() < until:
        at = bar.value()
        if at >= bar.maximum() and len(stream.entries) >= count:
            return
        began, worked = time.perf_counter(), time.thread_time()
        bar.setValue(min(bar.maximum(), at + _STEP_PX))
        port.repaint()
        seen.frames.append((time.perf_counter() - began) * 1000)
        seen.work.append((time.thread_time() - worked) * 1000)
        await asyncio.sleep(_TURN_S)


async def _look(seen: Seen, stream: Any) -> None:
    from crmdesk.ui.pages.desk.timeline_rows import Show

    view = stream.list
    for show in (Show.CALLS, Show.MAIL, Show.NOTES, Show.COMPLAINTS, Show.TASKS, Show.ALL):
        began = time.perf_counter()
        stream.filter(show)
        view.viewport().repaint()
        seen.asked.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.2)
    for typed in ("oxygen", "refund meter", "nothing like it"):
        began = time.perf_counter()
        stream.search.setText(typed)
        await asyncio.sleep(0.08)
        view.viewport().repaint()
        seen.asked.append((time.perf_counter() - began) * 1000 - 80)
        await asyncio.sleep(0.2)
    stream.search.setText("")
    await asyncio.sleep(0.2)


async def _filled(page: Any) -> None:
    """Return when the customer's first page stands there."""
    from crmdesk.ui.qt.tasks import running

    quiet = 0
    while quiet < _QUIET_TURNS:
        quiet = quiet + 1 if page.view.call.timeline.entries and not running(page.reader) else 0
        await asyncio.sleep(_TURN_S)


def main(argv: Sequence[str] | None = None) -> int:
    """Scroll and print what a frame cost."""
    parser = common.parser("timeline", __doc__)
    parser.add_argument("--entries", type=int, default=_ENTRIES)
    parser.add_argument("--customers", type=int, default=1000)
    arguments = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    logging.disable(logging.WARNING)
    folder, _ = profile(arguments.customers, 0)
    from crmdesk import app

    seen = Seen()
    app.run(app.DesktopOptions(folder, passphrase=PASSPHRASE), partial(measure, seen, arguments.entries))
    p99 = common.percentile(seen.frames, 99)
    result: dict[str, Any] = {"bench": "timeline", "entries": arguments.entries, "entries_scrolled": seen.entries}
    result |= {
        "frames": len(seen.frames),
        "frame_p50_ms": round(common.percentile(seen.frames, 50), 2),
        "frame_p99_ms": round(p99, 2),
        "frame_work_p50_ms": round(common.percentile(seen.work, 50), 2),
        "frame_work_p99_ms": round(common.percentile(seen.work, 99), 2),
        "frame_max_ms": round(max(seen.frames), 2),
        "open_ms": round(seen.open_ms, 1),
        "filter_search_max_ms": round(max(seen.asked), 2),
        **{name: value for name, value in seen.gaps.items() if name.startswith("gap")},
        "budget_frame_p99_ms": BUDGET_FRAME_MS,
        "within_budget": p99 <= BUDGET_FRAME_MS and seen.entries >= arguments.entries,
    }
    return common.report(result, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
