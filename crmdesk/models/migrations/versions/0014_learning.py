"""Learning from complaints: root causes, corrective actions and feedback about products.

Revision ID: 0014
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from crmdesk.models import base as types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them in place: no table is written anew."""
    op.add_column("complaint_issue", sa.Column("cause", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "corrective_action",
        *map(_text, ("words", "cause", "product", "category", "lot", "area")),
        _id("owner_id"),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("check_days", sa.Integer(), nullable=False),
        _text("state"),
        sa.Column("done_at", types.Instant(), nullable=True),
        _id("done_by"),
        _text("evidence"),
        _id("made_by"),
        sa.Column("made_at", types.Instant(), nullable=False),
        _text("effect"),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("before_count", "after_count", "unknown_after")),
        sa.Column("chance", sa.Float(), nullable=True),
        sa.Column("checked_at", types.Instant(), nullable=True),
        *_synced("corrective_action"),
    )
    op.create_index("ix_corrective_action_due", "corrective_action", ["state", "due_on"])
    op.create_table(
        "feedback",
        sa.Column("topic_id", types.Id(), nullable=False),
        *map(_text, ("product", "words")),
        *map(_id, ("customer_id", "interaction_id", "complaint_id", "made_by")),
        sa.Column("made_at", types.Instant(), nullable=False),
        *_synced("feedback"),
    )
    op.create_index(op.f("ix_feedback_topic_id"), "feedback", ["topic_id"])
    op.create_index("ix_feedback_customer_id", "feedback", ["customer_id", "made_at"])
    op.create_table(
        "feedback_answer",
        sa.Column("topic_id", types.Id(), nullable=False),
        _text("words"),
        _id("by_id"),
        sa.Column("at", types.Instant(), nullable=False),
        *_synced("feedback_answer"),
    )
    op.create_index(op.f("ix_feedback_answer_topic_id"), "feedback_answer", ["topic_id"])


def downgrade() -> None:
    """Take them away again."""
    for name in ("feedback_answer", "feedback", "corrective_action"):
        op.drop_table(name)
    op.drop_column("complaint_issue", "cause")


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, types.Id(), nullable=True)


def _synced(name: str) -> list[Any]:
    return [
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    ]
