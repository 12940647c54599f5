"""Warnings about complaints whose time is used up fire once."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0017"
down_revision: str | None = "s0016"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0017_watch.sql"


def upgrade() -> None:
    """Keep them."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget them."""
    op.execute("drop table sync.fired_rung")
