"""Returns to the regulator: counted quickly, and kept as they were signed."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0015"
down_revision: str | None = "s0014"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0015_returns.sql"


def upgrade() -> None:
    """Keep them."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget them."""
    op.execute("drop table sync.signed_return")
    op.execute("drop index crm.ix_complaint_step_turned")
    op.execute("drop index crm.ix_complaint_counted")
