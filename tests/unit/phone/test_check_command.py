"""``crmdesk phone check`` on good, wrong and unreadable tables, and the command line around it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crmdesk.cli import main

_EXAMPLES = Path(__file__).parents[2] / "data" / "phones-examples.csv"
_HEADER = "input,default_region,expected_e164_or_empty,kind\n"


def _check(file: Path) -> int:
    return main(["phone", "check", str(file)])


def test_the_collected_examples_all_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert _check(_EXAMPLES) == 0
    assert capsys.readouterr().out == "passed 112\nfailed 0\n"


def test_each_difference_is_one_line_and_the_exit_code_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "table.csv"
    table.write_text(
        _HEADER
        + "030 12345678,DE,+493012345678,right\n"
        + '"030 12345678\nAction: Originate",DE,+493012345678,too hopeful\n'
        + "0171 1234567,DE,,too careful\n",
        encoding="utf-8-sig",
    )
    assert _check(table) == 1
    assert capsys.readouterr().out.splitlines() == [
        r"line 4: '030 12345678\nAction: Originate' in DE (too hopeful): expected +493012345678, found no number",
        "line 5: '0171 1234567' in DE (too careful): expected no number, found +491711234567",
        "passed 1",
        "failed 2",
    ]


def test_an_absurdly_long_caller_id_is_checked_like_any_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "table.csv"
    table.write_text(_HEADER + "1" * 1_000_000 + ",DE,,too_long\n", encoding="utf-8")
    assert _check(table) == 0
    assert "passed 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        (b"", "does not name the columns input"),
        (b"input,region\n1,DE\n", "does not name the columns default_region"),
        (_HEADER.encode() + b"\xff\xfe,DE,,x\n", "not UTF-8"),
        (_HEADER.encode() + b"030 12345678,DE\n", "line 2 does not have as many fields"),
        (_HEADER.encode() + b'"030 12345678,DE,,x\n', "unexpected end of data"),
    ],
)
def test_an_unreadable_file_is_named_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, reason: str
) -> None:
    table = tmp_path / "table.csv"
    if content is not None:
        table.write_bytes(content)
    assert _check(table) == 2
    told = capsys.readouterr().err
    assert str(table) in told
    assert reason in told


def test_a_directory_is_unreadable_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _check(tmp_path) == 2
    assert "Is a directory" in capsys.readouterr().err


def test_checking_numbers_loads_neither_qt_nor_a_database() -> None:
    program = (
        "import sys; from crmdesk.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'PySide6', 'sqlalchemy', 'litestar', 'psycopg'} & set(sys.modules);"
        "sys.exit(f'loaded {heavy}' if heavy else code)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, "phone", "check", str(_EXAMPLES)], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_module_is_the_program() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "crmdesk", "phone", "check", str(_EXAMPLES)], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "passed 112\nfailed 0\n")


def test_an_unknown_command_is_refused_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["phone", "chekc"])
    assert ended.value.code == 2
    assert "chekc" in capsys.readouterr().err
