"""Every recorded call is told as it truly happened, however its bytes come and its events swap places."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmdesk.telephony.ami.recording import RecordedTimes, Recording
from crmdesk.telephony.ami.replay import fold_recording
from tests.support.ami_server import ROOT, recording
from tests.support.replays import assert_told, in_pieces, rough, shuffled
from tests.support.told_calls import NARROW, TOLD


@pytest.mark.parametrize("name", TOLD)
def test_a_recorded_call_is_told_as_it_happened(name: str) -> None:
    assert_told(fold_recording(recording(name), "US"), TOLD[name])


@pytest.mark.parametrize("name", NARROW)
def test_a_narrower_account_tells_the_same_call(name: str) -> None:
    assert_told(fold_recording(recording(name), "US"), TOLD[NARROW[name]], dids="unseen")


@pytest.mark.parametrize("name", [*TOLD, "r_resync"])
def test_how_the_bytes_are_cut_changes_nothing(name: str) -> None:
    source = recording(name)
    told = fold_recording(source, "US")
    assert in_pieces(source, 0) == told
    assert in_pieces(source, 997) == told


BURST = pytest.param("i_burst200", marks=pytest.mark.long)


@pytest.mark.parametrize("name", [*TOLD, *NARROW, "d3_blind_to_queue_board", "f_pause", BURST, "r_resync"])
def test_byte_by_byte_is_the_same(name: str) -> None:
    source = recording(name)
    assert in_pieces(source, 1) == fold_recording(source, "US")


@cache
def told_in_order(name: str) -> dict[str, Any]:
    told: dict[str, Any] = rough(fold_recording(recording(name), "US"))
    return told


@pytest.mark.parametrize("name", [*TOLD, *NARROW, "d3_blind_to_queue_board", "r_resync"])
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
@example(seed=0)
@example(seed=1)
@example(seed=2)
def test_events_within_five_milliseconds_may_come_in_any_order(name: str, seed: int) -> None:
    again = rough(fold_recording(shuffled(recording(name), seed), "US"))
    for part in ("contacts", "rings", "pops", "open", "boards"):
        assert again[part] == told_in_order(name)[part], part


def test_a_ring_that_is_told_before_the_transfer_that_it_follows_is_the_customers() -> None:
    """Until then it could be one by which the agent asks somebody, for the customer was on hold."""
    again = rough(fold_recording(shuffled(recording("z3_attended_early"), 2722), "US"))
    for part in ("contacts", "rings", "pops", "open", "boards"):
        assert again[part] == told_in_order("z3_attended_early")[part], part


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
@example(seed=0)
def test_two_hundred_calls_may_come_in_any_order_within_five_milliseconds(seed: int) -> None:
    again = rough(fold_recording(shuffled(recording("i_burst200"), seed), "US"))
    for part in ("contacts", "rings", "pops", "open", "boards"):
        assert again[part] == told_in_order("i_burst200")[part], part


def test_pauses_are_told_once_for_each_queue() -> None:
    pauses = fold_recording(recording("f_pause"), "US")["pauses"]
    told = [(one["agent"], one["queue"], one["paused"], one["reason"]) for one in pauses]
    assert told == [
        ("1001", "support", True, "Lunch"),
        ("1006", "support", True, "Обед"),
        ("1006", "sales", True, "Обед"),
        ("1006", "load", True, "Обед"),
        ("1006", "support", False, None),
        ("1006", "sales", False, None),
        ("1006", "load", False, None),
        ("1001", "support", False, "back"),
    ]


def test_a_connection_made_in_the_middle_tells_what_can_be_known() -> None:
    result = fold_recording(recording("r_resync"), "US")
    told = [(c["party"], c["queue"], c["outcome"], c["agents"], c["ended_by"]) for c in result["contacts"]]
    assert told == [
        ("+12025550111", "sales", "answered", ["1007"], "caller"),
        ("+12025550112", "sales", "abandoned", [], "caller"),
        ("+12025550113", "sales", "answered", ["1007"], "caller"),
    ]
    assert result["open"] == {"contacts": 0, "rings": 0, "pops": 0}
    board = result["boards"]["sales"]
    assert (board["offered"], board["answered"], board["abandoned"]) == (2, 1, 1)
    assert Counter((r["agent"], r["result"]) for r in result["rings"])["1008", "busy"] == 3


def test_a_hidden_number_is_nowhere_in_what_is_told() -> None:
    for name in ("g2_withheld_channelvars", "g_withheld", "g_withheld_exported"):
        text = json.dumps(fold_recording(recording(name), "US"))
        assert "3055550123" not in text
        assert "Ivan" not in text


def test_an_account_of_class_agent_takes_a_transferred_call_for_over() -> None:
    contact = fold_recording(recording("d3_blind_to_queue_board"), "US")["contacts"]
    assert [(c["agents"], c["outcome"], c["ended_by"]) for c in contact] == [(["1007", "1001"], "answered", "caller")]


@pytest.fixture(scope="module")
def burst() -> dict[str, Any]:
    return fold_recording(recording("i_burst200"), "US")


def test_two_hundred_calls_are_told_one_by_one(burst: dict[str, Any]) -> None:
    truth = json.loads(gzip.decompress((ROOT / "tests/data/ami/i_burst200.truth.json.gz").read_bytes()))
    calls = {call["caller"]: call for call in truth["calls"]}
    assert len(burst["contacts"]) == 200
    for contact in burst["contacts"]:
        call = calls[contact["party"]]
        assert contact["outcome"] == call["disposition"]
        assert contact["agents"] == ([call["agent"]] if call["agent"] else [])
        assert contact["ended_by"] == ("agent" if call["how"] == "far end hung up" else "caller")
        if call["answered"]:
            assert contact["talk_s"] == pytest.approx(call["end"] - call["answered"], abs=0.3)
            wait = call["answered"] - call["start"] - 0.5
            assert contact["queues"][0]["wait_s"] == pytest.approx(wait, abs=0.3)
    rings = Counter((ring["caller"], ring["agent"]) for ring in truth["rings"])
    assert Counter((ring["party"], ring["agent"]) for ring in burst["rings"]) == rings
    assert Counter((pop["party"], pop["agent"]) for pop in burst["pops"]) == rings


def test_the_board_of_the_burst_is_ours_not_asterisks(burst: dict[str, Any]) -> None:
    board = burst["boards"]["load"]
    assert (board["offered"], board["answered"], board["abandoned"], board["timed_out"]) == (200, 105, 95, 0)
    assert board["mean_wait_s"] == pytest.approx(17.7, abs=0.1)
    assert board["service_level"] == pytest.approx(0.294, abs=0.02)


def test_without_times_nothing_false_is_told() -> None:
    for name in ("a_answered", "b_abandoned", "d_blind_transfer", "n_queue_timeout", "e_hold"):
        source = recording(name)
        bare = fold_recording(Recording(name, source.data, None), "US")
        told = fold_recording(source, "US")
        assert {part: rough(bare[part]) for part in ("contacts", "rings", "pops", "open")} == {
            part: rough(told[part]) for part in ("contacts", "rings", "pops", "open")
        }
    hold = fold_recording(Recording("e_hold", recording("e_hold").data, None), "US")["contacts"][0]
    assert (hold["talk_s"], hold["hold_s"], hold["queues"][0]["wait_s"]) == (None, None, 1.0)


def test_one_read_of_everything_is_as_good_as_no_times() -> None:
    for name in ("a_answered", "d3_blind_to_queue", "y9_blind_then_back_to_same_queue", "x5_timeout_then_queue"):
        source = recording(name)
        at_once = Recording(name, source.data, RecordedTimes([(0, 1795285690.0)]))
        assert fold_recording(at_once, "US") == fold_recording(Recording(name, source.data, None), "US")


def test_events_that_asterisk_stamped_need_no_times() -> None:
    source = recording("a_answered_stamped")
    (contact,) = fold_recording(Recording(source.name, source.data, None), "US")["contacts"]
    assert contact["queues"][0]["wait_s"] == pytest.approx(1.2, abs=0.05)
    assert contact["talk_s"] == pytest.approx(3.0, abs=0.05)
