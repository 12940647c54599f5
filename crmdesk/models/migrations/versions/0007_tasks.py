"""Tasks, and callbacks that can be snoozed and handed to a colleague.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crmdesk.models import base as types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and add the columns in place."""
    op.create_table(
        "task",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("customer_id", types.Id(), nullable=True),
        sa.Column("interaction_id", types.Id(), nullable=True),
        sa.Column("complaint_id", types.Id(), nullable=True),
        sa.Column("made_by", types.Id(), nullable=True),
        sa.Column("made_at", types.Instant(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=False),
        sa.Column("due_zone", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("assigned_to", types.Id(), nullable=True),
        sa.Column("offered_to", types.Id(), nullable=True),
        sa.Column("snoozed_until", types.Instant(), nullable=True),
        sa.Column("closed_by", types.Id(), nullable=True),
        sa.Column("closed_at", types.Instant(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_customer_id"), "task", ["customer_id"], unique=False)
    op.create_index(op.f("ix_task_interaction_id"), "task", ["interaction_id"], unique=False)
    op.create_index("ix_task_due", "task", ["state", "due_at"], unique=False)
    op.add_column("callback", sa.Column("offered_to", types.Id(), nullable=True))
    op.add_column("callback", sa.Column("snoozed_until", types.Instant(), nullable=True))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("callback", "snoozed_until")
    op.drop_column("callback", "offered_to")
    op.drop_table("task")
