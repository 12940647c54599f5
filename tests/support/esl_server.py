"""A FreeSWITCH event socket for tests, written from its source (mod_event_socket.c, mod_callcenter.c); none was run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

from tests.support.ami_server import Conversation

PASSWORD = "not-a-real-password"
NOTHING = {
    "callcenter_config queue list": "name|strategy\nsupport@default|round-robin\n+OK\n",
    "callcenter_config agent list": (
        "name|instance_id|uuid|type|contact|status|state\n"
        "1001|single_box||callback|[call_timeout=60]user/1001|Available|Waiting\n"
        "anna@default|single_box||callback|user/1002@pbx|On Break|Waiting\n"
        "1003|single_box||callback|user/1003|Logged Out|Waiting\n+OK\n"
    ),
    "callcenter_config tier list": (
        "queue|agent|state|level|position\n"
        "support@default|1001|Ready|1|1\nsupport@default|anna@default|Ready|1|2\nsupport@default|1003|Ready|1|3\n+OK\n"
    ),
    "callcenter_config queue list members support@default": "queue|instance_id|uuid|session_uuid|state\n+OK\n",
    "show channels as json": '{"row_count":0}',
}
"""The answers of a switch where nobody calls: three agents, one of them on a break, one logged out."""


def event(**headers: str) -> bytes:
    """Return an event's body; underscores in names stand for hyphens, but for variables."""
    named = {k if k.startswith("variable_") else k.replace("_", "-"): v for k, v in headers.items()}
    return json.dumps(named).encode()


def callcenter(action: str, **headers: str) -> bytes:
    """Return the body of an event of the call centre."""
    return event(Event_Name="CUSTOM", Event_Subclass="callcenter::info", CC_Action=action, **headers)


def packet(kind: str, body: bytes = b"", **headers: str) -> bytes:
    """Return a packet as the event socket sends it: an event announces its length first."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines = [f"Content-Length: {len(body)}", *lines]
    return "\n".join([*lines, f"Content-Type: {kind}", "", ""]).encode() + body


def told(body: bytes) -> bytes:
    """Return the packet of an event."""
    return packet("text/event-json", body)


def conversation(
    *events: bytes, answers: Mapping[str, str] = NOTHING, hangs_up: bool = False, subscribed: bytes = b""
) -> Conversation:
    """Return a conversation: sign-in, answers to questions, then events; ``subscribed`` comes before the first look."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(packet("auth/request"))
        looked = False
        while True:
            line = (await reader.readuntil(b"\n\n")).decode().strip()
            verb, _, rest = line.partition(" ")
            if verb == "auth":
                ok = rest == PASSWORD
                writer.write(packet("command/reply", Reply_Text="+OK accepted" if ok else "-ERR invalid"))
                if not ok:
                    return
            elif verb == "event":
                writer.write(packet("command/reply", Reply_Text="+OK event listener enabled json") + subscribed)
            else:
                writer.write(packet("api/response", answers.get(rest, "-ERR no reply\n").encode()))
                if rest == "show channels as json" and not looked:
                    looked = True
                    writer.write(b"".join(told(one) for one in events))
                    if hangs_up:
                        await writer.drain()
                        return

    return talk
