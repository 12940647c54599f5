"""The server's side of the sync protocol on PostgreSQL: plain functions on a connection, and the engine that runs them.

``hello``, ``push``, ``pull``, ``snapshot``, ``look_up`` and ``ack`` answer the messages of ``sync.wire`` for a
``Principal``. The gateway is one host of them; tests and administration commands are another. There is no second
protocol.
"""

from __future__ import annotations

from crmdesk.sync.engine.access import Principal, principal_at
from crmdesk.sync.engine.acknowledge import ack
from crmdesk.sync.engine.greet import hello
from crmdesk.sync.engine.host import DatabaseAway, Engine, NotSettled
from crmdesk.sync.engine.look_up import look_up
from crmdesk.sync.engine.pull import pull
from crmdesk.sync.engine.push import push, push_from
from crmdesk.sync.engine.refusal import Code, Rejection
from crmdesk.sync.engine.snapshot import snapshot
from crmdesk.sync.engine.stamps import stamps

__all__ = [
    "Code",
    "DatabaseAway",
    "Engine",
    "NotSettled",
    "Principal",
    "Rejection",
    "ack",
    "hello",
    "look_up",
    "principal_at",
    "pull",
    "push",
    "push_from",
    "snapshot",
    "stamps",
]
