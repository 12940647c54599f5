"""People who may sign in: made, changed and closed by an administrator at the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import Connection, text

from crmdesk.domain.calls.control import is_inside
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.domain.quick import dataclass
from crmdesk.domain.routing.skills import counted
from crmdesk.sync.engine.access import within
from crmdesk.sync.engine.columns import entity_of
from crmdesk.sync.engine.compare import Hand, Row, changed, created
from crmdesk.sync.engine.naming import there_are
from crmdesk.sync.engine.rows import insert_rows, locked_rows, replace_rows

HOUSE = 1
"""The scope that everybody holds: people, queues, dispositions, and the work of a house without teams."""

SHORTEST_PASSWORD = 8

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""argon2id with the least that OWASP's password storage cheat sheet advises: 19 MiB, two passes."""

_SKILLS = text("select skills from crm.agent where active")
_SKILLS_OF_OTHERS = text("select skills from crm.agent where active and id <> :id")
_FIND = text("select user_id from sync.principal where login = :login")
_ADD = text(
    "insert into sync.principal (user_id, login, role, password_hash, home_scope) "
    "values (:id, :login, :role, :hash, :home)"
)
_ADD_SCOPE = text("insert into sync.principal_scope (user_id, scope_id) values (:id, :scope) on conflict do nothing")
_TEAM = text(
    "insert into sync.scope (kind, name) values ('team', :name) "
    "on conflict (kind, name) do update set name = excluded.name returning scope_id"
)
_TEAMS = text("select name from sync.scope where kind = 'team' order by name")
_SCOPES = text("select scope_id, name from sync.scope where kind <> 'device' order by scope_id")
_ADMINISTRATORS = text("select count(*) from sync.principal where role = 'administrator' and disabled_at is null")
_DISABLE = text(
    "update sync.principal set disabled_at = coalesce(disabled_at, now()) where login = :login returning user_id"
)
_ENABLE = text(
    "update sync.principal set disabled_at = null where login = :login and disabled_at is not null returning user_id"
)
_CLOSED = text("select disabled_at is not null from sync.principal where login = :login")
_EXTENSION = text("select extension from crm.agent where id = :id")
_HOLDER = text("select login from crm.agent where extension = :extension and active and id <> :id limit 1")
_SIGN_OUT = text("update sync.device set revoked_at = coalesce(revoked_at, now()) where user_id = :id")
_PASSWORD = text("update sync.principal set password_hash = :hash where login = :login returning user_id")
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext('crmdesk people'))")
_QUEUE = text("select id from crm.queue where name = :name")
_QUEUE_KNOWN = text(
    "select exists (select 1 from crm.queue where name = :name) "
    "or exists (select 1 from crm.interaction where queue = :name)"
)
_QUEUES = text("select name from crm.queue order by name")
_LEADER = text(
    "select user_id, role in ('supervisor', 'administrator') and disabled_at is null as leads "
    "from sync.principal where login = :login"
)
_LEADERS = text(
    "select login from sync.principal where role in ('supervisor', 'administrator') and disabled_at is null "
    "order by login"
)
_LOGINS = text("select login from sync.principal order by login")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who is to sign in. ``team`` is the name of their team's scope, None in a house without teams."""

    login: str
    display_name: str
    role: Role
    password: str
    extension: str | None = None
    team: str | None = None


def check_person(person: NewPerson) -> None:
    """Raise UserMistake for what could not be taken of a person, whoever else there is."""
    _fit_login(person.login)
    _fit_password(person.password)
    _fit_extension(person.extension)


def add_person(conn: Connection, person: NewPerson) -> UUID:
    """Make a person and return their id; raises UserMistake for what cannot be taken."""
    login = _fit_login(person.login)
    _fit_password(person.password)
    extension = _fit_extension(person.extension)
    conn.execute(_ONE_AT_A_TIME)
    if conn.execute(_FIND, {"login": login}).first() is not None:
        raise UserMistake("login", f"There is a user named {login} already.", "Choose another name.")
    user_id = new_id()
    _check_extension(conn, user_id, extension)
    scopes = [HOUSE]
    if person.team is not None:
        scopes.append(conn.execute(_TEAM, {"name": person.team}).scalar_one())
    values = {"id": user_id, "login": login, "role": person.role, "hash": HASHER.hash(person.password)}
    conn.execute(_ADD, {**values, "home": scopes[-1]})
    for scope in scopes:
        conn.execute(_ADD_SCOPE, {"id": user_id, "scope": scope})
    shown = {"login": login, "display_name": person.display_name or login, "extension": extension}
    keep(conn, "agent", {user_id: {**shown, "role": person.role}}, user_id)
    return user_id


def disable(conn: Connection, login: str) -> None:
    """Close an account and sign out its devices; raises UserMistake when there is none of that name."""
    user_id = conn.execute(_DISABLE, {"login": login.strip().lower()}).scalar_one_or_none()
    if user_id is None:
        raise _unknown(conn, login)
    conn.execute(_SIGN_OUT, {"id": user_id})
    change(conn, "agent", user_id, {"active": False}, user_id)


def enable(conn: Connection, login: str) -> None:
    """Open a closed account again; its person signs in anew.

    Raises UserMistake when there is none of that name, when it is open, or when a colleague has its extension now.
    """
    name = login.strip().lower()
    conn.execute(_ONE_AT_A_TIME)
    user_id = conn.execute(_ENABLE, {"login": name}).scalar_one_or_none()
    if user_id is None:
        if conn.execute(_FIND, {"login": name}).first() is None:
            raise _unknown(conn, login)
        next_step = f"Nothing has to be done; a new password: crmdesk server set-password {name}"
        raise UserMistake("login", f"The account of {name} is open.", next_step)
    with within(conn, [HOUSE]):
        extension: str | None = conn.execute(_EXTENSION, {"id": user_id}).scalar_one()
    _check_extension(conn, user_id, extension)
    change(conn, "agent", user_id, {"active": True}, user_id)


def set_password(conn: Connection, login: str, password: str) -> None:
    """Give somebody a new password and sign out their devices; raises UserMistake, also for a closed account."""
    _fit_password(password)
    if conn.execute(_CLOSED, {"login": login.strip().lower()}).scalar_one_or_none():
        what = f"The account of {login} is closed."
        raise UserMistake("login", what, f"Open it first: crmdesk server enable-user {login}")
    values = {"login": login.strip().lower(), "hash": HASHER.hash(password)}
    user_id = conn.execute(_PASSWORD, values).scalar_one_or_none()
    if user_id is None:
        raise _unknown(conn, login)
    conn.execute(_SIGN_OUT, {"id": user_id})


def has_administrator(conn: Connection) -> bool:
    """Return True if somebody can administer this server."""
    count: int = conn.execute(_ADMINISTRATORS).scalar_one()
    return count > 0


def leader_named(conn: Connection, login: str) -> UUID:
    """Return the id of somebody who leads; raises UserMistake for nobody and for those who do not."""
    found = conn.execute(_LEADER, {"login": login.strip().lower()}).first()
    if found is None or not found.leads:
        what = f"{login} is neither a supervisor nor an administrator." if found else _nobody(login)
        raise UserMistake("login", what, there_are(list(conn.scalars(_LEADERS)), login))
    user_id: UUID = found.user_id
    return user_id


def logins(conn: Connection) -> list[str]:
    """Return everybody's login name in order."""
    return list(conn.scalars(_LOGINS))


def set_queue(conn: Connection, name: str, settings: dict[str, object]) -> None:
    """Make a queue or change it. ``name`` is the phone system's; ``settings`` are columns of the table by name."""
    if not name.strip():
        raise UserMistake("name", "A queue needs the name that the phone system has for it.", "For example support.")
    with within(conn, [HOUSE]):
        row: UUID | None = conn.execute(_QUEUE, {"name": name}).scalar_one_or_none()
    if row is None:
        keep(conn, "queue", {new_id(): {"name": name, "label": name, **settings}}, new_id())
    else:
        change(conn, "queue", row, settings, row)


def check_team(conn: Connection, name: str) -> None:
    """Raise UserMistake, with the teams that there are, for a team that is not there."""
    there = list(conn.scalars(_TEAMS))
    if name not in there:
        next_step = f"{there_are(there, name)} A further one is made by --new-team."
        raise UserMistake("team", f"There is no team named {name}.", next_step)


def check_queue(conn: Connection, name: str) -> None:
    """Raise UserMistake, with the queues that there are, for a queue that was never named and had no call."""
    with within(conn, scopes_of_all(conn)):
        if conn.execute(_QUEUE_KNOWN, {"name": name}).scalar_one():
            return
        there = list(conn.scalars(_QUEUES))
    raise UserMistake(
        "queue", f"There is no queue named {name}.", f"{there_are(there, name)} With --new this name is a further one."
    )


def skills_of_house(conn: Connection) -> dict[str, int]:
    """Return how many of those who work here have each skill."""
    with within(conn, [HOUSE]):
        return counted(conn.scalars(_SKILLS).all())


@dataclass(frozen=True, slots=True)
class Skilled:
    """What somebody is skilled in now, which of it nobody else here has, and how many people have each skill."""

    skills: tuple[str, ...]
    alone: tuple[str, ...]
    house: Mapping[str, int]


def set_skills(conn: Connection, login: str, skills: Sequence[str]) -> Skilled:
    """Say what somebody is skilled in, in place of what was said before; raises UserMistake for nobody of that name and
    for what is no skill. One that a colleague has in other capitals is written as theirs."""
    found = conn.execute(_FIND, {"login": login.strip().lower()}).first()
    if found is None:
        raise _unknown(conn, login)
    names = tuple(dict.fromkeys(" ".join(skill.split()) for skill in skills if skill.strip()))
    for name in names:
        if len(name) > 60 or "," in name or not name.isprintable():
            raise UserMistake("skills", f"{name!r} is no skill.", "Up to 60 characters, without a comma.")
    with within(conn, [HOUSE]):
        others = counted(conn.scalars(_SKILLS_OF_OTHERS, {"id": found.user_id}).all())
    spelt = {name.casefold(): name for name in others}
    names = tuple(dict.fromkeys(spelt.get(name.casefold(), name) for name in names))
    change(conn, "agent", found.user_id, {"skills": ",".join(names)}, found.user_id)
    return Skilled(names, tuple(name for name in names if name not in others), skills_of_house(conn))


# Rows that the server keeps ----------------------------------------------------------------------------------------


def keep(conn: Connection, entity_name: str, rows: dict[UUID, dict[str, object]], author: UUID) -> None:
    """Make rows of a table that the server keeps, in the house's scope, values in wire form."""
    entity = entity_of(entity_name)
    assert entity is not None
    new = {id_: created(entity.defaults(), values, HOUSE, Hand.PERSON) for id_, values in rows.items()}
    with within(conn, [HOUSE]):
        insert_rows(conn, entity_name, new, author)


def change(conn: Connection, entity_name: str, row: UUID, values: dict[str, object], author: UUID) -> None:
    """Change a row of a table that the server keeps."""
    entity = entity_of(entity_name)
    assert entity is not None
    with within(conn, [HOUSE]):
        present: Row = locked_rows(conn, entity, [row])[row]
        after, _ = changed(present, values, {}, present.ver, Hand.PERSON)
        if after is not present:
            replace_rows(conn, entity_name, {row: after}, author)


def _fit_login(login: str) -> str:
    name = login.strip().lower()
    if not name or len(name) > 60 or not name.isprintable() or " " in name:
        raise UserMistake("login", "A user name has 1 to 60 characters and no spaces.", "For example sam or s.okafor.")
    return name


def _fit_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise UserMistake(
            "password", f"A password has at least {SHORTEST_PASSWORD} characters.", "Choose a longer one."
        )


def _fit_extension(extension: str | None) -> str | None:
    name = (extension or "").strip() or None
    if name is not None and not is_inside(name):
        raise UserMistake(
            "extension", "No phone system has such an extension.", "Up to 80 Latin letters and digits, as 1007."
        )
    return name


def _check_extension(conn: Connection, person: UUID, extension: str | None) -> None:
    """Raise UserMistake when a colleague has the extension: a ring there would pop at two desks."""
    if extension is None:
        return
    with within(conn, [HOUSE]):
        holder = conn.execute(_HOLDER, {"extension": extension, "id": person}).scalar_one_or_none()
    if holder is not None:
        what = f"The extension {extension} is {holder}'s."
        raise UserMistake("extension", what, f"Choose another, or close that account: disable-user {holder}")


def _unknown(conn: Connection, login: str) -> UserMistake:
    return UserMistake("login", _nobody(login), there_are(logins(conn), login))


def _nobody(login: str) -> str:
    return f"There is no user named {login}."


def scopes_of_all(conn: Connection) -> Sequence[int]:
    """Return every scope but those of single devices: what the gateway itself may see when it writes calls."""
    return list(conn.scalars(text("select scope_id from sync.scope where kind <> 'device' order by scope_id")))


def named_scopes(conn: Connection) -> dict[int, str]:
    """Return the names of those scopes that people share, by number."""
    return {row.scope_id: row.name for row in conn.execute(_SCOPES)}
