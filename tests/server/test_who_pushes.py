"""A push is taken from whoever may push at that moment: who they are is read with the lock that the push takes."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import text

from crmdesk.domain.ids import new_id
from crmdesk.sync.engine import Code, Engine, Rejection
from crmdesk.sync.engine.devices import revoke
from crmdesk.sync.engine.people import disable
from crmdesk.sync.transports.in_process import InProcess
from crmdesk.sync.wire import Op, Push, Status
from tests.support.server import Device, customer, desk_of, second_desk_of

_NUMBER = text("select number from sync.device where device_id = :device")
_STORED = text("select count(*) from sync.mutation")


def _message(desk: Device) -> Push:
    return Push(desk.principal.device_id, (desk.mutation("customer", new_id(), Op.INSERT, **customer()),))


def _stored(engine: Engine) -> int:
    count: int = engine.run(lambda conn: conn.execute(_STORED).scalar_one())
    return count


def test_who_is_known_gets_stored_results_and_gets_them_again(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    client, message = InProcess(engine, desk.principal), _message(desk)
    first = client.push(message)
    assert [r.status for r in first.results] == [Status.OK]
    assert client.push(message) == first
    assert _stored(engine) == 1


def test_a_closed_account_sends_nothing_more(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    client = InProcess(engine, desk.principal)
    client.push(_message(desk))
    engine.run(lambda conn: disable(conn, "anna"))
    with pytest.raises(Rejection) as refused:
        client.push(_message(desk))
    assert refused.value.code in (Code.DISABLED, Code.SIGNED_OUT)
    assert _stored(engine) == 1


def test_a_device_out_of_use_gets_every_change_refused_in_words(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    client = InProcess(engine, desk.principal)
    number = engine.run(lambda conn: conn.execute(_NUMBER, {"device": desk.principal.device_id}).scalar_one())
    engine.run(lambda conn: revoke(conn, number))
    message = _message(desk)
    (result,) = client.push(message).results
    assert (result.status, result.reason) == (Status.DENIED, "This computer was taken out of use.")
    assert client.push(message).results == (result,)


def test_nobody_sends_as_another_device_or_at_anothers(engine: Engine) -> None:
    anna, bela = desk_of(engine, "anna"), desk_of(engine, "bela")
    other = second_desk_of(engine, anna.principal.user_id)
    for sender in (bela, other):
        with pytest.raises(Rejection) as refused:
            InProcess(engine, sender.principal).push(_message(anna))
        assert refused.value.code is Code.BAD_REQUEST
    as_bela_at_annas = _at_the_device_of(anna, bela)
    with pytest.raises(Rejection) as refused:
        as_bela_at_annas.push(_message(anna))
    assert refused.value.code is Code.SIGNED_OUT
    assert _stored(engine) == 0


def _at_the_device_of(anna: Device, bela: Device) -> InProcess:
    """Return the way of somebody who claims to sit at a colleague's device."""
    return InProcess(anna.engine, dataclasses.replace(bela.principal, device_id=anna.principal.device_id))
