"""The whole customer, who belongs to them, tags and messages: schema 4 of the synced tables."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0010"
down_revision: str | None = "s0009"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0010_customer_360.sql"


def upgrade() -> None:
    """Keep them."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget them."""
    for name in ("message", "tag", "relationship"):
        op.execute(f"drop table crm.{name}")
        op.execute(f"drop function sync.hold_{name} cascade")
    op.execute("alter table crm.contact_point drop column removed")
    for name in ("segment", "accessibility", "good_service"):
        op.execute(f"alter table crm.customer drop column {name}")
    op.execute("alter table sync.server alter column schema_version set default 3")
    op.execute("update sync.server set schema_version = 3")
