"""From where a queue's figures light up."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0008"
down_revision: str | None = "s0007"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0008_queue_limits.sql"


def upgrade() -> None:
    """Keep it."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget it."""
    op.execute("drop table sync.queue_limits")
