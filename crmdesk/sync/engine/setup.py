"""Makes a PostgreSQL database ready for crmdesk, or brings it up to date; doing it again changes nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from crmdesk.domain.errors import CrmdeskError, Refused, Unavailable
from crmdesk.domain.ids import new_id
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine.access import DESK_ROLE, within
from crmdesk.sync.engine.host import Engine
from crmdesk.sync.engine.people import HOUSE, NewPerson, add_person, check_person, has_administrator, keep

OLDEST = 150_000
"""The oldest PostgreSQL, as ``server_version_num`` counts: 15."""

DISPOSITIONS = (
    ("resolved", "Resolved"),
    ("information_given", "Information given"),
    ("callback_promised", "Callback promised"),
    ("complaint", "Complaint registered"),
    ("request", "Request registered"),
    ("passed_on", "Passed on"),
    ("wrong_number", "Wrong number"),
    ("no_contact", "No contact"),
)

_LOCK = text("select pg_advisory_xact_lock(hashtext('crmdesk server init'))")
_VERSION = text("select current_setting('server_version_num')::int")
_TABLES = text(
    "select count(*) > 0, bool_and(has_table_privilege(c.oid, 'select')) filter (where c.relname = 'alembic_version') "
    "from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'sync' and c.relkind = 'r'"
)
_KIND = text("select current_setting('server_encoding'), pg_is_in_recovery()")
_ROLE_THERE = text("select exists (select 1 from pg_roles where rolname = :role)")
_MAY_BEGIN = text(
    "select has_database_privilege(current_database(), 'create') and "
    "(rolcreaterole or rolsuper or exists (select 1 from pg_roles where rolname = :role)) "
    "from pg_roles where rolname = current_user"
)
_MEMBER = text("select pg_has_role(current_user, :role, 'member')")
_CREATE_ROLE = text(f"create role {DESK_ROLE} nologin nobypassrls")
_JOIN_ROLE = text(f"grant {DESK_ROLE} to current_user")
_GRANT = text(f"grant usage on schema crm to {DESK_ROLE}")
_HOUSE = text(
    "insert into sync.scope (scope_id, kind, name) overriding system value values (:id, 'house', 'Everybody') "
    "on conflict do nothing"
)
_AFTER_HOUSE = text(
    "select setval(pg_get_serial_sequence('sync.scope', 'scope_id'), greatest(max(scope_id), :id)) from sync.scope"
)
_SERVER = text(
    "insert into sync.server (sysid, timeline, token_key) select s.system_identifier::text, c.timeline_id, :key "
    "from pg_control_system() s, pg_control_checkpoint() c on conflict do nothing"
)
_ANY_DISPOSITION = text("select exists (select 1 from crm.disposition)")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was done: whether the schema changed, and whether the first administrator was made."""

    upgraded: bool
    administrator_made: bool


def migrations() -> Config:
    """Return Alembic's configuration for the server database."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    return config


def initialise(engine: Engine, administrator: Callable[[], NewPerson]) -> Prepared:
    """Bring the database up to date, and make the first administrator when there is none (only then are they asked).

    Everything that can be refused is looked at before the first change, and all changes are one transaction: after a
    refusal the database is what it was. Raises Unavailable or UserMistake with what to do: unreachable, too old, no
    rights, a password that cannot be taken.
    """
    try:
        # Asked between two transactions: a person takes their time to think of a password.
        person = administrator() if engine.run(_lacks_administrator) else None
        if person is not None:
            check_person(person)
        return engine.run(lambda conn: _set_up(conn, person))
    except ProgrammingError as error:
        _explain(error)


def _lacks_administrator(conn: Connection) -> bool:
    """Look whether the database can be set up, changing nothing; return whether its first administrator is to be made.

    Raises CrmdeskError for a database that cannot.
    """
    version: int = conn.execute(_VERSION).scalar_one()
    if version < OLDEST:
        raise Unavailable(
            f"This PostgreSQL is version {version // 10_000}; crmdesk needs {OLDEST // 10_000} or newer.",
            "Upgrade PostgreSQL or name another database.",
        )
    encoding, standby = conn.execute(_KIND).one()
    if encoding != "UTF8":
        raise Unavailable(
            f"This database keeps text as {encoding}; names in every script need UTF8.",
            "Make another: create database crmdesk owner crmdesk encoding 'UTF8' template template0;",
        )
    if standby:
        raise Unavailable("This PostgreSQL is a standby: it takes no changes.", "Name the primary in the address.")
    present = schema_revision(conn)
    if present is None:
        if not conn.execute(_MAY_BEGIN, {"role": DESK_ROLE}).scalar_one():
            raise _without_rights()
        return True
    if present not in _known():
        raise _newer()
    return not has_administrator(conn)


def _set_up(conn: Connection, person: NewPerson | None) -> Prepared:
    conn.execute(_LOCK)
    upgraded = _bring_up_to_date(conn)
    if person is None or has_administrator(conn):
        return Prepared(upgraded, administrator_made=False)
    add_person(conn, person)
    return Prepared(upgraded, administrator_made=True)


def _bring_up_to_date(conn: Connection) -> bool:
    """Do everything that needs nobody's answer; return whether the schema changed."""
    _make_role(conn)
    upgraded = _upgrade(conn)
    conn.execute(_GRANT)
    conn.execute(_HOUSE, {"id": HOUSE})
    conn.execute(_AFTER_HOUSE, {"id": HOUSE})
    conn.execute(_SERVER, {"key": secrets.token_bytes(32)})
    _make_dispositions(conn)
    return upgraded


def _make_role(conn: Connection) -> None:
    """Make the role that desks' statements run as. Roles belong to the whole cluster, so it may be there already."""
    if not conn.execute(_ROLE_THERE, {"role": DESK_ROLE}).scalar_one():
        conn.execute(_CREATE_ROLE)
    if not conn.execute(_MEMBER, {"role": DESK_ROLE}).scalar_one():
        conn.execute(_JOIN_ROLE)


def _upgrade(conn: Connection) -> bool:
    conn.execute(text("create schema if not exists sync"))
    conn.execute(text("create schema if not exists crm"))
    config = migrations()
    config.attributes["connection"] = conn
    before = schema_revision(conn)
    command.upgrade(config, "head")
    return before != _head()


def check_up_to_date(conn: Connection) -> None:
    """Raise CrmdeskError unless the database stands at this version's schema."""
    present, head = schema_revision(conn), _head()
    if present == head:
        return
    if present is None:
        raise CrmdeskError("This database was not set up yet.", "Run: crmdesk server init --database URL")
    if present not in _known():
        raise _newer()
    raise CrmdeskError(
        f"This database has the schema {present} of an older crmdesk; this one works with {head}.",
        "Stop every gateway, back the database up, then run: crmdesk server init --database URL",
    )


def schema_revision(conn: Connection) -> str | None:
    """Return the migration at which the database stands, None for an empty one.

    Raises Refused where this user may not look, and for a database with some of the tables only.
    """
    ours, readable = conn.execute(_TABLES).one()
    if not ours:
        return None
    if readable is False:
        raise Refused(
            "This database user may not read crmdesk's tables.",
            "Name the user in the address who ran crmdesk server init: tables belong to who made them.",
        )
    revision = (
        conn.execute(text("select version_num from sync.alembic_version")).scalar_one_or_none() if readable else ""
    )
    if not revision:
        raise Refused(
            "This database holds only a part of crmdesk: something that was put back did not come to its end.",
            "Drop it, make it anew, and restore the whole backup (docs/OPERATING.md).",
        )
    return revision


def _head() -> str | None:
    return ScriptDirectory.from_config(migrations()).get_current_head()


def _known() -> frozenset[str]:
    return frozenset(script.revision for script in ScriptDirectory.from_config(migrations()).walk_revisions())


def _newer() -> CrmdeskError:
    return CrmdeskError("This database belongs to a newer crmdesk.", "Upgrade crmdesk on this computer.")


def _make_dispositions(conn: Connection) -> None:
    with within(conn, [HOUSE]):
        there = conn.execute(_ANY_DISPOSITION).scalar_one()
    if there:
        return
    values: dict[str, object]
    rows = {}
    for position, (code, label) in enumerate(DISPOSITIONS, start=1):
        values = {"code": code, "label": label, "position": position}
        rows[new_id()] = values
    keep(conn, "disposition", rows, new_id())


def _explain(error: ProgrammingError) -> NoReturn:
    state = getattr(error.orig, "sqlstate", "")
    if state == "42501":
        raise _without_rights() from error
    raise error


def _without_rights() -> Unavailable:
    return Unavailable(
        "This database user may not make what crmdesk needs.",
        f"Let a database administrator run: create role {DESK_ROLE} nologin; grant {DESK_ROLE} to <the user>; "
        "and make the user the owner of the database.",
    )
