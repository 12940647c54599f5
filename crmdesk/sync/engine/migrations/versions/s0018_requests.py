"""Requests for service, returns and information, and the steps in their lives."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0018"
down_revision: str | None = "s0017"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0018_requests.sql"


def upgrade() -> None:
    """Keep them."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget them, with what only they could tell; what was sealed of them goes with them."""
    op.execute("alter table sync.seal rename column case_id to complaint_id")
    op.execute("alter table crm.task drop column request_id")
    for name in ("request_step", "request"):
        op.execute(f"drop function sync.hold_{name} cascade")
        op.execute(f"drop table crm.{name}")
    op.execute("delete from sync.change where entity between 30 and 31")
    op.execute("delete from sync.held where entity between 30 and 31")
