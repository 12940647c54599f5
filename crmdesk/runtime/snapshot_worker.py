"""The desk's side of building its first file: starts the process, lends it tokens, and puts the file in place."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import CrmdeskError, Unavailable
from crmdesk.domain.language import mark, tr
from crmdesk.domain.sync_state import SnapshotProgress
from crmdesk.runtime.database import Database
from crmdesk.runtime.snapshot_talk import COMMAND, Job, Lent, Report, error_of, line, read
from crmdesk.sync.client.snapshot import SMALL
from crmdesk.sync.client.snapshot_fetch import catch_up
from crmdesk.sync.client.snapshot_part import Order, open_part, part_path, remove_part
from crmdesk.sync.client.snapshot_swap import carry_over
from crmdesk.sync.transports.http import GatewayClient

_PATIENCE_S = 5.0
log = logging.getLogger(__name__)

_STOPPED = mark("Copying the server's records stopped.")
_GOES_ON = mark("It goes on by itself.")


def command() -> list[str]:
    """Return how this very program is started as the helper, also from a bundle."""
    if getattr(sys, "frozen", False):
        return [sys.executable, COMMAND]
    return [sys.executable, "-m", "crmdesk", COMMAND]


class _Building:
    """One running process. ``ended`` is called, on its own thread, when it is no more; ``outcome`` is known then."""

    def __init__(
        self,
        words: Sequence[str],
        job: Job,
        client: GatewayClient,
        told: Callable[[int], None],
        ended: Callable[[], None],
    ) -> None:
        self.outcome: Report | None = None
        self._client = client
        self._told = told
        self._ended = ended
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._token = job.token
        self._write(line(job))
        self._listener = threading.Thread(target=self._listen, name="snapshot")
        self._listener.start()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def stop(self) -> None:
        """End the process; what it has done stays done."""
        self._process.kill()
        self._listener.join(_PATIENCE_S)

    def _write(self, said: bytes) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it ended: the listener says so
            self._process.stdin.write(said)
            self._process.stdin.flush()

    def _listen(self) -> None:
        process = self._process
        assert process.stdout is not None
        assert process.stdin is not None
        last: Report | None = None
        for said in process.stdout:
            report = read(said, Report)
            if report.wants_token:
                self._lend()
            elif report.complete or report.trouble is not None:
                last = report
            else:
                self._told(report.rows)
        process.wait()
        process.stdout.close()
        with contextlib.suppress(OSError):
            process.stdin.close()
        self.outcome = last or Report(what=_STOPPED, next_step=_GOES_ON)
        self._ended()

    def _lend(self) -> None:
        """Hand the process a token that the server takes, or end it."""
        try:
            if self._client.access_token == self._token:
                self._client.renew()
        except CrmdeskError as error:
            log.info("the snapshot's access: %s", type(error).__name__)
            self._process.kill()
            return
        self._token = self._client.access_token or ""
        self._write(line(Lent(self._token)))


class SnapshotWorker:
    """A ``Builder`` (``sync.client.snapshot``). ``told`` hears of progress and, with None, of its end; ``woken`` is
    called when there is something to do for whoever asks ``build``. Both are called on other threads. ``helper`` says
    with which words the process is started."""

    def __init__(
        self,
        client: GatewayClient,
        database: Database,
        device_id: UUID,
        clock: Clock,
        told: Callable[[SnapshotProgress | None], None],
        woken: Callable[[], None],
        helper: Callable[[], Sequence[str]] = command,
    ) -> None:
        self._helper = helper
        self._client = client
        self._database = database
        self._device_id = device_id
        self._clock = clock
        self._told = told
        self._woken = woken
        self._order: Order | None = None
        self._building: _Building | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process that builds, None while there is none."""
        return None if self._building is None else self._building.pid

    def is_worth_it(self, total: int) -> bool:
        """See ``Builder``."""
        return total >= SMALL

    def build(self, order: Order, total: int) -> bool:
        """See ``Builder``."""
        building = self._building
        if building is not None and order != self._order:
            self._stop()
            building = None
        if building is None:
            self._begin(order, total)
            return False
        outcome = building.outcome
        if outcome is None:
            return False
        self._building = None
        if not outcome.complete:
            raise error_of(outcome)
        return True

    def clear(self) -> None:
        """See ``Builder``."""
        self._stop()
        self._told(None)
        remove_part(self._part)

    def put_in_place(self) -> None:
        """See ``Builder``."""
        assert self._order is not None
        part = open_part(self._part, self._database.key, self._order)
        try:
            if not part.is_complete():
                raise Unavailable(tr("The new copy of the records is not complete."), tr(_GOES_ON))
            catch_up(self._client, part, self._device_id, self._clock)
            self._database.take_place_now(part.engines, carry_over)
        finally:
            part.close()
        self._order = None
        self._told(None)

    def close(self) -> None:
        """End what is going on, for good; the file stays and is gone on with the next time."""
        self._closed = True
        self._stop()

    def _stop(self) -> None:
        building, self._building = self._building, None
        if building is not None:
            building.stop()

    @property
    def _part(self) -> Path:
        return part_path(self._database.path)

    def _begin(self, order: Order, total: int) -> None:
        if self._client.access_token is None:
            self._client.renew()
        job = Job(
            store=str(self._database.path),
            key=self._database.key.hex(),
            server=self._client.url,
            ca_file=self._client.ca_file,
            token=self._client.access_token or "",
            device_id=self._device_id,
            epoch=order.epoch,
            home_scope=order.home_scope,
            scopes=order.scopes,
        )
        self._check_open()
        self._order = order
        self._told(SnapshotProgress(0, total))
        self._building = _Building(self._helper(), job, self._client, partial(self._tell, total), self._woken)
        if self._closed:  # while the process was being started: whoever closed saw none
            self._stop()
            self._check_open()

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable(tr("The desk is being closed."), tr("Start it again to go on."))

    def _tell(self, total: int, rows: int) -> None:
        self._told(SnapshotProgress(rows, total))
