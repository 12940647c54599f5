"""``crmdesk server``: set up the server's database and the people who may sign in."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crmdesk.cli import _cti, _customers, _operations
from crmdesk.cli._asking import asked
from crmdesk.cli._database import named, ready
from crmdesk.domain.calls.service_level import ServiceLevelFormula
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.people import Role
from crmdesk.domain.routing.skills import having, meant

if TYPE_CHECKING:
    from sqlalchemy import Connection

PASSWORD_VARIABLE = "CRMDESK_NEW_PASSWORD"  # noqa: S105 - the variable's name


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command and its actions."""
    parser = commands.add_parser("server", help="set up the server's database and its users")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    init = _action(actions, "init", _init, "make or update the schema, and the first administrator")
    init.add_argument("--login", default="admin", help="the first administrator's user name (default: %(default)s)")
    init.add_argument("--name", default="Administrator", help="and name (default: %(default)s)")
    _password_from(init)
    user = _action(actions, "add-user", _add_user, "let somebody sign in")
    user.epilog = 'Example: crmdesk server add-user sam --name "Sam Okafor" --extension 1007'
    user.add_argument("login", help="user name")
    user.add_argument("--name", default="", help="name as colleagues see it")
    user.add_argument(
        "--role",
        choices=[role.value for role in Role],
        default=Role.AGENT.value,
        help="what they may do (default: %(default)s)",
    )
    user.add_argument("--extension", metavar="NUMBER", help="their phone's extension, for people who take calls")
    team = user.add_mutually_exclusive_group()
    team.add_argument("--team", metavar="NAME", help="their team; in a house without teams leave it out")
    team.add_argument("--new-team", metavar="NAME", help="the same, and the team is made")
    _password_from(user)
    skills = _action(actions, "set-skills", _set_skills, "say what somebody is skilled in, for routing")
    skills.add_argument("login", help="user name")
    skills.add_argument("skills", nargs="*", help="each skill by its name; none takes all away")
    _action(actions, "skills", _skills, "list the skills that people have, and those that rules ask for in vain")
    password = _action(actions, "set-password", _set_password, "give somebody a new password and sign them out")
    password.add_argument("login", help="user name")
    _password_from(password)
    queue = _action(actions, "set-queue", _set_queue, "name a queue for people, and set its targets")
    queue.epilog = 'Example: crmdesk server set-queue support --new --label "Heating emergency" --target 20'
    queue.add_argument("queue", help="its name on the phone system")
    queue.add_argument("--new", action="store_true", help="take a name that no call and no command had before")
    queue.add_argument("--label", metavar="WORDS", help="its name for people")
    queue.add_argument("--target", type=float, metavar="S", help="answer within so many seconds (service level)")
    queue.add_argument("--short-abandon", type=float, metavar="S", help="callers who leave sooner do not count")
    queue.add_argument("--wrap-up", type=float, metavar="S", help="time for after-call work")
    queue.add_argument(
        "--formula", choices=[f.value for f in ServiceLevelFormula], help="service level formula (docs/board.md)"
    )
    queue.add_argument("--wait-soon", type=float, metavar="S", help="the board warns of a caller who waits so long")
    queue.add_argument("--wait-late", type=float, metavar="S", help="from so many seconds on it is an alarm")
    queue.add_argument("--level-target", type=float, metavar="PERCENT", help="service level below which it is one")
    disable = _action(actions, "disable-user", _disable, "close an account and sign out its devices")
    disable.add_argument("login", help="user name")
    enable = _action(actions, "enable-user", _enable, "open a closed account again")
    enable.add_argument("login", help="user name")
    for more in (_customers, _operations, _cti):
        more.add(lambda name, func, words: _action(actions, name, func, words))


def _action(actions: Any, name: str, func: Any, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=words)
    parser.add_argument("--database", metavar="URL", help="PostgreSQL database; else from CRMDESK_DATABASE")
    parser.set_defaults(func=func)
    return parser


def _password_from(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help=f"read the password from standard input (else {PASSWORD_VARIABLE}, else it is asked for)",
    )


def _password(arguments: argparse.Namespace, whose: str) -> str:
    """Return a password that never was an argument, where every user of the computer could read it."""
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if PASSWORD_VARIABLE in os.environ:
        return os.environ[PASSWORD_VARIABLE]
    if not sys.stdin.isatty():
        raise UserMistake("password", "There is nobody to ask for a password.", "Use --password-stdin.")
    first = asked(getpass.getpass, f"Password for {whose}: ")
    if asked(getpass.getpass, "Again: ") != first:
        raise UserMistake(
            "password", "The two are different; nothing was changed.", "Run it again and type the same one twice."
        )
    return first


def _init(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine.people import NewPerson
    from crmdesk.sync.engine.setup import initialise

    def administrator() -> NewPerson:
        return NewPerson(arguments.login, arguments.name, Role.ADMINISTRATOR, _password(arguments, arguments.login))

    with named(arguments) as engine:
        done = initialise(engine, administrator)
    print("The schema is up to date." if not done.upgraded else "The schema was made or brought up to date.")
    if done.administrator_made:
        print(f"{arguments.login} is the first administrator.")
        print("Next: crmdesk server add-user LOGIN for each person, then crmdesk serve.")
    return 0


def _add_user(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine.people import NewPerson, add_person, check_team

    person = NewPerson(
        login=arguments.login,
        display_name=arguments.name,
        role=Role(arguments.role),
        password=_password(arguments, arguments.login),
        extension=arguments.extension,
        team=arguments.team or arguments.new_team,
    )

    def add(conn: Connection) -> None:
        if arguments.team is not None:
            check_team(conn, arguments.team)
        add_person(conn, person)

    with ready(arguments) as engine:
        engine.run(add)
    print(f"{arguments.login} may sign in.")
    return 0


def _set_queue(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine.limits import set_limits
    from crmdesk.sync.engine.people import check_queue, set_queue

    given: dict[str, object] = {
        "label": arguments.label,
        "target_s": arguments.target,
        "short_abandon_s": arguments.short_abandon,
        "wrap_up_s": arguments.wrap_up,
        "formula": arguments.formula,
    }
    for name, value in given.items():
        if isinstance(value, float) and not 0 <= value <= 86_400:
            raise UserMistake(
                name, f"{value:g} seconds is not a time of a day.", "Give 0 to 86400 seconds, such as 20."
            )
    settings = {name: value for name, value in given.items() if value is not None}
    target = arguments.level_target
    limits = {
        "wait_soon_s": arguments.wait_soon,
        "wait_late_s": arguments.wait_late,
        "level_target": None if target is None else target / 100,
    }
    lit = {name: value for name, value in limits.items() if value is not None}

    def put(conn: Connection) -> None:
        if not arguments.new:
            check_queue(conn, arguments.queue)
        set_queue(conn, arguments.queue, settings)
        if lit:
            set_limits(conn, arguments.queue, None, **lit)

    with ready(arguments) as engine:
        engine.run(put)
    print(f"The queue {arguments.queue} is set.")
    return 0


def _set_skills(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine.people import set_skills

    with ready(arguments) as engine:
        found = engine.run(lambda conn: set_skills(conn, arguments.login, arguments.skills))
    print(f"{arguments.login} has {', '.join(found.skills) or 'no skills'}.")
    for skill in found.alone:
        near = meant(skill, found.house.keys() - found.skills)
        print(f"Nobody else has {skill!r}." + (f" Is {near!r} meant?" if near else ""))
    _print_skills(found.house)
    return 0


def _skills(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine.access import throughout
    from crmdesk.sync.engine.people import skills_of_house
    from crmdesk.sync.engine.routing import in_force

    def asked(conn: Connection) -> dict[str, list[str]]:
        with throughout(conn):
            _, rules = in_force(conn)
        found: dict[str, list[str]] = {}
        for rule in rules:
            if rule.then.place.skill:
                found.setdefault(rule.then.place.skill, []).append(rule.name)
        return found

    with ready(arguments) as engine:
        house, rules = engine.run(skills_of_house), engine.run(asked)
    _print_skills(house)
    for skill, names in rules.items():
        if not having(skill, house):
            near = meant(skill, house.keys())
            asking = ", ".join(map(repr, names))
            print(f"Nobody has {skill!r}, which {asking} asks for." + (f" Is {near!r} meant?" if near else ""))
    return 0


def _print_skills(house: Mapping[str, int]) -> None:
    told = ", ".join(f"{skill} ({n})" for skill, n in house.items())
    print(f"Skills here, and how many people have each: {told}." if told else "Nobody here has a skill.")


def _set_password(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine.people import set_password

    password = _password(arguments, arguments.login)
    with ready(arguments) as engine:
        engine.run(lambda conn: set_password(conn, arguments.login, password))
    print(f"{arguments.login} has a new password; their desks ask for it.")
    return 0


def _disable(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine.people import disable

    with ready(arguments) as engine:
        engine.run(lambda conn: disable(conn, arguments.login))
    print(f"{arguments.login} may not sign in any more.")
    return 0


def _enable(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine.people import enable

    with ready(arguments) as engine:
        engine.run(lambda conn: enable(conn, arguments.login))
    print(f"{arguments.login} may sign in again, with the password of before or a new one: set-password.")
    return 0
