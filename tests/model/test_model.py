"""The machine runs for a while; a seed that fails is kept below as a test of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import Machine, furnish
from tests.model.server import House, a_house

A_WHILE = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    print_blob=True,
)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with a_house() as made:
        yield made


def test_nothing_that_can_go_wrong_loses_a_word(house: House, tmp_path: Path) -> None:
    beginning_here = furnish(house, tmp_path)

    class Here(Machine):
        beginning = beginning_here

    run_state_machine_as_test(Here, settings=A_WHILE)
