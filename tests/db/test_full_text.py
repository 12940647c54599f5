"""Full text follows its tables: what is written is found, what is changed or deleted is gone from the index too."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from crmdesk.models import search
from crmdesk.models.bulk import indexed_together, write_values
from crmdesk.models.customer import Customer
from crmdesk.models.engine import StoreEngines
from crmdesk.models.interaction import Note
from crmdesk.models.local import IndexedLater
from crmdesk.models.registry import table_of
from crmdesk.models.search_schema import FULL_TEXT
from tests.support.clock import AFTERNOON
from tests.support.desk import MARGARET, a_complaint, a_customer, a_note, known_id


def named(engines: StoreEngines, *words: str) -> set[UUID]:
    """Return the customers whose name has these words."""
    with Session(engines.read) as session:
        return {row[0] for row in search.customers_by_words(session, words, 10)}


def terms(engines: StoreEngines, table: str) -> set[str]:
    """Return every word (or trigram) that an index holds."""
    with engines.write.begin() as connection:
        connection.execute(text(f"CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, {table}, row)"))
        found = {row[0] for row in connection.execute(text("SELECT term FROM temp.vocabulary"))}
        connection.execute(text("DROP TABLE temp.vocabulary"))
    return found


def check_every_index(engines: StoreEngines) -> None:
    """Let SQLite compare each index with the rows that it follows; it raises where their words differ."""
    with engines.write.begin() as connection:
        for table in FULL_TEXT:
            connection.execute(text(f"INSERT INTO {table.name}({table.name}, rank) VALUES('integrity-check', 1)"))


def came(*names: str, city: str = "") -> tuple[list[str], list[tuple[object, ...]]]:
    """Return customers of these names as a pull brings them: columns, and values in their order."""
    columns = [c.key for c in table_of("customer").columns if c.key != "fver"]
    filled = {"scope_id": 1, "ver": 1, "updated_at": None, "updated_by": None, "since": None, "merged_into": None}
    rows = [{**filled, "id": known_id(name.split("|")[0]).hex, "name": name.split("|")[-1]} for name in names]
    return columns, [tuple(row.get(column, city if column == "city" else "") for column in columns) for row in rows]


def test_a_name_is_found_by_the_beginning_of_each_word_with_or_without_its_marks(store: StoreEngines) -> None:
    with Session(store.write) as session, session.begin():
        session.add_all([a_customer("Jürgen Müller"), a_customer("Émile Zola")])
    assert named(store, "mul") == named(store, "Jür", "müll") == {known_id("Jürgen Müller")}
    assert named(store, "emi") == {known_id("Émile Zola")}
    assert named(store, "jurgen", "zola") == set()


def test_both_scripts_of_a_name_are_found(store: StoreEngines) -> None:
    with Session(store.write) as session, session.begin():
        session.add(a_customer("عمر الحداد", latin_name="Omar al-Haddad"))
    assert named(store, "عمر") == named(store, "oma") == named(store, "al", "had") == {known_id("عمر الحداد")}


@pytest.mark.parametrize(
    ("name", "typed"),
    [("प्रिया शर्मा", "प्रि शर्"), ("Zoë O'Brien-Smith", "zoe brien smi"), ("мұхаммед", "мұх"), ("田中 英雄", "田 英")],
)
def test_words_are_parted_alike_in_the_index_and_in_what_is_typed(store: StoreEngines, name: str, typed: str) -> None:
    with Session(store.write) as session, session.begin():
        session.add(a_customer(name))
    assert named(store, *search.words_of(typed)) == {known_id(name)}
    assert named(store, *search.words_of(name)) == {known_id(name)}


def test_an_index_follows_a_change_and_forgets_what_stood_before(store: StoreEngines) -> None:
    with Session(store.write) as session, session.begin():
        session.add(a_customer("Margaret Quittenbaum"))
    with Session(store.write) as session, session.begin():
        session.execute(update(Customer).values(name="Margaret Ellison"))
    assert named(store, "ellison") == {known_id("Margaret Quittenbaum")}
    assert named(store, "quitt") == set()
    assert "quittenbaum" not in terms(store, "customer_words")
    assert "qui" not in terms(store, "customer_trigrams")


def test_a_deleted_word_leaves_every_index_at_once(store: StoreEngines) -> None:
    with Session(store.write) as session, session.begin():
        session.add_all(
            [
                a_customer("Margaret Ellison"),
                a_note("a note", MARGARET, AFTERNOON, "the heating is Quittenbaum"),
                a_complaint("CP-26-00001", MARGARET, AFTERNOON, verbatim="Quittenbaum again"),
            ]
        )
    assert "quittenbaum" in terms(store, "note_words") & terms(store, "complaint_words")
    with Session(store.write) as session, session.begin():
        for table in ("note", "complaint", "customer"):
            session.execute(text(f"DELETE FROM {table}"))
    indexes = ("note_words", "complaint_words", "customer_words", "customer_trigrams")
    assert [terms(store, table) for table in indexes] == [set()] * 4


def test_a_change_that_is_rolled_back_leaves_the_index_alone(store: StoreEngines) -> None:
    with Session(store.write) as session, session.begin():
        session.add(a_customer("Margaret Ellison"))
    with Session(store.write) as session:
        session.execute(delete(Customer))
        session.rollback()
    assert named(store, "marg") == {MARGARET}


def test_many_rows_that_come_at_once_are_all_found_and_what_they_replace_is_not(store: StoreEngines) -> None:
    names = [f"Anselm Person{number}" for number in range(50)]
    with Session(store.write) as session, session.begin():
        write_values(session, "customer", *came(*names))
    assert named(store, "person17") == {known_id("Anselm Person17")}
    newly_named = [f"{name}|Berta {name.split()[1]}" for name in names[:10]]
    twice = ["Clara Once", "Clara Once|Clara Twice"]
    with Session(store.write) as session, session.begin():
        write_values(session, "customer", *came(*newly_named, *names[10:], *twice, city="Elsewhere"))
    assert named(store, "person9") == named(store, "berta", "person9") == {known_id("Anselm Person9")}
    assert named(store, "anselm", "person9") == set()
    assert named(store, "clara", "twice") == {known_id("Clara Once")}
    assert named(store, "clara", "once") == set()
    check_every_index(store)


def test_rows_that_are_changed_and_deleted_before_they_are_indexed_leave_nothing_behind(store: StoreEngines) -> None:
    with Session(store.write) as session, session.begin():
        session.add_all([a_customer("Stays Here"), a_customer("Goes Away")])
    with Session(store.write) as session, session.begin(), indexed_together(session, "customer"):
        session.add_all([a_customer("Comes New"), a_customer("Comes Briefly"), a_customer("Comes Otherwise")])
        session.flush()
        session.execute(delete(Customer).where(Customer.name.in_(["Goes Away", "Comes Briefly"])))
        session.execute(update(Customer).where(Customer.name == "Comes Otherwise").values(name="Came Renamed"))
        session.execute(update(Customer).where(Customer.name == "Stays Here").values(name="Stays Renamed"))
    assert named(store, "renamed") == {known_id("Stays Here"), known_id("Comes Otherwise")}
    assert {"goes", "briefly", "otherwise"} & terms(store, "customer_words") == set()
    check_every_index(store)


def test_writing_many_rows_that_is_rolled_back_leaves_no_mark_and_following_goes_on(store: StoreEngines) -> None:
    with Session(store.write) as session:
        write_values(session, "customer", *came(*(f"Anselm Person{number}" for number in range(50))))
        session.rollback()
    with Session(store.write) as session, session.begin():
        assert session.query(IndexedLater).count() == 0
        session.add(a_customer("Margaret Ellison"))
    assert named(store, "anselm") == set()
    assert named(store, "marg") == {MARGARET}
    check_every_index(store)


def test_notes_come_newest_first(store: StoreEngines) -> None:
    with Session(store.write) as session, session.begin():
        for name in ("first", "second", "third"):
            session.add(a_note(name, MARGARET, AFTERNOON, f"boiler {name}"))
            session.flush()
    with Session(store.read) as session:
        found = search.notes_by_words(session, ("boil",), 2)
    assert found == [known_id("third"), known_id("second")]


def test_a_bulk_load_is_found_after_the_rebuild_and_following_goes_on(store: StoreEngines) -> None:
    search.stop_following(store.write)
    with Session(store.write) as session, session.begin():
        session.add(a_customer("Margaret Ellison"))
    assert named(store, "marg") == set()
    search.rebuild(store.write)
    with Session(store.write) as session, session.begin():
        session.add(a_customer("Margarita Lozano"))
    assert named(store, "marg") == {MARGARET, known_id("Margarita Lozano")}


@pytest.mark.parametrize(
    "typed", ['"', "a* OR b", "NEAR(a b)", "-x", "customer_words:", "a^b", "'; --", "\x00", "名前"]
)
def test_what_is_typed_is_never_taken_for_a_query_language(store: StoreEngines, typed: str) -> None:
    with Session(store.write) as session, session.begin():
        session.add(a_note("a note", MARGARET, AFTERNOON, "nothing of the kind"))
        assert session.get(Note, known_id("a note"))
    words = search.words_of(typed)
    if words:
        assert named(store, *words) == set()
