"""Starts a desk, kills it at a random moment, starts it anew, compares; over and over, on few profiles."""

from __future__ import annotations

import gc
import logging
import os
import random
import select
import signal
import sys
import time
import traceback
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from crmdesk import app
from crmdesk.runtime import link, session
from crmdesk.ui import pages
from crmdesk.ui.frame.page import pages_of
from tests.faults.typist.ledger import Account, Broken, Lost, worst
from tests.faults.typist.lines import Life, Line, Mouth, Said, Visit
from tests.faults.typist.places import SPOTS
from tests.faults.typist.profile import PASSPHRASE, make_profile
from tests.faults.typist.robot import Typist

ONE_PROFILE = 60
"""Kills of one profile before another is made."""
_WHOLE_LIFE_S = 60.0
_REMEMBERED = 25
_MOVES = (4, 20)
_ON_AND_ON = 1000
_LOADED = (session, link)
_BAD = ("Traceback (most recent call last)", " ERROR ", " CRITICAL ")


class Told(msgspec.Struct):
    """What was done, counted by name, and found: ``lost`` is the worst by place, in seconds by the wall clock and by
    the desk's own running time."""

    done: dict[str, int] = msgspec.field(default_factory=dict)
    points: dict[str, int] = msgspec.field(default_factory=dict)
    lost: dict[str, tuple[float, float]] = msgspec.field(default_factory=dict)
    failures: list[dict[str, str]] = msgspec.field(default_factory=list)
    seconds: float = 0.0


class Typing:
    """Kills desks. ``places`` are the names of those in which is typed."""

    def __init__(self, folder: Path, seed: int, places: tuple[str, ...]) -> None:
        self._folder, self._seed = folder, seed
        self._chance = random.Random(seed)
        self._places = places
        self._profiles = 0
        self._lives = 0
        self._losses: dict[str, list[Lost]] = {}
        self._done: Counter[str] = Counter()
        self.told = Told()
        self._new_profile()
        pages_of(pages)  # everything is loaded once; nothing is open and no thread runs when a desk is forked
        gc.collect()
        gc.freeze()

    def _new_profile(self) -> None:
        self._profiles += 1
        self._profile = self._folder / f"desk{self._profiles}"
        make_profile(self._profile, tuple(kind.name for kind in SPOTS))
        self._accounts = {kind.name: Account(kind.name, kind.stays) for kind in SPOTS}

    def play(self, kills: int, ends: float, enough: int) -> None:
        """Kill so often, or until the monotonic clock says ``ends``, or so many promises were broken."""
        began = time.monotonic()
        with suppress(KeyboardInterrupt):  # what was done up to then is told
            self._kill_desks(kills, ends, enough)
        self.told.done = dict(self._done)
        self.told.lost = {place: (round(w.wall, 3), round(w.ran, 3)) for place, w in self._worst()}
        self.told.seconds = round(time.monotonic() - began, 1)

    def _kill_desks(self, kills: int, ends: float, enough: int) -> None:
        for number in range(1, kills + 1):
            if time.monotonic() > ends or len(self.told.failures) >= enough:
                break
            if number % ONE_PROFILE == 0:
                self._guarded(None)  # what the last kill left is looked at
                self._new_profile()
            self._guarded(self._chance)
        self._guarded(None)

    def _worst(self) -> Iterator[tuple[str, Lost]]:
        for place, losses in sorted(self._losses.items()):
            yield place, worst(losses)

    def _guarded(self, chance: random.Random | None) -> None:
        """Live one life, at whose end a kill stands; without ``chance`` nothing is typed."""
        self._lives += 1
        log = self._folder / f"life{self._lives}.log"
        looks = tuple(account.owed() for account in self._accounts.values() if not account.seen)
        visits = self._visits(chance) if chance is not None else ()
        try:
            self._live(Life(str(self._profile), looks, visits), log, chance)
        except Broken as error:
            what = f"life {self._lives} on {self._profile.name}: {error}"
            sys.stderr.write(f"{what}\n{_end_of(log)}\n")
            again = f"tests.faults.typist --seed {self._seed} --kills {self._lives} --places {','.join(self._places)}"
            self.told.failures.append({"what": what, "replay": again})
            self._new_profile()

    def _visits(self, chance: random.Random) -> tuple[Visit, ...]:
        made: list[Visit] = []
        for _ in range(chance.choice((1, 1, 2, 3))):
            place = chance.choice(self._places)
            word = f"w{self._lives}x{len(made)}w" if chance.random() < 0.35 else ""
            made.append(Visit(place, chance.getrandbits(32), chance.randint(*_MOVES), word))
        if not made[-1].word:
            made[-1] = msgspec.structs.replace(made[-1], moves=_ON_AND_ON)
        return tuple(made)

    # One life --------------------------------------------------------------------------------------------------------

    def _live(self, life: Life, log: Path, chance: random.Random | None) -> None:
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(reading)
            _be_a_desk(life, writing, log)
        os.close(writing)
        watch = _Watch(pid, reading, life, chance)
        broken: Broken | None = None
        heard: deque[Line] = deque(maxlen=_REMEMBERED)
        try:
            for line in watch.lines():
                if line.said is not Said.BEAT:
                    heard.append(line)
                if line.said is Said.TROUBLE:
                    raise Broken(line.text)
                account = self._accounts.get(line.place)
                lost = account.hear(line) if account is not None else None
                if lost is not None:
                    self._losses.setdefault(line.place, []).append(lost)
        except Broken as error:
            broken = error
        finally:
            watch.end()
        if broken is not None:
            sys.stderr.write("".join(f"  {one}\n" for one in heard))
            raise broken
        self._killed(watch, log)

    def _killed(self, watch: _Watch, log: Path) -> None:
        if watch.killed_at is None:
            raise Broken("the desk ended by itself")
        for place in watch.typed:
            self._accounts[place].kill(watch.killed_at, watch.ran)
        words = log.read_text("utf-8", "replace") if log.exists() else ""  # killed before its first word
        if any(bad in words for bad in _BAD):
            raise Broken("the log of the desk tells of a fault")
        if watch.chance is not None:
            self._done[f"kills, {watch.when}"] += 1
        log.unlink(missing_ok=True)


class _Watch:
    """Reads what one desk says and kills it when its time has come."""

    def __init__(self, pid: int, pipe: int, life: Life, chance: random.Random | None) -> None:
        self._pid, self._pipe, self._life, self.chance = pid, pipe, life, chance
        self._born = time.monotonic()
        self._buffer = b""
        self._left: int | None = None
        self._kill_at = self._born + _WHOLE_LIFE_S
        self.killed_at: float | None = None
        self.ran = 0.0
        self.typed: set[str] = set()
        self.when = "starting"
        self._looks = len(life.looks)
        self._visit, self._at_finish = 0, False
        if chance is not None:
            self._visit = len(life.visits) - 1
            self._at_finish = bool(life.visits[-1].word) and chance.random() < 0.7
            if chance.random() < 0.06:
                self._kill_at = self._born + chance.uniform(0.05, 0.9)
                self._visit = -1
        elif not life.looks:
            self._kill_at = self._born

    def lines(self) -> Iterator[Line]:
        """Yield what is said, to the end."""
        while True:
            left = self._kill_at - time.monotonic()
            if left <= 0 and self.killed_at is None:
                self._kill()
                left = 1.0
            ready, _, _ = select.select([self._pipe], [], [], max(0.0, left))
            if not ready:
                continue
            piece = os.read(self._pipe, 1 << 16)
            if not piece:
                return
            *whole, self._buffer = (self._buffer + piece).split(b"\n")
            for one in whole:
                line = msgspec.json.decode(one, type=Line)
                self.ran = line.ran
                self._consider(line)
                yield line

    def _kill(self) -> None:
        self.killed_at = time.monotonic()
        os.kill(self._pid, signal.SIGKILL)

    def _consider(self, line: Line) -> None:
        """Set the time of the kill where the desk has come to what it is to be killed in."""
        if line.said is Said.FOUND:
            self._looks -= 1
            self.when = f"on the way to {line.place}"
        if line.said in (Said.TYPED, Said.FINISHING):
            self.when = f"{'typing' if line.said is Said.TYPED else 'finishing'} in {line.place}"
            self.typed.add(line.place)
        if self.killed_at is not None:
            return
        if self.chance is None:
            if self._looks == 0:
                self._kill_at = 0.0
        elif line.said is Said.FINISHING and self._at_finish:
            self._kill_at = line.at + self.chance.uniform(0.0, 0.03)
        elif line.said is Said.FOUND and self._looks + self._visit == -1 and self._visit >= 0:
            wait = 12.0 if self._at_finish else self.chance.uniform(0.1, 3.5)
            self._kill_at = line.at + wait

    def end(self) -> None:
        """Let nothing of it run on."""
        if self.killed_at is None:
            try:
                os.kill(self._pid, signal.SIGKILL)
            except ProcessLookupError:
                self.when = "ended"
        os.waitpid(self._pid, 0)
        os.close(self._pipe)


def _be_a_desk(life: Life, pipe: int, log: Path) -> None:
    """Be a desk in this forked process, and never return."""
    try:
        words = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(words, 1)
        os.dup2(words, 2)
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        folder = Path(life.folder)
        os.environ["XDG_RUNTIME_DIR"] = str(folder.parent)
        options = app.DesktopOptions(folder=folder, region="GB", passphrase=PASSPHRASE, tour=False)

        async def typing(desktop: app.Desktop) -> None:
            await Typist(desktop, life, Mouth(pipe)).live()

        app.run(options, typing)
    finally:  # whatever it was is told in the log; the parent's work must not go on here
        if sys.exc_info()[0] is not None:
            traceback.print_exc()
        os._exit(1)


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-25:]) if log.exists() else ""
