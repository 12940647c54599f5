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
from tests.faults.child import Job, Task
from tests.faults.desk import KEY, Desk, Form
from tests.faults.points import Grain
from tests.faults.site import Site
from tests.model.ledger import Place
from tests.support.server import PASSWORD, customer

_TEXT = text("select preferences, ver from crm.customer where id = :id")


class Scene(ABC):
    """What a desk does while it is killed. ``name`` is what the report says."""

    name: ClassVar[str]

    def __init__(self, site: Site) -> None:
        self.site = site

    def count(self, grain: Grain) -> int:
        """Return how many points a life has that nothing ends."""
        job = msgspec.structs.replace(self.life(None), grain=grain)
        [outcome] = self.site.live(job)
        self.heal(job)
        return outcome.points

    def heal(self, job: Job) -> None:
        """Start the killed desk anew and let it sync; raises AssertionError when a promise was broken."""
        self.site.heal(Path(job.profile), job.form)

    @abstractmethod
    def life(self, kill_at: int | None) -> Job:
        """Prepare the next life and return it."""


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

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        shared_customers(site, 60)

    def life(self, kill_at: int | None) -> Job:
        profile = self.site.profile(self._newcomer())
        return self.site.job(profile, Task.WORK_AND_SYNC, kill_at, self.site.words(2), form=self.form)

    def _newcomer(self) -> str:
        """Return somebody of a team of their own, who gets little more than what the house has in common."""
        return self.site.newcomer(f"team {len(self.site.seats)}")


class SnapshotBeside(FirstSnapshot):
    """The same, with a file that is built beside the one in use and takes its place."""

    name = "first snapshot, beside"
    form = Form.BESIDE


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


def kill_at(scene: Scene, number: int, grain: Grain) -> str:
    """Kill the desk of a scene at one point and heal it; return where that was, empty if there is no such point.

    Raises AssertionError when a promise was broken, with the point after which it was.
    """
    job = msgspec.structs.replace(scene.life(number), grain=grain)
    [outcome] = scene.site.live(job)
    try:
        scene.heal(job)
    except AssertionError as error:
        where = f"{scene.name}, killed at {grain} point {number} ({outcome.where})"
        raise AssertionError(f"{where}: {error}") from error
    return outcome.where


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
