"""Callers of other teams: who looked them up, and what a desk then holds of them."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0003"
down_revision: str | None = "s0002"
branch_labels: str | None = None
depends_on: str | None = None

_STATEMENTS = Path(__file__).parents[2] / "schema" / "0003_look_up.sql"
_FOLLOWING = ("contact_point", "note", "call_leg", "complaint", "callback")


def upgrade() -> None:
    """Keep who asked, and let what is added to a held row be held."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(_STATEMENTS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget both."""
    op.execute("drop policy server_reads on crm.customer")
    op.execute("drop index crm.ix_customer_words")
    for name in _FOLLOWING:
        op.execute(f"drop function sync.hold_{name} cascade")
    op.execute("drop function sync.hold_with")
    op.execute("drop table sync.looked_up")
