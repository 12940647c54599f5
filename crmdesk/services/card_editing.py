"""Editing a customer's card field by field: checked, kept on what was seen, merged where it is text, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.card import (
    CARD_FIELDS,
    YES,
    FieldNow,
    FieldRef,
    KeptEdit,
    RelationKind,
    Step,
    day_of,
    one_line,
    relation_of,
    relation_words,
)
from crmdesk.domain.changes import Kind
from crmdesk.domain.customers import ContactPointKind
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import grouped, left_to_right, mark, tr
from crmdesk.domain.merge3 import merge3
from crmdesk.domain.phone import normalise
from crmdesk.domain.values import plain
from crmdesk.models.base import Merge, Synced
from crmdesk.models.customer import ContactPoint, Customer, Relationship, Tag
from crmdesk.models.limits import LONGEST_TEXT
from crmdesk.models.people import Agent
from crmdesk.models.registry import SYNCED, table_of
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.customers import HOUSEHOLD, no_number
from crmdesk.services.field_words import label_of
from crmdesk.services.merging import whole

WHOLE = "whole"
"""Stands for name, role and leave to speak of a relationship, which are typed as one line."""

_LINES = frozenset(one.name for one in CARD_FIELDS if one.lines)
_KEEPS_YOURS = mark("Enter keeps yours, Esc leaves theirs.")


def field_now(uow: UnitOfWork, ref: FieldRef) -> FieldNow:
    """Return what stands in a field; raises Refused where its record is not here."""
    row = _row(uow, ref)
    return FieldNow(ref, _words(row, ref.field), _who(uow, row), row.updated_at)


def keep(uow: UnitOfWork, ref: FieldRef, seen: str, typed: str, region: str) -> KeptEdit | None:
    """Write what was typed into a field that said ``seen`` before; return None where that changes nothing.

    Where somebody changed the field since, lines of words are merged with theirs and nothing of either is lost.
    Raises UserMistake at the field for what cannot be taken, and for one value where another was put meanwhile: what
    stands there now is to be seen first. Raises Refused where the record is not here.
    """
    row = _row(uow, ref)
    now = _words(row, ref.field)
    wanted = _wanted(ref, row, typed, region)
    if now != seen and not _same(row, wanted):
        if table_of(ref.kind.value).columns.get(ref.field, _NONE).info.get("merge") is not Merge.TEXT:
            said = tr("A colleague changed it to “{text}”.", text=now) if now else tr("A colleague emptied it.")
            raise UserMistake(ref.field, said, tr(_KEEPS_YOURS))
        wanted = {ref.field: merge3(seen, wanted[ref.field], now).text()}
    return _changed(uow, row, label_of(ref.field), wanted)


def take_back(uow: UnitOfWork, edit: KeptEdit) -> None:
    """Put back what stood there before an edit. Raises Refused where it was changed again since, or is not here."""
    rows = [(_row(uow, FieldRef(step.kind, step.row_id, "")), step) for step in edit.steps]
    if not all(_same(row, step.after) for row, step in rows):
        raise Refused(
            tr("{field} was changed again since.", field=edit.what), tr("Look at it, then change it by hand.")
        )
    for row, step in rows:
        uow.update(row, tr("Taken back: {what}", what=_title(uow, row, edit.what)), **step.before)


# Ways to reach them --------------------------------------------------------------------------------------------------


def add_point(uow: UnitOfWork, customer_id: UUID, kind: ContactPointKind, typed: str, region: str) -> KeptEdit:
    """Add a phone, e-mail or address. Raises UserMistake for none, and for one that is on the card already."""
    values = _point_values(kind, typed, region)
    own = select(ContactPoint).where(ContactPoint.customer_id == customer_id, ~ContactPoint.removed)
    for there in uow.session.scalars(own.where(ContactPoint.kind == kind.value)):
        if _key(there.value, there.e164, there.extension) == _key(**values):
            raise UserMistake("value", tr("This is on the card already."), tr("Change it there, or type another."))
    e164 = values["e164"]
    others = select(ContactPoint.id).where(ContactPoint.e164 == e164, ContactPoint.customer_id != customer_id)
    shared = e164 is not None and uow.session.scalar(others.limit(1)) is not None
    point = ContactPoint(id=new_id(), customer_id=customer_id, kind=kind.value, shared=shared, **values)
    return _added(uow, point, tr(_CONTACT[kind]), e164=e164, extension=values["extension"])


def set_shared(uow: UnitOfWork, point_id: UUID, *, shared: bool) -> KeptEdit | None:
    """Mark a way to reach somebody as used by others too, or not; None where it was so already."""
    row = _row(uow, FieldRef(Kind.CONTACT_POINT, point_id, "shared"))
    return _changed(uow, row, tr("Shared") if shared else tr("Not shared"), {"shared": shared})


# Who belongs to them, tags -------------------------------------------------------------------------------------------


def add_relation(uow: UnitOfWork, customer_id: UUID, kind: RelationKind, typed: str) -> KeptEdit:
    """Add somebody who belongs to a customer, by words like "Priya Shah, carer, may speak"; one of that name who uses
    the customer's number is taken for the same person. Raises UserMistake where nobody is named."""
    name, role, may_speak = relation_of(typed)
    known = uow.session.execute(HOUSEHOLD, {"customer": customer_id}).all()
    other = next((row.id for row in known if row.name.casefold() == name.casefold()), None)
    values = {"name": name, "role": role, "may_speak": may_speak, "removed": False}
    row = Relationship(id=new_id(), customer_id=customer_id, kind=kind.value, other_customer_id=other, **values)
    return _added(uow, row, tr(_RELATIONSHIP))


def add_tag(uow: UnitOfWork, customer_id: UUID, typed: str) -> KeptEdit:
    """Put a tag on a customer. Raises UserMistake for an empty one, and for one that is there."""
    word = one_line("word", typed)
    if not word:
        raise UserMistake("word", tr("A tag needs a word."), tr("Type one, like {example}.", example=tr("landlord")))
    if _tag_rows(uow, customer_id, word):
        raise UserMistake("word", tr("This tag is there already."), tr("Type another one."))
    return _added(uow, Tag(id=new_id(), customer_id=customer_id, word=word, removed=False), _tag_words(word))


def remove_tag(uow: UnitOfWork, customer_id: UUID, word: str) -> KeptEdit:
    """Take a tag off a customer: every putting of it that is known here. Raises Refused where it is not there."""
    rows = _tag_rows(uow, customer_id, word)
    if not rows:
        raise Refused(tr("This tag is not there any more."), tr("There is nothing left to do."))
    steps = [step for row in rows for step in _removed(uow, row, _tag_words(word)).steps]
    return KeptEdit(_tag_words(word), tuple(steps))


def remove(uow: UnitOfWork, kind: Kind, row_id: UUID) -> KeptEdit:
    """Take a way to reach somebody, or somebody who belongs to them, off the card. Raises Refused where it is gone."""
    row = _row(uow, FieldRef(kind, row_id, "removed"))
    what = tr(_CONTACT[ContactPointKind(row.kind)] if isinstance(row, ContactPoint) else _RELATIONSHIP)
    return _removed(uow, row, what)


# Rows and words ----------------------------------------------------------------------------------------------------

_CONTACT = {
    ContactPointKind.PHONE: mark("Phone"),
    ContactPointKind.EMAIL: mark("E-mail"),
    ContactPointKind.ADDRESS: mark("Address"),
}
_RELATIONSHIP = mark("Relationship")
_NONE = Customer.__table__.c.id


def _row(uow: UnitOfWork, ref: FieldRef) -> Synced:
    row: Synced | None = uow.session.get(SYNCED[ref.kind.value], ref.row_id)
    if row is None:
        raise Refused(tr("This record is not on this computer any more."), tr("What you typed can still be copied."))
    return row


def _words(row: Synced, field: str) -> str:
    if field == WHOLE and isinstance(row, Relationship):
        return relation_words(row.name, row.role, may_speak=row.may_speak)
    match getattr(row, field):
        case bool() as value:
            return YES if value else ""
        case date() as value:
            return value.isoformat()
        case None:
            return ""
        case value:
            return str(value)


def _wanted(ref: FieldRef, row: Synced, typed: str, region: str) -> dict[str, Any]:
    """Return the columns that what was typed stands for; raises UserMistake where it stands for none."""
    if isinstance(row, Relationship) and ref.field == WHOLE:
        name, role, may_speak = relation_of(typed)
        return {"name": name, "role": role, "may_speak": may_speak}
    if isinstance(row, ContactPoint) and ref.field == "value":
        return _point_values(ContactPointKind(row.kind), typed, region)
    if ref.field == "since":
        return {"since": day_of(typed)}
    if ref.field in _LINES:
        return {ref.field: _checked_lines(ref.field, typed)}
    words = one_line(ref.field, typed)
    if ref.field == "name" and not words:
        raise UserMistake("name", tr("A customer needs a name."), tr("Type the name as the person writes it."))
    return {ref.field: words}


def _tag_words(word: str) -> str:
    return tr("Tag “{word}”", word=word)


def _checked_lines(field: str, typed: str) -> str:
    words = "\n".join(line.rstrip() for line in plain(typed).strip().splitlines())
    if len(words) > LONGEST_TEXT:
        what = tr(
            "This has {n} characters; at most {most} are kept.", n=grouped(len(words)), most=grouped(LONGEST_TEXT)
        )
        raise UserMistake(field, what, tr("Shorten it, or write the rest as a note."))
    return words


def _point_values(kind: ContactPointKind, typed: str, region: str) -> dict[str, Any]:
    words = " ".join(plain(typed).split())
    if not words:
        raise UserMistake("value", tr("There is nothing here."), tr("Type it, or take the line off with Delete."))
    if kind is ContactPointKind.EMAIL and not _like_email(words):
        raise UserMistake(
            "value",
            tr("This is not an e-mail address."),
            tr("Write it like {example}.", example=left_to_right("m.ellison@example.org")),
        )
    if kind is not ContactPointKind.PHONE:
        return {"value": one_line("value", words), "e164": None, "extension": None}
    number = normalise(words, region)
    if number.e164 is None:  # nothing else is matched when it rings
        raise no_number("value")
    return {"value": one_line("value", words), "e164": number.e164, "extension": number.extension}


def _like_email(words: str) -> bool:
    """Return whether something stands on both sides of one "@", with a dot behind it (RFC 5321, section 4.1.2)."""
    name, _, place = words.rpartition("@")
    return bool(name) and "@" not in name and " " not in words and "." in place.strip(".")


def _key(value: str, e164: str | None, extension: str | None) -> tuple[str, str]:
    return (e164 or "", extension or "") if e164 or extension else (value.casefold(), "")


def _same(row: Synced, values: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def _changed(uow: UnitOfWork, row: Synced, what: str, values: Mapping[str, Any]) -> KeptEdit | None:
    before = {name: getattr(row, name) for name in values}
    if not uow.update(row, _title(uow, row, what), **values):
        return None
    after = {name: getattr(row, name) for name in values}
    return KeptEdit(what, (Step(Kind(row.__tablename__), row.id, before, after),))


def _added(uow: UnitOfWork, row: Synced, what: str, **numbers: str | None) -> KeptEdit:
    uow.insert(row, _title(uow, row, tr("{what} added", what=what)))
    before = {"removed": True, **dict.fromkeys(numbers)}
    return KeptEdit(what, (Step(Kind(row.__tablename__), row.id, before, {"removed": False, **numbers}),))


def _removed(uow: UnitOfWork, row: Synced, what: str) -> KeptEdit:
    gone: dict[str, Any] = {"removed": True}
    if isinstance(row, ContactPoint):
        gone |= {"e164": None, "extension": None}
    edit = _changed(uow, row, what, gone)
    if edit is None:
        raise Refused(tr("{what} was taken off already.", what=what), tr("There is nothing left to do."))
    return edit


def _tag_rows(uow: UnitOfWork, customer_id: UUID, word: str) -> list[Tag]:
    own = uow.session.scalars(select(Tag).where(Tag.customer_id.in_(whole(uow, customer_id)), ~Tag.removed))
    return [row for row in own if row.word.casefold() == word.casefold()]


def _title(uow: UnitOfWork, row: Synced, what: str) -> str:
    customer = _of_customer(uow, row)
    return tr("{what}, {name}", what=what, name=customer.name) if customer is not None else what


def _of_customer(uow: UnitOfWork, row: Synced) -> Customer | None:
    owner = row.id if isinstance(row, Customer) else getattr(row, "customer_id", None)
    return uow.session.get(Customer, owner) if owner is not None else None


def _who(uow: UnitOfWork, row: Synced) -> str:
    agent = uow.session.get(Agent, row.updated_by) if row.updated_by is not None else None
    return agent.display_name if agent is not None else ""
