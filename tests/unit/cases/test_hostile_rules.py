"""Rules that would stop every clock, and the mistakes of an afternoon: refused in words before anybody has them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crmdesk.domain.cases.files import read_rules
from crmdesk.domain.cases.letter_templates import edition_from
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.shipped import shipped
from crmdesk.services import exporting
from crmdesk.services.importing_complaints import mapping_from
from tests.support.house_rules import HOUSE_TOML

DISP = (shipped("regimes") / "uk-fca-disp.toml").read_text(encoding="utf-8")
HEAD = "title: T\nkind: final_response\nlanguage: en\n\n"


def folder_of(folder: Path, house: str = HOUSE_TOML, regime: str = DISP) -> Path:
    (folder / "regimes").mkdir()
    (folder / "house.toml").write_text(house, encoding="utf-8")
    (folder / "regimes" / "uk-fca-disp.toml").write_text(regime, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "house",
    [
        f"{HOUSE_TOML}\nx = {'[' * 5000}{']' * 5000}",
        HOUSE_TOML.replace("silent_days = 28", "silent_days = -5"),
        HOUSE_TOML.replace("silent_days = 28", "silent_days = 999999999999"),
        f"silent_owner_days = 99999999999\n{HOUSE_TOML}",
        HOUSE_TOML.replace('"GBP"', '"Pounds"'),
        HOUSE_TOML.replace('country = "GB", subdivision = "ENG"', 'country = "XX"'),
    ],
)
def test_a_house_that_no_clock_could_go_by_is_refused(tmp_path: Path, house: str) -> None:
    with pytest.raises(UserMistake):
        read_rules(folder_of(tmp_path, house), shipped("regimes"))


@pytest.mark.parametrize(
    "regime",
    [
        re.sub(r"amount = \d+", "amount = 1000000000", DISP),
        re.sub(r'country = "\w+"', 'country = "XX"', DISP),
        DISP.replace('key = "uk-fca-disp"', f'key = "{"k" * 5000}"', 1),
    ],
)
def test_a_regime_that_no_clock_could_go_by_is_refused(tmp_path: Path, regime: str) -> None:
    with pytest.raises(UserMistake):
        read_rules(folder_of(tmp_path, regime=regime), shipped("regimes"))


@pytest.mark.parametrize("name", ["house.toml", "regimes/uk-fca-disp.toml", "letters/final.txt"])
def test_a_folder_where_a_file_should_be_is_told(tmp_path: Path, name: str) -> None:
    path = folder_of(tmp_path) / name
    path.unlink(missing_ok=True)
    path.mkdir(parents=True)
    with pytest.raises(UserMistake, match=path.name):
        read_rules(tmp_path, shipped("regimes"), shipped("letters"))


def test_the_mark_that_some_editors_begin_a_file_with_is_no_mistake(tmp_path: Path) -> None:
    plain = read_rules(folder_of(tmp_path), shipped("regimes"))
    for file in tmp_path.rglob("*.toml"):
        file.write_text(file.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert read_rules(tmp_path, shipped("regimes")) == plain


@pytest.mark.parametrize(
    "body",
    [
        "{{ " + "(" * 9000 + "1" + ")" * 9000 + " }}",
        "{{ " + "not " * 4000 + "1 }}",
        "{% if 1 %}" * 900 + "{% endif %}" * 900,
        "{{ house" + "|upper" * 2500 + " }}",
        "{{ issues < 1 }}",
        "{{ house|length|length }}",
        "{{ " + "9" * 5000 + " }}",
    ],
)
def test_a_template_too_deep_or_of_wrong_kinds_is_refused_with_its_line(body: str) -> None:
    with pytest.raises(UserMistake, match="Line 5"):
        edition_from("final", HEAD + body)


def test_a_mapping_that_is_too_deep_is_refused() -> None:
    with pytest.raises(UserMistake):
        mapping_from("x = " + "[" * 5000)


@pytest.mark.parametrize("name", ["", "x" * 300 + ".csv"])
def test_a_return_that_cannot_be_written_there_says_so(name: str) -> None:
    with pytest.raises(UserMistake, match="cannot be written"):
        exporting.write(Path(name), ())


def test_a_return_takes_no_devices_place(tmp_path: Path) -> None:
    device = tmp_path / "device"
    device.symlink_to("/dev/null")
    with pytest.raises(UserMistake, match="cannot be written"):
        exporting.write(device, ())
    assert device.is_symlink()
