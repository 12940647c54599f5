"""Templates of letters, as editions."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0016"
down_revision: str | None = "s0015"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0016_letter_templates.sql"


def upgrade() -> None:
    """Keep them."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget them."""
    op.execute("drop table crm.letter_template")
    op.execute("delete from sync.change where entity = 26")
    op.execute("delete from sync.held where entity = 26")
