"""Root causes are a tree of at most four levels; codes stay, retired causes stay readable, counts roll up."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.learning.causes import (
    NO_TREE,
    Cause,
    Tree,
    check_follows,
    code_for,
    newest_tree,
    tree_from,
    tree_of,
    with_cause,
    written,
)
from crmdesk.domain.learning.counting import counted
from crmdesk.domain.shipped import shipped
from tests.support.learning import TREE


def number(n: int) -> UUID:
    return UUID(int=n)


def test_the_demos_tree_can_be_read() -> None:
    tree = tree_from(shipped("demo", "rules", "causes.toml").read_text(encoding="utf-8"))
    assert tree.path("product-design-sensor") == "Product › Design › Sensor reads too low"
    assert not tree.is_offered("systems-fax")


def test_a_tree_is_in_order_whatever_order_its_file_has() -> None:
    causes = tuple(reversed(TREE.causes))
    assert {one.code for one in tree_of("Causes", causes).causes} == {one.code for one in TREE.causes}
    seen: set[str] = {""}
    for one in tree_of("Causes", causes).causes:
        assert one.under in seen
        seen.add(one.code)


@pytest.mark.parametrize(
    ("causes", "field"),
    [
        ([Cause("a", "A"), Cause("a", "B")], "code"),
        ([Cause("A b", "A")], "code"),
        ([Cause("a", "  ")], "title"),
        ([Cause("a", "One › two")], "title"),
        ([Cause("a", "A"), Cause("b", " a ")], "title"),
        ([Cause("a", "A", "nobody")], "under"),
        ([Cause("a", "A", "b"), Cause("b", "B", "a")], "under"),
        ([Cause("a", "A", "a")], "under"),
        ([Cause("a", "A"), *(Cause(c, c, u) for c, u in ("ba", "cb", "dc", "ed"))], "under"),
    ],
)
def test_what_is_no_tree_is_refused_at_its_field(causes: list[Cause], field: str) -> None:
    with pytest.raises(UserMistake) as mistake:
        tree_of("Causes", causes)
    assert mistake.value.field == field


def test_four_levels_are_a_tree() -> None:
    tree = tree_of("Causes", [Cause("a", "A"), *(Cause(c, c, u) for c, u in ("ba", "cb", "dc"))])
    assert [one.code for one in tree.line_of("d")] == ["a", "b", "c", "d"]


def test_a_retired_cause_is_readable_and_neither_it_nor_what_belongs_to_it_is_offered() -> None:
    tree = with_cause(TREE, Cause("work", "How we work", retired=True))
    assert tree.path("work-handover") == "How we work › Hand-over"
    assert not tree.is_offered("work-handover")
    assert tree.meant("Hand-over") is None
    assert "work" not in {one.code for one in tree.offered()}


def test_a_cause_is_meant_by_its_path_its_code_or_a_title_that_only_one_has() -> None:
    assert TREE.meant("how  we work › hand-over") == "work-handover"
    assert TREE.meant("work-handover") == "work-handover"
    assert TREE.meant("Repair not tested") == "work-test"
    twice = with_cause(TREE, Cause("supplier-handover", "Hand-over", "supplier"))
    assert twice.meant("Hand-over") is None
    assert twice.meant("Supplier › Hand-over") == "supplier-handover"
    assert TREE.meant("") is None


def test_a_code_that_nobody_knows_stands_for_itself() -> None:
    assert TREE.path("gone-long-ago") == "gone-long-ago"


def test_no_code_that_was_published_is_lost() -> None:
    without = tree_of("Causes", [one for one in TREE.causes if one.code != "work-test"])
    with pytest.raises(UserMistake, match="work-test"):
        check_follows(TREE, without)
    check_follows(without, TREE)


def test_only_the_newest_edition_counts_and_a_withdrawn_one_hides_those_before() -> None:
    one = ("causes", 1, "published", written(TREE))
    assert newest_tree([one, ("house", 9, "published", "title = 'x'")]).version == 1
    assert newest_tree([one, ("causes", 2, "withdrawn", "-")]).causes == ()
    assert newest_tree([]) is NO_TREE


_names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="›"), min_size=1, max_size=20)


@given(st.lists(_names.filter(str.strip), min_size=1, max_size=12, unique_by=lambda n: " ".join(n.split()).casefold()))
def test_what_is_written_is_read_again_word_for_word(names: list[str]) -> None:
    causes = [Cause(f"c{n}", " ".join(name.split()), "" if n == 0 else "c0") for n, name in enumerate(names)]
    tree = tree_of("The “causes”\\", causes)
    assert tree_from(written(tree)) == tree


def test_a_complaint_counts_once_however_many_of_its_issues_name_a_cause() -> None:
    named = [(number(1), "work-test"), (number(1), "work-handover"), (number(2), "work-test"), (number(2), "")]
    lines = {line.code: (line.own, line.total) for line in counted(TREE, named)}
    assert lines["work"] == (0, 2)
    assert lines["work-test"] == (2, 2)
    assert lines["work-handover"] == (1, 1)
    assert "" not in lines


def test_complaints_without_a_cause_and_codes_that_nobody_knows_are_counted_apart() -> None:
    lines = counted(TREE, [(number(1), ""), (number(2), "unknown"), (number(2), "")])
    assert [(line.code, line.total, line.known) for line in lines[-2:]] == [("unknown", 1, False), ("", 1, False)]


_codes = st.sampled_from([*(one.code for one in TREE.causes), ""])


@given(st.lists(st.tuples(st.integers(1, 8).map(number), _codes), max_size=30))
def test_each_count_is_that_of_the_complaints_behind_it(named: list[tuple[UUID, str]]) -> None:
    """Counted anew for each cause by going through all of them."""
    for line in counted(TREE, named):
        if line.code:
            below = {code for code in TREE.known if any(one.code == line.code for one in TREE.line_of(code))}
            assert line.total == len({id_ for id_, code in named if code in below})
            assert TREE.below(line.code) == below


def test_an_empty_tree_counts_nothing() -> None:
    assert counted(Tree("", ()), []) == ()


def test_a_new_cause_gets_a_code_from_its_name_that_no_other_has() -> None:
    assert code_for(TREE, "Übergabe an die Werkstatt", "work") == "work-ubergabe-an-die-werkstatt"
    assert code_for(TREE, "Test", "work") == "work-test-2"
    assert code_for(TREE, "部品", "") == "cause"
    long = code_for(TREE, "x" * 60, "work")
    assert len(long) == 40
    tree_of("Causes", [*TREE.causes, Cause(long, "X", "work")])
