"""A house with a real gateway process on a real PostgreSQL, and the profiles of its desks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from shutil import copytree
from typing import Any, TypeVar
from uuid import UUID, uuid4

import msgspec
from sqlalchemy.orm import Session

from crmdesk.domain.clock import SystemClock
from crmdesk.domain.people import Role
from crmdesk.models.engine import open_store
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.profile import STORE
from crmdesk.runtime.session import open_file
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import NewPerson, add_person
from tests.faults.desk import KEY, Desk, Piece
from tests.faults.job import Form, Job, Outcome, Task
from tests.model import truth
from tests.model.ledger import Ledger, Place
from tests.model.server import Seat
from tests.support.gateway import gateway
from tests.support.server import PASSWORD, desk_of
from tests.support.server import Device as Colleague

T = TypeVar("T")


class Children:
    """Desks as processes of their own."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.faults.child"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, *jobs: Job) -> list[Outcome]:
        """Let desks live, at the same time; return how they ended. Raises AssertionError when one fell over."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode(jobs) + b"\n")
        self._process.stdin.flush()
        outcomes = msgspec.json.decode(self._process.stdout.readline(), type=list[Outcome])
        for outcome in outcomes:
            assert not outcome.trouble, outcome.trouble
        return outcomes

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(20)


class Nothing:
    """What was sent to a desk that it may not hold: rows out of scope would show as a difference."""

    beyond_scopes: tuple[str, ...] = ()


class AtRest:
    """A desk whose program does not run: its file is looked into."""

    network = Nothing()

    def __init__(self, folder: Path, seat: Seat) -> None:
        self.seat = seat
        self._engines = open_store(folder / STORE, KEY)

    def do(self, use_case: Callable[[UnitOfWork], T], /) -> T:
        """Read something."""
        with Session(self._engines.read) as session, session.begin():
            return use_case(UnitOfWork(session, SystemClock(), self.seat.person))

    def close(self) -> None:
        """Close the file."""
        self._engines.dispose()


class Site:
    """A server and the desks around it. ``ledger`` has every word of which a desk said that it is saved."""

    def __init__(self, database: str, server: str, folder: Path, children: Children) -> None:
        self.engine = Engine(database, connections=2)
        self.database = database
        self.server = server
        self.folder = folder
        self.children = children
        self.ledger = Ledger()
        self.seats: dict[Path, Seat] = {}
        self._numbers = count()
        self._words = count()
        self.colleague: Colleague = desk_of(self.engine, "colleague")
        self.blank = folder / "blank"
        """A profile in which nobody was ever signed in: to copy it is quicker than to make its tables each time."""
        open_file(self.blank / STORE, KEY).dispose()

    def words(self, many: int) -> tuple[str, ...]:
        """Return words that nobody wrote before."""
        return tuple(f"w{next(self._words)}w" for _ in range(many))

    def newcomer(self, team: str | None = None) -> str:
        """Make a person, of a team where one is named, and return their login."""
        login = f"newcomer{next(self._numbers)}"
        person = NewPerson(login, login.title(), Role.AGENT, PASSWORD, team=team)
        self.engine.run(lambda conn: add_person(conn, person))
        return login

    def profile(self, login: str = "colleague") -> Path:
        """Make a profile in which somebody is signed in and nothing else was done; return its folder."""
        made = self.folder / f"desk{next(self._numbers)}"
        copytree(self.blank, made)
        with closing(Desk(made, self.server)) as desk:
            self.seat(desk, login)
        return made

    def another(self, profile: Path) -> Path:
        """Copy a profile at rest; return the copy's folder."""
        made = self.folder / f"desk{next(self._numbers)}"
        copytree(profile, made)
        self.seats[made] = self.seats[profile]
        return made

    def heal(self, profile: Path, form: Form = Form.IN_PLACE) -> None:
        """Let a desk sync until nothing is left; then every promise must have been kept."""
        self.live(self.job(profile, Task.SYNC, form=form))
        self.all_is_well(profile)

    def job(
        self,
        profile: Path,
        task: Task,
        kill_at: int | None = None,
        words: tuple[str, ...] = (),
        contested: tuple[UUID, ...] = (),
        form: Form = Form.IN_PLACE,
    ) -> Job:
        """Return a job for a desk."""
        return Job(str(profile), self.server, task, kill_at, words, contested, form)

    def live(self, *jobs: Job) -> list[Outcome]:
        """Let desks live, and remember what they said is saved; what they may have saved is put down as well."""
        outcomes = self.children.run(*jobs)
        for job in jobs:
            lines = job.said.read_bytes().splitlines() if job.said.exists() else []
            job.said.unlink(missing_ok=True)
            self.remember(self._number(Path(job.profile)), [msgspec.json.decode(line, type=Piece) for line in lines])
            for word in job.words:
                if word not in self.ledger.words:
                    self.may_have_written(word)
        return outcomes

    def may_have_written(self, word: str) -> None:
        """Put down a word of which no desk said that it is saved: it may be there once, or not at all."""
        nowhere = uuid4()
        self.ledger.wrote(word, 0, Place.NOTE, nowhere, nowhere)
        self.ledger.let_go.add(word)

    def remember(self, number: int, pieces: Iterable[Piece]) -> None:
        """Put down words that a desk saved."""
        for piece in pieces:
            self.ledger.wrote(piece.word, number, piece.place, piece.row, piece.customer)

    def all_is_well(self, *profiles: Path) -> None:
        """Raise AssertionError unless every promise was kept: at the server, and at these desks, which are at rest."""
        desks: list[Any] = [AtRest(profile, self.seats[profile]) for profile in profiles]
        try:
            truth.all_is_well(self.engine, desks, self.ledger)
        finally:
            for desk in desks:
                desk.close()

    def check(self, desk: Desk) -> None:
        """Raise AssertionError unless every promise was kept at a desk of this process."""
        self.all_is_well(desk.folder)

    def seat(self, desk: Desk, login: str = "colleague") -> None:
        """Sign somebody in at a desk of this process."""
        person = desk.sign_in(login, PASSWORD)
        self.seats[desk.folder] = Seat(desk.device, person, desk.nonce)

    def work(self, desk: Desk, many: int, contested: tuple[UUID, ...] = ()) -> None:
        """Let a desk of this process save some words."""
        self.remember(0, desk.work(self.words(many), contested))

    def close(self) -> None:
        """Let go of the database."""
        self.engine.close()

    def _number(self, profile: Path) -> int:
        return list(self.seats).index(profile)


@contextmanager
def the_children() -> Iterator[Children]:
    """Have a process that starts desks while the block runs."""
    children = Children()
    try:
        yield children
    finally:
        children.close()


@contextmanager
def a_site(database: str, folder: Path, children: Children) -> Iterator[Site]:
    """Run a gateway on a database, and a place from which desks are started, while the block runs."""
    with gateway(database) as running, closing(Site(database, running.url, folder, children)) as site:
        yield site
