"""What running it needs: where the database lies, when it was restored, which gateways work on it, barred devices."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0004"
down_revision: str | None = "s0003"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0004_operations.sql"


def upgrade() -> None:
    """Keep it."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget it."""
    op.execute("drop table sync.gateway")
    op.execute("alter table sync.server drop column place, drop column restored_at")
    op.execute("alter table sync.device drop column barred_at")
