"""Who may come in: passwords, sessions bound to a device, renewal, closed accounts, guessing."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from crmdesk.domain.people import Role
from crmdesk.server import tokens
from crmdesk.server.auth import FREE_ATTEMPTS, GRACE, IDLE, Auth
from crmdesk.sync.engine import Code, Engine, Rejection
from crmdesk.sync.engine.people import NewPerson, add_person, disable, set_password
from crmdesk.sync.wire import Refresh, Session, SignIn
from tests.support.clock import StandingClock

PASSWORD = "open sesame, please"


class Door:
    """An agent named Anna in front of a gateway's door, with her device."""

    def __init__(self, engine: Engine) -> None:
        self.clock = StandingClock()
        self.auth = Auth(engine, self.clock)
        self.engine = engine
        self.device, self.nonce = uuid4(), uuid4()
        person = NewPerson("anna", "Anna Larsen", Role.AGENT, PASSWORD, extension="1001")
        self.person = engine.run(lambda conn: add_person(conn, person))

    def knock(self, login: str = "anna", password: str = PASSWORD, address: str = "10.0.0.1") -> Session:
        """Sign in from this device."""
        return self.auth.sign_in(SignIn(login, password, self.device, self.nonce, "desk 7", "0.1"), address)

    def renew(self, session: Session, device: UUID | None = None, nonce: UUID | None = None) -> Session:
        """Renew a session, from this device unless another is named."""
        return self.auth.refresh(Refresh(session.refresh_token, device or self.device, nonce or self.nonce))

    def refusal(self, login: str = "anna", password: str = "wrong", address: str = "10.0.0.1") -> Code:
        """Try to sign in and return why not."""
        with pytest.raises(Rejection) as caught:
            self.knock(login, password, address)
        return caught.value.code


@pytest.fixture
def door(engine: Engine) -> Door:
    """A gateway's door on a fresh database."""
    return Door(engine)


def test_a_right_password_opens_a_session_for_this_person_at_this_device(door: Door) -> None:
    session = door.knock("  Anna ")
    known = door.auth.known(session.access_token)
    assert known.identity == session.identity
    assert (session.identity.display_name, session.identity.extension) == ("Anna Larsen", "1001")
    assert (known.principal.device_id, known.principal.user_id) == (door.device, door.person)
    assert session.expires_in_s == tokens.ACCESS_S


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(door: Door) -> None:
    assert door.refusal() == door.refusal("nobody") == door.refusal("admin'; --") == Code.WRONG_PASSWORD
    assert door.refusal("\x00") is Code.WRONG_PASSWORD


def test_a_wrong_password_is_logged_with_its_address_and_without_what_was_typed(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    door.refusal("anna", "hunter2", "10.0.0.9")
    door.refusal("hunter3", "hunter2", "10.0.0.9")
    known, unknown = [record.getMessage() for record in caplog.records if record.name == "crmdesk.server.auth"]
    assert known == f"wrong password for agent {door.person} from 10.0.0.9"
    assert unknown.startswith("wrong password for unknown name ")
    assert not {"anna", "hunter2", "hunter3"} & set(caplog.text.split())


def test_an_access_token_runs_out_and_a_renewed_one_goes_on(door: Door) -> None:
    session = door.knock()
    door.clock.advance(tokens.ACCESS_S + 1)
    with pytest.raises(Rejection) as caught:
        door.auth.known(session.access_token)
    assert caught.value.code is Code.SIGNED_OUT
    assert door.auth.known(door.renew(session).access_token).principal.device_id == door.device


@pytest.mark.parametrize("spoil", [lambda t: t[:-2], lambda t: t[:10] + "A" + t[11:], lambda _: "", lambda _: "ü" * 90])
def test_a_token_that_was_changed_opens_nothing(door: Door, spoil: object) -> None:
    token = door.knock().access_token
    assert callable(spoil)
    with pytest.raises(Rejection):
        door.auth.known(spoil(token))


def test_a_refresh_token_changes_at_each_use_and_the_old_one_is_soon_worthless(door: Door) -> None:
    first = door.knock()
    second = door.renew(first)
    assert second.refresh_token != first.refresh_token
    third = door.renew(second)
    with pytest.raises(Rejection):
        door.renew(first)
    assert door.renew(third).access_token


def test_an_answer_that_was_lost_can_be_asked_for_again(door: Door) -> None:
    first = door.knock()
    door.renew(first)
    door.clock.advance(GRACE.total_seconds() - 1)
    again = door.renew(first)
    assert door.renew(again).access_token


def test_an_old_token_used_late_betrays_a_theft_and_ends_the_session(door: Door) -> None:
    first = door.knock()
    second = door.renew(first)
    door.clock.advance(GRACE.total_seconds() + 1)
    with pytest.raises(Rejection):
        door.renew(first)
    with pytest.raises(Rejection):
        door.renew(second)
    with pytest.raises(Rejection):
        door.auth.known(second.access_token)
    assert door.auth.known(door.knock().access_token).principal.user_id == door.person


def test_a_refresh_token_is_worth_nothing_at_another_device_or_in_a_copied_profile(door: Door) -> None:
    session = door.knock()
    with pytest.raises(Rejection):
        door.renew(session, device=uuid4())
    with pytest.raises(Rejection):
        door.renew(session, nonce=uuid4())
    assert door.renew(session).access_token


def test_a_session_that_nobody_used_for_a_month_is_over(door: Door) -> None:
    session = door.knock()
    door.clock.advance((IDLE + timedelta(days=1)).total_seconds())
    with pytest.raises(Rejection):
        door.renew(session)


def test_a_closed_account_is_out_at_once(door: Door) -> None:
    session = door.knock()
    door.engine.run(lambda conn: disable(conn, "anna"))
    with pytest.raises(Rejection):
        door.auth.known(session.access_token)
    with pytest.raises(Rejection):
        door.renew(session)
    assert door.refusal(password=PASSWORD) is Code.DISABLED


def test_a_new_password_signs_out_and_lets_in_again(door: Door) -> None:
    session = door.knock()
    door.engine.run(lambda conn: set_password(conn, "anna", "another long one"))
    with pytest.raises(Rejection):
        door.renew(session)
    assert door.refusal(password=PASSWORD) is Code.WRONG_PASSWORD
    assert door.knock(password="another long one").access_token


def test_somebody_who_guesses_has_to_wait_and_others_do_not(door: Door) -> None:
    for _ in range(FREE_ATTEMPTS):
        assert door.refusal() is Code.WRONG_PASSWORD
    assert door.refusal() is Code.THROTTLED
    assert door.refusal(password=PASSWORD) is Code.THROTTLED
    assert door.knock(address="10.0.0.2").access_token
    door.clock.advance(2)
    assert door.knock().access_token


def test_the_wait_grows_with_each_guess_but_not_without_end(door: Door) -> None:
    for _ in range(FREE_ATTEMPTS + 12):
        door.clock.advance(301)
        assert door.refusal() is Code.WRONG_PASSWORD
    door.clock.advance(299)
    assert door.refusal() is Code.THROTTLED


def test_a_profile_is_one_persons_and_one_installations(door: Door) -> None:
    door.knock()
    door.engine.run(lambda conn: add_person(conn, NewPerson("bela", "Bela", Role.AGENT, PASSWORD)))
    assert door.refusal("bela", PASSWORD) is Code.OTHER_PERSON
    door.nonce = uuid4()
    assert door.refusal(password=PASSWORD) is Code.FORK
