"""Migrations of the desk's file, with data: the head is what the models declare; old files open, newer ones do not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, func, insert, inspect, select, text
from sqlalchemy.types import JSON, Boolean, Date, Float, Integer, LargeBinary

from crmdesk.domain.errors import Refused
from crmdesk.models import registry, upgrade
from crmdesk.models.base import Base
from crmdesk.models.engine import StoreEngines, open_store
from crmdesk.models.local import LocalBase
from crmdesk.models.search_schema import FULL_TEXT
from tests.support.blank import KEY

SCRIPTS = Path(upgrade.__file__).parent / "migrations"
assert registry.SYNCED


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, as ``models.upgrade`` makes it."""
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


REVISIONS = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()]


def is_ours(name: str | None) -> bool:
    """Return False for Alembic's own table and for those in which SQLite keeps full texts."""
    return name is not None and name != "alembic_version" and not name.startswith(tuple(t.name for t in FULL_TEXT))


def test_the_head_is_what_the_models_declare(store: StoreEngines) -> None:
    declared = MetaData(naming_convention=Base.metadata.naming_convention)
    for metadata in (Base.metadata, LocalBase.metadata):
        for table in metadata.sorted_tables:
            table.to_metadata(declared)
    with store.read.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _parents: kind != "table" or is_ours(name)}
        )
        assert compare_metadata(context, declared) == []


def test_the_head_that_the_program_knows_is_the_newest_script() -> None:
    assert ScriptDirectory.from_config(config()).get_current_head() == upgrade.HEAD


def test_upgrading_runs_once(tmp_path: Path) -> None:
    engines = open_store(tmp_path / "desk.db", KEY)
    assert [upgrade.upgrade(engines.write), upgrade.upgrade(engines.write)] == [True, False]
    engines.dispose()


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_file_of_any_older_schema_opens_with_all_its_rows(tmp_path: Path, revision: str) -> None:
    engines = open_store(tmp_path / "desk.db", KEY)
    with engines.write.begin() as connection:
        command.upgrade(config(connection), revision)
    with engines.write.begin() as connection:
        before = {table.name: fill(connection, table) for table in tables(connection) if table.name != "to_keep"}
    upgrade.upgrade(engines.write)
    with engines.read.connect() as connection:
        after = {table.name: count(connection, table) for table in tables(connection)}
    engines.dispose()
    assert before
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_step_can_be_taken_back(store: StoreEngines, revision: str) -> None:
    with store.write.begin() as connection:
        command.downgrade(config(connection), f"{revision}-1")
        left = {table.name for table in tables(connection)}
    if revision == REVISIONS[-1]:
        assert left == set()
    upgrade.upgrade(store.write)
    with store.read.connect() as connection:
        assert {table.name for table in tables(connection)} == {
            table.name for metadata in (Base.metadata, LocalBase.metadata) for table in metadata.sorted_tables
        }


def test_a_file_of_a_newer_crmdesk_is_refused_in_words_and_left_alone(store: StoreEngines) -> None:
    with store.write.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match="newer version") as told:
        upgrade.upgrade(store.write)
    assert told.value.next_step
    with store.read.connect() as connection:
        assert upgrade.current_revision(connection) == "9999"


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    engines = open_store(tmp_path / "desk.db", KEY)
    with engines.write.begin() as connection:
        connection.execute(text("CREATE TABLE server_row (in_the_way INTEGER)"))
    with pytest.raises(Exception, match="already exists"):
        upgrade.upgrade(engines.write)
    with engines.read.connect() as connection:
        assert inspect(connection).get_table_names() == ["server_row"]
    engines.dispose()


# Rows for tables of any schema --------------------------------------------------------------------------------------


def tables(connection: Connection) -> list[Table]:
    """Return the tables that are there, as the file describes them."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: is_ours(name))
    return list(metadata.sorted_tables)


def count(connection: Connection, table: Table) -> int:
    """Return how many rows a table has."""
    return connection.scalar(select(func.count()).select_from(table)) or 0


def fill(connection: Connection, table: Table) -> int:
    """Put three rows into a table and return how many it has."""
    for number in (1, 2, 3):
        connection.execute(insert(table).values({c.name: some_value(c.type, number) for c in table.columns}))
    return count(connection, table)


def some_value(kind: object, number: int) -> Any:
    """Return a value that a column of this type takes, another for each number."""
    match kind:
        case Boolean():
            return bool(number % 2)
        case Integer():
            return number
        case Float():
            return number / 2
        case LargeBinary():
            return bytes([number] * 16)
        case JSON():
            return {}
        case Date():
            return date(2026, 1, number)
    return f"text {number}"
