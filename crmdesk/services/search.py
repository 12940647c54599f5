"""Find anything: names in any script, numbers in any form, references, words in notes and complaints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from phonenumbers import country_code_for_region
from rapidfuzz import fuzz
from sqlalchemy import func, select

from crmdesk.domain.complaints import ComplaintState, category_words
from crmdesk.domain.found import Hit, HitKind, SearchPage
from crmdesk.domain.language import left_to_right, tr
from crmdesk.domain.phone import candidates as number_candidates
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.domain.requests.views import title_of
from crmdesk.domain.values import known
from crmdesk.models import search as full_text
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.interaction import Note
from crmdesk.models.people import Agent
from crmdesk.models.request import Request
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import knowledge
from crmdesk.services.look_up import describe
from crmdesk.services.merging import living

PEOPLE = 30
OTHERS = 10
_CONSIDERED = 150
"""People among whom the best are chosen: each costs a page of the encrypted file, and more words narrow the rest."""

_FEW = 5
_LIKELY = 78.0
_NUMBER = re.compile(r"^[\s+()./\-–0-9]{3,}$")
_REFERENCE = re.compile(r"^(cp|sr|rt|ir)[-\s]?\d", re.IGNORECASE)
_EXCERPT = 90


def find(uow: UnitOfWork, typed: str, region: str) -> SearchPage:
    """Return what fits ``typed``, people first. ``region`` is the country whose numbers are written without a code."""
    began = uow.clock.monotonic()
    words = full_text.words_of(typed)
    if not words:
        return SearchPage(typed, (), (), more=False, took_ms=0.0)
    people, more = _people(uow, typed, words, region)
    others = (
        []
        if _NUMBER.match(typed.strip())
        else [
            *_complaints(uow, typed, words),
            *_requests(uow, typed, words),
            *_notes(uow, words),
            *knowledge.hits(uow, words),
        ]
    )
    took = (uow.clock.monotonic() - began) * 1000
    return SearchPage(typed, words, (*people, *others), more=more, took_ms=took)


def people(uow: UnitOfWork, ids: Sequence[UUID]) -> tuple[Hit, ...]:
    """Return these customers as a search shows them, in their order."""
    return tuple(_hits(uow, ids))


def _people(uow: UnitOfWork, typed: str, words: tuple[str, ...], region: str) -> tuple[list[Hit], bool]:
    if _NUMBER.match(typed.strip()):
        ids = _by_number(uow, typed.strip(), region)
        return _hits(uow, ids[:PEOPLE]), len(ids) > PEOPLE
    ordered = _best_first(full_text.customers_by_words(uow.session, words, _CONSIDERED), typed)
    if len(ordered) < _FEW:
        known = set(ordered)
        ordered += [row_id for row_id in _similar(uow, words, typed) if row_id not in known]
    return _hits(uow, ordered[:PEOPLE]), len(ordered) > PEOPLE


def _best_first(people: Sequence[tuple[UUID, str, str]], typed: str) -> list[UUID]:
    """Order by how early the text stands in the name, then by name."""
    wanted = typed.strip().casefold()

    def key(person: tuple[UUID, str, str]) -> tuple[bool, str]:
        name, latin = person[1].casefold(), person[2].casefold()
        return (not (name.startswith(wanted) or latin.startswith(wanted)), latin or name)

    return [person[0] for person in sorted(people, key=key)]


def _similar(uow: UnitOfWork, words: tuple[str, ...], typed: str) -> list[UUID]:
    """Return people whose name contains the text or nearly is it, by trigrams checked with an edit distance."""
    longest = max(words, key=len)
    trigrams = full_text.trigrams_of(longest)
    if not trigrams:
        return []
    inside = full_text.customers_by_trigrams(uow.session, trigrams, "AND", _CONSIDERED)
    lower = longest.casefold()
    found = [row_id for row_id, name, latin in inside if lower in name.casefold() or lower in latin.casefold()]
    if found or len(trigrams) < 3:
        return found
    near = full_text.customers_by_trigrams(uow.session, trigrams[:2], "AND", _CONSIDERED)
    near += full_text.customers_by_trigrams(uow.session, trigrams[-2:], "AND", _CONSIDERED)
    scored = {row_id: max(fuzz.WRatio(typed, name), fuzz.WRatio(typed, latin)) for row_id, name, latin in near}
    return [row_id for row_id, score in sorted(scored.items(), key=lambda item: -item[1]) if score >= _LIKELY]


def _by_number(uow: UnitOfWork, typed: str, region: str) -> list[UUID]:
    """Return people with this number, or with one that begins so; exact ones first."""
    point = ContactPoint.__table__
    exact = number_candidates(typed, region)
    query = (
        select(point.c.customer_id).where(point.c.e164.in_(exact), point.c.customer_id.is_not(None)).limit(_CONSIDERED)
    )
    ids: list[UUID] = list(dict.fromkeys(uow.session.scalars(query)))
    prefix = _prefix(typed, region)
    if prefix is not None:
        begins = select(point.c.customer_id).where(
            point.c.e164 >= prefix, point.c.e164 < prefix + ":", point.c.customer_id.is_not(None)
        )
        ids += [row_id for row_id in uow.session.scalars(begins.limit(PEOPLE * 2)) if row_id not in set(ids)]
    return ids


def _prefix(typed: str, region: str) -> str | None:
    """Return how an E.164 number begins that is being typed, None when its country cannot be told."""
    digits = re.sub(r"\D", "", typed)
    if typed.startswith(("+", "00")):
        return f"+{digits.removeprefix('00')}"
    code = country_code_for_region(region)
    return f"+{code}{digits.lstrip('0')}" if code else None


def _hits(uow: UnitOfWork, ids: Sequence[UUID]) -> list[Hit]:
    if not ids:
        return []
    ids = living(uow, ids)
    customers = {row.id: row for row in uow.session.scalars(select(Customer).where(Customer.id.in_(ids)))}
    numbers: dict[UUID, str] = {}
    for customer_id, e164 in uow.session.execute(
        select(ContactPoint.customer_id, ContactPoint.e164).where(
            ContactPoint.customer_id.in_(ids), ContactPoint.e164.is_not(None)
        )
    ):
        if customer_id is not None and e164 is not None:
            numbers.setdefault(customer_id, e164)
    complaints: dict[UUID, int] = {
        row[0]: row[1]
        for row in uow.session.execute(
            select(Complaint.customer_id, func.count())
            .where(Complaint.customer_id.in_(ids), Complaint.state != ComplaintState.CLOSED.value)
            .group_by(Complaint.customer_id)
        )
        if row[0] is not None
    }
    return [
        Hit(
            kind=HitKind.PERSON,
            id=row_id,
            customer_id=row_id,
            title=customers[row_id].name,
            latin_title=customers[row_id].latin_name,
            detail=describe(customers[row_id].summary, customers[row_id].city),
            number=numbers.get(row_id),
            excerpt="",
            at=None,
            open_complaints=complaints.get(row_id, 0),
        )
        for row_id in dict.fromkeys(ids)
        if row_id in customers
    ]


def _complaints(uow: UnitOfWork, typed: str, words: tuple[str, ...]) -> list[Hit]:
    query = select(Complaint, Customer.name).outerjoin(Customer, Customer.id == Complaint.customer_id)
    reference = _reference(typed)
    if reference:
        query = query.where(Complaint.reference >= reference, Complaint.reference < reference + "~")
    else:
        query = query.where(Complaint.id.in_(full_text.complaints_by_words(uow.session, words, OTHERS)))
    return [
        Hit(
            kind=HitKind.COMPLAINT,
            id=row.id,
            customer_id=row.customer_id,
            title=f"{left_to_right(row.reference)} {category_words(row.category)}",
            latin_title="",
            detail=name or "",
            number=None,
            excerpt=excerpt(row.verbatim, words),
            at=row.received_at,
        )
        for row, name in uow.session.execute(query.order_by(Complaint.received_at.desc()).limit(OTHERS))
    ]


def _reference(typed: str) -> str:
    """Return how a reference begins that is being typed, empty where none is."""
    return re.sub(r"\s", "-", typed.strip().upper()) if _REFERENCE.match(typed.strip()) else ""


def _requests(uow: UnitOfWork, typed: str, words: tuple[str, ...]) -> list[Hit]:
    query = select(Request, Customer.name).outerjoin(Customer, Customer.id == Request.customer_id)
    reference = _reference(typed)
    if reference:
        query = query.where(Request.reference >= reference, Request.reference < reference + "~")
    else:
        query = query.where(Request.id.in_(full_text.requests_by_words(uow.session, words, OTHERS)))
    found = uow.session.execute(query.order_by(Request.received_at.desc()).limit(OTHERS))
    return [
        Hit(
            kind=HitKind.REQUEST,
            id=row.id,
            customer_id=row.customer_id,
            title=f"{left_to_right(row.reference)} {_about(row)}",
            latin_title="",
            detail=name or "",
            number=None,
            excerpt=excerpt(row.verbatim, words),
            at=row.received_at,
        )
        for row, name in found
    ]


def _about(row: Request) -> str:
    return title_of(known(RequestKind, row.kind, RequestKind.SERVICE), row.category, row.product)


def _notes(uow: UnitOfWork, words: tuple[str, ...]) -> list[Hit]:
    ids = full_text.notes_by_words(uow.session, words, OTHERS)
    query = (
        select(Note, Agent.display_name, Customer.name)
        .outerjoin(Agent, Agent.id == Note.author_id)
        .outerjoin(Customer, Customer.id == Note.customer_id)
        .where(Note.id.in_(ids))
        .order_by(Note.written_at.desc())
    )
    return [
        Hit(
            kind=HitKind.NOTE,
            id=row.id,
            customer_id=row.customer_id,
            title=tr("Note, {name}", name=who) if who else tr("Note"),
            latin_title="",
            detail=name or "",
            number=None,
            excerpt=excerpt(row.body, words),
            at=row.written_at,
        )
        for row, who, name in uow.session.execute(query)
    ]


def excerpt(body: str, words: tuple[str, ...]) -> str:
    """Return a line of ``body`` around the first of ``words``, with dots where it was cut."""
    flat = " ".join(body.split())
    lower = flat.casefold()
    places = [place for word in words if (place := lower.find(word.casefold())) >= 0]
    start = max(0, min(places, default=0) - _EXCERPT // 3)
    end = min(len(flat), start + _EXCERPT)
    return ("…" if start else "") + flat[start:end].strip() + ("…" if end < len(flat) else "")
