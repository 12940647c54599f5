"""Who on file resembles somebody: candidates come from indexes, never from a scan, and are compared field by field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz
from sqlalchemy import Row, select, text

from crmdesk.domain.customers import ContactPointKind, NewCustomer
from crmdesk.domain.duplicate_views import LikeCustomer
from crmdesk.domain.duplicates import Likeness, Traits, compare, traits
from crmdesk.domain.phone import normalise
from crmdesk.domain.quick import dataclass
from crmdesk.models import search as full_text
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.look_up import describe
from crmdesk.services.merging import living
from crmdesk.services.not_duplicates import ordered, said_of

SHOWN = 3
_WITH_NUMBER = 12
_NAMESAKES = 8
_NEAR = 40
_NEARLY = 85.0
_NEAREST = 6
_CHUNK = 500

_customer = Customer.__table__
_point = ContactPoint.__table__
_other = _point.alias("other")
_OTHER_WRITTEN = text("other.kind <> 'phone' AND length(other.value) <= 300")
"""As the index of what is written (``models.customer.WRITTEN``) says it, so that it answers."""


@dataclass(frozen=True, slots=True)
class Known:
    """A customer on file, ready to be compared and to be shown."""

    customer_id: UUID
    name: str
    latin_name: str
    detail: str
    number: str
    traits: Traits

    def as_like(self, likeness: Likeness) -> LikeCustomer:
        """Return it as screens show it."""
        shown = (self.customer_id, self.name, self.latin_name, self.detail, self.number)
        return LikeCustomer(*shown, likeness.chance, likeness.reasons, likeness.is_probable)


def like(uow: UnitOfWork, new: NewCustomer, region: str) -> tuple[LikeCustomer, ...]:
    """Return the customers who resemble somebody about to be made, the likeliest first, at most three.

    ``region`` is the country whose numbers are written without a code. Names alone are enough to be shown.
    """
    e164 = normalise(new.number, region).e164 if new.number.strip() else None
    wanted = traits(new.name, phones=[e164] if e164 else [])
    ids = [*(_with_numbers(uow, [e164]) if e164 else ()), *_named(uow, new.name)]
    found = [(one, compare(wanted, one.traits)) for one in known(uow, living(uow, list(dict.fromkeys(ids)))).values()]
    worth = [one.as_like(likeness) for one, likeness in found if likeness.is_worth_a_look]
    worth.sort(key=_likeliest_first)
    return tuple(worth[:SHOWN])


def resembling(uow: UnitOfWork, customer_id: UUID) -> tuple[tuple[Known, Likeness], ...]:
    """Return who is probably the same as a customer on file, by number, address or name, the likeliest first; nobody of
    whom somebody said that they are two."""
    own = known(uow, [customer_id]).get(customer_id)
    if own is None:
        return ()
    ids = [*_with_numbers(uow, {phone.partition(";")[0] for phone in own.traits.phones})]
    ids += _written_alike(uow, customer_id)
    for name in filter(None, (own.name, own.latin_name)):
        ids += _named(uow, name)
    others = [one for one in living(uow, list(dict.fromkeys(ids))) if one != customer_id]
    said = said_of(uow, [customer_id])
    found = [
        (one, likeness)
        for one in known(uow, others).values()
        if (likeness := compare(own.traits, one.traits)).is_probable
        and ordered(one.customer_id, customer_id) not in said
    ]
    return tuple(sorted(found, key=_probable_first))


def _probable_first(pair: tuple[Known, Likeness]) -> tuple[float, int]:
    return (-pair[1].chance, pair[0].customer_id.int)


def _likeliest_first(one: LikeCustomer) -> tuple[float, str, int]:
    return (-one.chance, one.name.casefold(), one.customer_id.int)


def known(uow: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, Known]:
    """Return the customers that are here and stand for themselves, with what is compared of them."""
    found: dict[UUID, Known] = {}
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        points: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
        columns = (_point.c.customer_id, _point.c.kind, _point.c.value, _point.c.e164, _point.c.extension)
        for row in uow.session.execute(select(*columns).where(_point.c.customer_id.in_(part), ~_point.c.removed)):
            points.setdefault(row.customer_id, []).append(row)
        query = select(_customer.c.id, _customer.c.name, _customer.c.latin_name, _customer.c.summary, _customer.c.city)
        for row in uow.session.execute(query.where(_customer.c.id.in_(part), _customer.c.merged_into.is_(None))):
            found[row.id] = _known(row, points.get(row.id, ()))
    return found


def _known(row: Row[*tuple[Any, ...]], points: Sequence[Row[*tuple[Any, ...]]]) -> Known:
    phones = [f"{p.e164};{p.extension}" if p.extension else p.e164 for p in points if p.e164]
    compared = traits(
        row.name,
        row.latin_name,
        phones=phones,
        emails=_written(points, ContactPointKind.EMAIL),
        addresses=_written(points, ContactPointKind.ADDRESS),
        city=row.city,
    )
    number = next((p.e164 for p in points if p.e164), "")
    return Known(row.id, row.name, row.latin_name, describe(row.summary, row.city), number, compared)


def _written(points: Iterable[Row[*tuple[Any, ...]]], kind: ContactPointKind) -> list[str]:
    return [point.value for point in points if point.kind == kind.value]


# Candidates -----------------------------------------------------------------------------------------------------------


def _with_numbers(uow: UnitOfWork, numbers: Iterable[str]) -> list[UUID]:
    query = select(_point.c.customer_id).where(_point.c.e164.in_(list(numbers)), _point.c.customer_id.is_not(None))
    return list(uow.session.scalars(query.limit(_WITH_NUMBER)))


def _written_alike(uow: UnitOfWork, customer_id: UUID) -> list[UUID]:
    """Return who has an e-mail or postal address as it is written with this customer."""
    other = _other
    same = (other.c.kind == _point.c.kind) & (other.c.value == _point.c.value)
    query = (
        select(other.c.customer_id)
        .join_from(_point, other, same & _OTHER_WRITTEN)
        .where(_point.c.customer_id == customer_id, _point.c.kind != ContactPointKind.PHONE.value)
        .where(other.c.customer_id.is_not(None), ~other.c.removed)
    )
    return list(uow.session.scalars(query.limit(_WITH_NUMBER)))


def _named(uow: UnitOfWork, name: str) -> list[UUID]:
    """Return who has the same words in the name, or, where nobody has, words that are nearly these."""
    words = full_text.words_of(name)
    if not words:
        return []
    same = full_text.customers_named(uow.session, words, _NAMESAKES)
    return same or _nearly_named(uow, name, max(words, key=len))


def _nearly_named(uow: UnitOfWork, name: str, longest: str) -> list[UUID]:
    trigrams = full_text.trigrams_of(longest)
    if not trigrams:
        return []
    near: dict[UUID, float] = {}
    for part in (trigrams[:2], trigrams[-2:]):
        for row_id, written, latin in full_text.customers_by_trigrams(uow.session, part, "AND", _NEAR):
            near[row_id] = max(fuzz.token_sort_ratio(name, written), fuzz.token_sort_ratio(name, latin))
    ordered = sorted((score, row_id) for row_id, score in near.items() if score >= _NEARLY)
    return [row_id for _, row_id in ordered[-_NEAREST:]]
