"""What is kept of the queues: agents' states as intervals, and the days added up."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0006"
down_revision: str | None = "s0005"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0006_board.sql"


def upgrade() -> None:
    """Make the tables."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget them."""
    op.execute("drop table sync.agent_work")
    op.execute("drop table sync.agent_time")
    op.execute("drop table sync.queue_history")
    op.execute("drop table sync.rolled_day")
    op.execute("drop table sync.agent_interval")
