"""Customers and the ways to reach them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, Date, Index, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from crmdesk.domain.desk import ContactPointKind, CustomerKind
from crmdesk.models.base import Id, Merge, Synced, came_with, child_of, merges, refers
from crmdesk.models.limits import E164, FILLED, one_of

_FIELD = merges(Merge.FIELD)
_TEXT = merges(Merge.TEXT)
_SURVIVOR = merges(Merge.SURVIVOR)
_MERGED = text("merged_into IS NOT NULL")


class Customer(Synced):
    """A person or an organisation. ``kind`` is a ``domain.desk.CustomerKind`` value; ``latin_name`` the name in Latin
    letters where ``name`` is in another script; ``care`` the care marker (for example oxygen at home). ``merged_into``
    is the customer that a duplicate was merged into: such a row is kept for undoing, and shown nowhere.
    ``do_not_call`` says that they asked not to be called; what is written in ``preferences`` is never read for it."""

    __tablename__ = "customer"

    kind: Mapped[str] = mapped_column(Text, nullable=False, default="person", info=_FIELD | one_of(CustomerKind))
    name: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | FILLED)
    latin_name: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    summary: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    city: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    since: Mapped[date | None] = mapped_column(Date, info=_FIELD)
    care: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    tier: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    language: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    product: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    preferences: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_TEXT)
    merged_into: Mapped[UUID | None] = mapped_column(Id, info=_SURVIVOR | refers("customer") | came_with(2))
    do_not_call: Mapped[bool] = mapped_column(
        Boolean, nullable=False, default=False, server_default=false(), info=_FIELD | came_with(3)
    )

    __table_args__ = (Index("ix_customer_merged_into", "merged_into", sqlite_where=_MERGED),)


class ContactPoint(Synced):
    """A phone, e-mail or address: ``value`` as written; for phones also ``e164`` and ``extension``, which alone are
    matched. It may exist without a customer, and several customers may share a number."""

    __tablename__ = "contact_point"

    customer_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_FIELD | child_of("customer"))
    kind: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | one_of(ContactPointKind))
    value: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | FILLED)
    e164: Mapped[str | None] = mapped_column(Text, info=_FIELD | E164)
    extension: Mapped[str | None] = mapped_column(Text, info=_FIELD)
    label: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    shared: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_FIELD)

    __table_args__ = (Index("ix_contact_point_e164", "e164", "extension", "customer_id"),)
