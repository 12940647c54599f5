"""Fixtures of the server's tests."""

from __future__ import annotations

import pytest

from tests.support.terminal import Terminal


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal."""
    return Terminal(monkeypatch, capsys)
