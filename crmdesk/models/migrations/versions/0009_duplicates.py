"""Who is not the same person, what a merge took over, and what this desk found itself.

Revision ID: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crmdesk.models import base as types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_WRITTEN = sa.text("kind <> 'phone' AND length(value) <= 300")


def upgrade() -> None:
    """Add them in place: no table is written anew."""
    op.add_column("customer", sa.Column("taken_over", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_contact_point_written", "contact_point", ["kind", "value", "customer_id"], sqlite_where=_WRITTEN
    )
    op.create_table(
        "not_duplicate",
        sa.Column("customer_id", types.Id(), nullable=True),
        sa.Column("other_customer_id", types.Id(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_duplicate")),
    )
    op.create_index("ix_not_duplicate_customer_id", "not_duplicate", ["customer_id"])
    op.create_index("ix_not_duplicate_other_customer_id", "not_duplicate", ["other_customer_id"])
    op.create_table(
        "duplicate_pair",
        sa.Column("one", types.Id(), nullable=False),
        sa.Column("other", types.Id(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("found_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_duplicate_pair")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_duplicate_pair_chance", "duplicate_pair", ["chance"])
    op.create_index("ix_duplicate_pair_other", "duplicate_pair", ["other"])
    op.create_table(
        "duplicate_walk",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("finished_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_duplicate_walk")),
    )


def downgrade() -> None:
    """Take them away again."""
    for table in ("duplicate_walk", "duplicate_pair", "not_duplicate"):
        op.drop_table(table)
    op.drop_index("ix_contact_point_written", table_name="contact_point")
    op.drop_column("customer", "taken_over")
