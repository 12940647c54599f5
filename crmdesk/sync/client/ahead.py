"""Keeps the server busy while the desk writes: one page, or one answer, is on its way and no more than that.

What is fetched ahead lives in memory only: a page is written with its cursor or not at all, and an answer that is lost
is given again by the server.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

from crmdesk.sync.client.at_once import is_plain
from crmdesk.sync.transports import Transport
from crmdesk.sync.wire import Mutation, Pull, PullReply, Push, PushReply

PAGE = 1500
"""Rows of a page: a thousand changes fit into one, and writing it holds a note up for no more than some 40 ms."""


def pages(transport: Transport, device_id: UUID, position: bytes | None) -> Generator[PullReply]:
    """Yield the pages of one round; the next is asked for while one is written. Close it to wait for what was asked.

    Raises Unavailable or Refused as the transport does.
    """
    page = transport.pull(Pull(device_id, position, PAGE))
    if page.more:
        with ThreadPoolExecutor(1, "pull-ahead") as beside:
            while page.more:
                following = beside.submit(transport.pull, Pull(device_id, page.cursor, PAGE))
                yield page
                page = following.result()
    yield page


Read = Callable[[int], Sequence[Mutation]]
"""Returns the next mutations with a number above this one, none at the end."""


def answers(
    transport: Transport, device_id: UUID, batch: Sequence[Mutation], after: Read
) -> Generator[tuple[Sequence[Mutation], PushReply]]:
    """Yield batches with their answers, beginning with ``batch``; the next is sent while one is written down.

    It goes on only while the server took everything as it was. What else it says may change what is sent next: then
    the last is yielded and no more. Close it to wait for what was sent; raises as the transport does.
    """
    with ThreadPoolExecutor(1, "push-ahead") as beside:
        sent: Future[PushReply] | None = beside.submit(transport.push, Push(device_id, tuple(batch)))
        while sent is not None:
            following = after(batch[-1].seq)
            reply = sent.result()
            goes_on = bool(following) and len(reply.results) == len(batch) and all(map(is_plain, reply.results))
            sent = beside.submit(transport.push, Push(device_id, tuple(following))) if goes_on else None
            yield batch, reply
            batch = following
