"""Who may ask what of a phone system, which numbers are dialled, and when one thinks twice."""

from __future__ import annotations

from datetime import UTC, datetime, time
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from crmdesk.domain.calls.control import (
    NEEDS,
    Caution,
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
    Resume,
    TakeBack,
    Transfer,
    whose_phone,
)
from crmdesk.domain.calls.dialling import cautions, dialled_number, there
from crmdesk.domain.calls.events import Answered, Caller, HangupCause, LegEnded, Line, LineKind, Offered, Ringing
from crmdesk.domain.calls.fold import CallFold
from crmdesk.domain.calls.live import QuietHours
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.people import Role
from crmdesk.domain.phone.zones import _BY_AREA, _ZONES
from crmdesk.sync.phone_wire import ask_of, request_of

EVENING_IN_LONDON = datetime(2026, 12, 23, 21, 30, tzinfo=UTC)
NOON = datetime(2026, 12, 23, 12, 0, tzinfo=UTC)
LONDON, NEW_YORK, ANCHORAGE = "+442079460172", "+12125550143", "+19075550143"
TO = Destination(Goal.QUEUE, "sales")
EVERY_REQUEST: tuple[PhoneRequest, ...] = (
    Dial(LONDON, frozenset({Caution.DO_NOT_CALL}), uuid4()),
    Dial("4002"),
    HangUp("a"),
    Hold("a"),
    Resume("a"),
    Transfer("a", TO),
    Consult("a", Destination(Goal.NUMBER, "+15")),
    Complete("a"),
    TakeBack("a"),
    Pause("Lunch", "4002"),
    Ready(),
)


@pytest.mark.parametrize("request_", EVERY_REQUEST)
def test_every_request_survives_the_wire_and_needs_an_ability(request_: PhoneRequest) -> None:
    assert request_of(ask_of(uuid4(), request_)) == request_
    assert type(request_) in NEEDS


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("020 7946 0172", LONDON),
        ("+44 20 7946 0172", LONDON),
        ("Tel.: (020) 7946-0172", LONDON),
        ("+1 212 555 0143", NEW_YORK),
        ("4002", "4002"),
    ],
)
def test_a_number_is_dialled_as_it_is_meant(typed: str, dialled: str) -> None:
    assert dialled_number(typed, "GB") == dialled


@pytest.mark.parametrize("typed", ["999", "112", "911", "101"])
def test_emergency_and_service_numbers_are_left_to_the_phone(typed: str) -> None:
    with pytest.raises(UserMistake) as told:
        dialled_number(typed, "GB")
    assert told.value.next_step == "Dial it on your phone."


@pytest.mark.parametrize(
    "typed", ["", "Margaret", "withheld", "*21*0207946000#", "020 7946 0172\r\nAction: Originate", "0207\x000", "..."]
)
def test_what_is_no_number_is_not_dialled(typed: str) -> None:
    with pytest.raises(UserMistake):
        dialled_number(typed, "GB")


def test_the_time_there_is_one_where_a_country_has_one_and_two_where_nobody_knows() -> None:
    london, america, inside = there(LONDON, NOON), there(NEW_YORK, NOON), there("4002", NOON)
    assert london is not None
    assert (london.earliest, london.certain) == (time(12), True)
    assert america is not None
    assert (america.earliest, america.latest, america.certain) == (time(4), time(7), False)
    assert inside is None
    alaska = there(ANCHORAGE, NOON)
    assert alaska is not None
    assert (alaska.earliest, alaska.certain) == (time(3), True)


def test_quiet_hours_go_by_the_clock_where_the_number_rings() -> None:
    quiet = QuietHours()
    assert cautions(LONDON, EVENING_IN_LONDON, quiet, do_not_call=False) == {Caution.QUIET_HOURS}
    assert cautions(NEW_YORK, EVENING_IN_LONDON, quiet, do_not_call=False) == frozenset()
    assert cautions(NEW_YORK, NOON, quiet, do_not_call=True) == {Caution.QUIET_HOURS, Caution.DO_NOT_CALL}
    assert cautions("4002", EVENING_IN_LONDON, quiet, do_not_call=False) == frozenset()


@pytest.mark.parametrize(
    ("begin", "end", "within", "outside"),
    [
        (time(21), time(8), (time(21), time(23, 59), time(0), time(7, 59)), (time(8), time(20, 59))),
        (time(12), time(14), (time(12), time(13, 59)), (time(14), time(11, 59), time(0))),
        (time(0), time(0), (), (time(0), time(12))),
    ],
)
def test_quiet_hours_begin_and_end_to_the_minute(
    begin: time, end: time, within: tuple[time, ...], outside: tuple[time, ...]
) -> None:
    quiet = QuietHours(begin, end)
    assert all(quiet.covers(clock) for clock in within)
    assert not any(quiet.covers(clock) for clock in outside)


def test_every_zone_named_is_one() -> None:
    zones = {zone for line in _ZONES.split("\n") for zone in line.split()[1:]} | set(_BY_AREA.values())
    assert len(zones) > 200
    for zone in zones:
        assert ZoneInfo(zone).key == zone


def test_everybody_acts_on_their_own_phone() -> None:
    for role in Role:
        assert whose_phone(HangUp("a"), role, "4021") == "4021"
        assert whose_phone(Pause("Lunch"), role, "4021") == "4021"
        with pytest.raises(Refused, match="no phone"):
            whose_phone(Dial(LONDON), role, None)


def test_only_supervisors_and_administrators_send_others_on_break() -> None:
    for role in (Role.SUPERVISOR, Role.ADMINISTRATOR):
        assert whose_phone(Pause("Went home", "4002"), role, None) == "4002"
        assert whose_phone(Ready("4002"), role, "4021") == "4002"
        with pytest.raises(Refused):
            whose_phone(Ready("4002\r\nAction: x"), role, "4021")
    with pytest.raises(Refused, match="supervisor"):
        whose_phone(Ready("4002"), Role.AGENT, "4021")
    assert whose_phone(Ready("4021"), Role.AGENT, "4021") == "4021"


def talking(fold: CallFold) -> None:
    trunk, caller = Line(LineKind.TRUNK), Caller("+13055550123")
    fold.apply(Offered(NOON, "pbx:1.1", trunk, caller))
    fold.apply(Ringing(NOON, "pbx:1.2", "1001", "pbx:1.1", line=trunk, caller=caller))
    fold.apply(Answered(NOON, "pbx:1.2"))


def test_the_ends_of_a_call_are_told_to_its_agent_alone_and_while_it_lasts() -> None:
    fold = CallFold()
    talking(fold)
    assert fold.ends_of("1001", "pbx:1.2") == Ends("pbx:1.2", "pbx:1.1")
    assert fold.ends_of("1002", "pbx:1.2") is None
    assert fold.ends_of("1001", "pbx:1.1") is None
    assert fold.ends_of("1001", "") is None
    fold.apply(LegEnded(NOON, "pbx:1.2", HangupCause.NORMAL))
    assert fold.ends_of("1001", "pbx:1.2") is None
