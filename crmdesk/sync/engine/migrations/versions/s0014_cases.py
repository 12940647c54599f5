"""The life of complaints, and the rules for them: schema 5 of the synced tables."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0014"
down_revision: str | None = "s0013"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0014_cases.sql"
_TABLES = ("complaint_issue", "complaint_step", "redress", "letter", "regime", "house_rules")
_COLUMNS = (
    *("channel", "regime", "on_behalf_of", "vulnerability", "vulnerability_basis", "about", "area", "lot"),
    *("assigned_to", "stage", "outcome", "decided_by", "first_handler", "redress_minor", "currency", "second_person"),
    *("letter", "acknowledged_at", "answered_at", "closed_at", "moved_at"),
)


def upgrade() -> None:
    """Keep them."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget them, with what only they could tell."""
    op.execute("alter table sync.server alter column schema_version set default 4")
    op.execute("update sync.server set schema_version = 4")
    for name in ("complaint_issue", "complaint_step", "redress", "letter"):
        op.execute(f"drop function sync.hold_{name} cascade")
    for name in _TABLES:
        op.execute(f"drop table crm.{name}")
    op.execute("drop function sync.on_step")
    op.execute("drop function crm.next_accepted")
    op.execute("drop sequence sync.accepted")
    op.execute("drop table sync.seal")
    for name in _COLUMNS:
        op.execute(f"alter table crm.complaint drop column {name}")
    op.execute("delete from sync.change where entity between 20 and 25")
    op.execute("delete from sync.held where entity between 20 and 25")
