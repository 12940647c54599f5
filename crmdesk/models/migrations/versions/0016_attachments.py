"""Files attached to cases, with their contents that wait to be sent and those that were fetched.

Revision ID: 0016
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from crmdesk.models import base as types

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

_CASES = ("complaint", "request")
_TRIGGERS = tuple(
    f"CREATE TRIGGER waiting_content_kept_{word} AFTER {event} ON waiting_content BEGIN"
    f" INSERT INTO to_keep(what, row_id) VALUES('content', {which}.id); END"
    for word, event, which in (("insert", "INSERT", "new"), ("update", "UPDATE", "new"), ("delete", "DELETE", "old"))
)


def upgrade() -> None:
    """Add them; triggers note each content that the second file has to have too."""
    for case in _CASES:
        name, owner = f"{case}_attachment", f"{case}_id"
        op.create_table(name, *_attached(), sa.Column(owner, types.Id(), nullable=False), *_synced(name))
        op.create_index(f"ix_{name}_{owner}", name, [owner])
    op.create_table(
        "waiting_content",
        sa.Column("id", types.Id(), nullable=False),
        *map(_text, ("entity", "draft_kind")),
        sa.Column("draft_subject", types.Id(), nullable=True),
        *map(_text, ("name", "media_type")),
        sa.Column("size", sa.Integer(), nullable=False),
        _text("sha256"),
        sa.Column("added_at", types.Instant(), nullable=False),
        *map(_text, ("state", "reason")),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_content")),
    )
    op.create_index("ix_waiting_content_draft", "waiting_content", ["draft_subject", "draft_kind"])
    op.create_table(
        "cached_content",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("used_at", types.Instant(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cached_content")),
    )
    op.create_index("ix_cached_content_used_at", "cached_content", ["used_at"])
    for statement in _TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    """Take them away again."""
    for statement in _TRIGGERS:
        op.execute(f"DROP TRIGGER {statement.split()[2]}")
    for name in ("cached_content", "waiting_content", *(f"{case}_attachment" for case in _CASES)):
        op.drop_table(name)


def _attached() -> list[sa.Column[Any]]:
    return [
        *map(_text, ("name", "media_type")),
        sa.Column("size", sa.Integer(), nullable=False),
        _text("sha256"),
        sa.Column("added_by", types.Id(), nullable=True),
        sa.Column("added_at", types.Instant(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("removed_by", types.Id(), nullable=True),
        sa.Column("removed_at", types.Instant(), nullable=True),
    ]


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


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
