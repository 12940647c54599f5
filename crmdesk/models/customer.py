"""Customers, the ways to reach them, who belongs to them and what they are tagged with."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, Date, Index, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from crmdesk.domain.card import RelationKind
from crmdesk.domain.customers import ContactPointKind, CustomerKind
from crmdesk.models.base import Id, Merge, Synced, came_with, child_of, merges, outlasts_merging, refers
from crmdesk.models.limits import E164, EXTENSION, FILLED, one_of

_FIELD = merges(Merge.FIELD)
_APPEND = merges(Merge.APPEND)
_TEXT = merges(Merge.TEXT)
_SURVIVOR = merges(Merge.SURVIVOR)
_MERGED = text("merged_into IS NOT NULL")
WRITTEN = text("kind <> 'phone' AND length(value) <= 300")
"""What is found by its words: e-mail and postal addresses, but no text that PostgreSQL's index has no room for.

A query says just this to be answered by the index.
"""


class Customer(Synced):
    """A person or an organisation. ``kind`` is a ``domain.customers.CustomerKind`` value; ``latin_name`` the name in
    Latin letters where ``name`` is in another script; ``care`` the care marker (for example oxygen at home).
    ``merged_into`` is the customer that a duplicate was merged into: such a row is kept for undoing, and shown nowhere.
    ``do_not_call`` says that they asked not to be called; what is written in ``preferences`` is never read for it.
    ``accessibility`` is what they need to be served at all, ``good_service`` what good service means to them; both and
    ``preferences`` are lines of words. ``segment`` is the group of customers, ``tier`` the level of service.
    ``taken_over`` says of a merged one which fields the survivor took from it, and what stood there before, as JSON:
    undoing the merge gives back what still is as it was taken."""

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
        Boolean, nullable=False, default=False, server_default=false(), info=_FIELD | outlasts_merging() | came_with(3)
    )
    segment: Mapped[str] = mapped_column(
        Text, nullable=False, default="", server_default="", info=_FIELD | came_with(4)
    )
    accessibility: Mapped[str] = mapped_column(
        Text, nullable=False, default="", server_default="", info=_TEXT | came_with(4)
    )
    good_service: Mapped[str] = mapped_column(
        Text, nullable=False, default="", server_default="", info=_TEXT | came_with(4)
    )
    taken_over: Mapped[str] = mapped_column(
        Text, nullable=False, default="", server_default="", info=_FIELD | came_with(4)
    )

    __table_args__ = (Index("ix_customer_merged_into", "merged_into", sqlite_where=_MERGED),)


class ContactPoint(Synced):
    """A phone, e-mail or address: ``value`` as written; for phones also ``e164`` and ``extension``, which alone are
    matched. It may exist without a customer, and several customers may share a number. A ``removed`` one is kept for
    undoing and shown nowhere; a removed number has no ``e164``, so that nobody is found by it."""

    __tablename__ = "contact_point"

    customer_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_FIELD | child_of("customer"))
    kind: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | one_of(ContactPointKind))
    value: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | FILLED)
    e164: Mapped[str | None] = mapped_column(Text, info=_FIELD | E164)
    extension: Mapped[str | None] = mapped_column(Text, info=_FIELD | EXTENSION)
    label: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    shared: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_FIELD)
    removed: Mapped[bool] = mapped_column(
        Boolean, nullable=False, default=False, server_default=false(), info=_FIELD | came_with(4)
    )

    __table_args__ = (
        Index("ix_contact_point_e164", "e164", "extension", "customer_id"),
        Index(
            "ix_contact_point_written", "kind", "value", "customer_id", sqlite_where=WRITTEN, postgresql_where=WRITTEN
        ),
    )


class Relationship(Synced):
    """Somebody who belongs to a customer: of the household, or of the company. ``kind`` is a
    ``domain.card.RelationKind`` value, ``role`` what they are to the customer (son, carer). ``other_customer_id`` is
    None for somebody not on file; ``name`` stands for them where their record is not on this computer. ``may_speak``
    says that the customer allowed them to speak on their behalf."""

    __tablename__ = "relationship"

    customer_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_FIELD | child_of("customer"))
    other_customer_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_FIELD | refers("customer"))
    kind: Mapped[str] = mapped_column(Text, nullable=False, default="household", info=_FIELD | one_of(RelationKind))
    name: Mapped[str] = mapped_column(Text, nullable=False, info=_FIELD | FILLED)
    role: Mapped[str] = mapped_column(Text, nullable=False, default="", info=_FIELD)
    may_speak: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_FIELD)
    removed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_FIELD)

    __table_args__ = ({"info": came_with(4)},)


class Tag(Synced):
    """A word put on a customer. Each putting is a row of its own and removing marks the rows seen, so a tag that two
    people add offline is there once, and one added while a colleague removes it stays (an observed-remove set)."""

    __tablename__ = "tag"

    customer_id: Mapped[UUID | None] = mapped_column(Id, index=True, info=_FIELD | child_of("customer"))
    word: Mapped[str] = mapped_column(Text, nullable=False, info=_APPEND | FILLED)
    removed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, info=_FIELD)

    __table_args__ = ({"info": came_with(4)},)
