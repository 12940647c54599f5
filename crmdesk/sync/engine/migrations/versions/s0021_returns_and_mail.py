"""Returns of a legal entity, and letters that go out by e-mail."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0021"
down_revision: str | None = "s0020"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0021_returns_and_mail.sql"


def upgrade() -> None:
    """Make room for both."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget them."""
    op.execute("drop table sync.mail")
    op.execute("drop index sync.signed_return_of")
    op.execute("alter table sync.signed_return drop column entity")
    op.execute("create index signed_return_of on sync.signed_return (regime, first_day, last_day, signed_at)")
