"""Phone systems that call us: their tokens, and what they sent."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0005"
down_revision: str | None = "s0004"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0005_cti.sql"


def upgrade() -> None:
    """Make the tables."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Remove them."""
    op.execute("drop table sync.cti_delivery, sync.cti_token")
