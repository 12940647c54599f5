"""What another program may tell of a call, and what is refused: options, links and bytes are all hostile until read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.knock import LONGEST_LINK, Knock, KnockEvent, from_bytes, knock_of, knock_of_link
from crmdesk.runtime.doorbell import LONGEST_MESSAGE, message_of


def test_a_link_says_what_the_options_say() -> None:
    link = "crmdesk://pop?number=%2B49%2030%2055571600&name=J%C3%BCrgen+O%27Neil&call-id=7&queue=sales&did=110&event=answer"
    words = {"number": "+49 30 55571600", "name": "Jürgen O'Neil", "call-id": "7", "queue": "sales", "did": "110"}
    wanted = Knock("+49 30 55571600", KnockEvent.ANSWER, "Jürgen O'Neil", "7", "sales", "110")
    assert knock_of_link(link) == knock_of({**words, "event": "answer"}) == wanted


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("crmdesk://pop?number=+4930", "+4930"),
        ("crmdesk://pop/?number=030-555", "030-555"),
        ("crmdesk://pop?number=sip:1001@pbx.example;user=phone", "1001"),
        ("crmdesk://pop?number=tel:%2B4930", "+4930"),
        ("crmdesk://pop?number=anonymous", "anonymous"),
        ("crmdesk://pop?number=", ""),
        ("crmdesk://pop", ""),
        ("CRMDESK://pop?number=1", "1"),
    ],
)
def test_numbers_are_taken_as_telephones_write_them(written: str, number: str) -> None:
    assert knock_of_link(written).number == number


@pytest.mark.parametrize(
    "link",
    [
        "",
        "crmdesk:",
        "crmdesk://erase?number=1",
        "crmdesk://pop/../erase?number=1",
        "https://pop?number=1",
        "file:///etc/passwd",
        "crmdesk://user@pop?number=1",
        "crmdesk://pop?number=1;rm -rf /",
        "crmdesk://pop?number=$(reboot)",
        "crmdesk://pop?number=`id`",
        "crmdesk://pop?number=1%00",
        "crmdesk://pop?number=1%0AAction:%20Originate",
        "crmdesk://pop?number=%FF",
        "crmdesk://pop?number=" + "1" * 65,
        "crmdesk://pop?number=1&name=" + "x" * 121,
        "crmdesk://pop?number=1&event=reboot",
        "crmdesk://pop?number=1&profile=/tmp",
        "crmdesk://pop?number=1" + "&name=x" * 30,
        "crmdesk://pop?number=<script>",
        "crmdesk://[pop?number=1",
        "crmdesk://pop?number=1&name=" + "%20" * LONGEST_LINK,
    ],
)
def test_a_link_that_is_anything_else_is_refused_in_words(link: str) -> None:
    with pytest.raises(UserMistake):
        knock_of_link(link)


@pytest.mark.parametrize(
    "message",
    [
        b"pop\0cmd=x",
        b"pop\0number=<b>",
        b"pop\0",
        b"pop\0number=\xff",
        b"pop\0name=\t",
        b"pop\0link=file:///etc/passwd",
    ],
)
def test_a_message_at_the_door_is_checked_like_an_option(message: bytes) -> None:
    with pytest.raises(UserMistake):
        from_bytes(message)


def test_who_only_rings_tells_of_no_call() -> None:
    assert from_bytes(b"raise\n") is None
    assert from_bytes(b"") is None


@given(st.text(max_size=60), st.text(max_size=30), st.sampled_from(list(KnockEvent)))
@settings(max_examples=200, deadline=None)
def test_whatever_is_taken_comes_through_the_door_as_it_was(name: str, call: str, event: KnockEvent) -> None:
    words = {"number": "+49 30", "name": name, "call-id": call, "event": event.value}
    try:
        knock = knock_of(words)
    except UserMistake:
        return
    told = message_of(words)
    assert told is not None
    assert from_bytes(told.removesuffix(b"\n")) == knock
    assert told.count(b"\n") == 1
    assert len(told) <= LONGEST_MESSAGE


@given(st.binary(max_size=200).map(lambda rest: b"pop\0" + rest) | st.binary(max_size=50))
@settings(deadline=None)
def test_no_bytes_at_the_door_do_harm(message: bytes) -> None:
    try:
        knock = from_bytes(message)
    except UserMistake:
        return
    assert knock is None or (knock.number + knock.name).isprintable()
