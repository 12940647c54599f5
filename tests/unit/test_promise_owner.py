"""Who keeps a promise is named in the sentence: the team, a colleague, or nobody whom anybody knows."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.promises import Keeper, Owner, owner_of

JABU, LUCIA, LUKE = (UUID(int=number) for number in (1, 2, 3))
PEOPLE = ((JABU, "Jabu Mbeki"), (LUCIA, "Lucía Ferrer"), (LUKE, "Luke Ferrer"))


def read(text: str) -> tuple[str, Owner]:
    return owner_of(text, PEOPLE, "team")


@pytest.mark.parametrize(
    ("text", "rest", "owner"),
    [
        ("call back tomorrow 10", "call back tomorrow 10", Owner()),
        ("call back @team tomorrow", "call back tomorrow", Owner(Keeper.TEAM)),
        ("@TEAM call back", "call back", Owner(Keeper.TEAM)),
        ("call back @jabu.", "call back", Owner(Keeper.COLLEAGUE, JABU, "Jabu Mbeki")),
        ("@mbeki call back", "call back", Owner(Keeper.COLLEAGUE, JABU, "Jabu Mbeki")),
        ("@lucíaferrer, call back", "call back", Owner(Keeper.COLLEAGUE, LUCIA, "Lucía Ferrer")),
        ("@ferrer call back", "call back", Owner(Keeper.NOBODY_KNOWN, name="@ferrer")),
        ("@lu call back", "call back", Owner(Keeper.NOBODY_KNOWN, name="@lu")),
        ("@nina call back", "call back", Owner(Keeper.NOBODY_KNOWN, name="@nina")),
        ("@jabu @lucía call", "call", Owner(Keeper.NOBODY_KNOWN, name="@jabu, @lucía")),
        ("write to m.ellison@example.com", "write to m.ellison@example.com", Owner()),
    ],
)
def test_who_is_named_keeps_it(text: str, rest: str, owner: Owner) -> None:
    said, found = read(text)
    assert (said.strip(" ,."), found) == (rest, owner)


@given(st.text(max_size=60))
def test_without_a_name_the_sentence_stays_as_it_was(text: str) -> None:
    said, owner = read(text)
    if owner.keeper is Keeper.ME:
        assert said == text
