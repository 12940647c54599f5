"""FreeSWITCH over its event socket: traffic as its source says it is written, folded as the gateway folds it.

The fields are those of mod_callcenter.c, switch_channel.c and switch_caller.c; no FreeSWITCH was run for these tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.fold import FoldSettings
from crmdesk.domain.calls.live import (
    AgentState,
    Direction,
    Outcome,
    Phase,
    PhoneLink,
    PhoneState,
    PopReason,
    RingResult,
)
from crmdesk.domain.errors import UserMistake
from crmdesk.telephony.freeswitch import CONNECTOR
from crmdesk.telephony.freeswitch.client import FreeSwitchConnector, FreeSwitchSettings
from crmdesk.telephony.freeswitch.reader import LONGEST_BODY, LONGEST_HEAD, EslReader, NotAnEventSocket
from crmdesk.telephony.freeswitch.translate import Translator
from crmdesk.telephony.link import BackOff
from tests.support.ami_server import misbehaving, watched
from tests.support.esl_server import NOTHING, PASSWORD, callcenter, conversation, event, packet, told
from tests.support.folding import Floor, at
from tests.support.waiting import until

CALLER = {"Caller_Caller_ID_Number": "3055550123", "Caller_Caller_ID_Name": "Ivan Petrov"}
TRUNK = {"Channel_Name": "sofia/external/3055550123@carrier.example", "variable_sip_gateway_name": "carrier"}
CUSTOMER = {
    "Unique_ID": "cust",
    "Call_Direction": "inbound",
    "Caller_Destination_Number": "8005550100",
    **CALLER,
    **TRUNK,
}
MEMBER = {"CC_Queue": "support@default", "CC_Member_UUID": "m1", "CC_Member_Session_UUID": "cust"}
CID = {"CC_Member_CID_Name": "Ivan Petrov", "CC_Member_CID_Number": "3055550123"}


def agent_leg(agent: str, leg: str) -> dict[str, str]:
    """Return the fields of the leg by which the call centre rings an agent."""
    cc = {"variable_cc_side": "agent", "variable_cc_queue": "support@default", "variable_cc_agent": agent}
    names = {"Channel_Name": f"sofia/internal/{agent}@10.0.0.7:5060", "variable_dialed_user": agent}
    return {"Unique_ID": leg, "Call_Direction": "outbound", "variable_cc_member_session_uuid": "cust", **cc, **names}


class Switch:
    """A translation and a fold, with three agents in the queue."""

    def __init__(self) -> None:
        self.floor = Floor(FoldSettings(region="US"))
        self.translator = Translator()
        self.look(-60)

    def tell(self, seconds: float, *bodies: bytes) -> None:
        """Let events come."""
        for body in bodies:
            self.floor.apply(*self.translator.take(body, at(seconds)))

    def look(self, seconds: float, *waiting: str) -> None:
        """Look at the call centre."""
        agents, tiers = (NOTHING[f"callcenter_config {name} list"] for name in ("agent", "tier"))
        when = at(seconds)
        self.floor.apply(
            self.translator.queues_seen(["support@default"], agents, tiers, waiting, when, when.timestamp())
        )

    def phase(self, leg: str) -> Phase:
        """Return where a call stands."""
        return self.floor.calls[f"freeswitch:{leg}"].phase

    def waits(self) -> None:
        """Let a customer call and wait."""
        self.tell(0, event(Event_Name="CHANNEL_CREATE", **CUSTOMER))
        self.tell(1, callcenter("member-queue-start", **MEMBER, **CID, **CUSTOMER))

    def rings(self, seconds: float, agent: str = "1001", leg: str = "ring") -> None:
        """Let the call centre ring an agent."""
        names = agent_leg(agent, leg)
        self.tell(seconds, callcenter("agent-offering", CC_Agent=agent, **MEMBER, **CID))
        self.tell(seconds, event(Event_Name="CHANNEL_CREATE", **names), event(Event_Name="CHANNEL_PROGRESS", **names))
        self.tell(seconds, callcenter("agent-state-change", CC_Agent=agent, CC_Agent_State="Receiving"))

    def answers(self, seconds: float, agent: str = "1001", leg: str = "ring") -> None:
        """Let an agent take the call."""
        times = {"CC_Member_Joined_Time": "1000", "CC_Agent_Answered_Time": str(1000 + int(seconds) - 1)}
        self.tell(seconds, event(Event_Name="CHANNEL_ANSWER", **agent_leg(agent, leg)))
        self.tell(
            seconds, callcenter("bridge-agent-start", CC_Agent=agent, CC_Agent_UUID=leg, **times, **MEMBER, **CID)
        )
        self.tell(seconds, callcenter("agent-state-change", CC_Agent=agent, CC_Agent_State="In a queue call"))

    def ends(self, seconds: float, leg: dict[str, str], cause: str = "NORMAL_CLEARING", **more: str) -> None:
        """Let a leg end."""
        self.tell(seconds, event(Event_Name="CHANNEL_HANGUP_COMPLETE", **leg, Hangup_Cause=cause, **more))


def test_a_queue_call_rings_is_answered_and_ended_by_the_caller() -> None:
    switch = Switch()
    switch.waits()
    switch.rings(3)
    ringing = switch.floor.calls["freeswitch:ring"]
    assert (ringing.agent, ringing.phase, ringing.pop) == ("1001", Phase.RINGING, PopReason.RING)
    assert (ringing.party.e164, ringing.party.name) == ("+13055550123", "Ivan Petrov")
    assert (ringing.queue, ringing.did) == ("support@default", "8005550100")
    switch.answers(9)
    assert switch.phase("ring") is Phase.TALKING
    switch.tell(20, event(Event_Name="CHANNEL_HOLD", **agent_leg("1001", "ring")))
    assert switch.phase("ring") is Phase.HELD
    switch.tell(25, event(Event_Name="CHANNEL_UNHOLD", **agent_leg("1001", "ring")))
    switch.ends(69, CUSTOMER, variable_sip_hangup_disposition="recv_bye")
    switch.ends(69, agent_leg("1001", "ring"), variable_sip_hangup_disposition="send_bye")
    switch.tell(69, callcenter("member-queue-end", CC_Cause="Terminated", **MEMBER, **CID))
    ended = switch.floor.calls["freeswitch:ring"]
    assert (ended.phase, ended.talk_s, ended.hold_s, ended.ended_by) == (Phase.ENDED, 55.0, 5.0, "caller")
    support = switch.floor.queue(70, "support@default")
    assert (support.offered, support.answered, support.waiting, support.mean_wait_s) == (1, 1, 0, 8.0)


def test_an_agent_who_hangs_up_is_told_apart_from_a_caller_who_does() -> None:
    switch = Switch()
    switch.waits()
    switch.rings(3)
    switch.answers(9)
    switch.ends(30, agent_leg("1001", "ring"), variable_sip_hangup_disposition="recv_bye")
    switch.ends(30, CUSTOMER, variable_sip_hangup_disposition="send_bye")
    assert switch.floor.calls["freeswitch:ring"].ended_by == "agent"


@pytest.mark.parametrize(
    ("cause", "result"),
    [
        ("NO_ANSWER", RingResult.NO_ANSWER),
        ("USER_BUSY", RingResult.BUSY),
        ("CALL_REJECTED", RingResult.REJECTED),
        ("LOSE_RACE", RingResult.CANCELLED),
    ],
)
def test_how_a_ring_came_to_nothing_is_told_and_the_next_agent_has_the_call(cause: str, result: RingResult) -> None:
    switch = Switch()
    switch.waits()
    switch.rings(3)
    switch.ends(13, agent_leg("1001", "ring"), cause)
    assert switch.floor.calls["freeswitch:ring"].ring_result is result
    switch.rings(14, "1002", "second")
    switch.answers(16, "1002", "second")
    (contact,) = switch.floor.fold.contacts()
    assert contact.agents == ("1002",)


@pytest.mark.parametrize(
    ("reason", "abandoned", "timed_out"),
    [("NONE", 1, 0), ("BREAK_OUT", 1, 0), ("TIMEOUT", 0, 1), ("NO_AGENT_TIMEOUT", 0, 1)],
)
def test_who_gives_up_is_told_apart_from_whom_the_queue_gives_up(reason: str, abandoned: int, timed_out: int) -> None:
    switch = Switch()
    switch.waits()
    switch.tell(40, callcenter("member-queue-end", CC_Cause="Cancel", CC_Cancel_Reason=reason, **MEMBER, **CID))
    switch.ends(40, CUSTOMER, "ORIGINATOR_CANCEL")
    support = switch.floor.queue(41, "support@default")
    assert (support.abandoned, support.timed_out, support.waiting) == (abandoned, timed_out, 0)


def test_agents_states_come_from_the_look_and_from_what_changes() -> None:
    switch = Switch()
    states = {agent.extension: agent.state for agent in switch.floor.fold.board(at(0)).agents}
    assert states == {"1001": AgentState.READY, "1002": AgentState.BREAK, "1003": AgentState.OFFLINE}
    switch.tell(1, callcenter("agent-status-change", CC_Agent="anna@default", CC_Agent_Status="Available"))
    switch.tell(1, callcenter("agent-status-change", CC_Agent="1001", CC_Agent_Status="On Break"))
    states = {agent.extension: agent.state for agent in switch.floor.fold.board(at(2)).agents}
    assert states == {"1001": AgentState.BREAK, "1002": AgentState.READY, "1003": AgentState.OFFLINE}


def test_a_call_to_the_outside_is_the_agents_own_and_pops_nothing() -> None:
    switch = Switch()
    phone = {"Channel_Name": "sofia/internal/1001@pbx", "variable_user_name": "1001"}
    own = {"Unique_ID": "own", "Call_Direction": "inbound", "Caller_Destination_Number": "3055550123", **phone}
    far = {"Unique_ID": "far", "Call_Direction": "outbound", "Other_Leg_Unique_ID": "own", **TRUNK}
    switch.tell(0, event(Event_Name="CHANNEL_CREATE", Caller_Caller_ID_Number="1001", **own))
    switch.tell(1, event(Event_Name="CHANNEL_CREATE", Caller_Destination_Number="3055550123", **far))
    switch.tell(5, event(Event_Name="CHANNEL_ANSWER", **far))
    switch.ends(35, own, variable_sip_hangup_disposition="recv_bye")
    switch.ends(35, far)
    call = switch.floor.calls["freeswitch:own"]
    assert (call.direction, call.pop, call.party.e164, call.talk_s) == (Direction.OUTBOUND, None, "+13055550123", 30.0)
    (contact,) = switch.floor.fold.contacts()
    assert contact.outcome is Outcome.ANSWERED


def test_a_direct_call_a_colleagues_call_and_a_withheld_number() -> None:
    switch = Switch()
    direct = {
        "Unique_ID": "d",
        "Call_Direction": "outbound",
        "variable_dialed_user": "1001",
        "Other_Leg_Unique_ID": "cust",
    }
    switch.tell(0, event(Event_Name="CHANNEL_CREATE", Caller_Privacy_Hide_Number="true", **CUSTOMER))
    switch.tell(1, event(Event_Name="CHANNEL_PROGRESS", **direct))
    assert switch.floor.calls["freeswitch:d"].party.withheld
    assert switch.floor.calls["freeswitch:d"].party.e164 is None
    switch.tell(
        2, event(Event_Name="CHANNEL_CREATE", Unique_ID="c", Call_Direction="inbound", variable_user_name="1002")
    )
    inside = {**direct, "Unique_ID": "i", "Other_Leg_Unique_ID": "c"}
    switch.tell(3, event(Event_Name="CHANNEL_PROGRESS", **inside))
    assert (switch.floor.calls["freeswitch:i"].direction, switch.floor.calls["freeswitch:i"].pop) == (
        Direction.INTERNAL,
        None,
    )


def test_a_look_finds_who_waits_and_who_talks_and_ends_what_is_gone() -> None:
    switch = Switch()
    switch.waits()
    now = at(60).timestamp()
    row = f"support@default|new|3055550199|Ada|{int(now) - 30}|Waiting"
    table = f"queue|session_uuid|cid_number|cid_name|joined_epoch|state\n{row}\n+OK\n"
    switch.look(60, table)
    rows = '{"row_count":1,"rows":[{"uuid":"new","direction":"inbound","created_epoch":"%d","name":"sofia/external/x",'
    rows += '"callstate":"ACTIVE","cid_num":"3055550199","call_uuid":"new"}]}'
    seen = switch.translator.legs_seen(rows % (int(now) - 31), at(60), now)
    assert seen is not None
    switch.floor.apply(seen)
    support = switch.floor.queue(61, "support@default")
    assert support.waiting == 1
    assert support.waiting_since == (at(30),)
    assert {contact.key: contact.open for contact in switch.floor.fold.contacts()} == {
        "freeswitch:cust": False,
        "freeswitch:new": True,
    }


# The wire ------------------------------------------------------------------------------------------------------------


STREAM = (
    packet("auth/request") + packet("command/reply", Reply_Text="+OK accepted") + told(event(Event_Name="HEARTBEAT"))
)


@given(st.lists(st.integers(1, len(STREAM)), max_size=20))
@settings(deadline=None)
def test_however_the_bytes_are_cut_the_packets_are_the_same(cuts: list[int]) -> None:
    marks = sorted({0, *cuts, len(STREAM)})
    reader = EslReader()
    found = [one for i, j in pairwise(marks) for one in reader.feed(STREAM[i:j])]
    assert found == EslReader().feed(STREAM)
    assert [one.kind for one in found] == ["auth/request", "command/reply", "text/event-json"]


def test_too_long_a_body_is_passed_over_without_being_kept_and_the_next_is_heard() -> None:
    reader = EslReader()
    size = LONGEST_BODY + 1
    assert reader.feed(f"Content-Length: {size}\nContent-Type: text/event-json\n\n".encode()) == []
    left = size
    while left:
        part = min(left, 65536)
        assert reader.feed(b"x" * part) == []
        assert len(reader._buffer) <= 65536
        left -= part
    assert [one.kind for one in reader.feed(STREAM)] == ["auth/request", "command/reply", "text/event-json"]
    assert reader.dropped == 1


@pytest.mark.parametrize(
    "stream", [b"x" * (LONGEST_HEAD + 2), b"Content-Length: -1\n\n", b"Content-Length: " + b"9" * 20 + b"\n\n"]
)
def test_what_is_no_event_socket_is_given_up(stream: bytes) -> None:
    with pytest.raises(NotAnEventSocket):
        EslReader().feed(stream)


@given(
    st.binary(max_size=200)
    | st.from_regex(rb'\{"Event-Name": ?("CUSTOM"|"CHANNEL_CREATE"|1|null|\[\])', fullmatch=False)
)
@settings(max_examples=200, deadline=None)
def test_no_event_does_harm(body: bytes) -> None:
    Translator().take(body, at(0))
    Translator().legs_seen(body.decode("utf-8", "replace"), at(0), 0)


# The connection ------------------------------------------------------------------------------------------------------


class Ear:
    """Runs a connector and keeps what it tells."""

    def __init__(self) -> None:
        self.events: list[ev.CallEvent] = []
        self.states: list[PhoneState] = []

    async def while_running(self, port: int, story: Callable[[], Awaitable[object]], password: str = PASSWORD) -> None:
        """Let a connector run while something happens."""
        settings = FreeSwitchSettings("127.0.0.1", password, port)
        connector = FreeSwitchConnector(settings, back_off=BackOff(0.01, 0.02))
        running = asyncio.create_task(connector.run(self.events.append, self.states.append))
        try:
            await story()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def told(self, kind: type[ev.CallEvent]) -> int:
        """Return how many events of a kind were told."""
        return sum(isinstance(one, kind) for one in self.events)


def test_it_signs_in_looks_and_follows_and_what_came_during_the_look_comes_after_it() -> None:
    during = told(event(Event_Name="CHANNEL_CREATE", **CUSTOMER))
    after = event(Event_Name="CHANNEL_HOLD", Unique_ID="x")

    async def story() -> None:
        ear = Ear()
        async with misbehaving(conversation(after, subscribed=during)) as port:
            await ear.while_running(port, lambda: until(lambda: ear.told(ev.Held) and ear.told(ev.LinkUp)))
        assert [type(one) for one in ear.events][:3] == [ev.QueuesSeen, ev.LegsSeen, ev.Offered]
        assert [state.link for state in ear.states] == [PhoneLink.CONNECTING, PhoneLink.CONNECTED]

    asyncio.run(story())


def test_a_wrong_password_is_said() -> None:
    async def story() -> None:
        ear = Ear()
        async with misbehaving(conversation()) as port:
            await ear.while_running(
                port, lambda: until(lambda: ear.states[-1:] and ear.states[-1].link is PhoneLink.REFUSED), "wrong"
            )

    asyncio.run(story())


def test_after_a_break_it_connects_again_and_looks_again() -> None:
    async def story() -> None:
        ear = Ear()
        async with watched(conversation(hangs_up=True)) as server:
            await ear.while_running(server.port, lambda: server.tried(3))
        assert ear.told(ev.LinkLost) >= 2
        assert ear.told(ev.LegsSeen) >= 2

    asyncio.run(story())


def test_what_answers_like_something_else_is_named() -> None:
    async def smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail" + b"x" * LONGEST_HEAD)
        await reader.read()

    async def story() -> None:
        ear = Ear()
        async with misbehaving(smtp) as port:
            await ear.while_running(
                port, lambda: until(lambda: any("not a FreeSWITCH" in s.detail for s in ear.states))
            )

    asyncio.run(story())


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"host": "pbx"},
        {"host": "pbx", "password": "x\ny"},
        {"host": "pbx", "password": "x", "port": "0"},
        {"host": "pbx", "password": "x", "colour": "blue"},
    ],
)
def test_what_is_set_up_wrongly_is_said(options: dict[str, str]) -> None:
    with pytest.raises(UserMistake):
        CONNECTOR.build(options)
