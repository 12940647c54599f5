"""Regimes: those that ship say where each figure stands, hold by date, and are due as worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crmdesk.cli import main
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.shipped import shipped
from crmdesk.domain.sla.documents import calendar_from
from crmdesk.domain.sla.due import ClockKind, due
from crmdesk.domain.sla.regimes import Regime, RegimeClock, RegimeVersion, calendar_of, read_regimes, regime_from
from crmdesk.domain.sla.timetable import Timetable
from tests.support.sla_calendars import at, office, paused

_FILE = """
key = "test"
title = "Test"
[[version]]
begins = 2026-01-01
source = "somewhere"
[version.business_days]
weekdays = ["mon", "tue"]
country = "GB"
subdivisions = ["ENG", "SCT"]
source = "somewhere"
unverified = []
[[version.clock]]
key = "answer"
title = "Answer"
starts = "received"
ends = "final_response"
amount = 2
unit = "business_days"
due = "end_of_day"
receipt = "same_day"
reopening = "continue"
source = "somewhere"
unverified = ["whether"]
"""


def _shipped(key: str) -> Regime:
    return next(regime for regime in read_regimes(shipped("regimes")) if regime.key == key)


def _clock(version: RegimeVersion, key: str) -> RegimeClock:
    return next(clock for clock in version.clocks if clock.key == key)


def _due(key: str, clock: str, received: str, subdivision: str = "ENG", zone: str = "Europe/London") -> object:
    start = at(received, zone)
    version = _shipped(key).at(date.fromisoformat(received[:10]))
    timetable = Timetable(calendar_of(version, subdivision, calendar_from(office(zone))))
    rule = _clock(version, clock).rule
    return due(start, rule.target, timetable, [paused(received, None, zone)], rule.kind)


_OUR_TARGETS = {"iso-10002", "information-requests", "product-returns", "service-requests"}
_OUR_CLOCKS = {("uk-data-protection", "answer")}


def test_the_regimes_of_complaints_and_of_requests_ship() -> None:
    assert {regime.key for regime in read_regimes(shipped("regimes"))} == {
        "gdpr-access",
        "information-requests",
        "iso-10002",
        "product-returns",
        "service-requests",
        "uk-data-protection",
        "uk-fca-disp",
        "uk-fca-disp-payments",
        "uk-housing-ombudsman",
        "us-cfpb",
    }


def test_every_figure_has_its_source_and_every_limit_of_the_law_is_legal() -> None:
    for regime in read_regimes(shipped("regimes")):
        for version in regime.versions:
            for clock in version.clocks:
                assert clock.source
                ours = regime.key in _OUR_TARGETS or (regime.key, clock.key) in _OUR_CLOCKS
                assert (clock.rule.kind is ClockKind.LEGAL) is not ours, (regime.key, clock.key)


def test_a_financial_complaint_has_three_business_days_and_eight_weeks_whatever_is_paused() -> None:
    assert _due("uk-fca-disp", "summary_resolution", "2026-04-02 12:00") == at("2026-04-09 17:30")
    assert _due("uk-fca-disp", "final_response", "2026-04-02 12:00") == at("2026-05-29 00:00")


def test_an_older_complaint_is_under_the_rules_of_its_day() -> None:
    """Until 29 June 2016: the next business day, and a Saturday's complaint may count as Monday's."""
    assert _due("uk-fca-disp", "summary_resolution", "2016-06-25 12:00") == at("2016-06-28 17:30")
    assert _due("uk-fca-disp", "summary_resolution", "2016-06-29 12:00") == at("2016-06-30 17:30")
    assert _due("uk-fca-disp", "summary_resolution", "2016-06-30 12:00") == at("2016-07-05 17:30")


def test_a_payment_complaint_has_fifteen_or_thirty_five_business_days() -> None:
    assert _due("uk-fca-disp-payments", "final_response", "2026-04-02 12:00") == at("2026-04-28 00:00")
    assert _due("uk-fca-disp-payments", "final_response_exceptional", "2026-04-02 12:00") == at("2026-05-28 00:00")


def test_bank_holidays_are_those_of_the_part_of_the_country() -> None:
    """Easter Monday is one in England, not in Scotland."""
    assert _due("uk-fca-disp", "summary_resolution", "2026-04-02 12:00", "SCT") == at("2026-04-08 17:30")


def test_a_complaint_sent_by_the_bureau_has_fifteen_and_sixty_days() -> None:
    new_york = "America/New_York"
    assert _due("us-cfpb", "response", "2026-03-02 12:00", "", new_york) == at("2026-03-18 00:00", new_york)
    assert _due("us-cfpb", "final_response", "2026-03-02 12:00", "", new_york) == at("2026-05-02 00:00", new_york)


def test_a_landlord_has_five_working_days_then_ten_then_twenty_at_stage_two() -> None:
    for clock, expected in (
        ("stage1_acknowledgement", "2026-04-14 00:00"),
        ("stage1_response", "2026-04-21 00:00"),
        ("stage1_response_extended", "2026-05-06 00:00"),
        ("stage2_acknowledgement", "2026-04-14 00:00"),
        ("stage2_response", "2026-05-06 00:00"),
    ):
        assert _due("uk-housing-ombudsman", clock, "2026-04-02 12:00") == at(expected), clock


def test_a_data_protection_complaint_is_acknowledged_within_thirty_days_of_which_its_receipt_is_the_first() -> None:
    """Monday 22 June and 29 days are Tuesday 21 July; Thursday 18 June is before the Act."""
    assert _due("uk-data-protection", "acknowledgement", "2026-06-22 23:30", "") == at("2026-07-22 00:00")
    with pytest.raises(UserMistake, match="no rules here for a case before 2026-06-19"):
        _shipped("uk-data-protection").at(date(2026, 6, 18))


def test_rules_are_not_made_up_for_days_before_the_first_version() -> None:
    with pytest.raises(UserMistake, match="no rules here for a case before 2024-04-01"):
        _shipped("uk-housing-ombudsman").at(date(2024, 3, 31))


def test_closing_days_of_the_house_stop_no_legal_clock_but_early_closing_is_its_close_of_business() -> None:
    days = {
        "2026-06-10": {"name": "Outing"},
        "2026-06-11": {"name": "Early", "hours": [["09:00", "13:00"]]},
        "2026-05-25": {"name": "Open on the bank holiday", "hours": [["09:00", "13:00"]]},
    }
    version = _shipped("uk-fca-disp").at(date(2026, 6, 1))
    timetable = Timetable(calendar_of(version, "ENG", calendar_from(office(days=days))))
    target = _clock(version, "summary_resolution").rule.target
    assert due(at("2026-06-08 12:00"), target, timetable) == at("2026-06-11 13:00")
    assert due(at("2026-06-05 12:00"), target, timetable) == at("2026-06-10 17:30")
    assert due(at("2026-05-22 12:00"), target, timetable) == at("2026-05-28 17:30")


def test_the_days_on_which_the_house_opens_or_closes_change_no_business_day_of_the_law() -> None:
    """The house is closed on Mondays and on Christmas Eve, and open on one Saturday."""
    house = office(
        hours={day: [["09:00", "17:30"]] for day in ("tue", "wed", "thu", "fri")},
        days={"2026-06-13": {"name": "Open day", "hours": [["09:00", "12:00"]]}},
        yearly={"12-24": {"name": "Christmas Eve"}},
    )
    version = _shipped("uk-fca-disp").at(date(2026, 6, 1))
    timetable = Timetable(calendar_of(version, "ENG", calendar_from(house)))
    target = _clock(version, "summary_resolution").rule.target
    assert due(at("2026-06-11 12:00"), target, timetable) == at("2026-06-16 17:30")
    assert due(at("2026-06-10 12:00"), target, timetable) == at("2026-06-16 00:00")
    assert due(at("2026-12-21 12:00"), target, timetable) == at("2026-12-24 17:30")


def test_a_regime_without_a_country_counts_by_the_house() -> None:
    house = calendar_from(office(days={"2026-06-10": {"name": "Outing"}}))
    assert calendar_of(_shipped("iso-10002").at(date(2026, 6, 1)), "", house) is house


def test_a_new_regime_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "test.toml").write_text(_FILE, encoding="utf-8")
    (regime,) = read_regimes(tmp_path)
    timetable = Timetable(calendar_of(regime.versions[0], "ENG", calendar_from(office())))
    assert due(at("2026-06-08 12:00"), regime.versions[0].clocks[0].rule.target, timetable) == at("2026-06-16 00:00")
    assert main(["sla", "regimes", str(tmp_path)]) == 0
    assert "2 business days from received to final_response (end_of_day, legal)" in capsys.readouterr().out


def test_the_list_of_regimes_marks_what_no_source_confirmed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sla", "regimes"]) == 0
    said = capsys.readouterr().out
    doubts = [
        doubt
        for regime in read_regimes(shipped("regimes"))
        for version in regime.versions
        for doubt in (
            *version.unverified,
            *version.business_days.unverified,
            *(d for c in version.clocks for d in c.unverified),
            *(d for letter in version.letters for d in letter.unverified),
            *(version.ombudsman.unverified if version.ombudsman is not None else ()),
        )
    ]
    assert said.count("unverified: ") == len(doubts) > 10


def test_a_folder_without_regimes_is_said_to_be_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sla", "regimes", str(tmp_path)]) == 1
    assert "There are no regimes in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('key = "test"', "", "'regime' lacks key"),
        ("amount = 2", "", "'clock' lacks amount"),
        ("amount = 2", "amount = 0", "A target of 0 is none"),
        ("amount = 2", 'amount = "2"', "'amount' is a text, not a whole number"),
        ("amount = 2", "amount = 2\nsurprise = 1", "'clock' has unknown surprise"),
        ('"business_days"', '"moons"', "'unit' cannot be 'moons'. Use one of business_seconds"),
        ('reopening = "continue"', 'reopening = "exclude_closed"', "A legal clock never pauses"),
        ('starts = "received"', 'starts = ""', "A clock has no key, title, events or source"),
        ('["mon", "tue"]', '["moonday"]', "There is a weekday that does not exist"),
        ("begins = 2026-01-01", "begins = 2026-01-01T10:00:00", "begins on a day, not at a time"),
        ("[[version]]", "[[version]", "It is no TOML"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_the_file(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    assert was in _FILE
    (tmp_path / "odd.toml").write_text(_FILE.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(UserMistake) as refused:
        read_regimes(tmp_path)
    assert str(refused.value).startswith("odd.toml: ")
    assert said in str(refused.value)


def test_two_files_of_one_key_two_versions_of_one_day_and_another_encoding_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(_FILE, encoding="utf-8")
    (tmp_path / "b.toml").write_text(_FILE, encoding="utf-8")
    with pytest.raises(UserMistake, match=r"b\.toml: There are two regimes test"):
        read_regimes(tmp_path)
    version = _FILE[_FILE.index("[[version]]") :]
    with pytest.raises(UserMistake, match="Two versions begin on the same day"):
        regime_from(_FILE + version)
    (tmp_path / "a.toml").write_bytes(b'title = "\xff"')
    with pytest.raises(UserMistake, match=r"a\.toml: It is not UTF-8"):
        read_regimes(tmp_path)


def test_a_part_of_the_country_must_be_one_of_the_regime() -> None:
    with pytest.raises(UserMistake, match=r"none of the parts of GB\. Choose one of ENG, SCT"):
        calendar_of(regime_from(_FILE).versions[0], "Wales", calendar_from(office()))
