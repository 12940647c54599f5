"""Words of every kind in every field that people fill come to the other desk; nothing is refused hours later, and no
turn of sync stands still over them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import Text, select

from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.values import plain, storable
from crmdesk.models.base import Merge
from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Note
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import conflicts, customers, drafts, interactions, search, timeline, unsent
from tests.sync.conftest import SyncedDesk, left_over

WORDS = {
    "ten thousand letters": "Wolfeschlegelsteinhausen " * 400,
    "ten thousand letters without a space": "W" * 10_000,
    "nul and control characters": "Ruth\x00\x01\x07\x1b[31m\x7f\x85 Nielsen",
    "half a character": "Ruth \ud83d Nielsen \udc00",
    "text turned round": "Ruth \u202eneslieN\u202c \u2066x\u2069 Nielsen",
    "unseen characters": "Ru\u200bth\u200d\ufeff\u2060 Niel\u00adsen",
    "marks without end": "R" + "\u0301\u0335" * 2_000 + "uth",
    "line ends of every kind": "Ruth\u2028Nielsen\u2029\r\n\v\fand\x1eson",
    "no characters": "\uffff\ufffe Ruth \U0010ffff",
    "other planes": "👩‍👩‍👧‍👦 𒀀𒁀 𠜎 \U0001f1e9\U0001f1f0 Ruth",
    "code of others": "'; drop table crm.customer; -- <script>alert(1)</script> {{7*7}} %s %n \\x00 ${jndi:ldap://a}",
    "signs of full text": 'Ruth" OR NEAR("a" "b", 5) * ^ : - ( ) AND NOT',
    "spaces alone are kept as words": " \u00a0\u3000Ruth\u3000 ",
}


def columns() -> Iterator[str]:
    """Yield the columns of a customer that people fill with words of their own."""
    for column in Customer.__table__.columns:
        free = isinstance(column.type, Text) and column.info.get("merge") in (Merge.FIELD, Merge.TEXT)
        if free and not {"one_of", "form"} & column.info.keys() and column.name != "merged_into":
            yield column.name


def edit(uow: UnitOfWork, row: UUID, field: str, words: str) -> None:
    uow.update(uow.session.get_one(Customer, row), f"Edit, {words}", **{field: words})


def value(uow: UnitOfWork, row: UUID, field: str) -> str:
    return str(uow.session.scalar(select(Customer.__table__.c[field]).where(Customer.__table__.c.id == row)))


def test_every_field_of_a_customer_comes_to_the_other_desk_and_nothing_is_refused(
    anna: SyncedDesk, bela: SyncedDesk, subtests: pytest.Subtests
) -> None:
    anna.sync()
    bela.sync()
    for kind, words in WORDS.items():
        with subtests.test(kind):
            made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
            anna.sync()
            for field in columns():
                anna.do(edit, made, field, words)
            anna.sync()
            bela.sync()
            assert anna.do(unsent.changes) == ()
            for field in columns():
                assert bela.do(value, made, field) == anna.do(value, made, field) == plain(storable(words)), field
            assert left_over(anna) == 0
            assert anna.do(customers.card, made) == bela.do(customers.card, made)


@pytest.mark.parametrize("kind", WORDS)
def test_a_note_and_a_name_are_found_and_read_on_the_other_desk(anna: SyncedDesk, bela: SyncedDesk, kind: str) -> None:
    words = WORDS[kind]
    anna.sync()
    bela.sync()
    try:
        made = anna.do(customers.create, NewCustomer(words), "GB")
    except UserMistake as mistake:
        assert mistake.field == "name"
        made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    anna.do(interactions.add_note, None, made, words)
    anna.do(drafts.keep, drafts.NOTE, made, {"note": words}, words)
    anna.sync()
    bela.sync()
    assert not anna.do(unsent.changes)
    noted = bela.do(lambda uow: uow.session.scalars(select(Note.body)).all())
    assert noted == [storable(words)] or noted == [storable(words).strip()]
    for desk in (anna, bela):
        desk.do(search.find, words, "GB")
        assert desk.do(search.find, "Ruth", "GB").hits or "Ruth" not in words
        assert len(desk.do(timeline.page, made).entries) == 1


def test_two_versions_of_such_words_are_both_kept(
    anna: SyncedDesk, bela: SyncedDesk, subtests: pytest.Subtests
) -> None:
    anna.sync()
    bela.sync()
    for kind, words in WORDS.items():
        with subtests.test(kind):
            made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
            anna.do(edit, made, "preferences", "By mail. Key with neighbour.")
            anna.sync()
            bela.sync()
            mine, theirs = f"{words} mine", f"{words} theirs"
            anna.do(edit, made, "preferences", theirs)
            bela.do(edit, made, "preferences", mine)
            anna.sync()
            bela.sync()
            (clash,) = [one for one in bela.do(conflicts.open_conflicts) if one.row_id == made]
            assert (clash.mine, clash.theirs) == (plain(storable(mine)), plain(storable(theirs)))
