"""Whether a customer asked not to be called: schema 3 of the synced tables."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0009"
down_revision: str | None = "s0008"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0009_do_not_call.sql"


def upgrade() -> None:
    """Keep it."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget it."""
    op.execute("alter table crm.customer drop column do_not_call")
    op.execute("alter table sync.server alter column schema_version set default 2")
    op.execute("update sync.server set schema_version = 2")
