"""The webhook: requests as Zammad's documentation of its generic CTI shows them, folded as the gateway folds them.

The bodies follow https://docs.zammad.org/en/latest/api/generic-cti/ (new call, call answered, hangup).
"""

from __future__ import annotations

import json
from itertools import permutations
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.domain.calls.fold import FoldSettings
from crmdesk.domain.calls.live import AgentCall, Direction, EndedBy, Outcome, Phase, PopReason, RingResult
from crmdesk.domain.errors import UserMistake
from crmdesk.telephony.webhook.delivery import Delivery, Said, Step, Way, read
from crmdesk.telephony.webhook.signature import WINDOW_S, is_signed, signature
from crmdesk.telephony.webhook.translate import translate
from tests.support.folding import Floor, at

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
NUMBERS = {"from": "493023125741", "to": "492214710334", "callId": "307fa962-de8d-4ffc-817b-7f6993204159"}
INBOUND = {**NUMBERS, "direction": "in"}
NEW = {**INBOUND, "event": "newCall", "user": ["Christopher Miller", "Emma Taylor"]}
ANSWER = {**INBOUND, "event": "answer", "user": "Emma Taylor", "answeringNumber": "emma@chrispresso.com"}
HANGUP = {**INBOUND, "event": "hangup", "answeringNumber": "emma@chrispresso.com", "cause": "normalClearing"}
PEOPLE = {"christopher miller": "21", "emma taylor": "22", "emma@chrispresso.com": "22", "21": "21", "22": "22"}


class House:
    """A fold behind the webhook, with Christopher at 21 and Emma at 22."""

    def __init__(self) -> None:
        self.floor = Floor(FoldSettings(region="DE"))
        self.told: list[Delivery] = []

    def take(self, seconds: float, body: object) -> None:
        """Take one request, as the gateway does: a step that was told already is none."""
        said = read(JSON, json.dumps(body).encode())
        mine = [one for one in self.told if one.said.call == said.call]
        if any(one.said.step is said.step for one in mine):
            return
        self.told.append(Delivery(len(self.told), at(seconds), "cloud", said))
        mine.append(self.told[-1])
        self.floor.apply(*translate(mine, said.step, lambda word: PEOPLE.get(word.casefold())))

    def call_of(self, agent: str) -> AgentCall:
        """Return the one call of an agent."""
        (call,) = [call for call in self.floor.calls.values() if call.agent == agent]
        return call


def test_json_and_both_kinds_of_forms_say_the_same() -> None:
    pairs = [("user[]", name) for name in NEW["user"]] + [(k, v) for k, v in NEW.items() if k != "user"]
    parts = "".join(f'--xyz\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in pairs)
    said = [
        read(JSON, json.dumps(NEW).encode()),
        read(FORM, urlencode(pairs).encode()),
        read("multipart/form-data; boundary=xyz", (parts + "--xyz--\r\n").encode()),
        read("", json.dumps(NEW).encode()),
    ]
    wanted = Said(
        Step.NEW_CALL, NUMBERS["callId"], Way.IN, NUMBERS["from"], NUMBERS["to"], ("Christopher Miller", "Emma Taylor")
    )
    assert said == [wanted] * 4


def test_a_call_rings_both_is_answered_by_one_and_ends() -> None:
    house = House()
    house.take(0, {**NEW, "queue": "support"})
    ringing = house.call_of("22")
    assert (ringing.phase, ringing.pop, ringing.queue) == (Phase.RINGING, PopReason.RING, "support")
    assert (ringing.party.e164, ringing.did) == ("+493023125741", "492214710334")
    house.take(6, ANSWER)
    assert house.call_of("22").phase is Phase.TALKING
    assert (house.call_of("21").ring_result, house.call_of("21").taken_by) == (RingResult.CANCELLED, "22")
    house.take(66, HANGUP)
    ended = house.call_of("22")
    assert (ended.phase, ended.talk_s, ended.waited_s) == (Phase.ENDED, 60.0, 6.0)
    (contact,) = house.floor.fold.contacts()
    assert (contact.outcome, contact.agents, contact.direction) == (Outcome.ANSWERED, ("22",), Direction.INBOUND)
    support = house.floor.queue(70, "support")
    assert (support.offered, support.answered, support.waiting, support.mean_wait_s) == (1, 1, 0, 6.0)


@pytest.mark.parametrize("order", list(permutations([NEW, ANSWER, HANGUP])))
def test_in_whatever_order_and_however_often_it_comes_it_is_one_ended_call(
    order: tuple[dict[str, object], ...],
) -> None:
    house = House()
    for seconds, body in enumerate([*order, *order]):
        house.take(seconds, {**body, "queue": "support"})
    (contact,) = house.floor.fold.contacts()
    assert contact.ended_at is not None
    assert (contact.outcome, contact.agents) == (Outcome.ANSWERED, ("22",))
    assert contact.party.e164 == "+493023125741"
    assert {call.phase for call in house.floor.calls.values()} == {Phase.ENDED}
    support = house.floor.queue(70, "support")
    assert (support.offered, support.answered, support.abandoned, support.waiting) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("cause", "ring", "outcome"),
    [
        ("cancel", RingResult.CALLER_HUNG_UP, Outcome.ABANDONED),
        ("busy", RingResult.BUSY, Outcome.NO_ANSWER),
        ("noAnswer", RingResult.NO_ANSWER, Outcome.NO_ANSWER),
        ("congestion", RingResult.NO_ANSWER, Outcome.NO_ANSWER),
        ("forwarded", RingResult.CANCELLED, Outcome.NO_ANSWER),
        ("something new", RingResult.NO_ANSWER, Outcome.NO_ANSWER),
    ],
)
def test_how_a_call_that_nobody_took_ended_is_told_by_its_cause(cause: str, ring: RingResult, outcome: Outcome) -> None:
    house = House()
    house.take(0, {**NEW, "user": "Emma Taylor"})
    house.take(9, {**HANGUP, "cause": cause})
    assert house.call_of("22").ring_result is ring
    (contact,) = house.floor.fold.contacts()
    assert (contact.outcome, contact.agents) == (outcome, ())


def test_a_caller_who_gives_up_in_a_queue_is_abandoned_and_one_whom_nobody_takes_is_timed_out() -> None:
    house = House()
    for call, cause in (("a", "cancel"), ("b", "noAnswer")):
        house.take(0, {**NEW, "callId": call, "queue": "support"})
        house.take(9, {**HANGUP, "callId": call, "cause": cause})
    support = house.floor.queue(10, "support")
    assert (support.offered, support.abandoned, support.timed_out, support.waiting) == (2, 1, 1, 0)


def test_the_number_that_answers_or_is_called_tells_the_agent_where_no_user_is_named() -> None:
    house = House()
    house.take(0, {**INBOUND, "event": "newCall", "to": "22"})
    assert house.call_of("22").phase is Phase.RINGING
    house.take(1, {**INBOUND, "event": "newCall", "callId": "other"})
    house.take(2, {**ANSWER, "callId": "other", "user": "nobody we know", "answeringNumber": "21"})
    assert house.call_of("21").phase is Phase.TALKING


def test_a_withheld_number_is_told_as_withheld() -> None:
    house = House()
    house.take(0, {**NEW, "from": "anonymous"})
    assert house.call_of("22").party.withheld
    assert house.call_of("22").party.e164 is None


def test_an_agents_own_call_is_outbound_and_pops_nothing() -> None:
    house = House()
    outward = {**NUMBERS, "direction": "out", "user": "Christopher Miller"}
    house.take(0, {**outward, "event": "newCall"})
    dialling = house.call_of("21")
    assert (dialling.direction, dialling.pop, dialling.party.e164) == (Direction.OUTBOUND, None, "+492214710334")
    house.take(5, {**outward, "event": "answer"})
    house.take(35, {**outward, "event": "hangup", "cause": "normalClearing"})
    ended = house.call_of("21")
    assert (ended.phase, ended.talk_s) == (Phase.ENDED, 30.0)
    (contact,) = house.floor.fold.contacts()
    assert (contact.outcome, contact.agents) == (Outcome.ANSWERED, ("21",))


def test_an_outbound_call_that_is_cancelled_was_ended_by_the_agent() -> None:
    house = House()
    outward = {**NUMBERS, "direction": "out", "user": "Christopher Miller"}
    house.take(0, {**outward, "event": "newCall"})
    house.take(5, {**outward, "event": "hangup", "cause": "cancel"})
    (contact,) = house.floor.fold.contacts()
    assert (contact.outcome, contact.ended_by) == (Outcome.NO_ANSWER, EndedBy.AGENT)


def test_a_call_between_colleagues_pops_no_customer() -> None:
    house = House()
    house.take(0, {**NEW, "from": "21", "user": "Emma Taylor"})
    assert (house.call_of("22").direction, house.call_of("22").pop) == (Direction.INTERNAL, None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"{}",
        b"null",
        b"[" * 16_000,
        b'{"event":"newCall","callId":"x"}',
        b'{"event":"newCall","callId":"x","direction":"sideways"}',
        b'{"event":"ring","callId":"x","direction":"in"}',
        b'{"event":"newCall","direction":"in"}',
        b'{"event":"newCall","direction":"in","callId":"a\\u0000b"}',
        b'{"event":"newCall","direction":"in","callId":"\\ud800"}',
        b'{"event":"newCall","direction":"in","callId":"' + b"x" * 251 + b'"}',
        b'{"event":"newCall","direction":"in","callId":"x","from":"' + b"1" * 2000 + b'"}',
        b'{"event":"newCall","direction":"in","callId":"x","user":[' + b",".join([b'"u"'] * 51) + b"]}",
        b'{"event":"newCall","direction":"in","callId":{"a":[1]}}',
    ],
)
@pytest.mark.parametrize("kind", [JSON, FORM, "multipart/form-data; boundary=x", "multipart/form-data", "ä", ""])
def test_what_cannot_be_taken_is_refused_in_words(kind: str, body: bytes) -> None:
    with pytest.raises(UserMistake):
        read(kind, body)


@given(
    st.sampled_from([JSON, FORM, "multipart/form-data; boundary=x", "multipart/mixed; boundary=x", "text/plain", ""]),
    st.binary(max_size=300) | st.text(max_size=100).map(str.encode) | st.just(json.dumps(NEW).encode()),
)
@settings(max_examples=300, deadline=None)
def test_no_bytes_do_harm(kind: str, body: bytes) -> None:
    try:
        said = read(kind, body)
    except UserMistake:
        return
    assert all(word.isprintable() for word in (said.call, said.caller, said.called, said.queue, *said.users))


def test_numbers_that_come_as_numbers_are_read_and_names_lose_what_cannot_be_printed() -> None:
    body = b'{"event":"newCall","direction":"in","callId":123456789,"from":493023125741,"queue":"a\\u0000b"}'
    said = read(JSON, body)
    assert (said.call, said.caller, said.queue) == ("123456789", "493023125741", "ab")


def test_a_signature_is_of_its_time_and_its_body_and_can_carry_a_label() -> None:
    secret, body, now = b"s3cret", b'{"event":"hangup"}', 1_795_000_000.0
    good = signature(secret, "1795000000", body)
    assert is_signed(secret, "1795000000", good, body, now)
    assert is_signed(secret, "1795000000", "sha256=" + good.upper(), body, now + WINDOW_S)
    assert not is_signed(secret, "1795000000", good, body, now + WINDOW_S + 1)
    assert not is_signed(secret, "1795000001", good, body, now)
    assert not is_signed(secret, "1795000000", good, body + b" ", now)
    assert not is_signed(b"other", "1795000000", good, body, now)
    for broken in ("", "ä", "1" * 40, "-1", "1795000000.0"):
        assert not is_signed(secret, broken, good, body, now)
    assert not is_signed(secret, "1795000000", "ä" * 64, body, now)
