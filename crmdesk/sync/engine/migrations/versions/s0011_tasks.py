"""Promises and follow-ups, and callbacks that can be handed on and snoozed."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0011"
down_revision: str | None = "s0010"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0011_tasks.sql"


def upgrade() -> None:
    """Keep them."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget them."""
    op.execute("alter table crm.callback drop column snoozed_until")
    op.execute("alter table crm.callback drop column offered_to")
    op.execute("drop function sync.hold_task cascade")
    op.execute("drop table crm.task")
    op.execute("delete from sync.change where entity = 14")
    op.execute("delete from sync.held where entity = 14")
