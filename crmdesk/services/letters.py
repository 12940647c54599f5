"""Letters about complaints on the desk: begun from a template, written together, ticked off, approved and sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.cases.letter_elements import Around, ElementView, contained, looked_through, missing
from crmdesk.domain.cases.letter_templates import LetterTemplate, fitting, rendered
from crmdesk.domain.cases.letter_values import day_in, values_of
from crmdesk.domain.cases.letter_views import LetterDesk, LetterToMail, LetterView, Sending, SentView
from crmdesk.domain.cases.letters import LETTER_WORDS, MOST_WORDS, SENT_BY, LetterKind, SentBy, digest_of, gaps
from crmdesk.domain.cases.lifecycle import needs_second_person, possible
from crmdesk.domain.cases.redress import Line, sums_of
from crmdesk.domain.cases.steps import StepKind, details_of, written
from crmdesk.domain.cases.views import RedressView
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.customers import ContactPointKind
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import tr
from crmdesk.domain.merge3 import merge3
from crmdesk.domain.money import said
from crmdesk.domain.values import known, known_or_none
from crmdesk.models.complaint import Letter
from crmdesk.models.customer import ContactPoint
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.case_steps import KeptStep
from crmdesk.services.cases import Case, case, row_of, take
from crmdesk.services.given import given
from crmdesk.services.letter_facts import day_of_house, facts_of, name_of

_WRITTEN_FOR = frozenset(
    {
        *(ComplaintState.INVESTIGATING, ComplaintState.AWAITING_COMPLAINANT, ComplaintState.AWAITING_THIRD_PARTY),
        *(ComplaintState.DECISION_DRAFTED, ComplaintState.APPROVED),
    }
)
"""Where a final response may be begun: it is written before it is approved."""


# Reading -------------------------------------------------------------------------------------------------------------


def desk_of(uow: UnitOfWork, book: RuleBook, templates: Sequence[LetterTemplate], complaint_id: UUID) -> LetterDesk:
    """Return the letters about a complaint; raises Refused when this desk does not hold it any more."""
    one = case(uow, book, complaint_id)
    query = select(Letter).where(Letter.complaint_id == complaint_id, ~Letter.removed).order_by(Letter.made_at.desc())
    redress = given(uow, complaint_id)
    return LetterDesk(
        letters=tuple(_view(uow, book, one, row) for row in uow.session.scalars(query)),
        kinds=tuple(kind for kind in LetterKind if _may_begin(one, kind)),
        languages=tuple(sorted({template.language for template in templates})),
        house="" if book.house is None else book.house.title,
        customer=name_of(uow, one.row.customer_id),
        reference=one.row.reference,
        redress=redress,
        total=_total(redress),
        may_approve=_may_approve(uow, book, one),
        sendable=tuple(kind for kind in LetterKind if SENT_BY[kind] in possible(one.standing)),
        addresses=_addresses(uow, one.row.customer_id),
    )


def _addresses(uow: UnitOfWork, customer: UUID | None) -> tuple[str, ...]:
    """Return the customer's e-mail addresses, as they are written on the card."""
    query = select(ContactPoint.value).where(ContactPoint.customer_id == customer, ~ContactPoint.removed)
    kind = ContactPointKind.EMAIL.value
    return tuple(uow.session.scalars(query.where(ContactPoint.kind == kind).order_by(ContactPoint.id)))


def _may_approve(uow: UnitOfWork, book: RuleBook, one: Case) -> bool:
    standing = one.standing
    mine = standing.decided_by == uow.actor
    second = mine and needs_second_person(standing, book.limits(one.history, uow.clock.now()))
    return standing.state is ComplaintState.DECISION_DRAFTED and not second


def _may_begin(one: Case, kind: LetterKind) -> bool:
    if kind is LetterKind.FINAL_RESPONSE:
        return one.standing.state in _WRITTEN_FOR
    if kind is LetterKind.SUMMARY_RESOLUTION:
        return one.standing.state in (ComplaintState.REGISTERED, ComplaintState.TRIAGED)
    return one.standing.state in {*_WRITTEN_FOR, ComplaintState.REGISTERED, ComplaintState.TRIAGED}


def _view(uow: UnitOfWork, book: RuleBook, one: Case, row: Letter) -> LetterView:
    step = _sent(one.steps, row)
    kind = _kind(row)
    words = row.words if step is None else str(details_of(step.details).get("text", row.words))
    return LetterView(
        id=row.id,
        kind=kind,
        language=row.language,
        template=row.template,
        words=words,
        day=day_in(row.language, day_of_house(book, one.row, uow.clock.now() if step is None else step.at)),
        elements=_elements(book, one, row),
        gaps=gaps(words),
        made_by=name_of(uow, row.made_by),
        made_at=row.made_at,
        approved=one.standing.letter == digest_of(words),
        sent=None if step is None else _sent_view(step, one),
    )


def _sent(steps: Iterable[KeptStep], row: Letter) -> KeptStep | None:
    """Return the step by which a letter went out; one that the server refused is none."""
    kind = SENT_BY[_kind(row)].value
    return next((s for s in steps if s.kind == kind and details_of(s.details).get("letter_id") == row.id.hex), None)


def _sent_view(step: KeptStep, one: Case) -> SentView:
    told = details_of(step.details)
    by = known_or_none(SentBy, str(told.get("channel", "")))
    return SentView(step.at, by, str(told.get("proof", "")), step.id in one.unsent)


def _elements(book: RuleBook, one: Case, row: Letter) -> tuple[ElementView, ...]:
    around = Around(row.language, one.row.reference, book.ombudsman(one.history))
    return looked_through(book.letter(one.history, _kind(row)), row.words, _ticked(row), around)


def _ticked(row: Letter) -> frozenset[str]:
    return frozenset(filter(None, row.ticked.split(",")))


def _kind(row: Letter) -> LetterKind:
    return known(LetterKind, row.kind, LetterKind.PROGRESS)


# Writing -------------------------------------------------------------------------------------------------------------


def begin(
    uow: UnitOfWork,
    book: RuleBook,
    templates: Sequence[LetterTemplate],
    complaint_id: UUID,
    kind: LetterKind,
    language: str,
) -> UUID:
    """Begin a letter with the words of its template and return its id.

    Raises Refused where there is no template for it, or where the complaint does not stand where it could be begun.
    """
    one = case(uow, book, complaint_id)
    if not _may_begin(one, kind):
        raise Refused(tr("This letter does not belong to where the complaint stands."), tr("Look at its history."))
    regime = book.regime_for(one.history)
    template = fitting(templates, kind, "" if regime is None else regime.key, language)
    if template is None:
        raise Refused(tr("There is no template for this letter."), tr("Ask whoever publishes the rules for one."))
    words = rendered(template, values_of(facts_of(uow, book, one), template.language))
    made = Letter(
        id=new_id(),
        complaint_id=complaint_id,
        kind=kind.value,
        template=template.edition,
        language=template.language,
        words=words,
        made_by=uow.actor,
        made_at=uow.clock.now(),
    )
    uow.insert(made, _title(uow, made))
    return made.id


def write(uow: UnitOfWork, book: RuleBook, letter_id: UUID, words: str, seen: str | None = None) -> None:
    """Keep a letter's words. ``seen`` stood there when they were begun: what others wrote since is kept beside them.

    Raises UserMistake at ``words`` for a letter that is too long, Refused for one that went out or is not here.
    """
    row = _open(uow, book, letter_id)
    if seen is not None and row.words != seen:
        words = merge3(seen, words, row.words).text()
    if len(words) > MOST_WORDS:
        raise UserMistake("words", tr("The letter has more than {n} characters.", n=MOST_WORDS), tr("Shorten it."))
    uow.update(row, _title(uow, row), words=words)


def tick(uow: UnitOfWork, book: RuleBook, letter_id: UUID, key: str) -> None:
    """Say that a letter contains an element; raises Refused for a letter that went out or is not here."""
    row = _open(uow, book, letter_id)
    uow.update(row, _title(uow, row), ticked=",".join(sorted(_ticked(row) | {key})))


def untick(uow: UnitOfWork, book: RuleBook, letter_id: UUID, key: str) -> None:
    """Say that a letter does not contain an element; raises as ``tick`` does."""
    row = _open(uow, book, letter_id)
    uow.update(row, _title(uow, row), ticked=",".join(sorted(_ticked(row) - {key})))


def remove(uow: UnitOfWork, book: RuleBook, letter_id: UUID) -> None:
    """Throw a letter away that did not go out; raises as ``tick`` does."""
    row = _open(uow, book, letter_id)
    uow.update(row, _title(uow, row), removed=True)


def _open(uow: UnitOfWork, book: RuleBook, letter_id: UUID) -> Letter:
    row = uow.session.get(Letter, letter_id)
    if row is None or row.removed:
        raise Refused(tr("This letter is no longer on this computer."), tr("Begin another one."))
    if _sent(case(uow, book, row.complaint_id).steps, row) is not None:
        raise Refused(tr("This letter went out and cannot be changed."), tr("Begin another one."))
    return row


def _title(uow: UnitOfWork, row: Letter) -> str:
    reference = row_of(uow, row.complaint_id).reference
    return tr("{what}, {reference}", what=tr(LETTER_WORDS[_kind(row)]), reference=reference)


# Approving and sending ----------------------------------------------------------------------------------------------


def approve(uow: UnitOfWork, book: RuleBook, letter_id: UUID) -> UUID:
    """Approve the decision with the letter that tells it, word for word, and return the step's id.

    Raises Refused for a letter that is not whole, NotAllowed where the life cycle does not let it follow.
    """
    row = _open(uow, book, letter_id)
    one = case(uow, book, row.complaint_id)
    _check_whole(book, one, row)
    _check_money(uow, one)
    return take(
        uow, book, row.complaint_id, StepKind.APPROVED, {"letter": digest_of(row.words), "letter_id": row.id.hex}
    )


def to_mail(uow: UnitOfWork, book: RuleBook, letter_id: UUID, accepted: str = "") -> LetterToMail:
    """Return a letter as it is to go out by e-mail; raises Refused for one that is not whole, or must be approved."""
    row = _open(uow, book, letter_id)
    one = case(uow, book, row.complaint_id)
    details = _details(uow, book, one, row, accepted)
    house = "" if book.house is None else book.house.title
    return LetterToMail(
        letter_id=row.id,
        details=written(details),
        subject=tr("{house}: {reference}", house=house, reference=one.row.reference) if house else one.row.reference,
        reference=one.row.reference,
        house=house,
        day=day_in(row.language, day_of_house(book, one.row, uow.clock.now())),
        words=row.words,
    )


def send(uow: UnitOfWork, book: RuleBook, letter_id: UUID, sending: Sending) -> UUID:
    """Say that a letter went out and return the step's id: the step keeps its words as they were sent.

    Raises Refused for a letter that is not whole, UserMistake at ``proof`` where none is told, NotAllowed where the
    life cycle does not let it follow.
    """
    row = _open(uow, book, letter_id)
    one = case(uow, book, row.complaint_id)
    kind = _kind(row)
    if not sending.proof.strip():
        raise UserMistake(
            "proof", tr("How the letter was sent is missing."), tr("Write a number, or to which address.")
        )
    details = _details(uow, book, one, row, sending.accepted)
    details |= {"channel": sending.by.value, "proof": sending.proof.strip()}
    return take(uow, book, row.complaint_id, SENT_BY[kind], details)


def _details(uow: UnitOfWork, book: RuleBook, one: Case, row: Letter, accepted: str) -> dict[str, object]:
    """Return what the step of a letter keeps of it; raises Refused for one that is not whole."""
    kind = _kind(row)
    _check_whole(book, one, row)
    if kind is LetterKind.FINAL_RESPONSE:
        _check_money(uow, one)
    details: dict[str, object] = {
        "kind": kind.value,
        "letter_id": row.id.hex,
        "letter": digest_of(row.words),
        "template": row.template,
        "language": row.language,
        "text": row.words,
        "elements": list(contained(_elements(book, one, row))),
    }
    if kind is LetterKind.SUMMARY_RESOLUTION:
        details["words"] = accepted.strip()
    return details


def _check_whole(book: RuleBook, one: Case, row: Letter) -> None:
    if not row.words.strip():
        raise Refused(tr("The letter is empty."), tr("Write it first."))
    if open_ := gaps(row.words):
        raise Refused(tr("The letter still has a gap: {gap}.", gap=open_[0]), tr("Fill it in, without its brackets."))
    if lacks := missing(_elements(book, one, row)):
        names = ", ".join(element.title for element in lacks)
        raise Refused(tr("The letter lacks: {names}.", names=names), tr("Write it, or tick off what is in the letter."))


def _check_money(uow: UnitOfWork, one: Case) -> None:
    """Raise Refused where redress was put down in money that is not what was decided, now or with the answers before,
    or is of several currencies."""
    lines, standing = given(uow, one.row.id), one.standing
    put_down = sums_of(Line(line.amount_minor, line.currency) for line in lines)
    decided = Counter({standing.currency: standing.redress_minor})
    if put_down and standing.granted is not None and put_down not in (+decided, decided + Counter(standing.granted)):
        sum_ = said(standing.redress_minor, standing.currency)
        what = tr("The redress put down is {put_down}, decided was {sum}.", put_down=_total(lines), sum=sum_)
        raise Refused(what, tr("Correct the redress, or send the decision back."))


def _total(lines: Iterable[RedressView]) -> str:
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.currency] = sums.get(line.currency, 0) + line.amount_minor
    return " + ".join(said(sum_, currency) for currency, sum_ in sums.items() if sum_)
