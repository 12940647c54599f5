"""Fetches a first snapshot into its file: the next chunk travels while the last one is written."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from sqlalchemy.orm import Session

from crmdesk.domain.clock import Clock
from crmdesk.models.local import Cursor
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.client.receiving import apply_page
from crmdesk.sync.client.snapshot_part import PartFile
from crmdesk.sync.transports import Transport
from crmdesk.sync.wire import PULL_LIMIT, SNAPSHOT_LIMIT, Pull, Snapshot, SnapshotReply


def fetch(
    transport: Transport,
    part: PartFile,
    device_id: UUID,
    clock: Clock,
    told: Callable[[int], None],
    limit: int = SNAPSHOT_LIMIT,
) -> None:
    """Bring everything that is missing into ``part`` and finish it; ``told`` hears how many rows are there.

    Raises Unavailable and Refused as the transport does, and what ``PartFile`` raises; what was done stays done.
    """
    if not part.is_complete():
        count = part.rows()
        told(count)
        with ThreadPoolExecutor(1, "ahead") as ahead:
            question = part.next_question(device_id, limit)
            while question is not None:
                answer = ahead.submit(transport.snapshot, question)
                while question is not None:
                    reply = answer.result()
                    following = _following(question, reply)
                    if following is not None:
                        answer = ahead.submit(transport.snapshot, following)
                    count += part.store(question.scope, reply)
                    told(count)
                    question = following
                question = part.next_question(device_id, limit)
        part.finish(clock)
    catch_up(transport, part, device_id, clock)
    part.settle()


def _following(question: Snapshot, reply: SnapshotReply) -> Snapshot | None:
    """Return the question after this answer, None when the scope is complete."""
    if reply.done:
        return None
    return Snapshot(question.device_id, question.scope, reply.entity, reply.after, reply.cursor, question.limit)


def catch_up(transport: Transport, part: PartFile, device_id: UUID, clock: Clock) -> None:
    """Apply to a finished file what changed at the server since its first chunk."""
    more = True
    while more:
        with Session(part.engines.write) as session, session.begin():
            position = session.get_one(Cursor, 1).position
        page = transport.pull(Pull(device_id, position, PULL_LIMIT))
        with Session(part.engines.write) as session, session.begin():
            apply_page(UnitOfWork(session, clock, None), page)
        more = page.more
