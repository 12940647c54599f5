"""Where routing sent cases and why, and what agents are skilled in.

Revision ID: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crmdesk.models import base as types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TEXTS = ("team", "skill", "priority", "routed")
_PEOPLE = ("routed_owner", "assigned_by")
_CASES = ("complaint", "request")


def upgrade() -> None:
    """Add them in place: no table is written anew."""
    for table in _CASES:
        for name in _TEXTS:
            op.add_column(table, _text(name))
        for name in _PEOPLE:
            op.add_column(table, sa.Column(name, types.Id(), nullable=True))
    op.add_column("agent", _text("skills"))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("agent", "skills")
    for table in _CASES:
        for name in (*_PEOPLE, *_TEXTS):
            op.drop_column(table, name)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)
