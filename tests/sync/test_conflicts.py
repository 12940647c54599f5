"""Two people change one field: texts merge, what overlaps is kept twice and settled later, no word is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select

from crmdesk.domain.changes import Kind
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Refused, Unavailable, UserMistake
from crmdesk.domain.merge3 import Keep
from crmdesk.domain.sync_state import ConflictView, Resolution
from crmdesk.models.customer import Customer
from crmdesk.models.local import ConflictRow, Cursor
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import conflicts, customers, unsent
from crmdesk.sync.client import overlay, receiving
from crmdesk.sync.engine import Engine
from crmdesk.sync.wire import Pull
from tests.support.server import Device, desk_of
from tests.sync.conftest import SyncedDesk, left_over, same_row

SitDown = Callable[[Device], SyncedDesk]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BASE = "Ring twice. Key with the neighbour at 12."
MERGED = "Ring twice, then phone at once. Key with the neighbour at 12. Dog in the garden."


@pytest.fixture
def ruth(anna: SyncedDesk, bela: SyncedDesk) -> UUID:
    """A customer whom both desks hold."""
    anna.sync()
    bela.sync()
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    anna.do(edit, made, preferences=BASE)
    anna.sync()
    bela.sync()
    return made


def edit(uow: UnitOfWork, row: UUID, **fields: object) -> None:
    uow.update(uow.session.get_one(Customer, row), "Preferences, Ruth Nielsen", **fields)


def preferences(desk: SyncedDesk, row: UUID) -> str:
    words: str = desk.do(same_row, Customer, row).preferences
    return words


def clash(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> ConflictView:
    """Both change the same words; Anna's are at the server, Bela has to settle."""
    anna.do(edit, ruth, preferences="Ring twice. Key with the caretaker.")
    bela.do(edit, ruth, preferences="Ring twice. Key with Mrs Bose.")
    anna.sync()
    bela.sync()
    (found,) = bela.do(conflicts.open_conflicts)
    return found


def receive_only(desk: SyncedDesk) -> None:
    """Fetch what is new while nothing can be sent yet."""
    position = desk.do(lambda uow: uow.session.get_one(Cursor, 1).position)
    desk.do(receiving.apply_page, desk.weather.pull(Pull(desk.principal.device_id, position, 1000)))


def settle(desk: SyncedDesk, view: ConflictView, how: Resolution, text: str = "") -> None:
    desk.do(conflicts.settle, view, how, text)
    desk.sync()


def test_texts_changed_at_different_places_merge_by_themselves(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    anna.do(edit, ruth, preferences=BASE + " Dog in the garden.")
    bela.do(edit, ruth, preferences="Ring twice, then phone. Key with the neighbour at 12.")
    for desk in (anna, bela, anna):
        desk.sync()
    for desk in (anna, bela):
        assert preferences(desk, ruth) == "Ring twice, then phone. Key with the neighbour at 12. Dog in the garden."
        assert left_over(desk) == 0
        assert desk.do(conflicts.open_conflicts) == ()


def test_what_merged_by_itself_is_listed(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    anna.do(edit, ruth, preferences=BASE + " Dog in the garden.")
    bela.do(edit, ruth, preferences="Large print. " + BASE)
    anna.sync()
    bela.sync()
    (merged,) = bela.do(conflicts.lately, LONG_AGO)
    assert (merged.title, merged.label) == ("Ruth Nielsen", "Preferences")
    assert merged.resolution is Resolution.MERGED
    assert merged.merged is not None
    assert merged.merged.text() == preferences(bela, ruth) == "Large print. " + BASE + " Dog in the garden."


def test_an_overlap_shows_the_servers_words_and_keeps_mine(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    found = clash(anna, bela, ruth)
    assert preferences(bela, ruth) == "Ring twice. Key with the caretaker."
    assert (found.base, found.mine, found.theirs) == (
        BASE,
        "Ring twice. Key with Mrs Bose.",
        "Ring twice. Key with the caretaker.",
    )
    assert (found.kind, found.customer_id, found.mine_at) == (Kind.CUSTOMER, ruth, bela.clock.now())
    assert found.merged is not None
    assert found.merged.text(Keep.MINE) == "Ring twice. Key with Mrs Bose."
    assert left_over(bela) == 0
    assert any(told.has(Kind.CONFLICT, found.id) for told in bela.told)


def test_a_conflict_says_who_changed_it_and_when(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    found = clash(anna, bela, ruth)
    assert found.theirs_by == "Anna"
    assert found.theirs_at is not None


@pytest.mark.parametrize(
    ("how", "text", "expected"),
    [
        (Resolution.THEIRS, "", "Ring twice. Key with the caretaker."),
        (Resolution.MINE, "", "Ring twice. Key with Mrs Bose."),
        (Resolution.BOTH, "Key with the caretaker or Mrs Bose.", "Key with the caretaker or Mrs Bose."),
    ],
)
def test_what_is_settled_is_everywhere(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID, how: Resolution, text: str, expected: str
) -> None:
    settle(bela, clash(anna, bela, ruth), how, text)
    anna.sync()
    for desk in (anna, bela):
        assert preferences(desk, ruth) == expected
        assert left_over(desk) == 0
    assert bela.do(conflicts.open_conflicts) == ()
    assert [view.resolution for view in bela.do(conflicts.lately, LONG_AGO)] == [how]
    assert bela.do(unsent.tally).refused == 0


def test_a_conflict_is_settled_once(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    found = clash(anna, bela, ruth)
    settle(bela, found, Resolution.THEIRS)
    with pytest.raises(Refused, match="settled already"):
        settle(bela, found, Resolution.MINE)


def test_a_settlement_on_words_that_changed_again_is_refused_and_the_new_words_are_shown(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID
) -> None:
    found = clash(anna, bela, ruth)
    anna.do(edit, ruth, preferences="Ring once. Key with the caretaker.")
    anna.sync()
    bela.sync()
    with pytest.raises(Refused, match="Anna changed it again"):
        settle(bela, found, Resolution.MINE)
    (now,) = bela.do(conflicts.open_conflicts)
    assert (now.mine, now.theirs) == ("Ring twice. Key with Mrs Bose.", "Ring once. Key with the caretaker.")
    settle(bela, now, Resolution.MINE)
    assert preferences(bela, ruth) == "Ring twice. Key with Mrs Bose."


def test_a_settlement_that_meets_a_newer_change_is_merged_or_kept_like_any_other(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID
) -> None:
    found = clash(anna, bela, ruth)
    anna.do(edit, ruth, preferences="Large print. Ring twice. Key with the caretaker.")
    anna.sync()
    settle(bela, found, Resolution.BOTH, "Ring twice. Key with the caretaker or Mrs Bose.")
    assert preferences(bela, ruth) == "Large print. Ring twice. Key with the caretaker or Mrs Bose."


def test_words_made_of_both_are_for_text_only(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    anna.do(edit, ruth, since=date(2019, 3, 1))
    bela.do(edit, ruth, since=date(2020, 4, 2))
    anna.sync()
    bela.sync()
    (found,) = bela.do(conflicts.open_conflicts)
    assert (found.label, found.base) == ("Customer since", "")
    assert (found.mine, found.theirs) == ("2020-04-02", "2019-03-01")
    assert found.merged is None
    with pytest.raises(Refused, match="One of the two"):
        settle(bela, found, Resolution.BOTH, "2019 or 2020")
    settle(bela, found, Resolution.MINE)
    anna.sync()
    assert anna.do(same_row, Customer, ruth).since == date(2020, 4, 2)


def test_an_empty_text_settles_nothing(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    found = clash(anna, bela, ruth)
    with pytest.raises(UserMistake):
        settle(bela, found, Resolution.BOTH, "  ")


def test_a_conflict_outlives_the_record_that_left_this_desk(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    found = clash(anna, bela, ruth)
    bela.do(lambda uow: uow.session.delete(uow.session.get_one(Customer, ruth)))
    (kept,) = bela.do(conflicts.open_conflicts)
    assert kept == replace(found, title="Preferences, Ruth Nielsen", customer_id=None)
    with pytest.raises(Refused, match="no longer on this computer"):
        settle(bela, kept, Resolution.MINE)
    settle(bela, kept, Resolution.THEIRS)


def test_edits_queued_behind_a_clash_are_merged_from_what_both_began_with(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID
) -> None:
    bela.do(edit, ruth, preferences="Ring twice, then phone. Key with the neighbour at 12.")
    bela.do(edit, ruth, preferences="Ring twice, then phone at once. Key with the neighbour at 12.")
    anna.do(edit, ruth, preferences=BASE + " Dog in the garden.")
    anna.sync()
    bela.sync()
    anna.sync()
    for desk in (anna, bela):
        assert (
            preferences(desk, ruth)
            == "Ring twice, then phone at once. Key with the neighbour at 12. Dog in the garden."
        )
    assert len(bela.do(conflicts.lately, LONG_AGO)) == 1


def test_an_edit_made_after_a_colleagues_words_arrived_under_a_waiting_one_does_not_overwrite_them(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID
) -> None:
    bela.do(edit, ruth, preferences="Ring twice, then phone. Key with the neighbour at 12.")
    anna.do(edit, ruth, preferences=BASE + " Dog in the garden.")
    anna.sync()
    receive_only(bela)
    bela.do(edit, ruth, preferences="Ring twice, then phone at once. Key with the neighbour at 12.")
    bela.sync()
    anna.sync()
    for desk in (anna, bela):
        assert (
            preferences(desk, ruth)
            == "Ring twice, then phone at once. Key with the neighbour at 12. Dog in the garden."
        )


def test_three_desks_that_were_offline_come_to_one_text(
    engine: Engine, at_desk: SitDown, anna: SyncedDesk, bela: SyncedDesk, ruth: UUID
) -> None:
    carla = at_desk(desk_of(engine, "carla"))
    carla.sync()
    desks = (anna, bela, carla)
    for desk, words in zip(desks, ("Large print.", "Speak slowly.", "Call after five."), strict=True):
        desk.do(edit, ruth, preferences=f"{BASE} {words}")
    for desk in (*desks, *desks):
        desk.sync()
    assert len({preferences(desk, ruth) for desk in desks}) == 1
    for words in ("Large print.", "Speak slowly.", "Call after five."):
        assert words in preferences(anna, ruth)
    assert all(left_over(desk) == 0 for desk in desks)


def test_an_edit_behind_a_refused_one_is_merged_from_what_the_server_had(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID
) -> None:
    bela.do(edit, ruth, name=" ", preferences="Ring twice, then phone. Key with the neighbour at 12.")
    bela.do(edit, ruth, preferences="Ring twice, then phone at once. Key with the neighbour at 12.")
    anna.do(edit, ruth, preferences=BASE + " Dog in the garden.")
    for desk in (anna, bela, anna):
        desk.sync()
    for desk in (anna, bela):
        assert preferences(desk, ruth) == MERGED
        assert desk.do(same_row, Customer, ruth).name == "Ruth Nielsen"


def test_what_waits_here_is_not_lost_to_a_settlement_made_meanwhile(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID
) -> None:
    found = clash(anna, bela, ruth)
    bela.do(edit, ruth, preferences="Ring twice. Key with the caretaker. Large print.")
    bela.do(conflicts.settle, found, Resolution.BOTH, "Ring twice. Key with the caretaker or Mrs Bose.")
    anna.do(edit, ruth, preferences="Speak slowly. Ring twice. Key with the caretaker.")
    for desk in (anna, bela, anna):
        desk.sync()
    kept = preferences(anna, ruth) + "".join(view.mine for view in bela.do(conflicts.open_conflicts))
    for words in ("Large print.", "Mrs Bose", "Speak slowly."):
        assert words in kept


def test_a_clash_about_a_record_that_left_this_desk_is_kept(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    anna.do(edit, ruth, preferences=BASE + " Dog in the garden.")
    anna.sync()
    bela.do(edit, ruth, preferences="Large print. " + BASE)
    bela.do(lambda uow: overlay.forget(uow.session, "customer", ruth))
    bela.sync()
    (kept,) = bela.do(conflicts.open_conflicts)
    assert kept.mine == "Large print. " + BASE


def test_a_merge_whose_answer_was_lost_is_made_once(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    anna.do(edit, ruth, preferences=BASE + " Dog in the garden.")
    bela.do(edit, ruth, preferences="Large print. " + BASE)
    anna.sync()
    for _ in range(2):
        bela.weather.lose_answer = 1
        with pytest.raises(Unavailable):
            bela.sync()
    bela.sync()
    assert preferences(bela, ruth) == "Large print. " + BASE + " Dog in the garden."
    assert bela.do(lambda uow: uow.session.scalar(select(func.count()).select_from(ConflictRow))) == 1
