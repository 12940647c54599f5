"""``crmdesk knowledge``: publishes a folder of articles, text modules and call scripts to every desk."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from crmdesk.cli._database import ready
from crmdesk.cli._publishing import add_import, login_of

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    what = (
        "Takes a folder with articles/*.txt, texts/*.txt and scripts/*.json, each file one thing. What is unlike its"
        " newest version becomes the next one; older versions are kept. All of the folder is taken, or nothing."
    )
    add_import(commands, "knowledge", "publish articles, text modules and call scripts", what, _import)


def _import(arguments: argparse.Namespace) -> int:
    from crmdesk.domain.knowledge.files import read_folder

    editions = read_folder(arguments.folder)
    if arguments.check:
        print(f"{len(editions)} could be published.")
        return 0
    login = login_of(arguments)
    from crmdesk.sync.engine.knowledge import Published, publish

    def take(conn: Connection) -> Published:
        return publish(conn, _leader(conn, login), editions)

    with ready(arguments) as engine:
        done = engine.run(take)
    print(f"{done.new} new, {done.changed} with a new version, {done.same} as they were.")
    return 0


def _leader(conn: Connection, login: str) -> UUID:
    from crmdesk.sync.engine.people import leader_named

    return leader_named(conn, login)
