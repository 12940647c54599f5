"""What happens in the demo's check, in order: a call rings, is answered, noted, complained about, wrapped up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from crmdesk.demo import house, truth
from crmdesk.demo.stage import Stage
from crmdesk.demo.tape import Pause
from crmdesk.sync.engine import Engine

if TYPE_CHECKING:
    from crmdesk.demo.trial import Report

NOTE = (
    "Kein Warmwasser seit Donnerstag, Heizung läuft. "
    "Он очень расстроен: «Меня никто не предупредил». "
    "“The engineer never came and nobody told me.” Visit promised for tomorrow 8 to 10."
)
QUOTED = "Меня никто не предупредил\nThe engineer never came and nobody told me."
CATEGORY, SEVERITY, REMEDY = "Communication, not informed", "4", "New visit tomorrow, Anruf vorher"
CALLER, FIRST_CANDIDATE = "+13055550123", "Иван Петров"


async def play(stage: Stage, report: Report) -> None:
    """Play everything, then hold the rows of PostgreSQL against it."""
    engine = Engine(stage.database, connections=2)
    try:
        await _sign_in(stage, report)
        before = await asyncio.to_thread(truth.counts, engine)
        done = await _first_call(stage, report)
        await _waiting_callers(stage, report)
        await _hold_against_truth(engine, before, done, report)
    finally:
        engine.close()


async def _sign_in(stage: Stage, report: Report) -> None:
    people = ((stage.agent, house.AGENT), (stage.supervisor, house.SUPERVISOR))
    for desk, login in people:
        asked = desk.ask("sign_in", login=login, password=stage.passwords[login])
        await report.step(f"{desk.role}: sign in", asked)
    await report.step("gateway hears the phone system", stage.tape.heard())
    for desk, _ in people:
        await report.step(f"{desk.role}: in sync", desk.ask("live"))
        await report.step(f"{desk.role}: the phone is connected", desk.ask("on_the_phone"))


async def _first_call(stage: Stage, report: Report) -> dict[str, Any]:
    agent, supervisor, tape = stage.agent, stage.supervisor, stage.tape
    await report.step("agent: idle desk", agent.ask("picture", name="1-idle"))
    pauses = [Pause("rings", 0.75), Pause("talks", 1.6), Pause("holds", 3.0), Pause("talks again", 4.5)]
    calls = asyncio.create_task(tape.play("e_hold", pauses))
    rang = await report.step("agent: the phone rings, the customers pop", agent.ask("ringing", number=1))
    report.timings["ring_to_pop_ms"] = round((rang["painted"] - tape.rang_at[0]) * 1000, 1)
    report.expect("three of the family have the number", len(rang["names"]), 3)
    await report.step("agent: ringing, picture", agent.ask("picture", name="2-ringing"))
    chosen = await report.step("agent: Ctrl+1 says who it is", agent.ask("choose", digit=1))
    report.expect("the first of the list was taken", chosen["name"], rang["names"][0])
    tape.go_on("rings")
    await report.step("agent: answered", agent.ask("stage", name="talking"))
    wrote = await report.step("agent: writes the note", agent.ask("write", words=NOTE))
    report.timings["note_saved_ms"] = wrote["saved_ms"]
    await report.step("agent: in the call, picture", agent.ask("picture", name="3-in-call"))
    filled = await report.step(
        "agent: Ctrl+R, fills the complaint",
        agent.ask("open_complaint", category=CATEGORY, severity=SEVERITY, remedy=REMEDY),
    )
    report.expect("the words in quotation marks were taken over", filled["values"]["verbatim"], QUOTED)
    await report.step("agent: complaint, picture", agent.ask("picture", name="4-complaint"))
    await report.step("supervisor: Ctrl+J C", supervisor.ask("go_to", page="cases", letter="C"))
    seeing = asyncio.create_task(supervisor.ask("complaint_painted", reference=filled["reference"]))
    registered = await report.step("agent: Ctrl+Enter registers it", agent.ask("register"))
    seen = await report.step("supervisor: sees the complaint", seeing)
    took = (seen["painted"] - registered["registered"]) * 1000
    report.timings["complaint_to_supervisor_ms"] = round(took, 1)
    report.expect("within a second", took <= 1000, True)
    await report.step("supervisor: cases, picture", supervisor.ask("picture", name="5-cases"))
    tape.go_on("talks")
    await report.step("agent: on hold", agent.ask("stage", name="held"))
    await report.step("agent: on hold, picture", agent.ask("picture", name="6-held"))
    tape.go_on("holds")
    await report.step("agent: talks again", agent.ask("stage", name="talking"))
    tape.go_on("talks again")
    outcomes = await report.step("agent: the call ends, wrap-up", agent.ask("wrapping_up"))
    report.expect("the complaint is proposed as outcome", outcomes["outcomes"][0], "Complaint registered")
    await report.step("agent: wrap-up, picture", agent.ask("picture", name="7-wrap-up"))
    await report.step("agent: Ctrl+Enter finishes", agent.ask("finish"))
    await report.step("agent: idle again", agent.ask("idle"))
    await report.step("the recording ends", calls)
    sent = await report.step("agent: everything is sent", agent.ask("sent"))
    report.expect("nothing was refused", sent["refused"], 0)
    await report.step("agent: idle again, picture", agent.ask("picture", name="8-idle-again"))
    return {**rang, **filled, "customer": chosen["customer"], "text": wrote["text"]}


async def _waiting_callers(stage: Stage, report: Report) -> None:
    agent, supervisor, tape = stage.agent, stage.supervisor, stage.tape
    await report.step("supervisor: Ctrl+J B", supervisor.ask("go_to", page="board", letter="B"))
    pauses = [Pause("two wait", 2.0), Pause("the last one talks", 6.0)]
    calls = asyncio.create_task(tape.play("m_three_waiting", pauses))
    await report.step("agent: a caller with one customer", agent.ask("ringing", number=2))
    await tape.reached("two wait")
    board = await report.step(
        "supervisor: callers wait on the board", supervisor.ask("board_shows", queue="sales", waiting=2)
    )
    report.counts["waiting_seen"] = board["waiting"]
    await report.step("supervisor: board, picture", supervisor.ask("picture", name="9-board"))
    await report.step("agent: one customer, picture", agent.ask("picture", name="10-one-customer"))
    tape.go_on("two wait")
    await report.step("agent: wraps up the second call", agent.ask("wrapping_up"))
    await report.step("agent: Ctrl+Enter", agent.ask("finish"))
    unknown = await report.step("agent: a number nobody has", agent.ask("ringing", number=3))
    report.expect("nobody has it", unknown["names"], [])
    await tape.reached("the last one talks")
    await report.step("agent: unknown number, picture", agent.ask("picture", name="11-unknown"))
    tape.go_on("the last one talks")
    await report.step("agent: wraps up the third call", agent.ask("wrapping_up"))
    await report.step("agent: Ctrl+Enter", agent.ask("finish"))
    await report.step("the recording ends", calls)
    await report.step(
        "supervisor: Ctrl+F finds a customer", supervisor.ask("search", words="petrov", name=FIRST_CANDIDATE)
    )
    await report.step("supervisor: search, picture", supervisor.ask("picture", name="12-search"))
    await report.step("agent: everything is sent", agent.ask("sent"))


async def _hold_against_truth(
    engine: Engine, before: Mapping[str, int], done: Mapping[str, Any], report: Report
) -> None:
    after = await report.step("PostgreSQL: read what is there", asyncio.to_thread(truth.counts, engine))
    grown = {name: after[name] - before[name] for name in after}
    report.counts |= {"contacts": 4, "rows": grown, "pops": 3, "notes": 1, "complaints": 1}
    report.expect("one interaction per contact", grown["interaction"], 4)
    report.expect("one note", grown["note"], 1)
    report.expect("one complaint", grown["complaint"], 1)
    call = await asyncio.to_thread(truth.call, engine, UUID(done["contact"]))
    found = {name: call.get(name) for name in ("customer", "e164", "queue", "outcome", "state", "agent", "disposition")}
    report.expect(
        "PostgreSQL: the interaction",
        found,
        {
            "customer": FIRST_CANDIDATE,
            "e164": CALLER,
            "queue": "sales",
            "outcome": "answered",
            "state": "closed",
            "agent": house.AGENT,
            "disposition": "complaint",
        },
    )
    report.expect("PostgreSQL: the note", call.get("notes"), [NOTE])
    complaint = await asyncio.to_thread(truth.complaint, engine, done["reference"])
    report.expect(
        "PostgreSQL: the complaint",
        {name: str(complaint.get(name)) for name in ("verbatim", "category", "severity", "desired_remedy", "state")},
        {
            "verbatim": QUOTED,
            "category": CATEGORY,
            "severity": SEVERITY,
            "desired_remedy": REMEDY,
            "state": "registered",
        },
    )
    for name, wanted in (("customer_id", done["customer"]), ("interaction_id", done["contact"])):
        value = complaint.get(name)
        report.expect(f"PostgreSQL: the complaint's {name}", value.hex if value is not None else None, wanted)
