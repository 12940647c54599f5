"""The command line as a whole: what it lists, and how a command ends that somebody interrupts or stops reading."""

from __future__ import annotations

import argparse
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk import __version__
from crmdesk.cli import _parser, main
from crmdesk.cli._asking import asked
from crmdesk.domain.errors import UserMistake
from tests.support.processes import hearing_ctrl_c

PROGRAM = (sys.executable, "-m", "crmdesk")


@pytest.mark.parametrize("words", [("--help",), ("nonsense",), ("fetch",)])
def test_the_desktops_own_helper_stands_in_no_list_of_commands(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit):
        main(words)
    said = capsys.readouterr()
    assert "register-links" in said.out + said.err
    assert "fetch-snapshot" not in said.out + said.err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(("--version",))
    assert (ended.value.code, capsys.readouterr().out) == (0, f"crmdesk {__version__}\n")


def test_an_input_that_ends_before_the_answer_changes_nothing_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(UserMistake, match="no answer; nothing was done"):
        asked(input, "Type erase to go on: ")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is no signal there")
def test_ctrl_c_ends_a_command_without_a_trace(tmp_path: Path) -> None:
    table = tmp_path / "numbers.csv"
    os.mkfifo(table)
    with hearing_ctrl_c():
        running = subprocess.Popen((*PROGRAM, "phone", "check", str(table)), stderr=subprocess.PIPE)
    with table.open("w", encoding="utf-8"):  # opens once the command reads
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=30)
    assert (running.returncode, said) == (130, b"")


def test_a_reader_who_has_enough_is_no_trouble() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run((*PROGRAM, "sla", "regimes"), stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, b"")


def every_parser(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield a parser and those of all commands and actions under it, but for those that nobody types."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for listed in action._choices_actions:
                yield from every_parser(action.choices[listed.dest])


def test_the_help_of_each_command_says_what_it_does_and_explains_each_option() -> None:
    silent = [
        f"{parser.prog} {'' if at is None else at.metavar or at.dest}"
        for parser in every_parser(_parser("--help"))
        for at in (None, *parser._actions)
        if not (parser.description if at is None else at.help or isinstance(at, argparse._SubParsersAction))
    ]
    assert silent == []
