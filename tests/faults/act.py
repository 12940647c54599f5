"""Plays faults among real processes for a while and says what it did: ``python -m tests.faults.act KIND --seconds T``.

``crashes`` kills desks at their numbered points, in an order of its seed; ``network`` does at random what can happen to
connections, gateway and database; ``shift`` lets two dozen desks come back at once. The last line of the output is one
JSON object; exit code 1 when a promise was broken.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

import crmdesk
from crmdesk.server.local_postgres import local_postgres
from tests.faults.cluster import Cluster
from tests.faults.crashes import SCENES, WITH_HELPER, Scene
from tests.faults.points import Grain
from tests.faults.shift import back_at_once
from tests.faults.site import Children, Site, a_site, the_children
from tests.faults.weather import some_weather
from tests.support.postgres import Databases

SURVIVES_ITS_PROCESSES = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "on"}
"""What is committed outlasts PostgreSQL's processes, which end here; the machine goes on."""

DESKS, FEWEST, MOST = 24, 40, 100
ALL_SCENES = (*SCENES, *WITH_HELPER)
ONE_SITE = 80
"""Points after which a scene goes on at a new house: to look at everything takes longer the more was written."""


class Failure(msgspec.Struct, frozen=True):
    """How a promise was broken, and with which arguments that is seen again."""

    what: str
    replay: str


class Told(msgspec.Struct):
    """What was done: ``done`` counts it by its name; ``points`` says how many points a scene has; ``failures`` are the
    promises that were broken, ``replay`` the arguments with which what is going on can be done again."""

    done: dict[str, int] = msgspec.field(default_factory=dict)
    points: dict[str, int] = msgspec.field(default_factory=dict)
    failures: list[Failure] = msgspec.field(default_factory=list)
    replay: str = ""
    program: str = crmdesk.__file__ or ""

    def failed(self, error: BaseException) -> None:
        """Put down a broken promise."""
        self.failures.append(Failure(f"{type(error).__name__}: {str(error)[:500]}", self.replay))


@dataclass
class Play:
    """One run: what it was asked for, and where."""

    options: argparse.Namespace
    databases: Databases
    cluster: Cluster
    children: Children
    folder: Path
    told: Told
    ends: float

    def crashes(self) -> None:
        """Kill desks at points, each at most once, scene after scene; each scene gets its part of the time."""
        scenes = [scene for scene in ALL_SCENES if self.options.scene in ("", scene.name)]
        for number, kind in enumerate(scenes):
            now = time.monotonic()
            self._scene(kind, now + max(0.0, self.ends - now) / (len(scenes) - number))

    def _scene(self, kind: type[Scene], ends: float) -> None:
        left = self._points(kind)
        while left and time.monotonic() < ends and len(self.told.failures) < self.options.enough:
            now, left = left[:ONE_SITE], left[ONE_SITE:]
            tried = self._on_one_site(kind, now, ends)
            left = now[tried:] + left
            sys.stderr.write(f"{time.strftime('%H:%M:%S')}  {kind.name}: {len(left)} points of this share to go\n")

    def _points(self, kind: type[Scene]) -> list[int]:
        """Return the points of a scene that are this run's, in the order of its seed."""
        options = self.options
        if options.point is not None:
            return [int(options.point)]
        with self._site(kind) as site:
            names = kind(site).points(Grain(options.grain))
        self.told.points[kind.name] = len(names)
        points = list(range(len(names)))
        random.Random(options.seed).shuffle(points)
        share, shares = (int(part) for part in options.share.split("/"))
        return [point for point in points[share::shares] if options.near in names[point]]

    def _on_one_site(self, kind: type[Scene], points: Sequence[int], ends: float) -> int:
        """Kill at these points, until the time is over or a promise is broken; return how many were tried."""
        told, grain, done = self.told, Grain(self.options.grain), Counter[str](self.told.done)
        with self._site(kind) as site:
            scene = kind(site)
            for number, point in enumerate(points):
                if time.monotonic() > ends:
                    return number
                told.replay = f"crashes --scene '{kind.name}' --grain {grain} --point {point}"
                done[f"crash points, {kind.name}"] += 1
                told.done = dict(done)
                try:
                    scene.kill_at(point, grain)
                except AssertionError as error:
                    told.failed(error)
                    return number + 1
        return len(points)

    @contextmanager
    def _site(self, kind: type[Scene]) -> Iterator[Site]:
        database = self.databases.ready()
        with (
            tempfile.TemporaryDirectory(dir=self.folder, prefix=kind.name.replace(" ", "_")) as folder,
            a_site(database, Path(folder), self.children) as site,
        ):
            yield site
        self.databases.drop(database)

    def network(self) -> None:
        """Let things happen until the time is over."""
        chance, done = random.Random(self.options.seed), Counter[str]()
        self.told.replay = f"network --seed {self.options.seed} --seconds {self.options.seconds}"
        with some_weather(
            self.databases.ready(), self.cluster, self.children, self.folder / "desks", chance
        ) as weather:
            while time.monotonic() < self.ends:
                done[weather.happen()] += 1
                self.told.done = dict(done)

    def shift(self) -> None:
        """Let two dozen desks come back at once, once."""
        self.told.replay = f"shift --seed {self.options.seed}"
        with a_site(self.databases.ready(), self.folder / "desks", self.children) as site:
            back = back_at_once(site, DESKS, FEWEST, MOST, self.options.seed)
        self.told.done = {f"{back}": 1}


def main() -> int:
    """Play as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    kinds: dict[str, Callable[[Play], None]] = {
        "crashes": Play.crashes,
        "network": Play.network,
        "shift": Play.shift,
    }
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--share", default="0/1", help="I/N: only every N-th point, beginning with the I-th")
    parser.add_argument("--scene", default="", choices=["", *(scene.name for scene in ALL_SCENES)])
    parser.add_argument("--grain", default=Grain.LASTING, choices=list(Grain))
    parser.add_argument("--enough", type=int, default=10, help="end after so many broken promises")
    parser.add_argument("--near", default="", help="only points with these words in their names")
    parser.add_argument("--point", type=int, help="only this one")
    options = parser.parse_args()
    told = Told()
    try:
        with (
            local_postgres(SURVIVES_ITS_PROCESSES) as postgres,
            closing(Cluster(postgres)) as cluster,
            closing(Databases(postgres)) as databases,
            the_children() as children,
            tempfile.TemporaryDirectory(prefix="crmdesk-faults-") as folder,
        ):
            ends = time.monotonic() + options.seconds
            kinds[options.kind](Play(options, databases, cluster, children, Path(folder), told, ends))
    finally:
        error = sys.exc_info()[1]
        if error is not None:
            told.failed(error)
        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
    return 1 if told.failures else 0


if __name__ == "__main__":
    sys.exit(main())
