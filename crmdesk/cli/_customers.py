"""``crmdesk server erase``, ``erase-again`` and ``move``: what an administrator does to one customer's records."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from crmdesk.cli import _erasures
from crmdesk.cli._asking import asked
from crmdesk.cli._database import ready
from crmdesk.domain.errors import UserMistake

_WORD = "erase"


def add(action: Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]) -> None:
    """Add the actions; ``action`` makes one by its name, what it does and what is said of it."""
    erase = action("erase", _erase, "erase a customer for good, with all that is about them, on every desk")
    whom = erase.add_mutually_exclusive_group(required=True)
    whom.add_argument("customer", nargs="?", metavar="CUSTOMER-ID", help="as the customer's card shows it")
    whom.add_argument(
        "--number", metavar="+E164", help="the customer of this number, and calls from it that are nobody's"
    )
    erase.add_argument("--yes", action="store_true", help="do not ask")
    _erasures.add_option(erase)
    _erasures.add_option(action("erase-again", _erase_again, "after a restore: erase again whom the journal names"))
    move = action("move", _move, "give a customer, with what belongs to them, to a team")
    move.add_argument("customer", metavar="CUSTOMER-ID", help="as the customer's card shows it")
    where = move.add_mutually_exclusive_group(required=True)
    where.add_argument("--team", metavar="NAME", help="the team")
    where.add_argument("--everybody", action="store_true", help="to the whole house")


def _id(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError as error:
        raise UserMistake("customer", f"{words} is no customer's id.", "Copy it from the customer's card.") from error


def _erase(arguments: argparse.Namespace) -> int:
    from crmdesk.models.limits import E164
    from crmdesk.sync.engine.erasing import erase_customer, erase_number

    journal = _erasures.journal(arguments)
    number: str | None = arguments.number
    if number is not None and E164["form"].fullmatch(number) is None:
        raise UserMistake("number", f"{number} is not {E164['form_words']}.", "Write plus sign and country code.")
    customer = None if number is not None else _id(arguments.customer)
    _ask(arguments)
    with ready(arguments) as engine:
        if customer is None:
            counts = engine.run(lambda conn: erase_number(conn, str(number), journal, _now))
        else:
            counts = engine.run(lambda conn: erase_customer(conn, customer, journal, _now))
    print(f"Erased: {_told(counts)}. Desks erase their copies when they are next connected.")
    return 0


def _ask(arguments: argparse.Namespace) -> None:
    """Let a person say that they mean it; raises UserMistake when they do not."""
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise UserMistake("yes", "There is nobody to ask.", "Erasing cannot be undone; say --yes.")
    if asked(input, f"This cannot be undone. Type {_WORD} to go on: ").strip() != _WORD:
        raise UserMistake("yes", "Nothing was erased.", f"Run it again, and type {_WORD} in full if you mean it.")


def _erase_again(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine.erasing import replay

    journal = _erasures.journal(arguments)
    with ready(arguments) as engine:
        count = engine.run(lambda conn: replay(conn, journal))
    print(f"{count} records of the journal were erased again." if count else "Everybody in the journal is erased.")
    return 0


def _move(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine.calls import GATEWAY
    from crmdesk.sync.engine.moving import move_customer, team_named
    from crmdesk.sync.engine.people import HOUSE

    customer, team = _id(arguments.customer), arguments.team

    def move(conn: Any) -> None:
        move_customer(conn, customer, HOUSE if team is None else team_named(conn, team), GATEWAY)

    with ready(arguments) as engine:
        engine.run(move)
    print(f"The customer is {'everybody' if team is None else team}'s now.")
    return 0


def _told(counts: Any) -> str:
    words = ((name.replace("_", " "), count) for name, count in counts.items() if count)
    return ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in words)


def _now() -> datetime:
    return datetime.now(UTC)
