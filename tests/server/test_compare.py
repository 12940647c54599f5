"""Compare and set: the rules by which two hands change one row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crmdesk.sync.engine.compare import Hand, Row, changed, created, joined

EMPTY = {"city": "", "tier": "", "state": "open"}
values = st.dictionaries(st.sampled_from(sorted(EMPTY)), st.sampled_from(["", "a", "b", "open", "closed"]), max_size=3)


def row(**given_values: str) -> Row:
    """Return a row that a person made."""
    return created(EMPTY, given_values, 1, Hand.PERSON)


def test_an_older_base_conflicts_only_where_the_value_differs() -> None:
    first, _ = changed(row(city="Leeds", tier=""), {"city": "York", "tier": "gold"}, {}, 1, Hand.PERSON)
    after, conflicts = changed(first, {"city": "Hull", "tier": "gold", "state": "closed"}, {}, 1, Hand.PERSON)
    assert set(conflicts) == {"city"}
    assert (after.values["city"], after.values["state"]) == ("York", "closed")


def test_what_still_holds_the_value_seen_is_taken_whatever_its_version() -> None:
    first, _ = changed(row(city="Leeds"), {"city": "York"}, {}, 1, Hand.PERSON)
    after, conflicts = changed(first, {"city": "Hull"}, {"city": "York"}, 0, Hand.PERSON)
    assert not conflicts
    assert after.values["city"] == "Hull"


def test_what_the_phone_system_wrote_never_stands_against_a_person() -> None:
    by_phone, _ = changed(row(), {"state": "wrap_up"}, {}, 1, Hand.MACHINE)
    after, conflicts = changed(by_phone, {"state": "closed"}, {}, 1, Hand.PERSON)
    assert not conflicts
    assert after.values["state"] == "closed"


def test_a_row_made_twice_keeps_what_the_phone_said_and_fills_what_is_empty() -> None:
    by_phone = created(EMPTY, {"state": "wrap_up"}, 1, Hand.MACHINE)
    after, conflicts = joined(by_phone, {"state": "open", "city": "Leeds"}, Hand.PERSON)
    assert not conflicts
    assert (after.values["state"], after.values["city"]) == ("wrap_up", "Leeds")


@given(st.lists(st.tuples(values, st.integers(0, 6), st.sampled_from(list(Hand))), max_size=8))
def test_versions_only_rise_and_every_change_is_taken_or_told(edits: list[tuple[dict[str, str], int, Hand]]) -> None:
    now = row()
    for wanted, base_ver, hand in edits:
        after, conflicts = changed(now, wanted, {}, base_ver, hand)
        for name, value in wanted.items():
            assert after.values[name] == value or conflicts[name].value == now.values[name] == after.values[name]
        assert after.ver == now.ver + (after.values != now.values)
        assert all(after.fver.get(name, 0) >= version for name, version in now.fver.items())
        assert max(after.fver.values(), default=0) <= after.ver
        now = after
