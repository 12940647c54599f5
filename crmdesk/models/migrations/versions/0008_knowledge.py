"""Articles with their full text, call scripts, text modules, and what scripts were answered.

Revision ID: 0008
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from crmdesk.models import base as types
from crmdesk.models.search_schema import OF_ARTICLES, create_statements, drop_trigger_statements, trigger_statements

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    for name, own in (("article", "keywords"), ("script", "queue"), ("text_module", None)):
        op.create_table(
            name,
            *_edition(),
            *([] if own is None else [sa.Column(own, sa.Text(), nullable=False)]),
            *_synced(),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        )
        op.create_index(op.f(f"ix_{name}_edition"), name, ["edition"], unique=False)
        op.create_index(f"ix_{name}_code", name, ["code", "version"], unique=False)
    op.create_table(
        "script_answer",
        sa.Column("interaction_id", types.Id(), nullable=False),
        sa.Column("customer_id", types.Id(), nullable=True),
        sa.Column("run_id", types.Id(), nullable=False),
        sa.Column("script", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("leads_to", sa.Text(), nullable=False),
        sa.Column("author_id", types.Id(), nullable=True),
        sa.Column("answered_at", types.Instant(), nullable=False),
        *_synced(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_answer")),
    )
    op.create_index(op.f("ix_script_answer_interaction_id"), "script_answer", ["interaction_id"], unique=False)
    op.create_index("ix_script_answer_customer_id", "script_answer", ["customer_id", "answered_at"], unique=False)
    op.create_index("ix_script_answer_run_id", "script_answer", ["run_id", "answered_at"], unique=False)
    for statement in (*create_statements(OF_ARTICLES), *trigger_statements(OF_ARTICLES)):
        op.execute(statement)


def downgrade() -> None:
    """Take it away again."""
    for statement in drop_trigger_statements(OF_ARTICLES):
        op.execute(statement)
    op.drop_table(OF_ARTICLES.name)
    for name in ("script_answer", "text_module", "script", "article"):
        op.drop_table(name)


def _edition() -> list[sa.Column[Any]]:
    return [
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    ]


def _synced() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
    ]
