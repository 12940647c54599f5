"""The first schema: the sync side and the tables of part 1."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

_SCHEMA = Path(__file__).parents[2] / "schema"


def upgrade() -> None:
    """Make every table, trigger and policy. The files hold several statements each, which only the driver takes."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    for name in ("0001_sync.sql", "0001_entities.sql"):
        driver.execute((_SCHEMA / name).read_text(encoding="utf-8"))


def downgrade() -> None:
    """Remove everything, data included."""
    op.execute("drop schema crm cascade")
    op.execute("drop table sync.telephony_event, sync.reference_block, sync.reference_year, sync.mutation, sync.change")
    op.execute(
        "drop table sync.sign_in_failure, sync.device, sync.principal_scope, sync.principal, sync.scope, sync.server"
    )
    op.execute("drop function sync.attach, sync.on_insert, sync.on_update, sync.on_delete")
    op.execute("create schema crm")
