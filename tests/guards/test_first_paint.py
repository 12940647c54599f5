"""The first paint waits for nothing heavy: what the desktop imports before it, seen in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.guards.sources import ROOT

HEAVY = (
    *("sqlalchemy", "alembic", "sqlcipher3", "httpx", "websockets", "msgspec", "phonenumbers", "rapidfuzz", "keyring"),
    *("argon2", "cryptography", "psycopg", "litestar", "uvicorn", "crmdesk.models", "crmdesk.services", "crmdesk.sync"),
)
_FIRST_PAINT = """
import json, sys
import crmdesk.cli.desktop
from crmdesk import app
from crmdesk.domain.clock import SystemClock
from crmdesk.ui.frame.window import MainWindow

application = app.application()
window = MainWindow(SystemClock())
window.show()
assert not window.grab().isNull()
print(json.dumps(sorted(sys.modules)))
"""


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    painted = subprocess.run(
        [sys.executable, "-c", _FIRST_PAINT],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    imported = set(json.loads(painted.stdout.splitlines()[-1]))
    assert sorted(imported.intersection(HEAVY)) == []


def test_the_command_line_answers_without_the_screen_or_the_database() -> None:
    asked = "import sys, crmdesk.cli; crmdesk.cli._parser('import'); print(sorted(sys.modules))"
    said = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert [name for name in (*HEAVY, "PySide6") if f"'{name}'" in said] == []
