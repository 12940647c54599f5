"""The life of complaints, and the rules for them.

Revision ID: 0010
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from crmdesk.models import base as types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them in place: no table is written anew."""
    for column in _of_a_complaint():
        op.add_column("complaint", column)
    _table("complaint_issue", _number("position"), _text("words"), _text("category"), _text("finding"), _text("answer"))
    _table(
        "complaint_step",
        _text("kind"),
        sa.Column("by_id", types.Id(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("device_id", types.Id(), nullable=True),
        _text("details"),
        _text("parents"),
        _text("digest"),
        sa.Column("accepted", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_complaint_step_complaint_id", "complaint_step", ["complaint_id", "at"])
    op.create_index("ix_complaint_step_accepted", "complaint_step", ["accepted"])
    _table(
        "redress",
        _text("kind"),
        _text("words"),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        _text("currency"),
        sa.Column("paid_at", types.Instant(), nullable=True),
    )
    _table(
        "letter",
        *map(_text, ("kind", "template", "language", "words", "ticked")),
        sa.Column("made_by", types.Id(), nullable=True),
        sa.Column("made_at", types.Instant(), nullable=False),
    )
    for name in ("complaint_issue", "redress", "letter"):
        op.create_index(f"ix_{name}_complaint_id", name, ["complaint_id"])
    for name in ("regime", "house_rules"):
        edition = (_text("code"), _number("version"), *map(_text, ("edition", "title", "language", "state", "body")))
        op.create_table(name, *edition, *_synced(name))
        op.create_index(op.f(f"ix_{name}_edition"), name, ["edition"], unique=False)
        op.create_index(f"ix_{name}_code", name, ["code", "version"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    for name in ("house_rules", "regime", "letter", "redress", "complaint_step", "complaint_issue"):
        op.drop_table(name)
    for column in _of_a_complaint():
        op.drop_column("complaint", column.name)


def _of_a_complaint() -> list[sa.Column[Any]]:
    empty = ("regime", "on_behalf_of", "vulnerability", "vulnerability_basis", "about", "area", "lot")
    return [
        sa.Column("channel", sa.Text(), server_default="phone", nullable=False),
        *(_unset(name) for name in empty),
        sa.Column("assigned_to", types.Id(), nullable=True),
        sa.Column("stage", sa.Integer(), server_default="1", nullable=False),
        _unset("outcome"),
        sa.Column("decided_by", types.Id(), nullable=True),
        sa.Column("first_handler", types.Id(), nullable=True),
        sa.Column("redress_minor", sa.BigInteger(), server_default="0", nullable=False),
        _unset("currency"),
        sa.Column("second_person", sa.Boolean(), server_default=sa.false(), nullable=False),
        _unset("letter"),
        *(
            sa.Column(name, types.Instant(), nullable=True)
            for name in ("acknowledged_at", "answered_at", "closed_at", "moved_at")
        ),
    ]


def _table(name: str, *columns: sa.Column[Any]) -> None:
    removed: list[sa.Column[Any]] = [sa.Column("removed", sa.Boolean(), nullable=False)]
    complaint: sa.Column[Any] = sa.Column("complaint_id", types.Id(), nullable=False)
    op.create_table(name, complaint, *columns, *(removed if name != "complaint_step" else []), *_synced(name))


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _unset(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


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
