"""Runs the server's migrations on the connection that ``engine.setup`` hands over."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table_schema="sync",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
