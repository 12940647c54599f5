"""Templates of letters, as editions.

Revision ID: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crmdesk.models import base as types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TEXTS = ("code", "edition", "title", "language", "state", "body")


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "letter_template",
        *(sa.Column(name, sa.Text(), nullable=False) for name in _TEXTS),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_template")),
    )
    op.create_index(op.f("ix_letter_template_edition"), "letter_template", ["edition"], unique=False)
    op.create_index("ix_letter_template_code", "letter_template", ["code", "version"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("letter_template")
