"""Whether a customer asked not to be called.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it in place: nobody did until it is said."""
    op.add_column("customer", sa.Column("do_not_call", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("customer", "do_not_call")
