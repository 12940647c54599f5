"""A desk of the machine: a real encrypted file, real turns of sync, a network and a computer that fail on order."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from crmdesk.domain.changes import Changes
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.models.engine import StoreEngines
from crmdesk.runtime.bus import Bus
from crmdesk.runtime.database import Database
from crmdesk.runtime.profile import STORE
from crmdesk.sync.client.cycle import Device, SyncCycle
from crmdesk.sync.engine import Engine, principal_at
from crmdesk.sync.transports.in_process import InProcess
from tests.model.server import Seat, Shop, is_in_the_way
from tests.support.blank import open_blank
from tests.support.clock import StandingClock

T = TypeVar("T")
VERSION = "0.2"


class Fate(Enum):
    """What the network does to one question."""

    ARRIVES = auto()
    LOST_ON_THE_WAY = auto()
    ANSWER_LOST = auto()
    SENT_TWICE = auto()


class Crash(BaseException):
    """The computer stops here: nothing of the program runs on."""


@dataclass(slots=True)
class Trouble:
    """What is in store for the next turn: the fate of its n-th question, and at which step the computer stops."""

    fate: Fate = Fate.ARRIVES
    at_question: int = 0
    crash_at: int | None = None
    questions: int = field(default=0, init=False)
    steps: int = field(default=0, init=False)

    def step(self) -> None:
        """Pass one of the numbered points at which the computer may stop."""
        if self.crash_at is not None and self.steps == self.crash_at:
            raise Crash
        self.steps += 1

    def next_fate(self) -> Fate:
        """Return what happens to the question that is asked now."""
        mine = self.fate if self.questions == self.at_question else Fate.ARRIVES
        self.questions += 1
        return mine


class Network:
    """A transport to the engine that is there now, in trouble."""

    def __init__(self, shop: Shop, seat: Seat) -> None:
        self._shop = shop
        self.seat = seat
        self.trouble = Trouble()
        self.handed_out: set[tuple[str, UUID]] = set()
        self.beyond_scopes: list[str] = []

    def __getattr__(self, question: str) -> Callable[[Any], Any]:
        """Return the way of one kind of question: whatever kinds the protocol has."""
        if question.startswith("_"):
            raise AttributeError(question)
        return lambda message: self._ask(question, message)

    def _ask(self, question: str, message: Any) -> Any:
        self.trouble.step()
        fate = self.trouble.next_fate()
        if fate is Fate.LOST_ON_THE_WAY:
            raise Unavailable("lost on the way there")
        if fate is Fate.SENT_TWICE:
            self._answer(question, message)
        reply = self._answer(question, message)
        if fate is Fate.ANSWER_LOST:
            raise Unavailable("lost on the way back")
        self.trouble.step()
        return reply

    def _answer(self, question: str, message: Any) -> Any:
        engine: Engine = self._shop.engine
        try:
            principal = engine.run(lambda conn: principal_at(conn, self.seat.device, self.seat.person))
            reply = getattr(InProcess(engine, principal), question)(_as_sent(message))
        except DBAPIError as error:
            if is_in_the_way(error):
                raise Unavailable("somebody holds these rows") from error
            raise
        return _as_sent(reply)


def _as_sent(message: Any) -> Any:
    """Return what comes out at the other end of the wire."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(message), type=type(message))


class ModelDesk:
    """One desk of ``seat``; its files lie in ``folder`` and survive crashes. ``like`` is a folder to begin with."""

    def __init__(self, shop: Shop, seat: Seat, folder: Path, like: Path | None = None) -> None:
        self.seat = seat
        self.folder = folder
        self.network = Network(shop, seat)
        self.clock = StandingClock()
        if like is None:
            folder.mkdir(parents=True)
        else:
            shutil.copytree(like, folder)
        self._open()

    def do(self, use_case: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run a use case in a transaction of its own, as the person at this desk."""
        return self.database.write_now(use_case, *args, **kwargs)[0]

    def turn(self, trouble: Trouble) -> bool:
        """Do one turn of sync in trouble; return whether it came to its end. A crash starts the program anew."""
        self.network.trouble = trouble
        try:
            self._cycle.run()
        except (Unavailable, Refused):
            self._cycle.greet_again()
            return False
        except Crash:
            self.restart()
            return False
        finally:
            self.network.trouble = Trouble()
        return True

    def restart(self) -> None:
        """End the program as a power cut does, as far as it can be had within one process, and start it again."""
        self.database.close()
        self._open()

    def close(self) -> None:
        """End the program."""
        self.database.close()

    def _open(self) -> None:
        self.engines: StoreEngines = open_blank(self.folder / STORE)
        event.listen(self.engines.write, "before_cursor_execute", self._before_statement)
        event.listen(self.engines.write, "commit", self._before_commit)
        self.database = Database(self.engines, self.clock, Bus())
        self.database.actor = self.seat.person
        device = Device(self.seat.device, self.seat.nonce, VERSION)
        self._cycle = SyncCycle(self.network, self._write, device, _heard)

    def _write(self, use_case: Callable[..., T], *args: Any, **kwargs: Any) -> tuple[T, Changes]:
        self.network.trouble.step()
        done = self.database.write_now(use_case, *args, **kwargs)
        self.network.trouble.step()
        return done

    def _before_statement(self, *_: object) -> None:
        self.network.trouble.step()

    def _before_commit(self, _: object) -> None:
        self.network.trouble.step()


def _heard(_: Changes) -> None:
    """Nobody looks at the screen of a model desk."""
