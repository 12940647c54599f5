"""The crash scenes are worth something: each known mistake, planted in a copy of the program, is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.planted import MISTAKES, Mistake, plant, search


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_planted_mistake_is_found(mistake: Mistake, tmp_path: Path) -> None:
    plant(mistake, tmp_path)
    found = search(mistake, tmp_path)
    assert found is not None, f"{mistake.name}: no killed desk showed it"
    assert found.startswith("AssertionError"), found
