"""Links are registered for this person only, and reach the program as one word that no shell sees."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from crmdesk.cli import main
from crmdesk.cli.register_links import DESKTOP_FILE, desktop_entry, program, registry_values


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's own folders, without the desktop's tools."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    return tmp_path / "applications"


def test_a_desktop_file_is_written_that_opens_links_and_removed_again(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["register-links"]) == 0
    lines = (home / DESKTOP_FILE).read_text().splitlines()
    assert lines[0] == "[Desktop Entry]"
    assert "MimeType=x-scheme-handler/crmdesk;" in lines
    (line,) = [line for line in lines if line.startswith("Exec=")]
    assert shlex.split(line.removeprefix("Exec=")) == [*program(), "pop", "%u"]
    assert main(["register-links", "--remove"]) == 0
    assert list(home.iterdir()) == []
    assert "no longer" in capsys.readouterr().out


def test_a_folder_with_odd_letters_is_quoted_as_desktop_files_want_it() -> None:
    (line,) = [line for line in desktop_entry(['/opt/50% "off"/$x']).splitlines() if line.startswith("Exec=")]
    assert line == r'Exec="/opt/50%% \\"off\\"/\\$x" pop %u'


def test_what_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "applications").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["register-links"]) == 1
    assert "cannot be registered" in capsys.readouterr().err


def test_windows_is_given_a_command_with_the_link_in_quotes() -> None:
    values = registry_values([r"C:\Program Files\crmdesk\crmdesk.exe"])
    assert values[r"Software\Classes\crmdesk"]["URL Protocol"] == ""
    command = values[r"Software\Classes\crmdesk\shell\open\command"][""]
    assert command == r'"C:\Program Files\crmdesk\crmdesk.exe" pop "%1"'
