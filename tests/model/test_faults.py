"""The machine is worth something: each known mistake, planted in a copy of the program, is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.faults import FAULTS, Fault, plant, search


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_mistake_is_found(fault: Fault, tmp_path: Path) -> None:
    plant(fault, tmp_path)
    found = search(fault, tmp_path, seed=1, examples=150)
    assert found is not None, f"{fault.name}: the machine did not notice ({fault.who})"
    assert found.startswith("AssertionError"), found
