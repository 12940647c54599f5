"""The server's database for one command: when it is away the command ends and says why, for whoever sits there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmdesk.domain.errors import Unavailable

if TYPE_CHECKING:
    from crmdesk.sync.engine import Engine


@contextmanager
def opened(url: str, connections: int = 2) -> Iterator[Engine]:
    """Give the engine on a database; raises Unavailable with the driver's reason when it is away."""
    from crmdesk.sync.engine import DatabaseAway, Engine

    engine = Engine(url, connections)
    try:
        yield engine
    except DatabaseAway as away:
        next_step = "Look at the address, the user and the database, then run this command again."
        raise Unavailable(f"{away.what} {away.detail}", next_step) from away
    finally:
        engine.close()
