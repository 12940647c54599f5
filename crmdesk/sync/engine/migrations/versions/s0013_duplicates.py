"""Who is not the same person, and what a merge took over: schema 4 of the synced tables."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0013"
down_revision: str | None = "s0012"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0013_duplicates.sql"


def upgrade() -> None:
    """Keep them."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget them."""
    op.execute("drop table crm.not_duplicate")
    op.execute("drop function sync.hold_not_duplicate cascade")
    op.execute("drop index crm.ix_contact_point_written")
    op.execute("alter table crm.customer drop column taken_over")
