"""The mark above which rows are read into the full text all at once.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crmdesk.models.search_schema import (
    AT_FIRST,
    drop_trigger_statements,
    trigger_statements,
    trigger_statements_before_marks,
)

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and make the triggers heed it."""
    op.create_table(
        "indexed_later",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("above", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_indexed_later")),
        sqlite_with_rowid=False,
    )
    for table in AT_FIRST:
        for statement in (*drop_trigger_statements(table), *trigger_statements(table)):
            op.execute(statement)


def downgrade() -> None:
    """Take it away again."""
    for table in AT_FIRST:
        for statement in (*drop_trigger_statements(table), *trigger_statements_before_marks(table)):
            op.execute(statement)
    op.drop_table("indexed_later")
