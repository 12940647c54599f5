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

from crmdesk.domain.errors import CrmdeskError, Unavailable
from crmdesk.domain.ids import new_id
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine.access import DESK_ROLE, within
from crmdesk.sync.engine.host import Engine
from crmdesk.sync.engine.people import HOUSE, NewPerson, add_person, has_administrator, keep

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
_ROLE_THERE = text("select exists (select 1 from pg_roles where rolname = :role)")
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

    Raises Unavailable or UserMistake with what to do: unreachable, too old, no rights.
    """
    try:
        upgraded = engine.run(_bring_up_to_date)
        if engine.run(has_administrator):
            return Prepared(upgraded, administrator_made=False)
        # Asked between two transactions: a person takes their time to think of a password.
        person = administrator()
        return Prepared(upgraded, engine.run(lambda conn: _add_first(conn, person)))
    except ProgrammingError as error:
        _explain(error)


def _bring_up_to_date(conn: Connection) -> bool:
    """Do everything that needs nobody's answer; return whether the schema changed."""
    version: int = conn.execute(_VERSION).scalar_one()
    if version < OLDEST:
        raise Unavailable(
            f"This PostgreSQL is version {version // 10_000}; crmdesk needs {OLDEST // 10_000} or newer.",
            "Upgrade PostgreSQL or name another database.",
        )
    conn.execute(_LOCK)
    _make_role(conn)
    upgraded = _upgrade(conn)
    conn.execute(_GRANT)
    conn.execute(_HOUSE, {"id": HOUSE})
    conn.execute(_AFTER_HOUSE, {"id": HOUSE})
    conn.execute(_SERVER, {"key": secrets.token_bytes(32)})
    _make_dispositions(conn)
    return upgraded


def _add_first(conn: Connection, person: NewPerson) -> bool:
    conn.execute(_LOCK)
    if has_administrator(conn):
        return False
    add_person(conn, person)
    return True


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
    head = ScriptDirectory.from_config(config).get_current_head()
    if before is not None and before not in {s.revision for s in ScriptDirectory.from_config(config).walk_revisions()}:
        raise CrmdeskError("This database belongs to a newer crmdesk.", "Upgrade crmdesk on this computer.")
    command.upgrade(config, "head")
    return before != head


def is_up_to_date(conn: Connection) -> bool:
    """Return True if the database stands at this version's schema."""
    return schema_revision(conn) == ScriptDirectory.from_config(migrations()).get_current_head()


def check_up_to_date(conn: Connection) -> None:
    """Raise CrmdeskError unless the database stands at this version's schema."""
    if not is_up_to_date(conn):
        raise CrmdeskError(
            "This database was not set up for this version of crmdesk.", "Run: crmdesk server init --database URL"
        )


def schema_revision(conn: Connection) -> str | None:
    """Return the migration at which the database stands, None for an empty one."""
    there = conn.execute(text("select to_regclass('sync.alembic_version') is not null")).scalar_one()
    if not there:
        return None
    return conn.execute(text("select version_num from sync.alembic_version")).scalar_one_or_none()


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
        raise Unavailable(
            "This database user may not make what crmdesk needs.",
            f"Let a database administrator run: create role {DESK_ROLE} nologin; grant {DESK_ROLE} to <the user>; "
            "and make the user the owner of the database.",
        ) from error
    raise error
