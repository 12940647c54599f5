"""A terminal at which commands are typed, in this process."""

from __future__ import annotations

import io
import os
import sys

import pytest

from crmdesk.cli import main


class Terminal:
    """Runs commands as an administrator types them, in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, screen: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._screen = screen

    def type(self, *words: str, url: str | None = None, typed: str = "") -> tuple[int, str, str]:
        """Run a command with something on its standard input; return its exit code and what it said where."""
        with self._monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(typed))
            for name in [name for name in os.environ if name.startswith("CRMDESK")]:
                patch.delenv(name)
            if url is not None:
                patch.setenv("CRMDESK_DATABASE", url)
            code = main(words)
        said = self._screen.readouterr()
        return code, said.out, said.err
