"""What good service means to a customer, who belongs to them, tags, and what was exchanged otherwise than by phone.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crmdesk.models import base as types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_WORDS = ("segment", "accessibility", "good_service")
_INDEXES = (
    ("ix_relationship_customer_id", "relationship", ["customer_id"]),
    ("ix_relationship_other_customer_id", "relationship", ["other_customer_id"]),
    ("ix_tag_customer_id", "tag", ["customer_id"]),
    ("ix_message_customer_id", "message", ["customer_id", "happened_at"]),
)


def upgrade() -> None:
    """Add them in place: no table is written anew."""
    for name in _WORDS:
        op.add_column("customer", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("contact_point", sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "relationship",
        sa.Column("customer_id", types.Id(), nullable=True),
        sa.Column("other_customer_id", types.Id(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("may_speak", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship")),
    )
    op.create_table(
        "tag",
        sa.Column("customer_id", types.Id(), nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
    )
    op.create_table(
        "message",
        sa.Column("customer_id", types.Id(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("happened_at", types.Instant(), nullable=False),
        sa.Column("author_id", types.Id(), nullable=True),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns, unique=False)


def downgrade() -> None:
    """Take them away again."""
    for name, table, _ in reversed(_INDEXES):
        op.drop_index(name, table_name=table)
    for table in ("message", "tag", "relationship"):
        op.drop_table(table)
    op.drop_column("contact_point", "removed")
    for name in _WORDS:
        op.drop_column("customer", name)
