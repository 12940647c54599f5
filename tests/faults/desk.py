"""A desk without a screen: a real profile, its two encrypted files, its threads, and turns of sync over HTTP."""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select

from crmdesk import __version__
from crmdesk.domain.changes import Changes
from crmdesk.domain.clock import Clock, SystemClock
from crmdesk.domain.complaints import NewComplaint
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Unavailable
from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Note
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime import settings
from crmdesk.runtime.bus import Bus
from crmdesk.runtime.database import Database
from crmdesk.runtime.profile import Profile
from crmdesk.runtime.session import open_file
from crmdesk.services import complaints, customers
from crmdesk.sync.client.cycle import Device, SyncCycle
from crmdesk.sync.transports.http import GatewayClient
from crmdesk.sync.wire import Refresh, Session, SignIn
from tests.faults.beside import BuiltHere
from tests.faults.helped import Helped
from tests.faults.job import Form
from tests.faults.points import Numbered, Points
from tests.model.ledger import Place

KEY = bytes(range(32))
T = TypeVar("T")
_BREATH_S = 0.05


class Piece(msgspec.Struct, frozen=True):
    """A word that was saved: where, and about whom."""

    word: str
    place: Place
    row: UUID
    customer: UUID


def nobody(_: str) -> None:
    """Hear nothing."""


def nothing() -> None:
    """Do nothing."""


class Desk:
    """Opens a profile at once. ``points`` are passed on the way; ``said`` hears of each word once it is saved.
    ``helper`` are the words with which a helper is started the first time; ``at_the_end`` is called before the file
    that it made takes its place."""

    def __init__(
        self,
        folder: Path,
        server: str,
        clock: Clock | None = None,
        points: Points | None = None,
        said: Callable[[Piece], None] | None = None,
        form: Form = Form.IN_PLACE,
        helper: Sequence[str] | None = None,
        at_the_end: Callable[[], None] = nothing,
    ) -> None:
        self.points = points or Points(None, nobody)
        self._said = said
        self.folder = folder
        self._profile = Profile(folder)
        self.clock = clock or SystemClock()
        with ExitStack() as unless_opened:
            unless_opened.callback(self._profile.release)
            engines = open_file(self._profile.store_path, KEY)
            self.database = Database(engines, self.clock, Bus())
            unless_opened.callback(self.database.close)
            self.device, self.nonce = self.do(settings.device)
            who = self.do(settings.identity)
            token: str | None = self.do(settings.get, settings.REFRESH_TOKEN)
            unless_opened.pop_all()
        self.client = GatewayClient(server, self._keep)
        self.database.actor = who.agent_id if who else None
        if token is not None:
            self.client.remember(Refresh(token, self.device, self.nonce))
        transport = Numbered(self.client, self.points)
        builder: BuiltHere | Helped | None = None
        if form is Form.BESIDE:
            builder = BuiltHere(transport, self.database, self.device, self.clock)
        elif form is Form.BY_HELPER:
            builder = Helped(self.client, self.database, self.device, self.clock, helper, at_the_end)
        self._helped = builder if isinstance(builder, Helped) else None
        installation = Device(self.device, self.nonce, __version__)
        self.cycle = SyncCycle(transport, self._write, installation, _heard, builder)

    def sign_in(self, login: str, password: str) -> UUID:
        """Sign a person in for good and return their id."""
        session = self.client.sign_in(
            SignIn(login, password, self.device, self.nonce, platform.node(), __version__),
        )
        self.database.actor = session.identity.agent_id
        return session.identity.agent_id

    def do(self, use_case: Callable[..., T], *args: object, **kwargs: object) -> T:
        """Run a use case in a transaction of its own."""
        return self._write(use_case, *args, **kwargs)[0]

    def work(self, words: tuple[str, ...], contested: tuple[UUID, ...] = ()) -> list[Piece]:
        """Save each word in one piece of work and return what was saved: customers, notes, complaints, texts and fields
        in turn; or, where there are any, in the texts of the ``contested`` customers, which others change too."""
        done = []
        kinds = [_text_of(c) for c in contested] or [_new_customer, _note, _complaint, _text, _field]
        for word, kind in zip(words, cycle(kinds), strict=False):
            piece = self.do(kind, word)
            if self._said is not None:
                self._said(piece)
            done.append(piece)
        return done

    def turn(self) -> None:
        """Do one turn of sync; raises Unavailable or Refused."""
        try:
            self.cycle.run()
        except BaseException:
            self.cycle.greet_again()
            raise

    def come_to_rest(self, attempts: int = 40) -> int:
        """Turn until nothing waits any more, as the link does, only without its long pauses; return the turns."""
        failure: Unavailable | None = None
        for number in range(1, attempts + 1):
            try:
                self.turn()
                failure = None
            except Unavailable as error:
                failure = error
                threading.Event().wait(_BREATH_S)
            if self._helped is not None and self._helped.wait():
                continue
            if failure is None and not self.do(unsettled):
                return number
        raise failure or AssertionError(f"{self.do(unsettled)} changes are not settled after {attempts} turns")

    def close(self) -> None:
        """End the program in good order."""
        if self._helped is not None:
            self._helped.close()
        self.client.close()
        self.database.close()
        self._profile.release()

    def _write(self, use_case: Callable[..., T], *args: object, **kwargs: object) -> tuple[T, Changes]:
        self.points.reach("before a transaction")
        done = self.database.write_now(use_case, *args, **kwargs)
        self.points.reach("after a transaction")
        return done

    def _keep(self, session: Session) -> None:
        self._write(settings.put, settings.REFRESH_TOKEN, session.refresh_token)
        self._write(settings.keep_identity, session.identity)


def unsettled(uow: UnitOfWork) -> int:
    """Return how many changes are not settled: waiting, or not seen back from the server."""
    states = (OutboxState.WAITING.value, OutboxState.ACKED.value)
    return len(uow.session.scalars(select(Outbox.seq).where(Outbox.state.in_(states))).all())


def _heard(_: Changes) -> None:
    """Nobody looks at a screen here."""


# Pieces of work ----------------------------------------------------------------------------------------------------


def _latest(uow: UnitOfWork, word: str) -> Customer:
    """Return the customer that was made last in this profile, a new one where there is none."""
    mine = select(Customer).where(Customer.updated_by == uow.actor).order_by(Customer.id.desc()).limit(1)
    found = uow.session.scalar(mine)
    return found or uow.session.get_one(Customer, customers.create(uow, NewCustomer(f"Customer {word}"), "GB"))


def _new_customer(uow: UnitOfWork, word: str) -> Piece:
    """Put somebody down and write about them: two changes that stand or fall together."""
    made = customers.create(uow, NewCustomer("Somebody new", number="+44 20 7946 0172"), "GB")
    row = uow.session.get_one(Customer, made)
    uow.update(row, "preferences", preferences=word)
    return Piece(word, Place.TEXT, made, made)


def _note(uow: UnitOfWork, word: str) -> Piece:
    customer = _latest(uow, word).id
    note = uow.insert(Note(customer_id=customer, author_id=uow.actor, body=word, written_at=uow.clock.now()), "note")
    return Piece(word, Place.NOTE, note.id, customer)


def _complaint(uow: UnitOfWork, word: str) -> Piece:
    """Register a complaint; a note instead where this desk has no reference to give yet."""
    customer = _latest(uow, word).id
    try:
        reference = complaints.next_reference(uow)
    except Unavailable:
        return _note(uow, word)
    new = NewComplaint(reference, customer, None, "Boiler cover", "No visit", 3, word, "", False, "Europe/London")
    return Piece(word, Place.COMPLAINT, complaints.register(uow, new), customer)


def _text(uow: UnitOfWork, word: str) -> Piece:
    return _more_text(uow, _latest(uow, word), word)


def _field(uow: UnitOfWork, word: str) -> Piece:
    row = _latest(uow, word)
    uow.update(row, "city", city=f"{row.city} {word}".strip())
    return Piece(word, Place.FIELD, row.id, row.id)


def _text_of(customer: UUID) -> Callable[[UnitOfWork, str], Piece]:
    return lambda uow, word: _more_text(uow, uow.session.get_one(Customer, customer), word)


def _more_text(uow: UnitOfWork, row: Customer, word: str) -> Piece:
    uow.update(row, "preferences", preferences=f"{row.preferences}\n{word}".strip())
    return Piece(word, Place.TEXT, row.id, row.id)
