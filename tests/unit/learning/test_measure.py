"""Which complaints an action is about, and how many came before and after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crmdesk.domain.learning.actions import Concern
from crmdesk.domain.learning.affected import Affected, Way, planned, task_id
from crmdesk.domain.learning.measure import Counted, concerns, measured
from tests.support.desk import known_id
from tests.support.learning import TREE

DONE = datetime(2026, 12, 1, tzinfo=UTC)


def came(days: int, *causes: str, product: str = "BoilerCare", category: str = "Delay", area: str = "Leeds") -> Counted:
    return Counted(DONE + timedelta(days=days), product, category, "", area, frozenset(causes))


def test_spelling_does_not_matter_and_what_is_not_named_does_not_either() -> None:
    assert concerns(Concern("boilercare"), "BoilerCare, renews 4 Mar", "Delay", "", "Leeds")
    assert concerns(
        Concern("BoilerCare", category="delay", lot="a 7", area="LEEDS"), "BoilerCare", "Delay", "A 7", "Leeds"
    )
    for other in (Concern("HomeCover"), Concern("BoilerCare", lot="A 8"), Concern("BoilerCare", area="York")):
        assert not concerns(other, "BoilerCare", "Delay", "A 7", "Leeds")


def test_by_category_every_complaint_counts_whatever_its_cause() -> None:
    found = [came(-2), came(-1, "fax"), came(0), came(3, "work-test"), came(2, category="Other")]
    assert measured(Concern("BoilerCare", "Delay", "work"), TREE, found, DONE) == (2, 2, 0)


def test_by_cause_those_that_name_none_yet_are_told_apart() -> None:
    found = [came(-3, "work-test"), came(-2, "supplier"), came(-1), came(1, "work-handover"), came(2), came(3, "fax")]
    assert measured(Concern("BoilerCare", cause="work"), TREE, found, DONE) == (1, 1, 1)


def test_an_action_that_names_only_a_product_counts_all_of_it() -> None:
    found = [came(-1), came(1), came(1, product="HomeCover")]
    assert measured(Concern("BoilerCare"), TREE, found, DONE) == (1, 1, 0)


def somebody(name: str, **fields: object) -> Affected:
    known: dict[str, object] = {"do_not_call": False, "has_task": False} | fields
    about = ("+442079460101", "Leeds", "BoilerCare", "", "", None, None)
    return Affected(known_id(name), name, *about, **known)  # type: ignore[arg-type]


def test_who_asked_not_to_be_called_is_written_to_and_nobody_is_told_twice() -> None:
    rows = [somebody("a"), somebody("b", do_not_call=True), somebody("c", has_task=True, do_not_call=True)]
    call, write = planned(rows, Way.CALL), planned(rows, Way.WRITE)
    assert (call.customers, call.given, call.not_called) == ((known_id("a"),), 1, 1)
    assert (len(write.customers), write.given, write.not_called) == (2, 1, 0)


def test_a_customer_has_one_task_of_an_action_on_every_desk() -> None:
    one, other = known_id("one"), known_id("other")
    assert task_id(one, DONE, other) == task_id(one, DONE, other)
    assert len({task_id(one, DONE, other), task_id(other, DONE, one), task_id(one, DONE, one)}) == 3
