"""``crmdesk telephony replay``: the command line contract."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
from pathlib import Path

import pytest

from crmdesk.cli import telephony
from crmdesk.domain.errors import UserMistake
from tests.support.ami_server import ROOT

_DEMO = ROOT / "resources" / "demo" / "ami"


def _run(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    telephony.add(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["telephony", "replay", *(str(word) for word in words)])
    return int(arguments.func(arguments))


def test_one_line_of_json_holds_every_key(capsys: pytest.CaptureFixture[str]) -> None:
    times = _DEMO / "a_answered.ami.times"
    assert _run(_DEMO / "a_answered.ami", "--times", times, "--region", "US", "--json") == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    told = json.loads(out)
    assert list(told) == ["contacts", "rings", "pops", "pauses", "open", "boards"]
    assert set(told["contacts"][0]) == {
        *("party", "withheld", "name", "did", "queue", "queues", "direction", "outcome", "agents", "talk_s", "hold_s"),
        *("ended_by", "transfers"),
    }
    assert set(told["boards"]["support"]) == {
        *("offered", "answered", "abandoned", "timed_out", "waiting", "mean_wait_s", "longest_wait_s"),
        "service_level",
    }
    assert told["boards"]["sales"]["service_level"] is None


def test_without_a_region_a_full_number_is_still_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(_DEMO / "a_answered.ami", "--json") == 0
    assert json.loads(capsys.readouterr().out)["contacts"][0]["party"] == "+13055550123"


def test_a_whole_recording_has_nothing_said_about_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(_DEMO / "a_answered.ami", "--json") == 0
    assert capsys.readouterr().err == ""


def _refusal(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    assert _run(*words, "--json") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 2  # what, and the next step
    return err


def test_a_file_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "There is no recording /nowhere/x.ami." in _refusal(capsys, "/nowhere/x.ami")
    assert "There is no file of times /nowhere/y." in _refusal(
        capsys, _DEMO / "a_answered.ami", "--times", "/nowhere/y"
    )


@pytest.mark.parametrize("folder", [".", "..", "/", str(_DEMO)])
def test_a_folder_is_said_to_be_one(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"{folder} is a folder, not a recording." in _refusal(capsys, folder)
    assert f"{folder} is a folder, not a file of times." in _refusal(
        capsys, _DEMO / "a_answered.ami", "--times", folder
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_the_right_to_read_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    closed = tmp_path / "x.ami"
    closed.write_bytes((_DEMO / "a_answered.ami").read_bytes())
    closed.chmod(0)
    assert "You may not read" in _refusal(capsys, closed)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n\r\n",
        bytes(range(256)) * 1000,
        random.Random(5).randbytes(200_000),
        b"name,phone\r\nAnn Event,+13055550123\r\n\r\nx,y\r\n",
        b"Asterisk Call Manager/11.0.0\r\n",
        b"Event: Hangup\nUniqueid: 1795285690.1\n\n",
    ],
    ids=["empty", "blank", "every byte", "random", "csv", "greeting only", "bare line feeds"],
)
def test_what_is_no_recording_is_refused(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.ami"
    file.write_bytes(content)
    assert "holds no AMI message" in _refusal(capsys, file)
    assert "holds no AMI message" in _refusal(capsys, file, "--times", _DEMO / "a_answered.ami.times")


@pytest.mark.parametrize(
    ("lines", "number", "why"),
    [
        ("0 soon", 1, "the time is not a number"),
        ("0 1795285690.1\n\n30", 3, "not a byte offset and a time"),
        ("0 1795285690.1 2", 1, "not a byte offset and a time"),
        ("a few words", 1, "not a byte offset and a time"),
        ("0 1795285690.1\n30.5 1795285690.2", 2, "not a byte offset and a time"),
        ("0 nan", 1, "not a finite number"),
        ("0, 1795285690.1\n30, inf", 2, "not a finite number"),
        ("0 1e999", 1, "not a finite number"),
        ("0 1e17", 1, "not in seconds since 1970"),
        ("0 -5", 1, "not in seconds since 1970"),
        ("-1 1795285690.1", 1, "-1 is negative"),
        ("0 1795285690.1\n99 1795285690.2\n98 1795285690.3", 3, "98 does not come after 99"),
        ("0 1795285690.1\n0 1795285690.2", 2, "0 does not come after 0"),
        ("0 1795285690.1\n53051 1795285690.2", 2, "53051 is beyond the end of the recording (53050 bytes)"),
        ("\N{SNOWMAN}\0", 1, "not a byte offset and a time"),
    ],
)
def test_a_line_of_times_that_cannot_be_is_named(
    lines: str, number: int, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "x.times"
    wrong.write_text(lines, encoding="utf-8")
    said = _refusal(capsys, _DEMO / "a_answered.ami", "--times", wrong)
    assert f"{wrong}: line {number}: " in said
    assert why in said
    assert '"byte offset, epoch"' in said


def test_times_without_a_line_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "x.times"
    empty.write_text("\n")
    assert "there is no time in it" in _refusal(capsys, _DEMO / "a_answered.ami", "--times", empty)


def test_the_times_of_another_recording_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    said = _refusal(capsys, _DEMO / "a_answered.ami", "--times", _DEMO / "b_abandoned.ami.times")
    assert "holds the times of another recording" in said


def test_a_phone_system_with_a_wrong_clock_keeps_its_times(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    late = tmp_path / "x.times"
    lines = [line.split() for line in (_DEMO / "a_answered.ami.times").read_text().splitlines()]
    late.write_text("".join(f"{offset}, {float(epoch) + 86_400:.6f}\n" for offset, epoch in lines))
    assert _run(_DEMO / "a_answered.ami", "--times", late, "--json") == 0
    shifted = capsys.readouterr().out
    assert _run(_DEMO / "a_answered.ami", "--json") == 0
    assert capsys.readouterr().out == shifted


@pytest.mark.parametrize("region", ["usa1", "USA", "U", "", "ZZ", "1!", "éü", " US"])
def test_a_region_that_is_none_is_refused_as_the_gateway_refuses_it(region: str) -> None:
    with pytest.raises(UserMistake, match=r"is no country code\. Write the two letters of ISO 3166"):
        _run(_DEMO / "a_answered.ami", "--region", region, "--json")


def test_a_region_may_be_written_small(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(_DEMO / "m_three_waiting.ami", "--region", "us", "--json") == 0
    assert json.loads(capsys.readouterr().out)["contacts"][0]["party"] == "+12025550101"


def test_stamps_beyond_all_time_break_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stamped = tmp_path / "x.ami"
    event = (
        b"Event: Hangup\r\nTimestamp: 253402300799.999\r\nUniqueid: 1.1\r\n\r\nEvent: Hangup\r\nUniqueid: 2.1\r\n\r\n"
    )
    stamped.write_bytes(event)
    assert _run(stamped, "--json") == 0
    assert json.loads(capsys.readouterr().out)["contacts"] == []


def test_a_recording_cut_in_the_middle_tells_what_is_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = (_DEMO / "b_abandoned.ami").read_bytes()
    half = tmp_path / "half.ami"
    half.write_bytes(data[: data.index(b"Event: DialEnd") + 30])
    assert _run(half, "--times", _DEMO / "b_abandoned.ami.times", "--json") == 0
    out, err = capsys.readouterr()
    assert "ends in the middle of a message" in err
    told = json.loads(out)
    assert told["open"] == {"contacts": 1, "rings": 1, "pops": 1}
    assert told["contacts"][0]["outcome"] is None
    assert told["boards"]["support"]["waiting"] == 1
    assert told["boards"]["support"]["longest_wait_s"] > 2


def test_a_gzipped_recording_is_read_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = tmp_path / "a.ami.gz"
    packed.write_bytes(gzip.compress((_DEMO / "a_answered.ami").read_bytes()))
    assert _run(packed, "--json") == 0
    assert json.loads(capsys.readouterr().out)["contacts"][0]["agents"] == ["1001"]


def test_a_packed_recording_that_is_damaged_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = gzip.compress((_DEMO / "a_answered.ami").read_bytes())
    broken = tmp_path / "a.ami.gz"
    for content in (packed[:2000], b"no gzip", packed[:100] + bytes(100) + packed[200:]):
        broken.write_bytes(content)
        assert "is damaged" in _refusal(capsys, broken)


@pytest.mark.parametrize("size", [45, 100, 20_000, 53_049])
def test_wherever_a_recording_is_cut_it_is_told_and_said(
    size: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = tmp_path / "x.ami"
    cut.write_bytes((_DEMO / "a_answered.ami").read_bytes()[:size])
    assert _run(cut, "--json") == 0
    out, err = capsys.readouterr()
    assert list(json.loads(out)) == ["contacts", "rings", "pops", "pauses", "open", "boards"]
    assert "the stream ends in the middle of a message" in err
