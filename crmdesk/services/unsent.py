"""What the server has not taken yet, in words, and the ways on for what it refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, case, delete, func, select

from crmdesk.domain import money
from crmdesk.domain.cases.steps import details_of
from crmdesk.domain.changes import Kind
from crmdesk.domain.errors import Refused
from crmdesk.domain.ids import new_id
from crmdesk.domain.knowledge.edition import edition_of
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sync_state import UnsentChange, UnsentState, Way, Wording
from crmdesk.models.attachment import ContentState, WaitingContent
from crmdesk.models.complaint import Complaint, ComplaintStep
from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Note
from crmdesk.models.knowledge import Article
from crmdesk.models.local import ERASED, EXISTS_ALREADY, FELL, NOT_BACK, ConflictRow, Cursor, Outbox, OutboxState
from crmdesk.models.people import Agent
from crmdesk.models.registry import SYNCED, table_of
from crmdesk.models.request import Request, RequestStep
from crmdesk.models.shown import keep_server_row, reshow
from crmdesk.models.standing import CONTENT_ALONE, Standing, standing
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import attachments, complaints, interactions
from crmdesk.services.field_words import label_of, words_of

_REFUSED = (OutboxState.REFUSED.value, OutboxState.TAKEN.value)
_URGENCY = case((Outbox.state == OutboxState.WAITING.value, 1), else_=0)


@dataclass(frozen=True, slots=True)
class Tally:
    """How much is unsent, since when, how much was refused or clashed (``conflicts`` of them), and when the server was
    last heard."""

    unsent: int
    refused: int
    conflicts: int
    oldest_at: datetime | None
    pulled_at: datetime | None


def counts(uow: UnitOfWork) -> Standing:
    """Count what is here and not at the server, as this desk tells the server."""
    return standing(uow.session)


def tally(uow: UnitOfWork) -> Tally:
    """Count what has not been taken."""
    now = standing(uow.session)
    pulled = uow.session.scalar(select(Cursor.pulled_at))
    return Tally(now.unsent, now.refused + now.conflicts, now.conflicts, now.unsent_since, pulled)


def changes(uow: UnitOfWork, limit: int = 200) -> tuple[UnsentChange, ...]:
    """Return what was refused or clashed first, then what waits, oldest first."""
    me = uow.session.scalar(select(Agent.display_name).where(Agent.id == uow.actor)) or ""
    clashes = uow.session.scalars(
        select(ConflictRow).where(ConflictRow.settled_at.is_(None)).order_by(ConflictRow.found_at)
    )
    found = [_clash(row, me) for row in clashes]
    queued = uow.session.scalars(
        select(Outbox)
        .where(Outbox.state.in_((OutboxState.WAITING.value, *_REFUSED)))
        .order_by(_URGENCY, Outbox.seq)
        .limit(limit)
    )
    refused, waiting = _contents(uow, me)
    return (*found, *refused, *(_change(uow, row, me) for row in _without_followers(queued.all())), *waiting)


def _without_followers(queued: Sequence[Outbox]) -> Sequence[Outbox]:
    """Return the changes with one of each refused group: the first that could not stand, for dealing with it deals with
    all."""
    shown: dict[int, Outbox] = {}
    for row in queued:
        if row.state in _REFUSED and (row.group_seq not in shown or shown[row.group_seq].reason == FELL != row.reason):
            shown[row.group_seq] = row
    return [row for row in queued if row.state not in _REFUSED or shown[row.group_seq] is row]


def _clash(row: ConflictRow, me: str) -> UnsentChange:
    return UnsentChange(
        seq=0,
        what=row.title,
        who=me,
        made_at=row.mine_at or row.found_at,
        state=UnsentState.CONFLICT,
        reason=tr("A colleague changed the same field ({field}); both versions are kept.", field=label_of(row.field)),
        answered_at=row.found_at,
        kind=Kind(row.entity),
        row_id=row.row_id,
        conflict_id=row.id,
        ways=(Way.SETTLE,),
    )


def _contents(uow: UnitOfWork, me: str) -> tuple[list[UnsentChange], list[UnsentChange]]:
    """Return the files whose contents were refused, then those that wait; what can be done with one is at its case."""
    columns = (WaitingContent.entity, WaitingContent.id, WaitingContent.added_at, WaitingContent.state)
    query = select(*columns, WaitingContent.reason).where(CONTENT_ALONE).order_by(WaitingContent.added_at)
    found: dict[bool, list[UnsentChange]] = {True: [], False: []}
    for entity, id_, added_at, state, reason in uow.session.execute(query):
        refused = state == ContentState.REFUSED.value
        found[refused].append(
            UnsentChange(
                seq=0,
                what=attachments.title_of(uow, id_),
                who=me,
                made_at=added_at,
                state=UnsentState.REFUSED if refused else UnsentState.WAITING,
                reason=tr(reason),
                kind=Kind(entity),
                row_id=id_,
            )
        )
    return found[True], found[False]


def _change(uow: UnitOfWork, row: Outbox, me: str) -> UnsentChange:
    refused = row.state in _REFUSED
    wordings = wordings_of(row) if Way.TRY_AGAIN in _ways(row) else ()
    ways = (*((Way.CHANGE,) if wordings else ()), *((Way.ASK,) if _may_ask(uow, row) else ()), *_ways(row))
    return UnsentChange(
        seq=row.seq,
        what=row.title or tr("A change that cannot be kept"),
        who=me,
        made_at=row.made_at,
        state=UnsentState.REFUSED if refused else UnsentState.WAITING,
        reason=tr(row.reason),
        answered_at=row.answered_at,
        kind=Kind(row.entity),
        row_id=row.row_id,
        text=_said_together(uow, refused_together(uow, row.seq)) if refused or row.reason == NOT_BACK else "",
        ways=ways,
        wordings=wordings,
    )


def wordings_of(row: Outbox) -> tuple[Wording, ...]:
    """Return what of a change is words that people write: no choice from a list, no number, no reference."""
    if table_of(row.entity).info.get("led"):
        return ()  # a version is written where it is read, with all of it in sight
    return tuple(
        Wording(name, label_of(name), value)
        for name, value in row.set_.items()
        if isinstance(value, str) and _is_written(row.entity, name)
    )


def _is_written(entity: str, name: str) -> bool:
    column = table_of(entity).columns.get(name)
    chosen = {"one_of", "form", "refers", "child_of", "parent", "coded"}
    return column is not None and isinstance(column.type, Text) and not chosen & column.info.keys()


def _may_ask(uow: UnitOfWork, row: Outbox) -> bool:
    return Way.TRY_AGAIN in _ways(row) and row.reason != EXISTS_ALREADY and customer_of(uow, row) is not None


def _ways(row: Outbox) -> tuple[Way, ...]:
    if row.state == OutboxState.TAKEN.value or row.reason in (ERASED, NOT_BACK):
        return (Way.LET_GO,)
    if row.state == OutboxState.REFUSED.value:
        return (Way.TRY_AGAIN, Way.LET_GO)
    return ()


def words_said(uow: UnitOfWork, row: Outbox) -> str:
    """Return what the change says, a field to a line: what a person would not want to type again."""
    if row.entity == Note.__tablename__:
        return str(row.set_.get("body", ""))
    if row.entity == Article.__tablename__:
        return f"{row.set_.get('title', '')}\n\n{row.set_.get('body', '')}"
    if row.entity in (ComplaintStep.__tablename__, RequestStep.__tablename__):
        told = details_of(str(row.set_.get("details", ""))).values()
        return "\n".join(value for value in told if isinstance(value, str) and value.strip())
    shown = {name: words_of(uow, row.entity, name, value) for name, value in row.set_.items() if name != "scope_id"}
    sum_, currency = row.set_.get("amount_minor"), row.set_.get("currency")
    if isinstance(sum_, int) and isinstance(currency, str):
        shown |= {"amount_minor": money.said(sum_, currency) if sum_ else "", "currency": ""}
    return "\n".join(f"{label_of(name)}: {words}" for name, words in shown.items() if words)


def _said_together(uow: UnitOfWork, group: Sequence[Outbox]) -> str:
    return "\n\n".join(filter(None, (words_said(uow, entry) for entry in group)))


# Ways on -----------------------------------------------------------------------------------------------------------


def try_again(uow: UnitOfWork, seq: int) -> None:
    """Send a refused change again, as a new one made on what the person saw then, with all that was saved with it.

    A case whose reference somebody else has gets a new one, an article's version the next number. Raises Refused
    when there is nothing to send again, Unavailable when no reference is left.
    """
    group = refused_together(uow, seq)
    if any(Way.TRY_AGAIN not in _ways(entry) for entry in group):
        raise Refused(tr("This cannot be sent again."), tr("Let it go; what it says can be copied."))
    first: int | None = None
    for entry in group:
        again = entry.again(id=new_id(), group_seq=first or 0)
        if entry.entity in _REFERRED and entry.reason == EXISTS_ALREADY:
            _give_new_reference(uow, again)
        if entry.entity == Article.__tablename__ and entry.reason == EXISTS_ALREADY:
            _give_next_version(uow, again)
        uow.session.delete(entry)
        uow.session.add(again)
        keep_server_row(uow.session, again.entity, again.row_id)
        uow.session.flush()
        first = first or again.seq
        again.group_seq = first
        reshow(uow.session, again.entity, again.row_id)
        uow.touched(Kind(again.entity), again.row_id)


_REFERRED = (Complaint.__tablename__, Request.__tablename__)
"""The cases that have a reference."""


def _give_new_reference(uow: UnitOfWork, again: Outbox) -> None:
    row = _case(uow, again)
    old = again.set_.get("reference")
    if row is None or not isinstance(old, str):
        return
    row.reference = complaints.next_reference(uow, old.split("-")[0])
    again.set_ = {**again.set_, "reference": row.reference}
    again.title = again.title.replace(old, row.reference)


def _case(uow: UnitOfWork, entry: Outbox) -> Complaint | Request | None:
    if entry.entity == Complaint.__tablename__:
        return uow.session.get(Complaint, entry.row_id)
    return uow.session.get(Request, entry.row_id)


def _give_next_version(uow: UnitOfWork, again: Outbox) -> None:
    """Let an article come after the version that a colleague published first."""
    row = uow.session.get(Article, again.row_id)
    if row is None:
        return
    latest = uow.session.scalar(select(func.max(Article.version)).where(Article.code == row.code)) or row.version
    row.version, row.edition = latest + 1, edition_of(row.code, latest + 1)
    again.set_ = {**again.set_, "version": row.version, "edition": row.edition}


def let_go(uow: UnitOfWork, seq: int) -> str:
    """Give up a refused change, with all that was saved with it, and return what it said, to be copied.

    The record is shown as the server has it again; one that the server never took goes. Raises Refused when the change
    is no refused one any more.
    """
    group = refused_together(uow, seq)
    said = _said_together(uow, group)
    for entry in group:
        entry.state = OutboxState.REFUSED.value  # of what is thrown away so, the second file keeps the number alone
    uow.session.flush()
    for entry in group:
        uow.session.delete(entry)
    uow.session.flush()
    for entity, row_id, op in dict.fromkeys((entry.entity, entry.row_id, entry.op) for entry in group):
        _show_servers(uow, entity, row_id, op)
    return said


def keep_as_note(uow: UnitOfWork, seq: int) -> UUID:
    """Give up a refused change and keep what it said as a new note about the customer; return the note's id.

    Raises Refused when nothing of it may be kept, or there is nothing in it.
    """
    entry = refused_together(uow, seq)[0]
    customer_id = customer_of(uow, entry)
    said = let_go(uow, seq)
    if not said:
        raise Refused(tr("There are no words to keep in this change."), tr("Let it go."))
    uow.apart()
    return interactions.add_note(uow, None, customer_id, said)


def refused_together(uow: UnitOfWork, seq: int) -> Sequence[Outbox]:
    """Return the refused changes that were saved together with this one, which stand or fall with it.

    Raises Refused when it is no refused one any more.
    """
    entry = uow.session.get(Outbox, seq)
    if entry is None or not (entry.state in _REFUSED or entry.reason == NOT_BACK):
        raise Refused(tr("This change was dealt with already."), tr("There is nothing left to do."))
    if entry.reason == NOT_BACK:
        return [entry]
    together = select(Outbox).where(Outbox.group_seq == entry.group_seq, Outbox.state.in_(_REFUSED))
    return uow.session.scalars(together.order_by(Outbox.seq)).all()


def _show_servers(uow: UnitOfWork, entity: str, row_id: UUID, op: str) -> None:
    table = table_of(entity)
    never_taken = uow.session.scalar(select(table.c.ver).where(table.c.id == row_id)) == 0
    if op == "insert" and never_taken:
        # What was queued on the row cannot be taken either, since there is none.
        uow.session.execute(
            delete(Outbox).where(Outbox.entity == entity, Outbox.row_id == row_id, Outbox.state.in_(_REFUSED))
        )
        uow.session.execute(delete(table).where(table.c.id == row_id))
        uow.session.execute(delete(WaitingContent).where(WaitingContent.id == row_id))
    else:
        reshow(uow.session, entity, row_id)
    uow.session.expire_all()
    uow.touched(Kind(entity), row_id)


def customer_of(uow: UnitOfWork, entry: Outbox) -> UUID | None:
    """Return the customer whom a change is about, None where it is about nobody whom the server knows."""
    if entry.entity == Customer.__tablename__:
        return entry.row_id if entry.op != "insert" else None
    row = uow.session.get(SYNCED[entry.entity], entry.row_id)
    found: UUID | None = getattr(row, "customer_id", None)
    return found
