"""RETURNS: what supervisors' desks ask about the return for the regulator. It is counted anew each time."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.cases.returns import CaseBehind, CasesBehind, Return, Scope
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark
from crmdesk.domain.people import Role
from crmdesk.sync.engine import returns, signed_returns
from crmdesk.sync.engine.access import Principal, at_device, within
from crmdesk.sync.engine.refusal import Code, Rejection
from crmdesk.sync.engine.return_spells import Spell
from crmdesk.sync.return_wire import AskBehind, AskReturn, AskSign, BehindReply, ReturnReply

CASES_AT_ONCE = 1000
"""So many complaints behind a figure are sent, those opened first; the figure itself says how many there are."""

LONGEST_DAYS = 3 * 366
_OVERSEERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
_NAMED = text(
    "select c.id, coalesce(p.name, '') as customer from crm.complaint c left join crm.customer p "
    "on p.id = c.customer_id where c.id = any(cast(:ids as uuid[]))"
)


def made(conn: Connection, principal: Principal, message: AskReturn) -> ReturnReply:
    """Return the return of a scope; raises Rejection for who may not, and UserMistake for no scope of this house."""
    _check(principal, message.device_id, message.scope)
    return _told(conn, returns.made(conn, message.scope))


def behind(conn: Connection, principal: Principal, message: AskBehind) -> BehindReply:
    """Return the complaints behind a part of a return, with names where this person may see them; raises as ``made``
    does."""
    _check(principal, message.device_id, message.scope)
    spells = returns.behind(conn, message.scope, message.wanted)
    sent = spells[:CASES_AT_ONCE]
    with within(conn, principal.scopes):
        rows = conn.execute(_NAMED, {"ids": list({spell.id for spell in sent})}).all()
    names = {row.id: row.customer for row in rows}
    return BehindReply(CasesBehind(tuple(_case(spell, names.get(spell.id, "")) for spell in sent), len(spells)))


def sign(conn: Connection, principal: Principal, message: AskSign) -> ReturnReply:
    """Sign the return of a scope in the name of whoever asks, and return it as it is then.

    Raises Rejection as ``made`` does, and where the figures are no longer those that were seen.
    """
    _check(principal, message.device_id, message.scope)
    if principal.barred:
        raise Rejection(Code.NOT_HELD, mark("This computer was taken out of use."), mark("Ask your administrator."))
    one = returns.made(conn, message.scope)
    if one.digest() != message.digest:
        raise Rejection(
            Code.BAD_REQUEST, mark("The figures changed since you looked."), mark("Look at them again, then sign.")
        )
    if not one.adds_up:
        raise Rejection(
            Code.BAD_REQUEST, mark("The return does not add up."), mark("Run crmdesk audit verify at the server.")
        )
    signed_returns.sign(conn, one, principal.user_id)
    return _told(conn, one)  # not counted again: from here on this transaction holds others up


def _told(conn: Connection, one: Return) -> ReturnReply:
    shown = signed_returns.shown(conn, one)
    before = "" if shown.before is None else shown.before.document()
    return ReturnReply(shown.one.document(), before, shown.regime, shown.entity, shown.signatures)


def _case(spell: Spell, customer: str) -> CaseBehind:
    return CaseBehind(
        id=spell.id,
        reference=spell.reference,
        product=spell.product,
        category=spell.category,
        opened_at=spell.opened_at,
        ended_at=spell.ended_at,
        outcome=spell.outcome,
        again=spell.again,
        customer=customer,
    )


def _check(principal: Principal, device: UUID, scope: Scope) -> None:
    at_device(principal, device)
    if principal.role not in _OVERSEERS:
        raise Rejection(Code.NOT_HELD, mark("Only supervisors can see the return."), mark("Ask your supervisor."))
    if _days(scope.period.first, scope.period.last) > LONGEST_DAYS:
        raise UserMistake("to", mark("This period is too long to be counted."), mark("Choose at most three years."))


def _days(first: date, last: date) -> int:
    return (last - first).days + 1
