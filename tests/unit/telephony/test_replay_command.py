"""``crmdesk telephony replay``: the command line contract."""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

import pytest

from crmdesk.cli import telephony
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


def test_a_file_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("/nowhere/x.ami", "--json") == 2
    assert "/nowhere/x.ami" in capsys.readouterr().err


def test_times_that_are_none_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "x.times"
    wrong.write_text("0 soon\n")
    assert _run(_DEMO / "a_answered.ami", "--times", wrong) == 2
    assert "line 1" in capsys.readouterr().err


def test_a_recording_cut_in_the_middle_tells_what_is_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = (_DEMO / "b_abandoned.ami").read_bytes()
    half = tmp_path / "half.ami"
    half.write_bytes(data[: data.index(b"Event: DialEnd")])
    assert _run(half, "--times", _DEMO / "b_abandoned.ami.times", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["open"] == {"contacts": 1, "rings": 1, "pops": 1}
    assert told["contacts"][0]["outcome"] is None
    assert told["boards"]["support"]["waiting"] == 1
    assert told["boards"]["support"]["longest_wait_s"] > 2


def test_a_gzipped_recording_is_read_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = tmp_path / "a.ami.gz"
    packed.write_bytes(gzip.compress((_DEMO / "a_answered.ami").read_bytes()))
    assert _run(packed, "--json") == 0
    assert json.loads(capsys.readouterr().out)["contacts"][0]["agents"] == ["1001"]


def test_garbage_tells_nothing_and_breaks_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    garbage = tmp_path / "x.ami"
    garbage.write_bytes(bytes(range(256)) * 1000)
    assert _run(garbage, "--json") == 0
    assert json.loads(capsys.readouterr().out)["contacts"] == []
