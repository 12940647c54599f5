"""``crmdesk sla check`` on the collected due times, on wrong ones and on files that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crmdesk.cli import main

EXAMPLES = Path(__file__).parents[2] / "data" / "sla-vectors-examples.json"


def _examples() -> dict[str, Any]:
    examples: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return examples


def _check(file: Path, content: object) -> int:
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return main(["sla", "check", str(file)])


def test_the_collected_due_times_are_all_ours(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sla", "check", str(EXAMPLES)]) == 0
    assert capsys.readouterr().out == "passed 16\nfailed 0\n"


def test_each_difference_is_one_line_and_the_exit_code_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = _examples()
    by_name = {vector["id"]: vector for vector in examples["vectors"]}
    by_name["lunch_break"]["due_utc"] = "2026-06-10T12:30:00Z"
    by_name["pause_open_ended"]["due_utc"] = "2026-06-10T11:00:00Z"
    by_name["weekend_skip"]["due_utc"] = None
    by_name["elapsed_simple"]["elapsed_s"] = 60
    by_name["dst_fall_24x7"]["due_local"] = "2026-10-26T00:00:00+02:00"
    assert _check(tmp_path / "wrong.json", examples) == 1
    assert capsys.readouterr().out.splitlines() == [
        "weekend_skip: due_utc expected None, found 2026-06-15T08:00:00Z",
        "lunch_break: due_utc expected 2026-06-10T12:30:00Z, found 2026-06-10T13:30:00Z",
        "dst_fall_24x7: due_local expected 2026-10-26T00:00:00+02:00, found 2026-10-25T23:00:00+01:00",
        "pause_open_ended: due_utc expected 2026-06-10T11:00:00Z, found null",
        "elapsed_simple: elapsed_s expected 60, found 7200",
        "passed 11",
        "failed 5",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"calendar": "paris"}, "There is no calendar paris. Add it to the file."),
        ({"kind": "guess"}, "Kind 'guess' is not known. Known are due and elapsed."),
        ({"target_s": None}, "'target_s' is NoneType, not a whole number."),
        ({"target_s": True}, "'target_s' is bool, not a whole number."),
        ({"target_s": 0}, "A target of 0 is none."),
        ({"start_utc": "yesterday"}, "'yesterday' is no instant."),
        ({"start_utc": "2026-06-10T08:00:00"}, "has no zone."),
        ({"pauses_utc": [["2026-06-10T08:00:00Z"]]}, "A pause has a begin and an end."),
        ({"pauses_utc": [["2026-06-10T08:00:00Z", "2026-06-09T08:00:00Z"]]}, "A pause ends before it begins."),
    ],
)
def test_a_vector_that_cannot_be_read_failed_and_the_others_are_still_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], said: str
) -> None:
    examples = _examples()
    examples["vectors"][0].update(change)
    assert _check(tmp_path / "odd.json", examples) == 1
    out = capsys.readouterr().out
    assert out.startswith("basic_same_day: ")
    assert said in out
    assert out.endswith("passed 15\nfailed 1\n")


def test_numbers_of_any_size_are_held_against_ours_and_written_in_full(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = _examples()
    by_name = {vector["id"]: vector for vector in examples["vectors"]}
    by_name["elapsed_simple"].update(at_utc="2027-06-10T08:00:00Z", elapsed_s=10**30)
    by_name["basic_same_day"]["target_s"] = 10**30
    assert _check(tmp_path / "large.json", examples) == 1
    out = capsys.readouterr().out
    assert f"elapsed_simple: elapsed_s expected {10**30}, found 7380000\n" in out
    assert "found null\n" in out
    assert out.endswith("passed 14\nfailed 2\n")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\x1b[2J\x1b]0;owned\x07", r"\x1b[2J\x1b]0;owned\x07"),
        ("\u202eodd", r"\u202eodd"),
        ("\ud800", r"\ud800"),
        ("two\nlines", r"two\nlines"),
        ("{name} %s Müller", "{name} %s Müller"),
    ],
)
def test_what_a_file_says_does_not_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, shown: str
) -> None:
    examples = _examples()
    examples["vectors"][0].update(id=name, calendar=name)
    assert _check(tmp_path / "odd.json", examples) == 1
    out = capsys.readouterr().out
    assert out.startswith(f"{shown}: There is no calendar ")
    assert name == shown or name not in out
    examples["calendars"] = {name: {}}
    assert _check(tmp_path / "odd.json", examples) == 2
    err = capsys.readouterr().err
    assert " cannot be read: Calendar " in err
    assert name == shown or name not in err


@pytest.mark.parametrize(
    ("content", "reason", "advice"),
    [
        ("{", "It is no JSON", "docs/sla.md"),
        ("[]", "It has no calendars and vectors", "docs/sla.md"),
        ({"calendars": {}, "vectors": []}, "There are no vectors in it", "Nothing would be checked"),
        ({"calendars": [], "vectors": []}, "'calendars' is a list, not an object", "Correct it"),
        ({"calendars": {"x": {"tz": "Mars/Base"}}, "vectors": [{}]}, "'hours' is NoneType", "Correct it"),
        (
            {"calendars": {"x": {"tz": "Mars/Base", "hours": {}}}, "vectors": [{}]},
            "Calendar x: There is no time zone 'Mars/Base'",
            "IANA name",
        ),
        (
            {"calendars": {"x": {"tz": "UTC", "hours": {"mon": [["22:00", "06:00"]]}}}, "vectors": [{}]},
            "22:00 to 06:00 ends before it begins",
            "as two",
        ),
        (
            {"calendars": {"x": {"tz": "UTC", "hours": {"mon": [["9", "17"]]}}}, "vectors": [{}]},
            "'9' is no time of day",
            "09:00",
        ),
    ],
)
def test_an_unreadable_file_is_named_with_the_reason_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: object, reason: str, advice: str
) -> None:
    file = tmp_path / "vectors.json"
    assert _check(file, content) == 2
    said = capsys.readouterr().err
    assert f"{file} cannot be read: " in said
    assert reason in said
    assert advice in said


def test_a_missing_file_and_one_of_another_encoding_are_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sla", "check", str(tmp_path / "none.json")]) == 2
    assert "No such file" in capsys.readouterr().err
    (tmp_path / "latin.json").write_bytes('{"é": 1}'.encode("latin-1"))
    assert main(["sla", "check", str(tmp_path / "latin.json")]) == 2
    assert "not UTF-8" in capsys.readouterr().err
