"""What desks ask of the phone system, and the record of it."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0007"
down_revision: str | None = "s0006"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0007_phone_actions.sql"


def upgrade() -> None:
    """Keep it."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget it."""
    op.execute("drop table sync.phone_action")
