"""A real encrypted file at the newest schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.models.engine import StoreEngines, open_store
from crmdesk.models.upgrade import upgrade
from tests.support.desk import KEY


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreEngines]:
    """An empty store."""
    engines = open_store(tmp_path / "desk.db", KEY)
    upgrade(engines.write)
    yield engines
    engines.dispose()
