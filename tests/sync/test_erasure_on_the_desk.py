"""Erasure reaches every byte of a desk: after the turn of sync that brings it no word is in either file or its log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from crmdesk.domain.clock import SystemClock
from crmdesk.domain.complaints import NewComplaint
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.people import Role
from crmdesk.domain.tasks import NewTask, TaskKind
from crmdesk.models.base import Base
from crmdesk.models.callback import Callback
from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Interaction, Note
from crmdesk.models.kept import FILE
from crmdesk.models.local import LocalBase, Outbox
from crmdesk.models.search_schema import FULL_TEXT
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.profile import STORE
from crmdesk.services import complaints, customers, drafts, interactions, merging, tasks, timeline, unsent
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.erasing import erase_customer
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.engine.restoring import begin_anew
from tests.support.blank import KEY
from tests.support.desk import ringing
from tests.support.pages import found
from tests.support.server import Device, customer, desk_of
from tests.sync.conftest import SyncedDesk
from tests.sync.test_first_snapshot import NewDesk, house, new_desk
from tests.sync.test_restore import back_up, put_back, turn
from tests.sync.test_scopes import revoke

__all__ = ["house", "new_desk"]

SitDown = Callable[[Device], SyncedDesk]

WORDS = (
    *("Zyxabelle", "Quorvington", "Plimsollade", "Frabjousity", "Grumblewick", "Snorkelbury", "Whiffletree"),
    *("Bumberquist", "Crumhornia", "Dingleforth", "Fizzlebang"),
)
"""Words that nothing else has: of the name, city, preferences, notes, a complaint, a callback, drafts, a conflict."""


@pytest.fixture
def anna(engine: Engine, at_desk: SitDown) -> SyncedDesk:
    desk = at_desk(desk_of(engine, "anna"))
    desk.sync()
    return desk


@pytest.fixture
def bela(engine: Engine, at_desk: SitDown) -> SyncedDesk:
    desk = at_desk(desk_of(engine, "bela"))
    desk.sync()
    return desk


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "erasures")


def edit(uow: UnitOfWork, row: UUID, **fields: object) -> None:
    uow.update(uow.session.get_one(Customer, row), f"Customer {fields}", **fields)


def promise(uow: UnitOfWork, customer_id: UUID) -> None:
    row = Callback(customer_id=customer_id, reason="Snorkelbury again", due_at=uow.clock.now(), due_zone="UTC")
    uow.insert(row, "Callback, Snorkelbury")
    due = uow.clock.now() + timedelta(hours=1)
    tasks.make(uow, NewTask(TaskKind.PROMISE, "Snorkelbury: send the booklet", due, "UTC", customer_id))


def complaint_of(customer_id: UUID, call: UUID, reference: str) -> NewComplaint:
    words = "The Grumblewick never came."
    what = ("Boiler cover", "Delay", 3, words, "", False, "UTC")
    return NewComplaint(reference, customer_id, call, *what)


def words_at(desk: SyncedDesk) -> set[str]:
    return found(desk.folder / STORE, KEY, WORDS) | found(desk.folder / FILE, KEY, WORDS)


def a_life(desk: SyncedDesk) -> tuple[UUID, UUID]:
    """Return a customer and a call of theirs, with something of every kind written about them."""
    made = desk.do(customers.create, NewCustomer("Zyxabelle Quorvington", number="+44 20 7946 0172"), "GB")
    call = desk.do(interactions.opened, ringing("k-1", number="+442079460172"))
    desk.do(interactions.identify, call, made)
    desk.do(interactions.add_note, call, made, "She said: Frabjousity, each winter.")
    desk.do(complaints.register, complaint_of(made, call, desk.do(complaints.next_reference)))
    desk.do(promise, made)
    for city in ("Plimsollade", "Plimsollade East"):
        desk.do(edit, made, city=city)
        desk.sync()
    return made, call


def write_on(desk: SyncedDesk, made: UUID, call: UUID) -> None:
    """Leave what is not sent yet: a note that waits, and drafts of every kind."""
    desk.do(interactions.add_note, call, made, "Not sent yet: Bumberquist.")
    desk.do(drafts.keep, drafts.NOTE, call, {"note": "Half a Dingleforth"}, "Note, Zyxabelle")
    desk.do(drafts.keep, drafts.NOTE, made, {"note": "Crumhornia"}, "Note, Zyxabelle")
    desk.do(drafts.keep, drafts.COMPLAINT, call, {"verbatim": "A whole Crumhornia"}, "Complaint, Zyxabelle")


ABOUT_SOMEBODY = (
    *("customer", "contact_point", "interaction", "note", "complaint", "callback", "task"),
    *("draft", "conflict", "server_row"),
)


def rows_left(uow: UnitOfWork) -> dict[str, int]:
    tables = {**Base.metadata.tables, **LocalBase.metadata.tables}
    counted = {name: uow.session.scalar(select(func.count()).select_from(tables[name])) or 0 for name in ABOUT_SOMEBODY}
    return {name: count for name, count in counted.items() if count}


def test_after_an_erasure_no_word_is_left_in_either_file(
    anna: SyncedDesk, bela: SyncedDesk, engine: Engine, journal: Journal
) -> None:
    made, call = a_life(anna)
    bela.sync()
    bela.do(edit, made, preferences="Whiffletree in large print")
    bela.sync()
    anna.do(edit, made, preferences="Fizzlebang by phone")
    anna.sync()
    write_on(anna, made, call)
    assert words_at(anna) == set(WORDS), "the search must find what is there"
    engine.run(lambda conn: erase_customer(conn, made, journal, SystemClock().now))
    for desk in (anna, bela):
        desk.sync()
        assert desk.do(rows_left) == {}
        assert words_at(desk) == set()
        desk.close_files()
        assert words_at(desk) == set()
        desk.open_files()
    anna.sync()
    told = anna.do(lambda uow: uow.session.scalars(select(Outbox)).all())
    assert [(entry.title, entry.set_, entry.reason) for entry in told] == [("", {}, "The customer's data was erased.")]


def test_a_draft_that_came_to_the_disk_behind_the_erasure_leaves_no_word_either(
    anna: SyncedDesk, engine: Engine, journal: Journal
) -> None:
    """Somebody typed on while the erasure was written; the door of drafts hears of it and throws the draft away."""
    made, call = a_life(anna)
    engine.run(lambda conn: erase_customer(conn, made, journal, SystemClock().now))
    anna.sync()
    anna.do(drafts.keep, drafts.NOTE, call, {"note": "Half a Dingleforth"}, "Note, Zyxabelle")
    anna.do(drafts.discard_all, {made, call})
    assert words_at(anna) == set()


def test_the_full_text_knows_none_of_an_erased_customers_words(
    anna: SyncedDesk, engine: Engine, journal: Journal
) -> None:
    made, _ = a_life(anna)
    engine.run(lambda conn: erase_customer(conn, made, journal, SystemClock().now))
    anna.sync()
    for table in FULL_TEXT:
        check = text(f"INSERT INTO {table.name}({table.name}, rank) VALUES('integrity-check', 1)")
        anna.do(lambda uow, check=check: uow.session.execute(check))
    sought = text("SELECT count(*) FROM note_words WHERE note_words MATCH 'frabjousity'")
    assert anna.do(lambda uow: uow.session.scalar(sought)) == 0


def test_what_was_written_offline_about_somebody_erased_meanwhile_is_told_the_server_as_a_number_only(
    anna: SyncedDesk, bela: SyncedDesk, engine: Engine, journal: Journal
) -> None:
    made, call = a_life(anna)
    engine.run(lambda conn: erase_customer(conn, made, journal, SystemClock().now))
    write_on(anna, made, call)
    anna.weather.lose_request = 1
    with pytest.raises(Unavailable):
        anna.sync()
    anna.sync()
    other = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    anna.sync()
    bela.sync()
    assert bela.do(customers.card, other) is not None, "the numbers go on without a gap"
    assert words_at(anna) == set()


def test_what_is_erased_goes_at_once_when_a_refused_change_tells_of_it(
    anna: SyncedDesk, engine: Engine, journal: Journal
) -> None:
    made, call = a_life(anna)
    engine.run(lambda conn: erase_customer(conn, made, journal, SystemClock().now))
    write_on(anna, made, call)
    anna.do(edit, made, preferences="Fizzlebang by phone")
    anna.weather.lose_pull = 1
    with pytest.raises(Unavailable):
        anna.sync()
    assert anna.do(customers.card, made) is None
    anna.sync()
    assert anna.do(rows_left) == {}
    assert words_at(anna) == set()
    assert {change.reason for change in anna.do(unsent.changes)} == {"The customer's data was erased."}


@pytest.mark.parametrize("backed_up_before", [True, False])
def test_a_desk_that_was_away_while_somebody_was_erased_and_the_server_put_back_keeps_no_word_of_them(
    backed_up_before: bool, anna: SyncedDesk, bela: SyncedDesk, engine: Engine, journal: Journal
) -> None:
    """What it fetches anew has nothing of them; its drafts, its conflicts and its second file had."""
    made, call = a_life(anna)
    bela.sync()
    bela.do(edit, made, preferences="Whiffletree in large print")
    bela.sync()
    anna.do(edit, made, preferences="Fizzlebang by phone")
    anna.sync()
    write_on(anna, made, call)
    if backed_up_before:
        back_up(engine)
    engine.run(lambda conn: erase_customer(conn, made, journal, SystemClock().now))
    if not backed_up_before:
        back_up(engine)
    put_back(engine)
    engine.run(lambda conn: begin_anew(conn, journal))
    turn(anna)
    assert anna.do(rows_left) == {}
    assert words_at(anna) == set()


def test_a_desk_whose_team_was_taken_away_keeps_no_word_of_who_is_erased_there(
    engine: Engine, journal: Journal, at_desk: SitDown
) -> None:
    """The records left with the team; what was typed about them, and a conflict that nobody settled, did not."""
    lead = at_desk(desk_of(engine, "lena", team="North", role=Role.SUPERVISOR))
    anna = at_desk(desk_of(engine, "anna", team="North"))
    anna.sync()
    made, call = a_life(anna)
    lead.sync()
    lead.do(edit, made, preferences="Whiffletree in large print")
    lead.sync()
    anna.do(edit, made, preferences="Fizzlebang by phone")
    anna.sync()
    write_on(anna, made, call)
    revoke(engine, "anna", "North")
    anna.reconnect()
    anna.sync()
    assert anna.do(customers.card, made) is None
    assert "Fizzlebang" in words_at(anna)
    engine.run(lambda conn: erase_customer(conn, made, journal, SystemClock().now))
    anna.sync()
    assert anna.do(rows_left) == {}
    assert words_at(anna) == set()


def test_a_record_that_was_to_be_merged_into_somebody_erased_stays_with_its_words(
    anna: SyncedDesk, bela: SyncedDesk, engine: Engine, journal: Journal
) -> None:
    """The desk hears of the erasure while its merge is still its own: the server never made the two one."""
    made, _ = a_life(anna)
    other = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    anna.sync()
    engine.run(lambda conn: erase_customer(conn, made, journal, SystemClock().now))
    anna.do(edit, made, preferences="Fizzlebang by phone")
    anna.do(interactions.add_note, None, other, "Asked for a mast in Leeds.")
    anna.do(merging.merge, other, made)
    anna.sync()
    bela.sync()
    for desk in (anna, bela):
        card = desk.do(customers.card, other)
        assert card is not None
        assert card.id == other
        assert [entry.body for entry in desk.do(timeline.page, other).entries] == ["Asked for a mast in Leeds."]
    assert words_at(anna) == set()
    assert {change.reason for change in anna.do(unsent.changes)} == {"The customer's data was erased."}


def test_a_call_that_was_put_down_to_somebody_erased_stays_with_what_belongs_to_it(
    anna: SyncedDesk, bela: SyncedDesk, engine: Engine, journal: Journal
) -> None:
    made, _ = a_life(anna)
    call = anna.do(interactions.opened, ringing("k-2", number="+442079460999"))
    anna.do(interactions.add_note, call, None, "A wrong number.")
    anna.sync()
    engine.run(lambda conn: erase_customer(conn, made, journal, SystemClock().now))
    anna.do(edit, made, preferences="Fizzlebang by phone")
    anna.do(interactions.identify, call, made)
    anna.sync()
    bela.sync()
    for desk in (anna, bela):
        assert desk.do(lambda uow: uow.session.scalars(select(Interaction.customer_id)).all()) == [None]
        assert desk.do(lambda uow: uow.session.scalars(select(Note.body)).all()) == ["A wrong number."]
    assert words_at(anna) == set()


def test_a_record_that_a_colleague_took_apart_from_somebody_erased_stays_with_what_belongs_to_it(
    anna: SyncedDesk, engine: Engine, journal: Journal, at_desk: SitDown
) -> None:
    """The desk still shows both as one when it hears of the erasure."""
    made, _ = a_life(anna)
    other = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    call = anna.do(interactions.opened, ringing("k-2", number="+442079460999"))
    anna.do(interactions.identify, call, other)
    anna.do(interactions.add_note, call, None, "A wrong number.")
    anna.do(merging.merge, other, made)
    anna.sync()
    lead = at_desk(desk_of(engine, "lena", role=Role.SUPERVISOR))
    lead.sync()
    lead.do(edit, other, merged_into=None)
    lead.sync()
    engine.run(lambda conn: erase_customer(conn, made, journal, SystemClock().now))
    anna.do(edit, made, preferences="Fizzlebang by phone")
    anna.sync()
    for desk in (anna, lead):
        lead.sync()
        assert desk.do(customers.card, other) is not None
        assert desk.do(lambda uow: uow.session.scalars(select(Interaction.customer_id)).all()) == [other]
        assert desk.do(lambda uow: uow.session.scalars(select(Note.body)).all()) == ["A wrong number."]


def test_a_log_that_somebody_reads_is_emptied_when_they_are_done(
    anna: SyncedDesk, engine: Engine, journal: Journal
) -> None:
    made, _ = a_life(anna)
    with anna.engines.read.connect() as reading:
        reading.execute(text("SELECT count(*) FROM customer")).scalar_one()
        engine.run(lambda conn: erase_customer(conn, made, journal, SystemClock().now))
        anna.sync()
        assert words_at(anna), "while somebody reads the old state it is there"
    anna.sync()
    assert words_at(anna) == set()


def test_a_log_that_could_not_be_emptied_is_emptied_after_the_next_start(
    anna: SyncedDesk, engine: Engine, journal: Journal
) -> None:
    made, _ = a_life(anna)
    with anna.engines.read.connect() as reading:
        reading.execute(text("SELECT count(*) FROM customer")).scalar_one()
        engine.run(lambda conn: erase_customer(conn, made, journal, SystemClock().now))
        anna.sync()
    anna.close_files()
    anna.open_files()
    anna.sync()
    assert words_at(anna) == set()


def delete_at_server(engine: Engine, row: UUID) -> None:
    engine.run(lambda conn: conn.execute(text("delete from crm.customer where id = :row"), {"row": row}))


def test_a_row_deleted_at_the_server_goes_with_its_words_in_the_index(anna: SyncedDesk, engine: Engine) -> None:
    made = anna.do(customers.create, NewCustomer("Zyxabelle Quorvington"), "GB")
    anna.sync()
    delete_at_server(engine, made)
    anna.sync()
    sought = text("SELECT count(*) FROM customer_words WHERE customer_words MATCH 'zyxabelle'")
    assert anna.do(lambda uow: uow.session.scalar(sought)) == 0
    assert anna.do(customers.card, made) is None


@pytest.mark.parametrize("meanwhile", [True, False])
def test_a_first_copy_that_was_built_beside_holds_no_word_of_an_erased_customer(
    meanwhile: bool, new_desk: Callable[[], NewDesk], house: Device, engine: Engine, journal: Journal, tmp_path: Path
) -> None:
    row = UUID(int=4711)
    house.insert("customer", row, **customer("Zyxabelle Quorvington", city="Plimsollade"))
    house.insert("note", UUID(int=4712), customer_id=row.hex, body="Frabjousity", written_at=0)
    desk = new_desk()

    def erase() -> None:
        engine.run(lambda conn: erase_customer(conn, row, journal, SystemClock().now))

    if meanwhile:
        desk.builder.between = erase
        desk.cycle.run()
    else:
        desk.cycle.run()
        assert len(found(tmp_path / "desk.db", KEY, WORDS)) == 4, "the search must find what is there"
        erase()
    desk.cycle.run()
    assert "Zyxabelle Quorvington" not in desk.names()
    desk.database.close()
    assert found(tmp_path / "desk.db", KEY, WORDS) == set()
