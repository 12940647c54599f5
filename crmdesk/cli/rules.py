"""``crmdesk rules``: publishes the house's rules for complaints, and the regimes, to every desk."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from crmdesk.cli._database import ready
from crmdesk.cli._publishing import add_import, login_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from crmdesk.sync.engine.case_watch import MovedDeadline
    from crmdesk.sync.engine.knowledge import Published


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    what = (
        "Takes a folder with house.toml, causes.toml where the house has a tree of root causes and, where it changes or"
        " adds some, regimes/*.toml and letters/*.txt;"
        " those that come with crmdesk are published too. What is unlike its newest version becomes the next"
        " one; cases received before keep the version of their day."
    )
    add_import(commands, "rules", "publish the rules for complaints: time limits, calendar, approvals", what, _import)


def _import(arguments: argparse.Namespace) -> int:
    from crmdesk.domain.cases.files import read_rules
    from crmdesk.domain.shipped import shipped

    editions = read_rules(arguments.folder, shipped("regimes"), shipped("letters"))
    if arguments.check:
        print(f"{len(editions)} could be published.")
        return 0
    login = login_of(arguments)
    from crmdesk.domain.clock import SystemClock
    from crmdesk.sync.engine import case_watch, causes
    from crmdesk.sync.engine.access import throughout
    from crmdesk.sync.engine.case_steps import rules_in_force
    from crmdesk.sync.engine.knowledge import publish
    from crmdesk.sync.engine.people import leader_named

    def take(conn: Connection) -> tuple[Published, list[MovedDeadline]]:
        with throughout(conn):
            before = rules_in_force(conn)
        causes.check(conn, editions)
        done = publish(conn, leader_named(conn, login), editions)
        with throughout(conn):
            after = rules_in_force(conn)
        return done, case_watch.moved(conn, before, after, SystemClock().now())

    with ready(arguments) as engine:
        done, moved = engine.run(take)
    print(f"{done.new} new, {done.changed} with a new version, {done.same} as they were.")
    for one in moved:
        print(f"{one.reference}, {one.title}: was {_said(one.was)}, is {_said(one.is_now)}")
    if moved:
        print(f"Deadlines of open cases that moved: {len(moved)}.")
    return 0


def _said(at: datetime | None) -> str:
    return "none" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"
