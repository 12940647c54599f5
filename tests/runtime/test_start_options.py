"""Options of the desktop that nobody could follow are refused in words before a window opens, never taken silently."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import phonenumbers
import pytest

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.regions import REGIONS
from crmdesk.domain.server_address import check_server_url

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def started(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Start the desktop where no window can open: what is refused before is told from what is not."""
    around = {name: value for name, value in os.environ.items() if name not in SCREENS}
    return subprocess.run(
        (sys.executable, "-m", "crmdesk", "desktop", "--profile", str(folder / "desk"), *words),
        env={**around, "XDG_RUNTIME_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--region", "XX"), ("--region: 'XX' is no country code", "GB for the United Kingdom")),
        (("--region", "Germany"), ("--region: 'Germany' is no country code", "US, DE")),
        (("--language", "klingon"), ("--language: There is no translation into 'klingon'", "en, de")),
        (("--server", "foo"), ("--server: This is not a server address", "https://crm.example.org")),
        (("--server", "http://crm.example.org"), ("--server: Without encryption", "https://crm.example.org")),
        (("--ca-file", "/nowhere/authority.pem"), ("--ca-file: /nowhere/authority.pem cannot be read", "PEM file")),
        (("--profile", ".."), ("--profile: “..” is no name of a profile", "path of a folder")),
    ],
)
def test_an_option_that_cannot_be_followed_is_refused_with_what_would_be_right(
    tmp_path: Path, words: tuple[str, str], said: tuple[str, str]
) -> None:
    ended = started(tmp_path, *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    what, next_step = ended.stderr.splitlines()
    assert said[0] in what
    assert said[1] in next_step
    assert not (tmp_path / "desk").exists()


def test_options_that_can_be_followed_are_taken_as_people_write_them(tmp_path: Path) -> None:
    ended = started(tmp_path, "--region", "us", "--language", "de_AT.UTF-8", "--server", "https://crm.example.org/")
    assert ended.stderr.startswith("There is no screen here.")


def test_the_countries_known_at_the_start_are_those_that_have_a_numbering_plan() -> None:
    assert set(phonenumbers.SUPPORTED_REGIONS) == REGIONS


@pytest.mark.parametrize("address", ["https://[::1", "https://crm.example.org:443x", "https://crm.example.org:99999"])
def test_an_address_that_no_program_could_read_is_told_as_one(address: str) -> None:
    with pytest.raises(UserMistake, match="not a server address"):
        check_server_url(address)
