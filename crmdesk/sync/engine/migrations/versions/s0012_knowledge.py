"""Articles, call scripts, text modules and what scripts were answered."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0012"
down_revision: str | None = "s0011"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0012_knowledge.sql"
_TABLES = ("article", "script", "text_module", "script_answer")


def upgrade() -> None:
    """Make the tables."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take them away again, with what only they could tell."""
    for name in _TABLES:
        op.execute(f"drop table crm.{name}")
    op.execute("drop function sync.hold_script_answer")
    op.execute("delete from sync.change where entity between 15 and 18")
