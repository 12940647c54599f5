"""Brings a desk's file to the newest schema; a file that is there already costs one small query."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from crmdesk.domain.errors import Refused

HEAD = "0016"


def current_revision(connection: Connection) -> str | None:
    """Return the schema revision of a file, None for a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def upgrade(engine: Engine) -> bool:
    """Run what is missing and return whether anything ran.

    Raises Refused when the file was written by a newer crmdesk.
    """
    with engine.begin() as connection:
        revision = current_revision(connection)
        if revision == HEAD:
            return False
        _run(connection, revision)
    return True


def _run(connection: Connection, revision: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise Refused(
            f"This profile was written by a newer version of crmdesk (schema {revision}).",
            "Install that version.",
        ) from error
