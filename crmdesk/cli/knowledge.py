"""``crmdesk knowledge``: publishes a folder of articles, text modules and call scripts to every desk."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmdesk.cli._database import ready
from crmdesk.domain.errors import UserMistake

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = commands.add_parser("knowledge", help="publish articles, text modules and call scripts")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    what = (
        "Takes a folder with articles/*.txt, texts/*.txt and scripts/*.json, each file one thing. What is unlike its"
        " newest version becomes the next one; older versions are kept. All of the folder is taken, or nothing."
    )
    import_ = actions.add_parser("import", help="publish a folder", description=what)
    import_.add_argument("folder", type=Path, metavar="FOLDER")
    import_.add_argument("--as", dest="login", metavar="LOGIN", help="the supervisor or administrator who publishes it")
    import_.add_argument("--database", metavar="URL", help="PostgreSQL database; else from CRMDESK_DATABASE")
    import_.add_argument("--check", action="store_true", help="only read it; needs no database and changes nothing")
    import_.set_defaults(func=_import)


def _import(arguments: argparse.Namespace) -> int:
    from crmdesk.domain.knowledge.files import read_folder

    editions = read_folder(arguments.folder)
    if arguments.check:
        print(f"{len(editions)} could be published.")
        return 0
    if not arguments.login:
        raise UserMistake("as", "In whose name?", "Give --as LOGIN of a supervisor or an administrator.")
    from crmdesk.sync.engine.knowledge import Published, publish

    def take(conn: Connection) -> Published:
        return publish(conn, _leader(conn, arguments.login), editions)

    with ready(arguments) as engine:
        done = engine.run(take)
    print(f"{done.new} new, {done.changed} with a new version, {done.same} as they were.")
    return 0


def _leader(conn: Connection, login: str) -> UUID:
    from crmdesk.sync.engine.people import leader_named

    return leader_named(conn, login)
