"""The first paint waits for nothing heavy: what the desktop imports before it, seen in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.guards.sources import ROOT

HEAVY = (
    *("sqlalchemy", "alembic", "sqlcipher3", "httpx", "websockets", "msgspec", "phonenumbers", "rapidfuzz", "keyring"),
    *("argon2", "cryptography", "psycopg", "litestar", "uvicorn", "crmdesk.models", "crmdesk.services", "crmdesk.sync"),
)
UNUSED = ("rows", "listview", "textpane", "combo", "choice", "scroll", "notices")
"""Parts of the kit that the frame does not draw with; each makes dozens of Qt's enumerations."""

_FIRST_PAINT = """
import json, linecache, sys
import crmdesk.cli.desktop
from crmdesk import app
from crmdesk.domain.clock import SystemClock
from crmdesk.ui.frame.window import MainWindow

application = app.application()
window = MainWindow(SystemClock())
window.show()
assert not window.grab().isNull()
print(json.dumps([sorted(sys.modules), sorted(linecache.cache)]))
"""


@pytest.fixture(scope="module")
def painted() -> tuple[set[str], set[str]]:
    """The modules that are loaded at the first paint, and the sources that were read."""
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_PAINT],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    modules, sources = json.loads(done.stdout.splitlines()[-1])
    return set(modules), set(sources)


def test_nothing_heavy_is_imported_before_the_first_paint(painted: tuple[set[str], set[str]]) -> None:
    assert sorted(painted[0].intersection(HEAVY)) == []


def test_the_first_paint_loads_no_part_that_it_does_not_draw(painted: tuple[set[str], set[str]]) -> None:
    assert sorted(painted[0].intersection(f"crmdesk.ui.kit.{part}" for part in UNUSED)) == []


def test_no_source_is_read_when_a_module_is_imported(painted: tuple[set[str], set[str]]) -> None:
    assert [source for source in painted[1] if "crmdesk/ui/frame" in source] == []


def test_the_command_line_answers_without_the_screen_or_the_database() -> None:
    asked = "import sys, crmdesk.cli; crmdesk.cli._parser('import'); print(sorted(sys.modules))"
    said = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert [name for name in (*HEAVY, "PySide6") if f"'{name}'" in said] == []
