"""Alembic's entry: runs the desk's migrations on the connection that ``models.upgrade`` hands in."""

from __future__ import annotations

from alembic import context

from crmdesk.models import registry
from crmdesk.models.base import Base
from crmdesk.models.local import LocalBase

assert registry.SYNCED

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=[Base.metadata, LocalBase.metadata],
    render_as_batch=True,
)
context.run_migrations()
