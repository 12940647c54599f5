"""Runs use cases on the database threads: one that writes, two that read; the event loop never waits on the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, ProgrammingError
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.language import tr
from crmdesk.models.engine import StoreEngines, damaged_or_unavailable
from crmdesk.models.keeping import transaction
from crmdesk.models.replacing import close_whole, empty_wal, replace_store
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.bus import Bus, LocalWrite, SecondFileChanged
from crmdesk.runtime.gate import Gate

P = ParamSpec("P")
T = TypeVar("T")
UseCase = Callable[Concatenate[UnitOfWork, P], T]
_NEVER_SENT = frozenset({Kind.DRAFT, Kind.DUPLICATE_PAIR})


class Database:
    """The desk's file behind threads. ``actor`` is the signed-in agent's id, None before sign-in.

    ``read_only`` says why synced records cannot be changed now, None while they can; drafts are kept all the same.
    """

    def __init__(self, engines: StoreEngines, clock: Clock, bus: Bus) -> None:
        self.actor: UUID | None = None
        self.read_only: Refused | None = None
        self._engines = engines
        self._clock = clock
        self._bus = bus
        self._writer = ThreadPoolExecutor(1, "db-write")
        self._readers = ThreadPoolExecutor(2, "db-read")
        self._gate = Gate()
        self._closed = False
        self._told = ""

    async def read(self, use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case that only reads, on a reading thread, on one steady snapshot.

        Raises Unavailable once the file was closed, as ``write`` does: a page may still ask while the desk ends.
        """
        self._check_open()
        future = self._readers.submit(lambda: self._read(use_case, *args, **kwargs))
        return await asyncio.wrap_future(future)

    async def read_in_turn(self, use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``read``, behind everything that was asked to be written before, and before what is asked for later."""
        self._check_open()
        return await asyncio.wrap_future(self._writer.submit(lambda: self._read(use_case, *args, **kwargs)))

    async def write(self, use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case on the writing thread; return when it is on the disk, after publishing what changed.

        A caller that is cancelled meanwhile does not stop the write, and the changes are published all the same.
        """
        self._check_open()
        loop = asyncio.get_running_loop()
        future = self._writer.submit(lambda: self._write_as_person(use_case, *args, **kwargs))
        done = loop.create_future()
        future.add_done_callback(lambda finished: self._deliver(loop, finished, done))
        return await asyncio.shield(done)

    def write_now(self, use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, Changes]:
        """Run a use case on the writing thread from another thread (never the loop's) and wait for it."""
        return self._writer.submit(lambda: self._write(use_case, *args, **kwargs)).result()

    @property
    def path(self) -> Path:
        """The file."""
        return self._engines.path

    @property
    def key(self) -> bytes:
        """What opens the file, for the process that builds its successor."""
        return self._engines.key

    def take_place_now(self, successor: StoreEngines, carry_over: Callable[[Session, Session], None]) -> None:
        """Let another file take this one's place, from another thread (never the loop's), and wait for it.

        ``carry_over`` gives the new file (its second argument) what only this one has, while nobody writes. Readers
        wait for no more than the closing of one file and the renaming of the other.
        Raises Unavailable, with this file still in its place, when the disk does not let us.
        """
        self._writer.submit(lambda: self._take_place(successor, carry_over)).result()

    def _take_place(self, successor: StoreEngines, carry_over: Callable[[Session, Session], None]) -> None:
        try:
            with Session(self._engines.write) as old, old.begin(), Session(successor.write) as new, new.begin():
                carry_over(old, new)
            close_whole(successor)
            empty_wal(self._engines.write)
            with self._gate.closed():
                replace_store(self._engines, successor.path)
        except DBAPIError as error:
            raise damaged_or_unavailable(error.orig or error) from error
        except OSError as error:
            what = tr("The new copy of the records could not be put in place.")
            raise Unavailable(what, tr("It is tried again.")) from error

    def close(self) -> None:
        """Finish what was begun, then close the file."""
        self._closed = True
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._engines.dispose()

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable(tr("The desk is being closed."), tr("Start it again to go on."))

    def _deliver(
        self, loop: asyncio.AbstractEventLoop, finished: Future[tuple[T, Changes]], done: asyncio.Future[T]
    ) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._settle, finished, done)

    def _settle(self, finished: Future[tuple[T, Changes]], done: asyncio.Future[T]) -> None:
        error = finished.exception()
        if error is not None:
            if not done.done():
                done.set_exception(error)
            return
        value, changes = finished.result()
        if not done.done():
            done.set_result(value)
        self._tell_of_second_file()
        if changes:
            self._bus.publish(changes)
        if any(kind not in _NEVER_SENT for kind, _ in changes.rows):
            self._bus.publish(LocalWrite())

    def _tell_of_second_file(self) -> None:
        """Say it once when what is written does not reach the second file, and once when it does again."""
        keeper = self._engines.keeper
        trouble = "" if keeper is None or keeper.trouble is None else keeper.trouble.what
        if trouble != self._told:
            self._told = trouble
            self._bus.publish(SecondFileChanged(trouble))

    def _read(self, use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return self._run(self._reading(), use_case, *args, **kwargs)[0]

    def _write(self, use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, Changes]:
        return self._run(self._writing(), use_case, *args, **kwargs)

    def _write_as_person(self, use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, Changes]:
        def allowed(uow: UnitOfWork) -> T:
            uow.read_only = self.read_only
            return use_case(uow, *args, **kwargs)

        return self._run(self._writing(), allowed)

    @contextmanager
    def _reading(self) -> Iterator[UnitOfWork]:
        with self._gate.passed(), Session(self._engines.read) as session, session.begin():
            yield UnitOfWork(session, self._clock, self.actor)

    def _writing(self) -> AbstractContextManager[UnitOfWork]:
        """Both files have what the block wrote when it ends."""
        return transaction(self._engines.write, self._clock, self.actor, self._engines.keeper)

    def _run(
        self, begun: AbstractContextManager[UnitOfWork], use_case: UseCase[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> tuple[T, Changes]:
        try:
            with begun as uow:
                value = use_case(uow, *args, **kwargs)
            return value, uow.changes
        except (IntegrityError, ProgrammingError, InterfaceError):
            raise
        except DBAPIError as error:
            raise damaged_or_unavailable(error.orig or error) from error
