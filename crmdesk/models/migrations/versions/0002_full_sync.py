"""Callbacks, merged customers, held scopes, leases, and who is behind the other side of a conflict.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crmdesk.models import base as types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the full protocol keeps. Columns are added in place: no table is written anew, whatever its size."""
    op.create_table(
        "callback",
        sa.Column("customer_id", types.Id(), nullable=True),
        sa.Column("interaction_id", types.Id(), nullable=True),
        sa.Column("e164", sa.Text(), nullable=True),
        sa.Column("extension", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=False),
        sa.Column("due_zone", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("assigned_to", types.Id(), nullable=True),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
    )
    op.create_index(op.f("ix_callback_customer_id"), "callback", ["customer_id"], unique=False)
    op.create_index("ix_callback_due", "callback", ["state", "due_at"], unique=False)
    op.create_table(
        "held_scope",
        sa.Column("scope_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", name=op.f("pk_held_scope")),
    )
    op.add_column("customer", sa.Column("merged_into", types.Id(), nullable=True))
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index("ix_customer_merged_into", "customer", ["merged_into"], unique=False, sqlite_where=merged)
    op.add_column("cursor", sa.Column("lease_until", types.Instant(), nullable=True))
    op.add_column("cursor", sa.Column("server_time", types.Instant(), nullable=True))
    op.add_column("outbox", sa.Column("answered_at", types.Instant(), nullable=True))
    op.add_column("conflict", sa.Column("seq", sa.Integer(), server_default="0", nullable=False))
    op.add_column("conflict", sa.Column("mine_at", types.Instant(), nullable=True))
    op.add_column("conflict", sa.Column("theirs_by", types.Id(), nullable=True))
    op.add_column("conflict", sa.Column("theirs_at", types.Instant(), nullable=True))
    op.add_column("conflict", sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("conflict", sa.Column("resolution", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Take it away again."""
    for column in ("resolution", "ver", "theirs_at", "theirs_by", "mine_at", "seq"):
        op.drop_column("conflict", column)
    op.drop_column("outbox", "answered_at")
    op.drop_column("cursor", "server_time")
    op.drop_column("cursor", "lease_until")
    op.drop_index("ix_customer_merged_into", table_name="customer")
    op.drop_column("customer", "merged_into")
    op.drop_table("held_scope")
    op.drop_index("ix_callback_due", table_name="callback")
    op.drop_index(op.f("ix_callback_customer_id"), table_name="callback")
    op.drop_table("callback")
