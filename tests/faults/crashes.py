"""Scenes in which a desk is killed at one of its numbered points: what was saved must be there afterwards, once.

A scene says what the desk does. After each kill it is started anew and syncs to the end, then everything is looked at.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import closing
from pathlib import Path
from shutil import rmtree
from typing import ClassVar
from uuid import UUID

import msgspec
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from crmdesk.models import upgrade
from crmdesk.models.engine import open_store
from crmdesk.models.kept import FILE as SECOND_FILE
from crmdesk.runtime.profile import STORE
from crmdesk.sync.engine.access import within
from crmdesk.sync.engine.people import HOUSE
from tests.faults.desk import KEY, Desk
from tests.faults.job import Form, Job, Task, Victim
from tests.faults.points import Grain
from tests.faults.site import Site
from tests.model.ledger import Place
from tests.support.server import PASSWORD, customer

_MADE = text("select type, name from sqlite_master where name not like 'sqlite_%'")
_TEXT = text("select preferences, ver from crm.customer where id = :id")


class Scene(ABC):
    """What a desk does while it is killed. ``name`` is what the report says, ``finest`` the finest grain of points that
    is worth its time."""

    name: ClassVar[str]
    finest: ClassVar[Grain] = Grain.EVERY

    def __init__(self, site: Site) -> None:
        self.site = site

    def points(self, grain: Grain) -> tuple[str, ...]:
        """Return the names of the points of a life that nothing ends."""
        job = self._job(None, grain)
        [outcome] = self.site.live(job)
        self.heal(job)
        return outcome.names

    def kill_at(self, number: int, grain: Grain) -> str:
        """Kill the desk at one point and heal it; return where that was, empty if there is no such point.

        Raises AssertionError when a promise was broken, with the point after which it was.
        """
        job = self._job(number, grain)
        where = "?"
        try:
            [outcome] = self.site.live(job)
            where = outcome.where
            self.heal(job)
        except AssertionError as error:
            raise AssertionError(f"{self.name}, killed at {grain} point {number} ({where}): {error}") from error
        return where

    def heal(self, job: Job) -> None:
        """Start the killed desk anew and let it sync; raises AssertionError when a promise was broken."""
        self.site.heal(Path(job.profile), job.form)

    @abstractmethod
    def life(self, kill_at: int | None) -> Job:
        """Prepare the next life and return it."""

    def _job(self, number: int | None, grain: Grain) -> Job:
        return msgspec.structs.replace(self.life(number), grain=self.finest if self.finest is Grain.LASTING else grain)


class Push(Scene):
    """A desk writes and sends."""

    name = "push"

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._profile = settled(site)

    def life(self, kill_at: int | None) -> Job:
        return self.site.job(self._profile, Task.WORK_AND_SYNC, kill_at, self.site.words(5))


class Pull(Scene):
    """A desk receives what a colleague changed, also in the text that it changed itself."""

    name = "pull"

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._customers = shared_customers(site, 3)
        self._profile = settled(site)

    def life(self, kill_at: int | None) -> Job:
        words = self.site.words(len(self._customers))
        self.site.live(self.site.job(self._profile, Task.WORK, None, words, tuple(self._customers)))
        for row in self._customers:
            colleague_adds(self.site, row)
        return self.site.job(self._profile, Task.SYNC, kill_at)


class FirstSnapshot(Scene):
    """A new desk, on which somebody writes at once, gets everything into the file in use."""

    name = "first snapshot, in place"
    form = Form.IN_PLACE
    victim = Victim.DESK

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        shared_customers(site, 60)

    def life(self, kill_at: int | None) -> Job:
        profile = self.site.profile(self._newcomer())
        job = self.site.job(profile, Task.WORK_AND_SYNC, kill_at, self.site.words(2), form=self.form)
        return msgspec.structs.replace(job, victim=self.victim)

    def heal(self, job: Job) -> None:
        super().heal(job)
        rmtree(job.profile)

    def _newcomer(self) -> str:
        """Return somebody of a team of their own, who gets little more than what the house has in common."""
        return self.site.newcomer(f"team {len(self.site.seats)}")


class SnapshotBeside(FirstSnapshot):
    """The same, with a file that is built beside the one in use and takes its place."""

    name = "first snapshot, beside"
    form = Form.BESIDE

    def heal(self, job: Job) -> None:
        self.site.heal(Path(job.profile), job.form)
        assert made_in(Path(job.profile)) == made_in(self.site.blank), "the new file lacks what migrations make"
        rmtree(job.profile)


class HelperKilled(SnapshotBeside):
    """The file is built by the real helper process, which is killed."""

    name = "first snapshot, the helper is killed"
    form = Form.BY_HELPER
    victim = Victim.HELPER
    finest = Grain.LASTING


class DeskKilledBesideHelper(HelperKilled):
    """The desk is killed while its helper is at work, which ends then."""

    name = "first snapshot, the desk is killed beside its helper"
    victim = Victim.DESK_BESIDE_HELPER


class DeskKilledAtTheEnd(HelperKilled):
    """The desk is killed from when the file that its helper made takes the place of its own."""

    name = "first snapshot, the desk is killed when the helper is done"
    victim = Victim.DESK_AT_THE_END
    finest = Grain.EVERY


class Migration(Scene):
    """A file of the first version, with changes that wait, is opened by this one: each life by a copy of one file."""

    name = "migration"

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._login = site.newcomer("old")
        self._old = site.profile(self._login)
        site.heal(self._old)
        site.live(site.job(self._old, Task.WORK, words=site.words(3)))
        make_old(self._old)

    def life(self, kill_at: int | None) -> Job:
        copy = self.site.another(self._old)
        return self.site.job(copy, Task.OPEN, kill_at)

    def heal(self, job: Job) -> None:
        """All copies are one desk: whichever syncs signs in anew, and is told what became of changes sent before."""
        profile = Path(job.profile)
        with closing(Desk(profile, self.site.server)) as desk:
            desk.sign_in(self._login, PASSWORD)
            desk.come_to_rest()
        self.site.all_is_well(profile)
        rmtree(profile)


SCENES: tuple[type[Scene], ...] = (Migration, Push, Pull, FirstSnapshot, SnapshotBeside)
"""Scenes of one process, in which every point can be counted."""

WITH_HELPER: tuple[type[Scene], ...] = (HelperKilled, DeskKilledBesideHelper, DeskKilledAtTheEnd)
"""Scenes with the real helper process, which takes a second to start."""


# What scenes begin with --------------------------------------------------------------------------------------------


def settled(site: Site) -> Path:
    """Return a profile that has everything and nothing to send."""
    profile = site.profile()
    site.heal(profile)
    return profile


def shared_customers(site: Site, many: int) -> list[UUID]:
    """Let a colleague put customers down, and a note about each; return their ids."""
    made = []
    for number in range(many):
        row = UUID(int=(0x0190_0000_0000_7000_8000 << 48) + len(site.ledger.customers))
        site.ledger.customers.append(row)
        site.colleague.insert("customer", row, **customer(f"Customer {number}"))
        made.append(row)
    return made


def colleague_adds(site: Site, row: UUID) -> None:
    """Let a colleague add a word at the start of a customer's long text."""

    def seen(conn: Connection) -> tuple[str, int]:
        with within(conn, (HOUSE,)):
            found = conn.execute(_TEXT, {"id": row}).one()
            return found.preferences, found.ver

    [word] = site.words(1)
    before, version = site.engine.run(seen)
    site.colleague.update("customer", row, version, preferences=f"{word}\n{before}".strip())
    site.ledger.wrote(word, 0, Place.TEXT, row, row)


def make_old(profile: Path) -> None:
    """Bring a profile's file back to the first version, which had no second file."""
    engines = open_store(profile / STORE, KEY)
    config = Config()
    config.set_main_option("script_location", str(Path(upgrade.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with engines.write.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    engines.dispose()
    for path in profile.glob(f"{SECOND_FILE}*"):
        path.unlink()


def made_in(profile: Path) -> set[tuple[str, str]]:
    """Return kind and name of everything that a profile's file is made of."""
    engines = open_store(profile / STORE, KEY)
    try:
        with engines.read.begin() as connection:
            return {(made.type, made.name) for made in connection.execute(_MADE)}
    finally:
        engines.dispose()
