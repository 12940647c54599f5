"""Root causes on the desk: the tree in force, choosing one for an issue, changing the tree, and how often each is
named."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from crmdesk.domain.complaints import ComplaintRow
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.knowledge.edition import NewEdition, Shelf
from crmdesk.domain.language import tr
from crmdesk.domain.learning.causes import (
    CAUSES,
    Cause,
    Tree,
    check_follows,
    newest_tree,
    tree_of,
    with_cause,
    written,
)
from crmdesk.domain.learning.counting import Counts, Span, counted
from crmdesk.domain.radar.names import alike, product_name, spellings
from crmdesk.models.complaint import Complaint, ComplaintIssue
from crmdesk.models.rules import HouseRules
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import knowledge
from crmdesk.services.complaints import listed_complaints

MOST_SHOWN = 200
_STATE = select(func.count(), func.max(HouseRules.updated_at), func.max(HouseRules.version)).where(
    HouseRules.code == CAUSES
)
_EDITIONS = select(HouseRules.code, HouseRules.version, HouseRules.state, HouseRules.body).where(
    HouseRules.code == CAUSES
)


class CausesInForce:
    """Keeps the tree that was read last: what it was read from tells whether it still is the newest. Reading threads
    share it; two that read at once read the same."""

    def __init__(self) -> None:
        self._read: tuple[object, Tree] | None = None

    def tree(self, uow: UnitOfWork) -> Tree:
        """Return the newest published tree, an empty one where none was published."""
        now = tuple(uow.session.execute(_STATE).one())
        if self._read is None or self._read[0] != now:
            found = uow.session.execute(_EDITIONS)
            self._read = (now, newest_tree([(code, version, state, body) for code, version, state, body in found]))
        return self._read[1]


def check_chosen(tree: Tree, code: str, before: str) -> None:
    """Raise UserMistake at ``cause`` for a code that may not be chosen; one that was chosen ``before`` stays."""
    if code and code != before and not tree.is_offered(code):
        raise UserMistake("cause", tr("This is no cause of the list."), tr("Type a part of its name and choose it."))


# The tree ------------------------------------------------------------------------------------------------------------


def put(uow: UnitOfWork, tree: Tree, cause: Cause) -> UUID:
    """Publish the tree with a cause, new or in place of the one of its code; return the id of the edition.

    ``tree`` is the one that was seen. Raises UserMistake at ``code``, ``title``, ``under`` or ``version``, Refused for
    somebody who does not lead.
    """
    return publish(uow, tree, with_cause(tree, cause))


def publish(uow: UnitOfWork, before: Tree, after: Tree) -> UUID:
    """Publish a tree after the one ``before`` and return the id of the edition; raises as ``put`` does."""
    check_follows(before, after)
    title = after.title or tr("Root causes")
    checked = tree_of(title, after.causes)
    return knowledge.publish(uow, NewEdition(Shelf.HOUSE_RULES, CAUSES, title, written(checked)), before.version)


# Counting ------------------------------------------------------------------------------------------------------------


_THERE = or_(~ComplaintIssue.removed, ComplaintIssue.finding != "", func.trim(ComplaintIssue.answer) != "")
"""As ``domain.complaints.is_left_out`` has it, the other way round."""


def counts(uow: UnitOfWork, tree: Tree, span: Span) -> Counts:
    """Return how many complaints of a time name each cause, closed ones too."""
    query = (
        select(Complaint.id, Complaint.product, ComplaintIssue.cause)
        .join(ComplaintIssue, ComplaintIssue.complaint_id == Complaint.id)
        .where(_THERE, *_within(span))
    )
    rows = uow.session.execute(query).all()
    products = spellings(product_name(row.product) for row in rows)
    wanted = alike(span.product)
    named = [(row.id, row.cause) for row in rows if not wanted or alike(product_name(row.product)) == wanted]
    some = len({id_ for id_, code in named if code})
    return Counts(tree, counted(tree, named), some, tuple(sorted(products.values(), key=str.casefold)))


def _within(span: Span) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if span.since is not None:
        found.append(Complaint.received_at >= span.since)
    if span.until is not None:
        found.append(Complaint.received_at < span.until)
    return found


def behind(uow: UnitOfWork, tree: Tree, span: Span, code: str) -> tuple[ComplaintRow, ...]:
    """Return the complaints that name a cause or one that belongs to it, newest first, two hundred at most; for an
    empty code those of which no issue has a cause."""
    of_it = select(ComplaintIssue.id).where(ComplaintIssue.complaint_id == Complaint.id, _THERE)
    which: ColumnElement[bool]
    if code:
        which = of_it.where(ComplaintIssue.cause.in_(tree.below(code))).exists()
    else:
        which = of_it.exists() & ~of_it.where(ComplaintIssue.cause != "").exists()
    spelt = _spelt(uow, span.product)
    about = () if spelt is None else (Complaint.product.in_(spelt),)
    return listed_complaints(uow, and_(which, *_within(span), *about), MOST_SHOWN)


def _spelt(uow: UnitOfWork, product: str) -> list[str] | None:
    """Return every way in which a product is written, None for any product."""
    if not product:
        return None
    written_so = uow.session.scalars(select(Complaint.product).distinct())
    return [one for one in written_so if alike(product_name(one)) == alike(product)]
