"""The documentation of the board says what its tips say."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.domain.calls.figures import DEFINITIONS, FORMULAS, Definition

PAGE = (Path(__file__).parents[2] / "docs" / "board.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("definition", [*DEFINITIONS.values(), *FORMULAS.values()], ids=lambda one: one.title)
def test_every_definition_stands_in_the_documentation_with_its_source(definition: Definition) -> None:
    assert definition.words in PAGE
    assert definition.source in PAGE
