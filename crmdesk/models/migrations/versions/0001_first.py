"""The first schema of the desk's file.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crmdesk.models import base as types
from crmdesk.models.search_schema import AT_FIRST, create_statements, trigger_statements_before_marks

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, then the full-text tables that follow them."""

    op.create_table(
        "agent",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("extension", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
    )
    op.create_index(op.f("ix_agent_login"), "agent", ["login"], unique=False)
    op.create_index(op.f("ix_agent_extension"), "agent", ["extension"], unique=False)
    op.create_table(
        "call_leg",
        sa.Column("interaction_id", types.Id(), nullable=False),
        sa.Column("agent_extension", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("rang_at", types.Instant(), nullable=False),
        sa.Column("answered_at", types.Instant(), nullable=True),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("talk_s", sa.Float(), nullable=True),
        sa.Column("hold_s", sa.Float(), nullable=True),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_leg")),
    )
    op.create_index(op.f("ix_call_leg_interaction_id"), "call_leg", ["interaction_id"], unique=False)
    op.create_table(
        "complaint",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("customer_id", types.Id(), nullable=True),
        sa.Column("interaction_id", types.Id(), nullable=True),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("safety", sa.Boolean(), nullable=False),
        sa.Column("verbatim", sa.Text(), nullable=False),
        sa.Column("desired_remedy", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("received_at", types.Instant(), nullable=False),
        sa.Column("received_zone", sa.Text(), nullable=False),
        sa.Column("registered_by", types.Id(), nullable=True),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index(op.f("ix_complaint_reference"), "complaint", ["reference"], unique=False)
    op.create_index(op.f("ix_complaint_customer_id"), "complaint", ["customer_id"], unique=False)
    op.create_index(op.f("ix_complaint_interaction_id"), "complaint", ["interaction_id"], unique=False)
    op.create_index("ix_complaint_state", "complaint", ["state", "received_at"], unique=False)
    op.create_table(
        "contact_point",
        sa.Column("customer_id", types.Id(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("e164", sa.Text(), nullable=True),
        sa.Column("extension", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
    )
    op.create_index(op.f("ix_contact_point_customer_id"), "contact_point", ["customer_id"], unique=False)
    op.create_index("ix_contact_point_e164", "contact_point", ["e164", "extension", "customer_id"], unique=False)
    op.create_table(
        "customer",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("latin_name", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("care", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("preferences", sa.Text(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
    )
    op.create_table(
        "disposition",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition")),
    )
    op.create_index(op.f("ix_disposition_code"), "disposition", ["code"], unique=False)
    op.create_table(
        "interaction",
        sa.Column("customer_id", types.Id(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("e164", sa.Text(), nullable=True),
        sa.Column("extension", sa.Text(), nullable=True),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("caller_name", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("agent_id", types.Id(), nullable=True),
        sa.Column("began_at", types.Instant(), nullable=False),
        sa.Column("answered_at", types.Instant(), nullable=True),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.Column("wait_s", sa.Float(), nullable=True),
        sa.Column("talk_s", sa.Float(), nullable=True),
        sa.Column("hold_s", sa.Float(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("disposition_id", types.Id(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("closed_reason", sa.Text(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
    )
    op.create_index("ix_interaction_agent_id", "interaction", ["agent_id", "began_at"], unique=False)
    op.create_index("ix_interaction_customer_id", "interaction", ["customer_id", "began_at"], unique=False)
    op.create_index("ix_interaction_e164", "interaction", ["e164", "began_at"], unique=False)
    op.create_table(
        "note",
        sa.Column("interaction_id", types.Id(), nullable=True),
        sa.Column("customer_id", types.Id(), nullable=True),
        sa.Column("author_id", types.Id(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", types.Instant(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_customer_id", "note", ["customer_id", "written_at"], unique=False)
    op.create_index(op.f("ix_note_interaction_id"), "note", ["interaction_id"], unique=False)
    op.create_table(
        "queue",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("target_s", sa.Float(), nullable=False),
        sa.Column("short_abandon_s", sa.Float(), nullable=False),
        sa.Column("wrap_up_s", sa.Float(), nullable=False),
        sa.Column("formula", sa.Text(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fver", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=True),
        sa.Column("updated_by", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue")),
    )
    op.create_index(op.f("ix_queue_name"), "queue", ["name"], unique=False)
    op.create_table(
        "conflict",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", types.Id(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("mine", sa.JSON(), nullable=False),
        sa.Column("theirs", sa.JSON(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("found_at", types.Instant(), nullable=False),
        sa.Column("settled_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
    )
    op.create_index(op.f("ix_conflict_row_id"), "conflict", ["row_id"], unique=False)
    op.create_table(
        "cursor",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("epoch", types.Id(), nullable=False),
        sa.Column("position", sa.LargeBinary(), nullable=True),
        sa.Column("home_scope", sa.Integer(), nullable=False),
        sa.Column("pulled_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_cursor")),
    )
    op.create_table(
        "draft",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", types.Id(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("saved_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_draft")),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("group_seq", sa.BigInteger(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", types.Id(), nullable=False),
        sa.Column("op", sa.Text(), nullable=False),
        sa.Column("base_ver", sa.BigInteger(), nullable=False),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("set", sa.JSON(), nullable=False),
        sa.Column("made_at", types.Instant(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("acked_ver", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_row", "outbox", ["entity", "row_id"], unique=False)
    op.create_index("ix_outbox_state", "outbox", ["state", "seq"], unique=False)
    op.create_table(
        "reference_block",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", "first", name=op.f("pk_reference_block")),
    )
    op.create_table(
        "server_row",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", types.Id(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "row_id", name=op.f("pk_server_row")),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    for table in AT_FIRST:
        for statement in (*create_statements(table), *trigger_statements_before_marks(table)):
            op.execute(statement)


def downgrade() -> None:
    """Remove everything."""
    for table in AT_FIRST:
        op.execute(f"DROP TABLE {table.name}")

    op.drop_table("setting")
    op.drop_table("server_row")
    op.drop_table("reference_block")
    op.drop_index("ix_outbox_state", table_name="outbox")
    op.drop_index("ix_outbox_row", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("draft")
    op.drop_table("cursor")
    op.drop_index(op.f("ix_conflict_row_id"), table_name="conflict")
    op.drop_table("conflict")
    op.drop_table("queue")
    op.drop_index(op.f("ix_note_interaction_id"), table_name="note")
    op.drop_index("ix_note_customer_id", table_name="note")
    op.drop_table("note")
    op.drop_index("ix_interaction_e164", table_name="interaction")
    op.drop_index("ix_interaction_customer_id", table_name="interaction")
    op.drop_index("ix_interaction_agent_id", table_name="interaction")
    op.drop_table("interaction")
    op.drop_table("disposition")
    op.drop_table("customer")
    op.drop_index("ix_contact_point_e164", table_name="contact_point")
    op.drop_index(op.f("ix_contact_point_customer_id"), table_name="contact_point")
    op.drop_table("contact_point")
    op.drop_index("ix_complaint_state", table_name="complaint")
    op.drop_index(op.f("ix_complaint_interaction_id"), table_name="complaint")
    op.drop_index(op.f("ix_complaint_customer_id"), table_name="complaint")
    op.drop_table("complaint")
    op.drop_index(op.f("ix_call_leg_interaction_id"), table_name="call_leg")
    op.drop_table("call_leg")
    op.drop_index(op.f("ix_agent_extension"), table_name="agent")
    op.drop_table("agent")
