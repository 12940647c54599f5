"""Keeps the second file in step with the main one: after each commit there, what changed is written here.

Triggers of the main file note what changed (``local.ToKeep``) in the transaction of the change itself. So nothing is
missed: what a full disk or the end of the program kept from the second file is written with the next transaction. Each
note has a number, and the second file says up to which it came: each takes effect once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import Enum, auto
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import CrmdeskError, DamagedStore, Unavailable
from crmdesk.models import aside
from crmdesk.models.engine import damaged_or_unavailable
from crmdesk.models.kept import CHANGE, CONFLICT, CONTENT, DRAFT, Fact, open_kept
from crmdesk.models.kept_batch import THROUGH, Batch, Contents, Values, apply, empty_confirmed, prune
from crmdesk.models.kept_source import STORE_ID, all_rows, changed_since, everything
from crmdesk.models.local import Setting, ToKeep, ToKeepKind
from crmdesk.models.numbering import last_number
from crmdesk.models.replacing import empty_wal
from crmdesk.models.unit_of_work import UnitOfWork


class Standing(Enum):
    """How the two files stand to each other when they are opened."""

    IN_STEP = auto()
    MAIN_IS_BEHIND = auto()
    """The main file is new, or older than the second: what the second has is to be brought back to it."""
    STRANGERS = auto()
    """The second file is another profile's."""


class Keeper:
    """The second file, followed on the writing thread only. It is opened at the first transaction, so that no start
    waits for it.

    ``trouble`` says why it could not be written, None while all is well: the main file has everything meanwhile.
    ``was_damaged`` and ``has_brought_back`` say what happened when it was opened.
    """

    def __init__(self, path: Path, key: bytes, bring_back: Callable[[UnitOfWork, Contents], None]) -> None:
        """``bring_back`` gives a main file that is new, or older than the second, what the second has."""
        self.path = path
        self.trouble: CrmdeskError | None = None
        self.was_damaged = False
        self.has_brought_back = False
        self._key = key
        self._bring_back = bring_back
        self._engine: Engine | None = None
        self._done = 0
        self._whole = False
        self._owes_wal = False
        self._pruned_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the second file can be used."""
        return self._engine is not None

    # Opening ---------------------------------------------------------------------------------------------------------

    def open(self, uow: UnitOfWork) -> None:
        """Open the second file at the beginning of a transaction of the main one, and bring them in step.

        A damaged one is set aside and made anew from the main file. Why it cannot be opened otherwise is in
        ``trouble``; it is tried again with the next transaction.
        """
        now = uow.clock.now()
        try:
            self._engine = self._opened(now)
            facts = self._facts()
        except DBAPIError as error:
            self._failed(damaged_or_unavailable(error.orig or error), now)
        except CrmdeskError as error:
            self.trouble = error
        else:
            standing = self._compare(uow.session, facts)
            if standing is Standing.MAIN_IS_BEHIND:
                self._give_back(uow)
            elif standing is Standing.STRANGERS:
                self.close()
                aside.move(self.path, now)
                self.open(uow)

    def _give_back(self, uow: UnitOfWork) -> None:
        try:
            kept = self.contents()
        except DBAPIError as error:
            self._failed(damaged_or_unavailable(error.orig or error), uow.clock.now())
            return
        self._bring_back(uow, kept)
        self.has_brought_back = True

    def _opened(self, now: datetime) -> Engine:
        try:
            return open_kept(self.path, self._key)
        except DamagedStore:
            self.was_damaged = True
            aside.move(self.path, now)
            return open_kept(self.path, self._key)

    def _compare(self, session: Session, facts: Mapping[str, Any]) -> Standing:
        row = session.get(Setting, STORE_ID)
        mine = None if row is None else row.value
        head, pending = last_number(session, "to_keep"), session.scalar(select(func.min(ToKeep.id)))
        self._done = int(facts.get(THROUGH, 0))
        kept = facts.get(STORE_ID)
        if kept is not None and (mine is None or (mine == kept and self._done > head)):
            return Standing.MAIN_IS_BEHIND
        if kept is not None and mine != kept:
            return Standing.STRANGERS
        stale = self._done < (head if pending is None else pending - 1)
        if kept is None or stale:
            self._whole = True
        self._owes_wal = session.scalar(select(ToKeep.id).where(ToKeep.what == ToKeepKind.ERASED).limit(1)) is not None
        return Standing.IN_STEP

    # Following -------------------------------------------------------------------------------------------------------

    def collect(self, session: Session, now: datetime) -> Batch | None:
        """Return what the transaction changed, None where nothing; call it last in the transaction."""
        if self._engine is None:
            return None
        session.flush()
        if self._whole:
            return everything(session, now)
        return changed_since(session, self._done, now, ToKeepKind.ERASED.value if self._owes_wal else "")

    def keep(self, batch: Batch | None) -> None:
        """Write a batch after the main file's commit. What goes wrong is told in ``trouble`` and done again later."""
        if batch is None or self._engine is None:
            return
        try:
            with self._engine.begin() as connection:
                apply(connection, batch)
                if self._pruned_at is None or batch.now - self._pruned_at > timedelta(hours=1):
                    prune(connection, batch.now)
                    self._pruned_at = batch.now
        except DBAPIError as error:
            self._failed(damaged_or_unavailable(error.orig or error), batch.now)
            return
        self.trouble = None
        self._done, self._whole = batch.through, False
        self._owes_wal = self._owes_wal or bool(batch.erased)

    def empty_wals(self, main: Engine) -> None:
        """After an erasure: leave no older version of a page in either file's log. Done again while somebody reads."""
        if self._owes_wal and self._engine is not None:
            self._owes_wal = not (empty_wal(main) and empty_wal(self._engine))

    def forget_confirmed(self) -> None:
        """Leave nothing but the numbers of changes that the server has. Raises Unavailable when that cannot be now."""
        with self._reading() as connection:
            if connection is not None:
                empty_confirmed(connection)
                self._owes_wal = True

    def _failed(self, trouble: CrmdeskError, now: datetime) -> None:
        self.trouble = trouble
        self.close()
        if isinstance(trouble, DamagedStore):
            self.was_damaged = True
            aside.move(self.path, now)

    # Reading ---------------------------------------------------------------------------------------------------------

    def contents(self) -> Contents:
        """Return everything that is kept."""
        if self._engine is None:
            return Contents((), (), (), {})
        with self._engine.begin() as connection:
            changes, drafts, conflicts, contents = (
                all_rows(connection, select(table)) for table in (CHANGE, DRAFT, CONFLICT, CONTENT)
            )
        return Contents(changes, drafts, conflicts, self._facts(), contents)

    def first_kept(self) -> int:
        """Return the lowest number of this device that can be sent again, 0 where there is none.

        Raises Unavailable when the file cannot be read now.
        """
        with self._reading() as connection:
            if connection is None:
                return 0
            return connection.scalar(select(func.min(CHANGE.c.seq)).where(CHANGE.c.seq > 0)) or 0

    def changes_after(self, seq: int) -> list[Values]:
        """Return the changes above a number, in order; raises Unavailable when the file cannot be read now."""
        with self._reading() as connection:
            if connection is None:
                return []
            return all_rows(connection, select(CHANGE).where(CHANGE.c.seq > seq).order_by(CHANGE.c.seq))

    @contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        if self._engine is None:
            yield None
            return
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            # The main file must not be taken for the damaged one.
            raise Unavailable("The second file cannot be read now.", "It is tried again by itself.") from error

    def close(self) -> None:
        """Close the file."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def _facts(self) -> dict[str, Any]:
        if self._engine is None:
            return {}
        with self._engine.begin() as connection:
            return {row.key: row.value for row in connection.execute(select(Fact.key, Fact.value))}


@contextmanager
def transaction(engine: Engine, clock: Clock, actor: UUID | None, keeper: Keeper | None) -> Iterator[UnitOfWork]:
    """Run a transaction of the main file that writes; when the block ends, both files have what it did."""
    if keeper is None:
        with Session(engine) as session, session.begin():
            yield UnitOfWork(session, clock, actor)
        return
    if not keeper.is_open:
        bring_in_step(engine, clock, keeper)
    with Session(engine) as session, session.begin():
        uow = UnitOfWork(session, clock, actor, keeper)
        yield uow
        batch = keeper.collect(session, clock.now())
    keeper.keep(batch)
    keeper.empty_wals(engine)


def bring_in_step(engine: Engine, clock: Clock, keeper: Keeper) -> None:
    """Open the second file, in a transaction of its own: what one of both files lacks it gets from the other."""
    try:
        with Session(engine) as session, session.begin():
            keeper.open(UnitOfWork(session, clock, None, keeper))
            batch = keeper.collect(session, clock.now())
    except (DBAPIError, CrmdeskError):
        keeper.close()  # the main file did not take it: both are compared again at the next transaction
        raise
    keeper.keep(batch)
