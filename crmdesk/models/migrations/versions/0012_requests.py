"""Requests for service, returns and information, with their steps and their full text.

Revision ID: 0012
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from crmdesk.models import base as types
from crmdesk.models.search_schema import OF_REQUESTS, create_statements, drop_trigger_statements, trigger_statements

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the column of a task that names a request."""
    op.create_table(
        "request",
        *map(_text, ("kind", "reference")),
        *map(_id, ("customer_id", "interaction_id")),
        *map(_text, ("category", "product", "serial", "lot", "place")),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("bought_on", "warranty_until")),
        *map(_text, ("condition", "wanted")),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("safety", sa.Boolean(), nullable=False),
        *map(_text, ("verbatim", "state")),
        sa.Column("received_at", types.Instant(), nullable=False),
        _text("received_zone"),
        _id("registered_by"),
        _text("channel"),
        _id("assigned_to"),
        _text("outcome"),
        *map(_instant, ("appointment_at", "appointment_until")),
        *map(_text, ("appointment_zone", "visitor", "label")),
        sa.Column("refund_minor", sa.BigInteger(), nullable=False),
        _text("currency"),
        sa.Column("second_person", sa.Boolean(), nullable=False),
        _id("decided_by"),
        *map(_instant, ("answered_at", "closed_at", "moved_at")),
        *_synced(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    for column in ("reference", "customer_id", "interaction_id"):
        op.create_index(op.f(f"ix_request_{column}"), "request", [column], unique=False)
    op.create_index("ix_request_state", "request", ["state", "received_at"], unique=False)
    op.create_table(
        "request_step",
        sa.Column("request_id", types.Id(), nullable=False),
        _text("kind"),
        sa.Column("by_id", types.Id(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        _id("device_id"),
        *map(_text, ("details", "parents", "digest")),
        sa.Column("accepted", sa.BigInteger(), nullable=True),
        *_synced(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_step")),
    )
    op.create_index("ix_request_step_request_id", "request_step", ["request_id", "at"], unique=False)
    op.create_index("ix_request_step_accepted", "request_step", ["accepted"], unique=False)
    op.add_column("task", _id("request_id"))
    for statement in (*create_statements(OF_REQUESTS), *trigger_statements(OF_REQUESTS)):
        op.execute(statement)


def downgrade() -> None:
    """Take them away again."""
    for statement in drop_trigger_statements(OF_REQUESTS):
        op.execute(statement)
    op.drop_table(OF_REQUESTS.name)
    op.drop_column("task", "request_id")
    for name in ("request_step", "request"):
        op.drop_table(name)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, types.Id(), nullable=True)


def _instant(name: str) -> sa.Column[Any]:
    return sa.Column(name, types.Instant(), nullable=True)


def _synced() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
    ]
