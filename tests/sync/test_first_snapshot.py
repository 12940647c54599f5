"""The first copy of the server's records: built beside the file in use, whatever ends it on the way."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from crmdesk.domain.customers import ContactPointKind, NewCustomer
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.ids import new_id
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.engine import StoreEngines, open_store
from crmdesk.models.local import Cursor, DraftRow, HeldScope, Outbox, ServerRow, Setting
from crmdesk.models.people import Disposition
from crmdesk.models.replacing import belonging, close_whole
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.models.upgrade import upgrade
from crmdesk.runtime.bus import Bus, SyncChanged
from crmdesk.runtime.database import Database
from crmdesk.runtime.snapshot_talk import Job, Lent, Report, Trouble, line, read
from crmdesk.runtime.snapshot_worker import SnapshotWorker, command
from crmdesk.services import customers, drafts, search
from crmdesk.sync.client.cycle import Device as Installation
from crmdesk.sync.client.cycle import SyncCycle
from crmdesk.sync.client.snapshot import SMALL
from crmdesk.sync.client.snapshot_fetch import catch_up, fetch
from crmdesk.sync.client.snapshot_part import Order, PartFile, open_part, part_path, remove_part
from crmdesk.sync.client.snapshot_swap import carry_over
from crmdesk.sync.engine import Engine
from crmdesk.sync.transports import Transport
from crmdesk.sync.transports.http import GatewayClient
from crmdesk.sync.transports.in_process import InProcess
from crmdesk.sync.wire import Hello, HelloReply, SignIn, Snapshot, SnapshotReply
from tests.runtime.conftest import Eye, session_at
from tests.support.blank import KEY
from tests.support.clock import StandingClock
from tests.support.gateway import GatewayProcess, gateway
from tests.support.server import PASSWORD, Device, customer, desk_of

CHUNK = 7
_SCHEMA = text("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")


class Counting:
    """Carries snapshots in the same process, notes every question, and fails after ``answers`` of them."""

    def __init__(self, inner: Transport, answers: int = 1_000_000) -> None:
        self._inner = inner
        self.asked: list[Snapshot] = []
        self.answers = answers

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def snapshot(self, message: Snapshot) -> SnapshotReply:
        if len(self.asked) >= self.answers:
            raise Unavailable("cut off")
        self.asked.append(message)
        return self._inner.snapshot(message)


class BuiltHere:
    """A builder without a process: builds when asked and stops where its transport fails."""

    def __init__(self, transport: Transport, database: Database, device_id: UUID, clock: StandingClock) -> None:
        self._transport, self._database, self._device_id, self._clock = transport, database, device_id, clock
        self._order: Order | None = None
        self.between: Callable[[], object] = lambda: None
        """What happens after the file is complete and before it takes its place."""

    @property
    def order(self) -> Order:
        assert self._order is not None
        return self._order

    def is_worth_it(self, total: int) -> bool:
        return total > 0

    def build(self, order: Order, total: int) -> bool:
        self._order = order
        part = self._part()
        try:
            fetch(self._transport, part, self._device_id, self._clock, lambda _: None, CHUNK)
        finally:
            part.close()
        self.between()
        return True

    def clear(self) -> None:
        remove_part(part_path(self._database.path))

    def put_in_place(self) -> None:
        part = self._part()
        try:
            catch_up(self._transport, part, self._device_id, self._clock)
            self._database.take_place_now(part.engines, carry_over)
        finally:
            part.close()

    def _part(self) -> PartFile:
        return open_part(part_path(self._database.path), KEY, self.order)


@dataclass
class NewDesk:
    """A desk whose file is made anew beside it, on a real engine."""

    database: Database
    cycle: SyncCycle
    builder: BuiltHere
    transport: Counting
    clock: StandingClock

    def do(self, use_case: Callable[..., object], *args: object) -> object:
        return self.database.write_now(use_case, *args)[0]

    def names(self) -> set[str]:
        return set(self.database.write_now(lambda uow: list(uow.session.scalars(select(Customer.name))))[0])

    def count(self, model: type) -> int:
        return self.database.write_now(lambda uow: uow.session.scalar(select(func.count()).select_from(model)))[0] or 0


@pytest.fixture
def house(engine: Engine) -> Device:
    """A colleague's device, whose house has some customers with numbers."""
    device = desk_of(engine, "bela")
    for number in range(30):
        row = new_id()
        device.insert("customer", row, **customer(f"Customer {number}"))
        device.insert(
            "contact_point", new_id(), customer_id=row.hex, kind=ContactPointKind.PHONE.value,
            value=f"+4420794600{number:02d}", e164=f"+4420794600{number:02d}",
        )  # fmt: skip
    return device


@pytest.fixture
def new_desk(engine: Engine, house: Device, tmp_path: Path) -> Iterator[Callable[[], NewDesk]]:
    """Open (again) Anna's desk on one file."""
    anna = desk_of(engine, "anna")
    open_ones: list[Database] = []

    def opened() -> NewDesk:
        while open_ones:
            open_ones.pop().close()
        clock = StandingClock()
        engines = open_store(tmp_path / "desk.db", KEY)
        upgrade(engines.write)
        database = Database(engines, clock, Bus())
        database.actor = anna.principal.user_id
        open_ones.append(database)
        transport = Counting(InProcess(engine, anna.principal))
        builder = BuiltHere(transport, database, anna.principal.device_id, clock)  # type: ignore[arg-type]
        installation = Installation(anna.principal.device_id, anna.nonce, "0.1")
        cycle = SyncCycle(transport, database.write_now, installation, lambda _: None, builder)  # type: ignore[arg-type]
        return NewDesk(database, cycle, builder, transport, clock)

    yield opened
    while open_ones:
        open_ones.pop().close()


def made_by_migrations(path: Path) -> list[tuple[object, ...]]:
    engines = open_store(path, KEY)
    upgrade(engines.write)
    found = schema_of(engines)
    engines.dispose()
    return found


def schema_of(engines: StoreEngines) -> list[tuple[object, ...]]:
    with engines.write.begin() as conn:
        return [tuple(row) for row in conn.execute(_SCHEMA)]


def test_a_new_desk_has_everybody_after_its_first_turn(new_desk: Callable[[], NewDesk]) -> None:
    desk = new_desk()
    desk.cycle.run()
    assert desk.names() == {f"Customer {number}" for number in range(30)}
    assert desk.count(ContactPoint) == 30
    assert desk.count(HeldScope) >= 1
    found = desk.do(search.find, "customer 17", "GB")
    assert [hit.title for hit in found.hits][:1] == ["Customer 17"]  # type: ignore[attr-defined]
    assert not part_path(desk.database.path).exists()


def test_the_new_file_is_as_migrations_make_it(new_desk: Callable[[], NewDesk], tmp_path: Path) -> None:
    desk = new_desk()
    desk.cycle.run()
    desk.database.close()
    engines = open_store(tmp_path / "desk.db", KEY)
    assert schema_of(engines) == made_by_migrations(tmp_path / "other.db")
    engines.dispose()


def places_of_the_builder(desk: NewDesk) -> set[tuple[int, str | None, UUID | None]]:
    return {(asked.scope, asked.entity, asked.after) for asked in desk.transport.asked if asked.limit == CHUNK}


def test_what_came_is_not_asked_for_again(new_desk: Callable[[], NewDesk]) -> None:
    desk = new_desk()
    desk.transport.answers = 9
    with pytest.raises(Unavailable):
        desk.cycle.run()
    reached = places_of_the_builder(desk)
    again = new_desk()
    again.cycle.run()
    assert len(reached) > 2
    assert not reached & places_of_the_builder(again)
    assert again.names() == {f"Customer {number}" for number in range(30)}
    assert again.count(ContactPoint) == 30


def test_people_queues_and_outcomes_are_there_before_the_copy_is(new_desk: Callable[[], NewDesk]) -> None:
    desk = new_desk()
    desk.transport.answers = 5
    with pytest.raises(Unavailable):
        desk.cycle.run()
    assert desk.count(Disposition) > 0
    assert desk.names() < {f"Customer {number}" for number in range(30)}


def test_what_was_written_meanwhile_survives_the_new_file(
    new_desk: Callable[[], NewDesk], house: Device, engine: Engine
) -> None:
    desk = new_desk()
    subject = new_id()

    def meanwhile() -> None:
        desk.do(customers.create, NewCustomer("Written Meanwhile", number="+44 20 7946 0999"), "GB")
        desk.do(drafts.keep, "note", subject, {"body": "Half a senten"}, "a draft")
        desk.do(lambda uow: uow.session.merge(Setting(key="look", value="dark")) and None)
        house.insert("customer", new_id(), **customer("A Colleague's"))

    desk.builder.between = meanwhile
    desk.cycle.run()
    assert {"Written Meanwhile", "A Colleague's"} <= desk.names()
    assert desk.count(DraftRow) == 1
    assert desk.count(Outbox) == 2
    again = new_desk()
    again.cycle.run()
    assert again.count(Outbox) == 0
    assert "Written Meanwhile" in again.names()
    with Session(again.database._engines.read) as session:
        assert session.get_one(DraftRow, ("note", subject)).fields == {"body": "Half a senten"}
        assert session.get_one(Setting, "look").value == "dark"


def test_a_change_of_a_row_that_comes_with_the_copy_stays_laid_over_it(
    new_desk: Callable[[], NewDesk], house: Device
) -> None:
    row = new_id()
    house.insert("customer", row, **customer("Before"))
    desk = new_desk()
    desk.cycle.run()
    desk.do(lambda uow: uow.update(uow.session.get_one(Customer, row), "edit", name="Mine") and None)
    begin_anew(desk)
    house.update("customer", row, 1, city="Leeds")
    desk.cycle.greet_again()
    desk.builder.between = lambda: desk.do(
        lambda uow: uow.update(uow.session.get_one(Customer, row), "edit", tier="Priority") and None
    )
    desk.cycle.run()

    def shown(uow: UnitOfWork) -> tuple[str, str, str]:
        found = uow.session.get_one(Customer, row)
        return found.name, found.city, found.tier

    assert desk.do(shown) == ("Mine", "Leeds", "Priority")
    desk.cycle.run()
    assert desk.count(Outbox) == 0
    assert desk.count(ServerRow) == 0


def begin_anew(desk: NewDesk) -> None:
    """Let the desk hold nothing, as when it has to fetch everything again."""

    def forget(uow: UnitOfWork) -> None:
        for held in uow.session.scalars(select(HeldScope)).all():
            uow.session.delete(held)
        uow.session.get_one(Cursor, 1).position = None

    desk.do(forget)


def test_what_was_deleted_meanwhile_does_not_come_back(new_desk: Callable[[], NewDesk], engine: Engine) -> None:
    desk = new_desk()
    desk.builder.between = lambda: engine.run(
        lambda conn: conn.execute(text("delete from crm.customer where name = 'Customer 3'"))
    )
    desk.cycle.run()
    assert "Customer 3" not in desk.names()
    assert len(desk.names()) == 29


def test_indexes_and_words_are_gone_on_with_wherever_it_ended(tmp_path: Path, engine: Engine, house: Device) -> None:
    transport, clock = InProcess(engine, house.principal), StandingClock()
    path, device = tmp_path / "desk.part.db", house.principal.device_id
    order = Order(new_id(), 1, (1,))
    part = open_part(path, KEY, order)
    question = part.next_question(device, 1000)
    while question is not None:
        part.store(question.scope, transport.snapshot(question))
        question = part.next_question(device, 1000)
    part.close()
    steps = 0
    while True:
        part = open_part(path, KEY, order)
        if not part.one_step():
            break
        part.close()
        steps += 1
    part.finish(clock)
    assert steps > 20
    assert part.is_complete()
    assert schema_of(part.engines) == made_by_migrations(tmp_path / "other.db")
    part.close()


def test_a_file_of_another_server_is_begun_anew(tmp_path: Path, engine: Engine, house: Device) -> None:
    transport, clock = InProcess(engine, house.principal), StandingClock()
    path = tmp_path / "desk.part.db"
    first = open_part(path, KEY, Order(new_id(), 1, (1,)))
    fetch(transport, first, house.principal.device_id, clock, lambda _: None)
    first.close()
    other = open_part(path, KEY, Order(new_id(), 1, (1,)))
    assert not other.is_complete()
    assert other.rows() == 0
    other.close()


def test_the_wal_of_an_old_file_never_meets_the_new_one(new_desk: Callable[[], NewDesk], tmp_path: Path) -> None:
    desk = new_desk()
    part = part_path(desk.database.path)
    for leftover in belonging(part):
        leftover.write_bytes(b"from another life")
    desk.cycle.run()
    desk.database.close()
    assert not [path for path in belonging(tmp_path / "desk.db") if path.exists()]
    assert not [path for path in belonging(part) if path.exists()]


def test_a_copy_that_nobody_will_finish_is_removed(new_desk: Callable[[], NewDesk]) -> None:
    desk = new_desk()
    desk.cycle.run()
    part = part_path(desk.database.path)
    open_part(part, KEY, desk.builder.order).close()
    desk.cycle.greet_again()
    desk.cycle.run()
    assert not part.exists()


def test_readers_go_on_while_the_file_is_replaced(new_desk: Callable[[], NewDesk]) -> None:
    desk = new_desk()
    done: list[int] = []
    with ThreadPoolExecutor(2) as readers:
        going = True

        def read_on() -> None:
            while going:
                done.append(desk.database._read(lambda uow: uow.session.scalar(select(func.count(Cursor.one)))) or 0)

        reading = [readers.submit(read_on) for _ in range(2)]
        try:
            desk.cycle.run()
        finally:
            going = False
        for each in reading:
            each.result()
    assert done
    assert len(desk.names()) == 30


class Moment(Enum):
    """When everything ends, as with kill -9 or a power cut."""

    BEFORE_CARRYING = auto()
    AFTER_CARRYING = auto()
    BEFORE_RENAMING = auto()
    AFTER_RENAMING = auto()


@pytest.mark.parametrize("moment", Moment)
def test_whenever_it_ends_one_whole_file_is_there_and_nothing_written_is_lost(
    new_desk: Callable[[], NewDesk], tmp_path: Path, moment: Moment
) -> None:
    desk = new_desk()
    live, part = tmp_path / "desk.db", tmp_path / "desk.part.db"
    picture: dict[str, bytes] = {}

    def take_picture() -> None:
        for path in (live, *belonging(live), part, *belonging(part)):
            if path.exists():
                picture[path.name] = path.read_bytes()

    def first_words() -> None:
        desk.do(customers.create, NewCustomer("Written Before"), "GB")
        if moment is Moment.BEFORE_CARRYING:
            take_picture()
            return
        made = open_part(part, KEY, desk.builder.order)
        engines = open_store(live, KEY)
        with Session(engines.write) as old, old.begin(), Session(made.engines.write) as new, new.begin():
            carry_over(old, new)
        if moment is Moment.AFTER_CARRYING:
            take_picture()
        close_whole(made.engines)
        engines.dispose()

    desk.builder.between = first_words
    desk.cycle.run()
    if moment is Moment.BEFORE_RENAMING:  # both are closed, none has a WAL
        close_whole(open_part(part, KEY, desk.builder.order).engines)
    desk.database.close()
    if moment in (Moment.BEFORE_CARRYING, Moment.AFTER_CARRYING):
        remove_part(part)
        remove_part(live)
        for name, content in picture.items():
            (tmp_path / name).write_bytes(content)
    again = new_desk()
    if moment is not Moment.AFTER_RENAMING:
        again.do(customers.create, NewCustomer("Written After"), "GB")
        begin_anew(again)
    again.cycle.run()
    expected = {f"Customer {number}" for number in range(30)} | {"Written Before"}
    assert expected <= again.names()
    assert moment is Moment.AFTER_RENAMING or "Written After" in again.names()
    again.cycle.run()
    assert again.count(Outbox) == 0
    assert not part.exists()


# The real process ----------------------------------------------------------------------------------------------------


@dataclass
class Outside:
    """A gateway, and somebody signed in there whose desk's helper process is run by hand."""

    client: GatewayClient
    hello: HelloReply
    device: UUID
    folder: Path

    def job(self, token: str | None = None) -> Job:
        store = str(self.folder / "desk.db")
        access = token or self.client.access_token or ""
        hello = self.hello
        return Job(
            store, KEY.hex(), self.client.url, None, access, self.device, hello.epoch, hello.home_scope,
            hello.scopes, limit=CHUNK,
        )  # fmt: skip

    def run(self, job: Job, until: Callable[[Report], bool] = lambda _: False) -> list[Report]:
        """Run the helper, kill it at the first report that ``until`` is true of, and return what it reported."""
        process = subprocess.Popen(command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin is not None
        assert process.stdout is not None
        said: list[Report] = []
        try:
            process.stdin.write(line(job))
            process.stdin.flush()
            for told in process.stdout:
                said.append(read(told, Report))
                if until(said[-1]):
                    process.kill()
                elif said[-1].wants_token:
                    process.stdin.write(line(Lent(self.client.access_token or "")))
                    process.stdin.flush()
        finally:
            process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()
        return said


@pytest.fixture
def outside(engine: Engine, house: Device, database_url: str, tmp_path: Path) -> Iterator[Outside]:
    with gateway(database_url) as running:
        made = _signed_in(running, tmp_path)
        yield made
        made.client.close()


def _signed_in(running: GatewayProcess, folder: Path) -> Outside:
    client = GatewayClient(running.url, lambda _: None)
    device, nonce = new_id(), new_id()
    client.sign_in(SignIn("bela", PASSWORD, device, nonce, "test", "0.1"))
    hello = client.hello(Hello(device, nonce, "0.1", 1, 3, None, None, 0))
    return Outside(client, hello, device, folder)


def test_a_killed_helper_goes_on_where_it_was(outside: Outside) -> None:
    kept = 0
    for point in (1, 3, 5):
        reports: list[Report] = []

        def reached(report: Report, seen: list[Report] = reports, most: int = point) -> bool:
            seen.append(report)
            return len(seen) > most

        said = outside.run(outside.job(), reached)
        assert said[0].rows >= kept, "what was on the disk is gone"
        kept = max(report.rows for report in said)
    said = outside.run(outside.job())
    assert said[0].rows >= kept, "what was on the disk is gone"
    assert said[-1].complete
    assert kept > 20, "it was always killed at the beginning"
    part = open_part(
        outside.folder / "desk.part.db",
        KEY,
        Order(outside.hello.epoch, outside.hello.home_scope, outside.hello.scopes),
    )
    assert part.is_complete()
    with part.engines.read.begin() as conn:
        assert conn.scalar(select(func.count()).select_from(Customer)) == 30
        assert conn.scalar(select(func.count()).select_from(ContactPoint)) == 30
    part.close()


def test_a_helper_whose_access_ran_out_is_lent_another(outside: Outside) -> None:
    said = outside.run(outside.job(token="ran out long ago"))
    assert any(report.wants_token for report in said)
    assert said[-1].complete


def test_a_helper_says_why_it_stopped(outside: Outside) -> None:
    job = outside.job()
    said = outside.run(msgspec.structs.replace(job, scopes=(4711,)))
    assert said[-1].trouble is Trouble.REFUSED
    assert said[-1].what


def test_a_helper_ends_with_its_desk(outside: Outside) -> None:
    process = subprocess.Popen(command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(line(outside.job(token="ran out long ago")))
    process.stdin.flush()
    while not read(process.stdout.readline(), Report).wants_token:
        pass
    process.stdin.close()
    assert process.wait(20) != 0
    process.stdout.close()


def test_a_desk_that_is_closed_while_it_starts_its_helper_leaves_none_behind(
    outside: Outside, new_desk: Callable[[], NewDesk]
) -> None:
    desk = new_desk()
    order = Order(outside.hello.epoch, outside.hello.home_scope, outside.hello.scopes)

    def closed_meanwhile() -> list[str]:
        closing = Thread(target=worker.close)
        closing.start()
        closing.join()
        return [sys.executable, "-c", "import sys; sys.stdin.read()"]

    worker = SnapshotWorker(
        outside.client, desk.database, outside.device, desk.clock, lambda _: None, lambda: None, closed_meanwhile
    )
    try:
        with pytest.raises(Unavailable, match="being closed"):
            worker.build(order, SMALL)
        assert worker.pid is None
    finally:
        worker.close()


def test_the_helper_is_not_for_people() -> None:
    typed = subprocess.run(command(), input=b"hello\n", capture_output=True, check=False)
    assert typed.returncode == 1
    assert b"belongs to the desktop" in typed.stderr
    listed = subprocess.run([*command()[:-1], "--help"], capture_output=True, check=True).stdout
    assert b"fetch-snapshot" not in listed


def test_the_key_is_nowhere_but_in_the_pipe(outside: Outside) -> None:
    process = subprocess.Popen(command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(line(outside.job(token="ran out long ago")))
    process.stdin.flush()
    while not read(process.stdout.readline(), Report).wants_token:
        pass
    proc = Path(f"/proc/{process.pid}")
    seen = (proc / "cmdline").read_bytes() + (proc / "environ").read_bytes()
    assert KEY.hex().encode() not in seen
    assert b"ran out long ago" not in seen
    process.stdin.close()
    process.wait(20)
    process.stdout.close()


# The whole desk ------------------------------------------------------------------------------------------------------

_MANY = text(
    "insert into crm.customer (id, scope_id, ver, kind, name, latin_name, summary, city, care, tier, language, product,"
    " preferences) select gen_random_uuid(), 1, 1, 'person', 'Many ' || n, '', '', '', '', '', '', '', ''"
    " from generate_series(1, :many) n"
)


@pytest.mark.long
def test_a_desk_works_while_its_first_copy_is_built_by_a_process(
    engine: Engine, house: Device, database_url: str, tmp_path: Path
) -> None:
    engine.run(lambda conn: conn.execute(_MANY, {"many": SMALL + 1000}).rowcount)
    engine.run(lambda conn: conn.exec_driver_sql("analyze sync.change").rowcount)

    async def work(url: str) -> None:
        async with session_at(tmp_path) as session:
            eye = Eye(session.desk.bus, SyncChanged)
            await session.sign_in(url, "bela", PASSWORD)
            begun = await eye.until(lambda event: event.state.snapshot is not None)
            assert begun.state.snapshot.total > SMALL
            row = await session.desk.customers.create(NewCustomer("Written Meanwhile", number="+44 20 7946 0999"))
            await session.desk.drafts.keep("note", row, {"body": "Half a senten"}, "a draft")
            since = eye.seen.index(begun)
            await eye.until(lambda event: event.state.snapshot is None and event in eye.seen[since:])
            assert await session.database.read(_count_customers) == SMALL + 1000 + 30 + 1
            draft = await session.desk.drafts.load("note", row)
            assert draft is not None
            card = await session.desk.customers.card(row)
            assert card is not None
            await session.desk.sync.refresh()
            await eye.until(lambda event: event.state.unsent == 0 and event in eye.seen[since:])
            found = await session.desk.search.find("Customer 17")
            assert found.hits[0].title == "Customer 17"

    with gateway(database_url) as running:
        asyncio.run(_bounded(work(running.url)))


def _count_customers(uow: UnitOfWork) -> int:
    return uow.session.scalar(select(func.count()).select_from(Customer)) or 0


async def _bounded(work: Coroutine[Any, Any, None]) -> None:
    async with asyncio.timeout(90):
        await work
