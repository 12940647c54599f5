"""Work is tried without savepoints first: hardly ever is something undone, and each savepoint costs two statements.

Who can begin a whole transaction anew lets it be tried ``boldly``. Where something has to be undone after all, the
attempt ends as NeedsSavepoints, and the next one is made with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

_BOLD = "crmdesk_bold"


class NeedsSavepoints(Exception):
    """Something in this transaction has to be undone, and nothing marks where it began."""


def boldly(conn: Connection) -> Connection:
    """Return the connection for an attempt that is made again, with savepoints, when it raises NeedsSavepoints."""
    return conn.execution_options(**{_BOLD: True})


@contextmanager
def undoable(conn: Connection, *failures: type[Exception]) -> Iterator[None]:
    """Undo what the block wrote when it raises one of ``failures``, which then goes on to the caller.

    Raises NeedsSavepoints in its place in an attempt without savepoints.
    """
    if not conn.get_execution_options().get(_BOLD):
        with conn.begin_nested():
            yield
        return
    try:
        yield
    except failures as failure:
        raise NeedsSavepoints from failure
