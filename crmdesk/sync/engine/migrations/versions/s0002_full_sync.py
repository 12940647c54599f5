"""The full protocol: merges, erasures, held rows, leases, callbacks."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "s0002"
down_revision: str | None = "s0001"
branch_labels: str | None = None
depends_on: str | None = None

_SCHEMA = Path(__file__).parents[2] / "schema"
_DEVICE = (
    *("scope_id", "schema_version", "lease_until", "acked_xid", "acked_at"),
    *("unsent", "unsent_since", "refused", "conflicts"),
)
_ENTITIES = (
    *("agent", "queue", "disposition", "customer", "contact_point"),
    *("interaction", "note", "call_leg", "complaint"),
)
_FORMER_POLICY = (
    "using (scope_id = any ((select string_to_array(nullif(current_setting('crmdesk.scopes', true), ''), ',')::int[])"
    "::int[]))"
)


def _run(statements: str) -> None:
    """Run several statements at once, which only the driver takes."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(statements)


def upgrade() -> None:
    """Add what the full protocol keeps, and bring the rows' feed and guards to it."""
    _run((_SCHEMA / "0002_full_sync.sql").read_text(encoding="utf-8"))
    op.execute("alter table sync.server alter column schema_version set default 2")
    op.execute("update sync.server set schema_version = 2")


def downgrade() -> None:
    """Take it away again, with what only it could tell; the triggers become what they were."""
    first = (_SCHEMA / "0001_sync.sql").read_text(encoding="utf-8")
    triggers = first[first.index("create function sync.on_insert") : first.index("-- Makes a table of schema crm")]
    op.execute("drop table crm.callback")
    op.execute("delete from sync.change where entity = 10")
    for name in _ENTITIES:
        op.execute(f"drop policy in_scope on crm.{name}")
        op.execute(f"create policy in_scope on crm.{name} {_FORMER_POLICY}")
    _run(triggers.replace("create function", "create or replace function"))
    op.execute("drop function sync.guard, sync.held_rows, crm.every_scope")
    op.execute("drop table sync.held, sync.erasure, sync.merge_moved, sync.merge, sync.field_change")
    op.execute("drop index sync.change_row")
    op.execute("alter table crm.customer drop column merged_into")
    for name in _DEVICE:
        op.execute(f"alter table sync.device drop column {name}")
    op.execute("delete from sync.scope where kind not in ('house', 'team')")
    op.execute("alter table sync.scope drop constraint scope_kind_check")
    op.execute("alter table sync.scope add constraint scope_kind_check check (kind in ('house', 'team'))")
    for name in ("min_schema", "lease_days", "xid_seen"):
        op.execute(f"alter table sync.server drop column {name}")
    op.execute("alter table sync.server alter column schema_version set default 1")
    op.execute("update sync.server set schema_version = 1")
