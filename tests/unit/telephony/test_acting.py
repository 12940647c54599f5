"""What the desk asks reaches Asterisk as one action, and Asterisk's answer comes back in words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from uuid import UUID, uuid4

import pytest

from crmdesk.domain.calls.control import (
    Complete,
    Consult,
    Destination,
    Dial,
    Ends,
    Goal,
    HangUp,
    Hold,
    Pause,
    PhoneRequest,
    Ready,
    TakeBack,
    Transfer,
)
from crmdesk.domain.calls.events import CallEvent, HangupAsked, Offered
from crmdesk.domain.calls.live import Ability
from crmdesk.domain.errors import Refused, Unavailable, UserMistake
from crmdesk.telephony.ami.acting import Ways
from crmdesk.telephony.ami.client import AmiConnector, AmiSettings
from crmdesk.telephony.connector import connector_kinds, control_of
from crmdesk.telephony.link import BackOff
from tests.support.ami_server import SECRET, USERNAME
from tests.support.ami_switch import Switch, switching
from tests.support.waiting import LIMIT_S, until

ENDS = Ends("asterisk:1795285690.2", "asterisk:1795285690.1")
LOCAL = Ends("asterisk:Local/1009@from-queue-00000007@1795285690.1", "asterisk:1795285690.1")
COLLEAGUE = Destination(Goal.EXTENSION, "1010")
ID = UUID("0195f0a0-0000-7000-8000-000000000001")


class Phone:
    """A connector on a phone system, and what it told."""

    def __init__(self, switch: Switch, ways: Ways, answer_s: float) -> None:
        self.switch = switch
        self.told: list[CallEvent] = []
        settings = AmiSettings(
            "127.0.0.1", USERNAME, SECRET, switch.port, answer_s=answer_s, look_again_s=0.05, ways=ways
        )
        self.connector = AmiConnector(settings, back_off=BackOff(0.01, 0.02))

    async def ask(self, request: PhoneRequest, ends: Ends | None = None, extension: str = "1001") -> None:
        await self.connector.control.carry_out(request, extension, ends, ID)

    async def ready(self) -> None:
        await until(lambda: self.connector.control.line is not None, "the phone system is connected")


@asynccontextmanager
async def a_phone(ways: Ways, answer_s: float) -> AsyncIterator[Phone]:
    async with switching() as switch:
        phone = Phone(switch, ways, answer_s)
        running = asyncio.create_task(phone.connector.run(phone.told.append, lambda _: None))
        try:
            await phone.ready()
            yield phone
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


def on_a_phone(story: Callable[[Phone], Awaitable[None]], ways: Ways | None = None, answer_s: float = LIMIT_S) -> None:
    """Tell a story; the switch has as long to answer as any condition of a test, unless it is to miss its time."""

    async def whole() -> None:
        async with a_phone(ways or Ways(), answer_s) as phone:
            await story(phone)

    asyncio.run(whole())


@pytest.mark.parametrize(
    ("request_", "ends", "expected"),
    [
        (HangUp("x"), ENDS, {"Action": "Hangup", "Channel": "1795285690.2", "Cause": "16"}),
        (
            Transfer("x", COLLEAGUE),
            ENDS,
            {"Action": "BlindTransfer", "Channel": "1795285690.2", "Context": "from-internal", "Exten": "1010"},
        ),
        (Transfer("x", COLLEAGUE), LOCAL, {"Action": "BlindTransfer", "Channel": "Local/1009@from-queue-00000007;1"}),
        (Transfer("x", Destination(Goal.QUEUE, "support")), ENDS, {"Action": "BlindTransfer", "Exten": "support"}),
        (Transfer("x", Destination(Goal.NUMBER, "+17135550101")), ENDS, {"Exten": "+17135550101"}),
        (Consult("x", COLLEAGUE), ENDS, {"Action": "Atxfer", "Channel": "1795285690.2", "Exten": "1010"}),
        (Complete("x"), ENDS, {"Action": "Hangup", "Channel": "1795285690.2"}),
        (TakeBack("x"), ENDS, {"Action": "CancelAtxfer", "Channel": "1795285690.2"}),
        (Pause("Обед"), None, {"Action": "QueuePause", "Interface": "PJSIP/1001", "Paused": "true", "Reason": "Обед"}),
        (Ready(), None, {"Action": "QueuePause", "Interface": "PJSIP/1001", "Paused": "false"}),
    ],
)
def test_each_request_is_one_action(request_: PhoneRequest, ends: Ends | None, expected: dict[str, str]) -> None:
    async def story(phone: Phone) -> None:
        await phone.ask(request_, ends)
        (action,) = phone.switch.acted
        assert action.items() >= expected.items()

    on_a_phone(story, Ways(consults=True))


def test_a_break_is_asked_for_by_the_name_under_which_the_queues_know_the_phone() -> None:
    async def story(phone: Phone) -> None:
        await phone.ask(Pause("Lunch"), extension="1009")
        assert [action["Interface"] for action in phone.switch.acted] == ["Local/1009@from-queue/n"]
        with pytest.raises(Refused, match="no queue"):
            await phone.ask(Pause("Lunch"), extension="1777")

    on_a_phone(story)


def test_dialling_rings_the_agents_own_phone_under_our_own_channel_id() -> None:
    async def story(phone: Phone) -> None:
        phone.switch.answers["Originate"] = (
            "Response: Success",
            "Event: OriginateResponse\r\nResponse: Success\r\nReason: 4",
        )
        await phone.ask(Dial("+17135550101"))
        (action,) = phone.switch.acted
        assert action["Channel"] == "PJSIP/1001"
        assert action["ChannelId"] == f"crmdesk-{ID.hex}"
        assert (action["Exten"], action["Context"], action["Async"]) == ("0017135550101", "from-desks", "true")
        assert action["CallerID"] == "1001"
        key = f"DestUniqueid: crmdesk-{ID.hex}\nDestLinkedid: crmdesk-{ID.hex}"
        phone.switch.tell(f"Event: DialBegin\nDestChannel: PJSIP/1001-00000009\n{key}\nDestCallerIDNum: 1001")
        await until(lambda: [event for event in phone.told if isinstance(event, Offered)], "the call is told")
        assert [event.placed for event in phone.told if isinstance(event, Offered)] == ["+17135550101"]

    on_a_phone(story, Ways(context="from-desks", plus="00"))


@pytest.mark.parametrize(
    ("reason", "words"),
    [("0", "cannot be reached"), ("3", "was not answered"), ("5", "is busy"), ("8", "no line free")],
)
def test_why_a_call_came_to_nothing_is_said_in_words(reason: str, words: str) -> None:
    async def story(phone: Phone) -> None:
        failure = f"Event: OriginateResponse\r\nResponse: Failure\r\nReason: {reason}"
        phone.switch.answers["Originate"] = ("Response: Success", failure)
        with pytest.raises(Refused, match=words):
            await phone.ask(Dial("+17135550101"))

    on_a_phone(story)


def test_what_asterisk_refuses_comes_back_in_its_words() -> None:
    async def story(phone: Phone) -> None:
        phone.switch.answers["BlindTransfer"] = ("Response: Error\r\nMessage: Transfer failed",)
        with pytest.raises(Refused, match="Transfer failed"):
            await phone.ask(Transfer("x", COLLEAGUE), ENDS)
        phone.switch.answers["Hangup"] = ("Response: Error\r\nMessage: Permission denied",)
        with pytest.raises(Refused, match="account may not"):
            await phone.ask(HangUp("x"), ENDS)

    on_a_phone(story)


def test_an_action_without_an_answer_is_told_as_unknown_and_never_sent_again() -> None:
    async def story(phone: Phone) -> None:
        phone.switch.answers["Originate"] = None
        with pytest.raises(Unavailable) as told:
            await phone.ask(Dial("+17135550101"))
        assert "Look at your phone" in told.value.next_step
        phone.switch.hang_up_on_everybody()
        await until(lambda: phone.switch.signed_in >= 2, "it signed in anew")
        await phone.ready()
        await phone.ask(HangUp("x"), ENDS)
        assert [action["Action"] for action in phone.switch.acted] == ["Originate", "Hangup"]

    on_a_phone(story, answer_s=0.5)


def test_a_connection_that_ends_before_the_answer_ends_the_wait() -> None:
    async def story(phone: Phone) -> None:
        phone.switch.answers["BlindTransfer"] = None
        asking = asyncio.create_task(phone.ask(Transfer("x", COLLEAGUE), ENDS))
        await phone.switch.until_acted(1)
        phone.switch.hang_up_on_everybody()
        with pytest.raises(Unavailable):
            await asking

    on_a_phone(story)


def test_without_a_connection_nothing_is_asked() -> None:
    connector = connector_kinds()["ami"].build({"host": "127.0.0.1", "username": USERNAME, "secret": SECRET})
    control = control_of(connector)
    assert control is not None
    with pytest.raises(Unavailable, match="not connected"):
        asyncio.run(control.carry_out(Ready(), "1001", None, uuid4()))


def test_hold_is_not_offered_and_asking_first_only_where_it_was_set_up() -> None:
    async def story(phone: Phone) -> None:
        assert phone.connector.control.abilities == {Ability.DIAL, Ability.HANG_UP, Ability.TRANSFER, Ability.PAUSE}
        with pytest.raises(Refused, match="cannot do that"):
            await phone.ask(Hold("x"), ENDS)
        assert phone.switch.acted == []

    on_a_phone(story)


def test_who_ended_a_call_by_the_desk_is_told_as_the_agent() -> None:
    async def story(phone: Phone) -> None:
        await phone.ask(HangUp("x"), ENDS)
        assert [event.leg for event in phone.told if isinstance(event, HangupAsked)] == [ENDS.own]

    on_a_phone(story)


@pytest.mark.parametrize(
    "hostile",
    [
        "1010\r\nAction: Originate",
        "1010\nApplication: System",
        "1010\r",
        "10\x0010",
        "1010\u2028Action: Command",
        "1010;Hangup",
        "SIP/evil@example.org",
        "${SHELL(id)}",
        "1010,1",
        " 1010",
        "",
        "１０１０",
        "9" * 400,
    ],
)
def test_a_hostile_number_never_becomes_a_request(hostile: str) -> None:
    for goal in Goal:
        with pytest.raises(UserMistake):
            Destination(goal, hostile)
    with pytest.raises(UserMistake):
        Dial(hostile)


@pytest.mark.parametrize("hostile", ["Lunch\r\nAction: Originate", "a\nb", "a\x00b", "\x1b[31m", "x" * 81])
def test_a_hostile_reason_never_becomes_a_request(hostile: str) -> None:
    with pytest.raises(UserMistake):
        Pause(hostile)


def test_a_line_end_that_came_through_all_the_same_never_reaches_the_socket() -> None:
    async def story(phone: Phone) -> None:
        before = len(phone.switch.acted)
        with pytest.raises(ValueError, match="line end"):
            await phone.ask(HangUp("x"), Ends("asterisk:1\r\nAction: Originate", "asterisk:2"))
        await phone.ask(HangUp("x"), ENDS)
        assert len(phone.switch.acted) == before + 1
        assert b"Originate" not in phone.switch.raw

    on_a_phone(story)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("context", "a b"),
        ("context", "x\r\ny"),
        ("phones", "PJSIP/1001"),
        ("phones", "{}"),
        ("plus", "++"),
        ("ring_s", "soon"),
        ("ring_s", "4"),
        ("consult", "maybe"),
    ],
)
def test_a_wrong_option_is_named(option: str, value: str) -> None:
    with pytest.raises(UserMistake) as told:
        connector_kinds()["ami"].build({"host": "h", "username": "u", "secret": "s", option: value})
    assert told.value.field == option
