"""What lies behind the board at the server: past moments, calls, agents' states, and days added up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.figures import Figure
from crmdesk.domain.calls.fold import CallFold
from crmdesk.domain.calls.history import Step, agent_times, agent_work, queue_slices
from crmdesk.domain.calls.intervals import StateInterval
from crmdesk.domain.calls.live import AgentState, Board, QueueLimits
from crmdesk.domain.calls.records import DayRecords
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.people import Role
from crmdesk.models.base import to_microseconds
from crmdesk.server import event_store, history_store
from crmdesk.server.board_room import BoardRoom, named
from crmdesk.server.housekeeping import do_jobs
from crmdesk.server.replay import Place, board_at, replay, roll_day, roll_up
from crmdesk.sync.board_wire import AskBoard, AskCalls, AskHistory
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.limits import set_limits
from crmdesk.telephony.ami.playback import Pace
from tests.server.test_intake import Floor, add_agent, run
from tests.support.call_scripts import START
from tests.support.clock import StandingClock
from tests.support.floor_scripts import floors
from tests.support.server import Device, desk_of, interaction
from tests.support.waiting import until

HERE = Place(None, "UTC")
LATER = START + timedelta(hours=1)
_CLEAR = text("delete from sync.telephony_event")


def stored(engine: Engine, events: Iterable[ev.CallEvent]) -> None:
    """Let these be all the events there are."""
    engine.run(lambda conn: conn.execute(_CLEAR))
    engine.run(lambda conn: event_store.append(conn, events))


def overseer(engine: Engine) -> Device:
    """Return a supervisor's desk."""
    return desk_of(engine, "sue", role=Role.SUPERVISOR)


def room_at(engine: Engine, now: datetime) -> BoardRoom:
    """Return what a gateway that took up at ``now`` knows."""
    room = BoardRoom(StandingClock(now), HERE)
    room.take_up(engine.run(lambda conn: replay(conn, HERE, now)))
    return room


def shown(board: Board) -> Board:
    """Return what a person sees of a board."""
    return replace(board, revision=0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(events=floors())
def test_a_past_moments_board_is_what_the_live_board_showed_then(engine: Engine, events: list[ev.CallEvent]) -> None:
    stored(engine, events)
    house = engine.run(event_store.house)
    fold = CallFold(HERE.settings(house))
    moments = {event.at for event in events}
    live = {}
    for event in events:
        fold.apply(event)
        live[event.at] = shown(fold.board(event.at))
    for moment in sorted(moments)[:: max(1, len(moments) // 5)]:
        again, _ = engine.run(partial(board_at, place=HERE, moment=moment))
        assert shown(again) == live[moment]


def test_a_moment_that_a_supervisor_saw_can_be_called_up_again(engine: Engine, database_url: str) -> None:
    add_agent(engine, "lena", "1001")
    desk = overseer(engine)
    run(database_url, Floor.connected, "a_answered")  # the queues are set up once, with their wrap-up times

    async def story(on: Floor) -> None:
        ear = on.listen(None, Role.SUPERVISOR)
        await on.connected()
        await on.playback.play("a_answered", Pace.AT_ONCE)
        await on.closed_or_waiting(1)
        seen = await until(lambda: next((b for b in ear.boards if any(q.answered for q in b.queues)), None))
        room = on.gateway.board
        assert room is not None
        ask = AskBoard(desk.principal.device_id, to_microseconds(seen.as_of))
        reply = await on.gateway.in_thread(lambda conn: room.board_at(conn, desk.principal, ask))
        assert shown(reply.board) == shown(seen)

    run(database_url, story, "a_answered")


def test_the_call_behind_answered_names_agent_and_caller(engine: Engine, database_url: str) -> None:
    add_agent(engine, "lena", "1001")
    desk = overseer(engine)

    async def story(on: Floor) -> None:
        await on.connected()
        await on.playback.play("a_answered", Pace.AT_ONCE)
        (row,) = await on.closed_or_waiting(1)
        room = on.gateway.board
        assert room is not None
        ask = AskCalls(desk.principal.device_id, Figure.ANSWERED, "support")
        reply = (await on.gateway.in_thread(lambda conn: room.board_calls(conn, desk.principal, ask))).behind
        assert reply.count == 1
        (call,) = reply.calls
        assert (call.contact_id, call.agent_name, call.party.e164) == (row["id"], "Lena", "+13055550123")
        assert call.wait_s is not None
        nobody = replace(desk.principal, scopes=())
        (hidden,) = (await on.gateway.in_thread(lambda conn: room.board_calls(conn, nobody, ask))).behind.calls
        assert (hidden.party.e164, hidden.customer_name) == (None, "")

    run(database_url, story, "a_answered")


def test_agents_states_are_stored_as_they_happen_without_gap_or_overlap(engine: Engine, database_url: str) -> None:
    add_agent(engine, "lena", "1001")

    async def story(on: Floor) -> None:
        await on.connected()
        await on.playback.play("a_answered", Pace.AT_ONCE)
        await on.closed_or_waiting(1)

    run(database_url, story, "a_answered")
    run(database_url, story, "a_answered")  # a gateway that takes up writes the day anew
    kept = engine.run(lambda conn: history_store.intervals(conn, datetime(2000, 1, 1, tzinfo=UTC), _far()))
    mine = [one for one in kept if one.agent == "1001"]
    assert {AgentState.TALKING, AgentState.WRAP_UP} <= {one.state for one in mine}
    assert all(one.ended == after.began for one, after in pairwise(mine))
    assert [one.ended for one in mine].count(None) == 1


def _far() -> datetime:
    return datetime(2100, 1, 1, tzinfo=UTC)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(events=floors())
def test_states_written_in_any_parts_are_the_states_of_the_fold(engine: Engine, events: list[ev.CallEvent]) -> None:
    engine.run(lambda conn: conn.execute(text("delete from sync.agent_interval")))
    fold, records = CallFold(), DayRecords(START)
    for event in events:
        output = fold.apply(event)
        records.take(output)
        engine.run(partial(history_store.keep_intervals, intervals=output.intervals))
    kept = engine.run(lambda conn: history_store.intervals(conn, START - timedelta(days=1), _far()))
    in_memory: list[StateInterval] = [one for _, day in sorted(records.intervals.items()) for one in day]
    assert list(kept) == in_memory


def test_a_day_is_added_up_from_its_events_and_can_be_added_up_again(engine: Engine) -> None:
    stored(engine, _a_morning())
    tomorrow = START + timedelta(days=1)
    assert engine.run(lambda conn: roll_up(conn, HERE, tomorrow)) == (START.date(),)
    assert engine.run(lambda conn: roll_up(conn, HERE, tomorrow)) == ()
    first = engine.run(lambda conn: history_store.sums_of(conn, START.date(), START.date()))
    made = engine.run(lambda conn: replay(conn, HERE, LATER))
    end = HERE.begin(tomorrow.date())
    assert first.queues == queue_slices(made.records, made.level_of)
    assert first.times == agent_times(made.records, end)
    assert first.work == agent_work(made.records)
    assert sum(one.offered for one in first.queues) == 1
    engine.run(lambda conn: roll_day(conn, HERE, START.date()))
    assert engine.run(lambda conn: history_store.sums_of(conn, START.date(), START.date())) == first


def test_events_are_forgotten_only_after_their_day_was_added_up(engine: Engine) -> None:
    stored(engine, _a_morning())
    clock = StandingClock(START + timedelta(days=4))
    engine.run(lambda conn: do_jobs(conn, clock))
    assert engine.run(event_store.oldest) is not None
    engine.run(lambda conn: roll_up(conn, HERE, clock.now()))
    engine.run(lambda conn: do_jobs(conn, clock))
    assert engine.run(event_store.oldest) is None


def test_the_history_has_past_days_and_today_and_says_which_it_lacks(engine: Engine) -> None:
    desk = overseer(engine)
    stored(engine, _a_morning())
    tomorrow = START + timedelta(days=1)
    engine.run(lambda conn: roll_up(conn, HERE, tomorrow))
    engine.run(lambda conn: event_store.append(conn, _a_morning(timedelta(days=1), "d")))
    room = room_at(engine, tomorrow + timedelta(hours=1))
    first, last = START.date() - timedelta(days=1), tomorrow.date()
    ask = AskHistory(desk.principal.device_id, first, last)
    reply = engine.run(lambda conn: room.board_history(conn, desk.principal, ask)).history
    assert [(one.at.date(), one.offered, one.answered) for one in reply.queues] == [
        (START.date(), 1, 1),
        (tomorrow.date(), 1, 1),
    ]
    assert reply.missing == (first,)
    assert {one.agent: one.handled for one in reply.work} == {"1001": 2}
    quarters = AskHistory(desk.principal.device_id, last, last, Step.QUARTER)
    (only,) = engine.run(lambda conn: room.board_history(conn, desk.principal, quarters)).history.queues
    assert only.at == tomorrow


def test_outcomes_are_counted_by_queue_and_agent_and_only_of_calls_that_were_talked_on(engine: Engine) -> None:
    desk = overseer(engine)
    chosen = engine.run(lambda conn: conn.execute(text("select id, label from crm.disposition order by label")).first())
    assert chosen is not None
    began, person = to_microseconds(START), desk.principal.user_id.hex
    talked = {"began_at": began, "answered_at": began, "talk_s": 60.0, "queue": "support", "agent_id": person}
    for fields in ({**talked, "disposition_id": chosen.id.hex}, {**talked, "disposition_id": chosen.id.hex}, talked):
        desk.insert("interaction", uuid4(), **interaction(**fields))
    desk.insert("interaction", uuid4(), **interaction(began_at=began, queue="support", agent_id=person))
    room = room_at(engine, LATER)
    ask = AskHistory(desk.principal.device_id, START.date(), START.date())
    found = engine.run(lambda conn: room.board_history(conn, desk.principal, ask)).history.outcomes
    assert [(one.queue, one.outcome, one.count, one.talk_s) for one in found] == [
        ("support", chosen.label, 2, 120.0),
        ("support", "", 1, 60.0),
    ]
    yesterday = AskHistory(desk.principal.device_id, *(START.date() - timedelta(days=1),) * 2)
    assert engine.run(lambda conn: room.board_history(conn, desk.principal, yesterday)).history.outcomes == ()


def test_agents_cannot_look_behind_the_board(engine: Engine) -> None:
    agent = desk_of(engine, "anna")
    room = room_at(engine, LATER)
    device = agent.principal.device_id
    with pytest.raises(Refused):
        engine.run(lambda conn: room.board_calls(conn, agent.principal, AskCalls(device, Figure.WAITING)))
    with pytest.raises(Refused):
        engine.run(lambda conn: room.board_at(conn, agent.principal, AskBoard(device, 0)))


def test_a_moment_whose_events_are_gone_is_refused_not_made_up(engine: Engine) -> None:
    desk = overseer(engine)
    room = room_at(engine, LATER)
    ask = AskBoard(desk.principal.device_id, to_microseconds(LATER - timedelta(days=3)))
    with pytest.raises(Refused):
        engine.run(lambda conn: room.board_at(conn, desk.principal, ask))


def _a_morning(after: timedelta = timedelta(0), call: str = "c") -> list[ev.CallEvent]:
    def at(seconds: float) -> datetime:
        return START + after + timedelta(seconds=seconds)

    trunk = ev.Line(ev.LineKind.TRUNK)
    leg = f"{call}-leg"
    return [
        ev.MemberChanged(at(0), "sales", "1001", "Lena", ev.Device.FREE, False),
        ev.QueueJoined(at(11), call, "sales", trunk),
        ev.Ringing(at(12), leg, "1001", call, "sales", trunk),
        ev.QueueLeft(at(15), call, "sales", ev.QueueExit.LEFT),
        ev.Answered(at(15), leg, call, "1001", "sales"),
        ev.LegEnded(at(60), call, ev.HangupCause.NORMAL),
        ev.MemberPaused(at(300), "sales", "1001", "Lena", True, "lunch"),
    ]


def test_the_board_room_answers_while_the_day_goes_on(engine: Engine, database_url: str) -> None:
    desk = overseer(engine)

    async def story(on: Floor) -> None:
        await on.connected()
        room = on.gateway.board
        assert room is not None
        ask = AskCalls(desk.principal.device_id, Figure.OFFERED)
        playing = asyncio.create_task(on.playback.play("a_answered", Pace.AT_ONCE))
        counts = [
            (await on.gateway.in_thread(lambda conn: room.board_calls(conn, desk.principal, ask))).behind.count
            for _ in range(20)
        ]
        await playing
        assert counts == sorted(counts)

    run(database_url, story, "a_answered")


def test_each_queue_of_a_board_comes_with_the_limits_that_the_house_set(engine: Engine) -> None:
    engine.run(lambda conn: set_limits(conn, "support", None, wait_soon_s=30.0, wait_late_s=60.0))
    engine.run(lambda conn: set_limits(conn, "support", None, level_target=0.9))
    fold = CallFold()
    fold.absorb(ev.QueuesSeen(START, ("support", "sales"), (), ()))
    board = named(fold.board(START), engine.run(event_store.house))
    assert {queue.queue: queue.limits for queue in board.queues} == {
        "support": QueueLimits(30.0, 60.0, 0.9),
        "sales": QueueLimits(),
    }


@pytest.mark.parametrize("limits", [{"wait_soon_s": 400.0}, {"wait_late_s": -1.0}, {"level_target": 1.2}])
def test_what_cannot_be_a_limit_is_refused_and_changes_nothing(engine: Engine, limits: dict[str, float]) -> None:
    with pytest.raises(UserMistake):
        engine.run(lambda conn: set_limits(conn, "support", None, **limits))
    assert engine.run(event_store.house).limits == {}
