"""The chain of steps: whatever is changed, taken away or put elsewhere shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from crmdesk.domain.cases.steps import Link, digest_of, ends_of, is_sound, written

AT = datetime(2026, 11, 9, 15, 44, tzinfo=UTC)


def link(number: int, *parents: Link, **changes: Any) -> Link:
    """Return a sound step after others."""
    of: dict[str, Any] = {
        "id": UUID(int=number),
        "case_id": UUID(int=900),
        "kind": "noted",
        "by": UUID(int=7),
        "at": AT,
        "device": UUID(int=8),
        "details": written({"words": f"step {number}"}),
        "parents": tuple(one.digest for one in parents),
    } | changes
    made = digest_of(*of.values())
    return Link(**of, digest=made)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "approved"},
        {"by": UUID(int=9)},
        {"at": AT.replace(microsecond=1)},
        {"details": written({"words": "step 2"})},
        {"case_id": UUID(int=901)},
        {"device": None},
        {"parents": ()},
        {"id": UUID(int=3)},
    ],
)
def test_whatever_is_edited_of_a_step_shows(change: dict[str, Any]) -> None:
    first = link(1)
    second = link(2, first, details=written({"words": "a"}))
    assert is_sound(second)
    assert not is_sound(replace(second, **change))


def test_parts_that_run_together_are_not_the_same_step() -> None:
    one = link(1, kind="noted", details="ab")
    other = link(1, kind="noteda", details="b")
    assert one.digest != other.digest


def test_two_desks_make_two_ends_and_the_next_step_joins_them() -> None:
    first = link(1)
    here, there = link(2, first), link(3, first)
    known = [(one.digest, one.parents) for one in (first, here, there)]
    assert ends_of(known) == tuple(sorted((here.digest, there.digest)))
    joined = link(4, here, there)
    assert ends_of([*known, (joined.digest, joined.parents)]) == (joined.digest,)
