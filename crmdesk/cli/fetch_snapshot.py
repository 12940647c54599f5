"""``crmdesk fetch-snapshot``: the desktop's own helper that builds its first file; nobody types it.

It is a process of its own, so that neither decoding nor SQLite ever holds up the window. It ends with the desktop: the
pipe from it breaks.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import threading
from collections.abc import Callable
from io import FileIO
from itertools import count
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from crmdesk.domain.errors import CrmdeskError, DamagedStore, UserMistake

if TYPE_CHECKING:
    from crmdesk.runtime.snapshot_talk import Job, Report

_NICE = 5
"""The window goes before."""

_ORPHANED = 3
_CHUNKS_BETWEEN_COLLECTIONS = 8
"""Millions of rows make no cycles, so nobody looks for them; answers of the server do, and each is large."""


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command, without a line in the list of commands."""
    commands.add_parser("fetch-snapshot").set_defaults(func=_run)


def _run(_: argparse.Namespace) -> int:
    from crmdesk.runtime.snapshot_talk import Job, read, trouble_of

    parent = open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)  # noqa: SIM115 - read to the end of the process
    said = parent.readline()
    if not said:
        return _ORPHANED
    try:
        job = read(said, Job)
    except ValueError as error:
        raise UserMistake(
            "input", "This command belongs to the desktop, which starts it by itself.", "Run: crmdesk"
        ) from error
    tokens: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen, args=(parent, tokens), name="parent", daemon=True).start()
    if sys.platform != "win32":
        os.nice(_NICE)
    gc.disable()
    try:
        _build(job, tokens)
    except CrmdeskError as error:
        _tell(trouble_of(error))
        return 1
    return 0


def _build(job: Job, tokens: SimpleQueue[str]) -> None:
    from crmdesk.domain.clock import SystemClock
    from crmdesk.runtime.snapshot_talk import Report
    from crmdesk.sync.client.snapshot_fetch import fetch
    from crmdesk.sync.client.snapshot_part import Order, open_part, part_path, remove_part
    from crmdesk.sync.transports.lent import LentAccess

    def renewed() -> str:
        _tell(Report(wants_token=True))
        return tokens.get()

    clock, path = SystemClock(), part_path(job.path)
    client = LentAccess(job.server, job.ca_file, job.token, renewed)
    part = open_part(path, bytes.fromhex(job.key), Order(job.epoch, job.home_scope, job.scopes))
    try:
        fetch(client, part, job.device_id, clock, _teller(), job.limit)
    except DamagedStore:
        part.close()
        remove_part(path)
        raise
    finally:
        part.close()
        client.close()
    _tell(Report(complete=True))


def _teller() -> Callable[[int], None]:
    """Return what tells how many rows are there, and tidies up now and then."""
    from crmdesk.runtime.snapshot_talk import Report

    told = count(1)

    def tell(rows: int) -> None:
        _tell(Report(rows=rows))
        if next(told) % _CHUNKS_BETWEEN_COLLECTIONS == 0:
            gc.collect()

    return tell


def _tell(report: Report) -> None:
    from crmdesk.runtime.snapshot_talk import line

    sys.stdout.buffer.write(line(report))
    sys.stdout.buffer.flush()


def _listen(parent: FileIO, tokens: SimpleQueue[str]) -> None:
    """Take further tokens; when the desktop is gone, end at once: what is in the file stays whole."""
    from crmdesk.runtime.snapshot_talk import Lent, read

    while said := parent.readline():
        tokens.put(read(said, Lent).token)
    os._exit(_ORPHANED)
