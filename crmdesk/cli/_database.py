"""The server's database for one command: when it is away the command ends and says why, for whoever sits there."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmdesk.domain.errors import Unavailable, UserMistake

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
        next_step = (
            "Check address, database, user and password (USER:PASSWORD@ or ~/.pgpass), then run this command again."
        )
        raise Unavailable(f"{away.what} {away.detail}", next_step) from away
    finally:
        engine.close()


@contextmanager
def named(arguments: argparse.Namespace) -> Iterator[Engine]:
    """Give the engine on the database that a command's ``--database`` or the environment names, made or not."""
    url = arguments.database or os.environ.get("CRMDESK_DATABASE")
    if not url:
        raise UserMistake("database", "Which database?", "Give --database URL or set CRMDESK_DATABASE.")
    with opened(url) as engine:
        yield engine


@contextmanager
def ready(arguments: argparse.Namespace) -> Iterator[Engine]:
    """Give the engine as ``named`` does; raises CrmdeskError where the database has not this version's schema."""
    from crmdesk.sync.engine.setup import check_up_to_date

    with named(arguments) as engine:
        engine.run(check_up_to_date)
        yield engine
