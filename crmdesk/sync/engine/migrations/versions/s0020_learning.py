"""Learning from complaints: root causes, corrective actions and feedback about products."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0020"
down_revision: str | None = "s0019"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0020_learning.sql"
_TABLES = ("corrective_action", "feedback", "feedback_answer")


def upgrade() -> None:
    """Keep them."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget them."""
    op.execute("drop table sync.fired_action")
    for name in _TABLES:
        op.execute(f"drop table crm.{name}")
    op.execute("delete from sync.change where entity between 27 and 29")
    op.execute("delete from sync.held where entity between 27 and 29")
    op.execute("drop index crm.ix_complaint_received_counted")
    op.execute("alter table crm.complaint_issue drop column cause")
