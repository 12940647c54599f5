"""Somebody who asks with their own token in another device's name: nothing is told, nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from crmdesk.domain.errors import CrmdeskError, Refused
from crmdesk.domain.ids import new_id
from crmdesk.sync.stamp_wire import AskStamps, StampsReply
from crmdesk.sync.transports.http import GatewayClient
from crmdesk.sync.wire import PROTOCOL, Ack, Hello, LookUp, Mutation, Op, Pull, Push, Snapshot
from tests.server.test_gateway import Place, anna, bela, place
from tests.support.wire_desk import Desk, made

__all__ = ["anna", "bela", "place"]

_STANDS = text("select last_seq, seen_at, acked_at, unsent from sync.device where device_id = :device")


def _hello(client: GatewayClient, device: UUID) -> Any:
    return client.hello(Hello(device, device, "0.1", PROTOCOL, 2, None, None, 0))


ASKED: dict[str, Callable[[GatewayClient, UUID], Any]] = {
    "hello": _hello,
    "push": lambda client, device: client.push(Push(device, (made(1, new_id()),))),
    "pull": lambda client, device: client.pull(Pull(device, None)),
    "snapshot": lambda client, device: client.snapshot(Snapshot(device, 1)),
    "look-up": lambda client, device: client.look_up(LookUp(device, "+442079460172", "", "")),
    "stamps": lambda client, device: client.ask("/sync/stamps", AskStamps(device, ()), StampsReply),
    "ack": lambda client, device: client.ack(Ack(device, b"", 0, 0, 0, 0)),
}


@pytest.mark.parametrize("step", ASKED)
def test_nothing_is_answered_in_another_devices_name(anna: Desk, bela: Desk, place: Place, step: str) -> None:
    def stands(device: UUID) -> Any:
        return place.engine.run(lambda conn: conn.execute(_STANDS, {"device": device}).one())

    before = stands(bela.device)
    with pytest.raises(CrmdeskError) as said:
        ASKED[step](anna.client, bela.device)
    assert isinstance(said.value, Refused), said.value
    assert stands(bela.device) == before


def test_who_changed_a_field_is_told_over_http(anna: Desk, bela: Desk) -> None:
    row = new_id()
    anna.client.push(Push(anna.device, (made(1, row),)))
    changed = Mutation(2, new_id(), 2, "customer", row, Op.UPDATE, 1, {"city": ""}, {"city": "Leeds"})
    anna.client.push(Push(anna.device, (changed,)))
    told = bela.client.ask("/sync/stamps", AskStamps(bela.device, (("customer", row),)), StampsReply).stamps
    assert [(one.field, one.row) for one in told] == [("city", row)]
