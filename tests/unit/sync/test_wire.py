"""Every message that travels can be read, and what is no message is told from one."""

from __future__ import annotations

import msgspec
import pytest

from crmdesk.sync import board_wire, phone_wire, reading, wire

_ALL = {
    name: kind
    for module in (wire, phone_wire, board_wire)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__module__ == module.__name__
}
_TRAVEL = sorted(
    name
    for name, kind in _ALL.items()
    if not kind.__struct_config__.tag
    and not any(
        name in str(hint) for other in _ALL.values() if other is not kind for hint in other.__annotations__.values()
    )
)


@pytest.mark.parametrize("name", _TRAVEL)
def test_every_message_is_known_before_the_first_of_its_kind_comes(name: str) -> None:
    for content in (b"", b"\xc1", b"\x91" * 5000, b"\x90"):
        with pytest.raises(reading.Unreadable):
            reading.decode(content, _ALL[name])


def test_a_message_is_read_as_it_was_written() -> None:
    for message in (wire.Failure("busy", "Wait."), wire.PushReply((wire.Result(1, wire.Status.OK, 2),))):
        assert reading.decode(wire.encode(message), type(message)) == message
    assert reading.decode_live(wire.encode(wire.LiveHint("7"))) == wire.LiveHint("7")
