"""Why a case is whose it is: what routing decided and what people did, in the language of the reader."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.language import tr
from crmdesk.domain.routing.reasons import Kept, Routed, read
from crmdesk.domain.routing.sentences import Names, place_words, reason_lines
from crmdesk.domain.routing.skills import counted, having, skill_words, skills_in
from crmdesk.domain.routing.views import WhyHere
from crmdesk.models.complaint import Complaint
from crmdesk.models.people import Agent
from crmdesk.models.request import Request
from crmdesk.models.unit_of_work import UnitOfWork


def names_of(book: RuleBook) -> Names:
    """Return what sentences need to know of the house."""
    currency = "" if book.house is None else book.house.currency
    return Names(currency, {key: tr(one.title) for key, one in book.regimes.items()})


def why_here(uow: UnitOfWork, book: RuleBook, row: Complaint | Request) -> WhyHere | None:
    """Return why a case is whose it is; None where nothing routed it and no person gave it to anybody."""
    routed = read(row.routed)
    person = _person(uow, row, routed)
    if routed is None:
        return WhyHere("", person, (), person) if person else None
    place = place_words(routed.decision.place) if routed.decision.place else ""
    skill = routed.decision.place.skill
    asks = (_skilled(uow, skill),) if skill else ()
    reasons = (*asks, *reason_lines(routed.decision, routed.edition, names_of(book)), *_kept(routed))
    return WhyHere(place, _short(routed, place), reasons, person)


def _short(routed: Routed, place: str) -> str:
    by = routed.decision.by
    if by is None:
        return tr("No rule of edition {n} says where it goes.", n=routed.edition)
    return tr("Routed to {place} by “{rule}” of edition {n}.", place=place, rule=by.name, n=routed.edition)


def my_skills(uow: UnitOfWork) -> tuple[str, ...]:
    """Return what whoever is signed in is skilled in."""
    return skills_in(uow.session.scalar(select(Agent.skills).where(Agent.id == uow.actor)) or "")


def _skilled(uow: UnitOfWork, skill: str) -> str:
    """Return whether the reader has the skill that a case asks for, else how many people do."""
    if having(skill, dict.fromkeys(my_skills(uow), 1)):
        return tr("You have the skill that it asks for.")
    said = skill_words(skill, counted(uow.session.scalars(select(Agent.skills).where(Agent.active))))
    return tr("You do not have the skill that it asks for. {others}", others=said)


def _person(uow: UnitOfWork, row: Complaint | Request, routed: Routed | None) -> str:
    """Return what a person decided about its handler, empty where nobody did."""
    if row.assigned_to is None:
        gone = row.routed_owner is not None and routed is not None
        return (
            tr("{name} does not have it any more; it is anybody's to take on.", name=_name(uow, row.routed_owner))
            if gone
            else ""
        )
    if row.assigned_by is None:
        return ""
    owner, by = _name(uow, row.assigned_to), _name(uow, row.assigned_by)
    above = "" if routed is None else tr("That stands above the rules.")
    done = (
        tr("{name} took it on.", name=owner)
        if row.assigned_by == row.assigned_to
        else tr("{name} gave it to {other}.", name=by, other=owner)
    )
    return f"{done} {above}".strip()


def _kept(routed: Routed) -> tuple[str, ...]:
    said: list[str] = []
    if Kept.OWNER in routed.kept:
        said.append(tr("Somebody had taken it on before the rules were asked, and kept it."))
    if Kept.REGIME in routed.kept:
        said.append(tr("The rules that apply had been chosen by a person, or are not there, and stayed."))
    return tuple(said)


def _name(uow: UnitOfWork, agent_id: UUID | None) -> str:
    name = uow.session.scalar(select(Agent.display_name).where(Agent.id == agent_id))
    return name or tr("Somebody")
