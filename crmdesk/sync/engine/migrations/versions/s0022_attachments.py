"""Files attached to cases."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0022"
down_revision: str | None = "s0021"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0022_attachments.sql"
_TABLES = ("complaint_attachment", "request_attachment")


def upgrade() -> None:
    """Keep them."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget them."""
    for name in _TABLES:
        op.execute(f"drop table crm.{name}")
        op.execute(f"drop function sync.hold_{name}()")
    op.execute("drop function sync.on_attachment_gone()")
    op.execute("drop table sync.attachment_part")
    op.execute("drop table sync.attachment_content")
    op.execute("delete from sync.change where entity between 32 and 33")
    op.execute("delete from sync.held where entity between 32 and 33")
