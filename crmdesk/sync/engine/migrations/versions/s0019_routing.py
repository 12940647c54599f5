"""Routing rules as editions, where they sent cases, and what agents are skilled in."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0019"
down_revision: str | None = "s0018"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0019_routing.sql"


def upgrade() -> None:
    """Keep them."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget them."""
    op.execute("drop function crm.routing_in_force()")
    op.execute("drop table sync.routing_edition")
    for name in ("team", "skill", "priority", "routed", "routed_owner", "assigned_by"):
        op.execute(f"alter table crm.complaint drop column {name}")
        op.execute(f"alter table crm.request drop column {name}")
    op.execute("alter table crm.agent drop column skills")
