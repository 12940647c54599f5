"""A full disk, at the desk or at the server: saving is refused in words, nothing is half saved, and work goes on."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from shutil import rmtree
from uuid import UUID

import pytest
from sqlalchemy import select

from crmdesk.domain.errors import Unavailable
from crmdesk.models.aside import SECOND_FILE
from crmdesk.models.kept import CONTENT, open_kept
from crmdesk.server.local_postgres import local_postgres
from crmdesk.services import attachments
from crmdesk.sync.client.contents import data_of
from tests.faults.cluster import Cluster
from tests.faults.desk import KEY, Desk
from tests.faults.disk import WHY_NOT, SmallDisk, can_mount, small_disk
from tests.faults.site import Children, Site, a_site
from tests.support.postgres import Databases
from tests.sync.test_attachments import new_complaint

pytestmark = pytest.mark.skipif(not can_mount(), reason=WHY_NOT)

PAGE = 4096


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk for one profile."""
    with small_disk(tmp_path / "disk", megabytes=24) as made:
        yield made


def _saves(site: Site, desk: Desk, most: int) -> Unavailable | None:
    """Let a desk save words one by one; return why it could not go on."""
    for word in site.words(most):
        try:
            site.remember(0, desk.work((word,)))
        except Unavailable as refusal:
            site.may_have_written(word)
            return refusal
    return None


def test_a_full_disk_at_the_desk_refuses_a_save_in_words_and_loses_nothing(site: Site, disk: SmallDisk) -> None:
    refused = 0
    with closing(Desk(disk.folder / "desk", site.server)) as desk:
        site.seat(desk)
        desk.come_to_rest()
        for pages in (0, 1, 2, 3, 5, 8, 13, 21, 34, 55):
            disk.fill(pages * PAGE)
            refusal = _saves(site, desk, 40)
            if refusal is not None:
                refused += 1
                assert refusal.what
                assert "disk" in refusal.next_step
            with suppress(Unavailable):
                desk.turn()
            disk.free()
            assert _saves(site, desk, 3) is None
            desk.come_to_rest()
            site.check(desk)
    assert refused >= 5


def test_a_desk_that_is_started_on_a_full_disk_keeps_its_file(site: Site, disk: SmallDisk) -> None:
    folder = disk.folder / "desk"
    with closing(Desk(folder, site.server)) as desk:
        site.seat(desk)
        desk.come_to_rest()
        site.work(desk, 3)
    for pages in (0, 1, 3, 8, 20):
        disk.fill(pages * PAGE)
        try:
            Desk(folder, site.server).close()
        except Unavailable as refusal:
            assert refusal.next_step
        disk.free()
    assert not list(folder.glob("*damaged*"))
    with closing(Desk(folder, site.server)) as desk:
        desk.come_to_rest()
        site.check(desk)


def test_a_file_that_is_attached_on_a_full_disk_is_there_whole_or_not_at_all(site: Site, disk: SmallDisk) -> None:
    contents = random.Random(7)
    whole: dict[UUID, bytes] = {}
    refused = 0
    with closing(Desk(disk.folder / "desk", site.server)) as desk:
        site.seat(desk)
        desk.come_to_rest()
        case = desk.do(new_complaint)
        for kilobytes in (0, 60, 150, 290, 310, 350, 600, 660, 720, 900, 1_300):
            data = contents.randbytes(150_000).hex().encode("ascii")
            disk.fill(kilobytes * 1024)
            try:
                whole[desk.do(attachments.add, case, "log.txt", data)] = data
            except Unavailable as refusal:
                refused += 1
                assert "disk" in refusal.next_step
            disk.free()
            assert _saves(site, desk, 1) is None
            assert {view.id for view in desk.do(attachments.listed, case)} == whole.keys()
            assert {id_: desk.do(data_of, id_) for id_ in whole} == whole
    assert refused >= 3
    assert len(whole) >= 3
    second = open_kept(disk.folder / "desk" / SECOND_FILE, KEY)
    with second.connect() as connection:
        assert {row.id: row.data for row in connection.execute(select(CONTENT))} == whole
    second.dispose()


@pytest.fixture
def room() -> Iterator[SmallDisk]:
    """A disk for a database, where an account that is not root can reach it; its name is short, as sockets need it."""
    folder = Path(tempfile.mkdtemp(prefix="crmdesk-"))
    folder.chmod(0o755)
    with small_disk(folder / "disk", megabytes=500) as made:
        yield made
    rmtree(folder)


def test_a_full_disk_of_the_database_holds_pushes_up_and_loses_none(
    room: SmallDisk, tmp_path: Path, children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(room.folder))
    with local_postgres({"max_wal_size": "64MB", "min_wal_size": "32MB"}) as postgres:
        monkeypatch.delenv("TMPDIR")
        with closing(Cluster(postgres)) as cluster, closing(Databases(postgres)) as databases:
            _full_database(databases.ready(), cluster, room, tmp_path, children)


def _full_database(url: str, cluster: Cluster, disk: SmallDisk, folder: Path, children: Children) -> None:
    with a_site(url, folder, children) as site, closing(Desk(folder / "desk", site.server)) as desk:
        site.seat(desk)
        desk.come_to_rest()
        disk.fill(16 * PAGE)
        failures = 0
        for _ in range(200):
            site.work(desk, 20)
            try:
                desk.turn()
            except Unavailable:
                failures += 1
                if failures == 3:
                    break
        assert failures == 3, "the database's disk did not get full"
        disk.free()
        if not cluster.is_running:
            cluster.start()
        desk.come_to_rest()
        site.check(desk)
