"""A real encrypted file at the newest schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.models.engine import StoreEngines
from tests.support.blank import open_blank


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreEngines]:
    """An empty store."""
    engines = open_blank(tmp_path / "desk.db")
    yield engines
    engines.dispose()
