"""What the second file does not have yet, and the rows seen again while a restored server is fetched anew.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crmdesk.models import base as types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TRIGGERS = (
    "CREATE TRIGGER outbox_kept_insert AFTER INSERT ON outbox BEGIN"
    " INSERT INTO to_keep(what, number) VALUES('change', new.seq); END",
    "CREATE TRIGGER outbox_kept_update AFTER UPDATE ON outbox BEGIN"
    " INSERT INTO to_keep(what, number) VALUES('change', new.seq); END",
    "CREATE TRIGGER outbox_kept_delete AFTER DELETE ON outbox BEGIN"
    " INSERT INTO to_keep(what, number, word) VALUES('change', old.seq, old.state); END",
    "CREATE TRIGGER draft_kept_insert AFTER INSERT ON draft BEGIN"
    " INSERT INTO to_keep(what, word, row_id) VALUES('draft', new.kind, new.subject); END",
    "CREATE TRIGGER draft_kept_update AFTER UPDATE ON draft BEGIN"
    " INSERT INTO to_keep(what, word, row_id) VALUES('draft', new.kind, new.subject); END",
    "CREATE TRIGGER draft_kept_delete AFTER DELETE ON draft BEGIN"
    " INSERT INTO to_keep(what, word, row_id) VALUES('draft', old.kind, old.subject); END",
    "CREATE TRIGGER conflict_kept_insert AFTER INSERT ON conflict BEGIN"
    " INSERT INTO to_keep(what, row_id) VALUES('conflict', new.id); END",
    "CREATE TRIGGER conflict_kept_update AFTER UPDATE ON conflict BEGIN"
    " INSERT INTO to_keep(what, row_id) VALUES('conflict', new.id); END",
    "CREATE TRIGGER conflict_kept_delete AFTER DELETE ON conflict BEGIN"
    " INSERT INTO to_keep(what, row_id) VALUES('conflict', old.id); END",
    "CREATE TRIGGER setting_kept_insert AFTER INSERT ON setting"
    " WHEN new.key IN ('device_id', 'install_nonce', 'server', 'login', 'identity') BEGIN"
    " INSERT INTO to_keep(what, word) VALUES('fact', new.key); END",
    "CREATE TRIGGER setting_kept_update AFTER UPDATE ON setting"
    " WHEN new.key IN ('device_id', 'install_nonce', 'server', 'login', 'identity') BEGIN"
    " INSERT INTO to_keep(what, word) VALUES('fact', new.key); END",
)
_NAMES = tuple(statement.split()[2] for statement in _TRIGGERS)


def upgrade() -> None:
    """Add both tables; triggers note every change of what is kept twice."""
    op.create_table(
        "to_keep",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("word", sa.Text(), nullable=True),
        sa.Column("row_id", types.Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_to_keep")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "seen_row",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", types.Id(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "row_id", name=op.f("pk_seen_row")),
        sqlite_with_rowid=False,
    )
    for statement in _TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    """Take it away again."""
    for name in _NAMES:
        op.execute(f"DROP TRIGGER {name}")
    op.drop_table("seen_row")
    op.drop_table("to_keep")
