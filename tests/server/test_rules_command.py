"""``crmdesk rules import``: the demo's rules are published once, and what is wrong in a folder is said by its file."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from crmdesk.demo.house import publish_rules
from crmdesk.domain.cases.deadlines import History
from crmdesk.domain.cases.files import read_rules
from crmdesk.domain.cases.rules import newest_rules
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.knowledge.edition import Shelf
from crmdesk.domain.people import Role
from crmdesk.domain.shipped import shipped
from crmdesk.domain.sla.regimes import read_regimes
from crmdesk.sync.engine import Engine
from tests.support.server import desk_of
from tests.support.terminal import Terminal

DEMO = Path(__file__).parents[2] / "resources" / "demo" / "rules"
_VERSIONS = text(
    "select code, count(*) as versions from crm.house_rules group by code "
    "union all select code, count(*) from crm.regime group by code"
)
REGIMES = len(read_regimes(shipped("regimes")))
OWN = len(list(DEMO.glob("*.toml")))
SHIPPED = REGIMES + len(list(shipped("letters").glob("*.txt")))
"""The regimes and letters that are published beside the house's own rules."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demo's rules."""
    return shutil.copytree(DEMO, tmp_path / "rules")


def published(engine: Engine) -> dict[str, int]:
    """Return how many versions of each thing the server has."""
    return engine.run(lambda conn: {row.code: row.versions for row in conn.execute(_VERSIONS)})


def test_the_demo_s_rules_are_valid_and_give_deadlines() -> None:
    editions = read_rules(DEMO, shipped("regimes"))
    house = [(one.code, 1, "published", one.body) for one in editions if one.shelf is Shelf.HOUSE_RULES]
    regimes = [(one.code, 1, "published", one.body) for one in editions if one.shelf is Shelf.REGIME]
    book = newest_rules(regimes, house)
    assert book.house is not None
    assert (book.house.title, book.house.currency, book.house.second_person_above) == (
        *("Harbour Home Cover", "GBP"),
        50_000,
    )
    now = datetime(2026, 12, 23, 14, 26, tzinfo=UTC)
    for product, target in (("HomeCover", "8 weeks"), ("Pay by wallet", "15 business days")):
        assert book.deadlines(History("", product, now, "Europe/London"), now)[-1].target == target


def test_the_command_publishes_and_nothing_twice(
    engine: Engine, database_url: str, terminal: Terminal, folder: Path
) -> None:
    desk_of(engine, "lea", role=Role.SUPERVISOR)
    words = ("rules", "import", str(folder), "--as", "lea")
    assert terminal.type(*words, url=database_url)[:2] == (
        *(0, f"{SHIPPED + OWN} new, 0 with a new version, 0 as they were.\n"),
    )
    assert terminal.type(*words, url=database_url)[:2] == (
        *(0, f"0 new, 0 with a new version, {SHIPPED + OWN} as they were.\n"),
    )
    file = folder / "house.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("500.00", "250.00"), encoding="utf-8")
    assert terminal.type(*words, url=database_url)[:2] == (
        *(0, f"0 new, 1 with a new version, {SHIPPED + OWN - 1} as they were.\n"),
    )
    assert published(engine)["house"] == 2


def test_a_tree_of_causes_that_lacks_a_code_is_not_published(
    engine: Engine, database_url: str, terminal: Terminal, folder: Path
) -> None:
    desk_of(engine, "lea", role=Role.SUPERVISOR)
    words = ("rules", "import", str(folder), "--as", "lea")
    assert terminal.type(*words, url=database_url)[0] == 0
    file = folder / "causes.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("systems-fax", "systems-mail"), encoding="utf-8")
    code, _, err = terminal.type(*words, url=database_url)
    assert code == 1
    assert "systems-fax" in err
    assert published(engine)["causes"] == 1


def test_a_tree_that_is_none_is_refused_by_its_file(terminal: Terminal, folder: Path) -> None:
    (folder / "causes.toml").write_text('title = "x"\n[[cause]]\ncode = "a"\ntitle = "A"\nunder = "b"\n')
    code, _, err = terminal.type("rules", "import", str(folder), "--check")
    assert code == 1
    assert "causes.toml" in err


def test_the_demo_publishes_them_as_its_supervisor(engine: Engine) -> None:
    desk_of(engine, "nadia", role=Role.SUPERVISOR)
    publish_rules(engine, DEMO)
    assert published(engine)["house"] == 1
    assert published(engine)["uk-fca-disp"] == 1


def test_an_agent_publishes_no_rules(engine: Engine, database_url: str, terminal: Terminal) -> None:
    desk_of(engine, "anna")
    code, _, err = terminal.type("rules", "import", str(DEMO), "--as", "anna", url=database_url)
    assert code == 1
    assert "anna" in err
    assert published(engine) == {}


def test_reading_alone_needs_no_database_and_no_name(terminal: Terminal) -> None:
    code, out, _ = terminal.type("rules", "import", str(DEMO), "--check")
    assert (code, out) == (0, f"{SHIPPED + OWN} could be published.\n")


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('title = "Harbour Home Cover"', "title =", "house.toml: It is no TOML"),
        ("silent_days = 28", "silent_day = 28", "house.toml: 'house' has unknown silent_day."),
        ('regime = "uk-fca-disp"\nsubdivision', 'regime = "uk-fca"\nsubdivision', "There is no regime uk-fca."),
        ("09:00", "9 o'clock", "house.toml: "),
        ("Europe/London", "Europe/Lundon", "house.toml: "),
        ('second_person_above = "500.00"', "second_person_above = 500", "house.toml: 'second_person_above' is"),
    ],
)
def test_what_is_wrong_is_said_with_the_file_it_is_in(
    terminal: Terminal, folder: Path, was: str, becomes: str, said: str
) -> None:
    file = folder / "house.toml"
    written = file.read_text(encoding="utf-8")
    assert was in written
    file.write_text(written.replace(was, becomes), encoding="utf-8")
    code, _, err = terminal.type("rules", "import", str(folder), "--check")
    assert code == 1
    assert said in err


def test_a_folder_without_rules_names_the_file_that_is_missing(terminal: Terminal, tmp_path: Path) -> None:
    code, _, err = terminal.type("rules", "import", str(tmp_path), "--check")
    assert code == 1
    assert f"There is no {tmp_path / 'house.toml'}." in err


def test_a_regime_of_the_house_s_own_takes_the_place_of_a_shipped_one(folder: Path) -> None:
    own = folder / "regimes"
    own.mkdir()
    text_ = (shipped("regimes") / "uk-fca-disp.toml").read_text(encoding="utf-8")
    (own / "uk-fca-disp.toml").write_text(text_.replace("UK FCA DISP", "Ours"), encoding="utf-8")
    titles = {one.code: one.title for one in read_rules(folder, shipped("regimes"))}
    assert titles["uk-fca-disp"] == "Ours"
    assert len(titles) == REGIMES + OWN


def test_a_regime_in_a_file_of_another_name_is_refused_with_the_name_it_needs(folder: Path) -> None:
    own = folder / "regimes"
    own.mkdir()
    shutil.copy(shipped("regimes") / "uk-fca-disp.toml", own / "ours.toml")
    with pytest.raises(UserMistake) as refused:
        read_rules(folder, shipped("regimes"))
    assert refused.value.what == "The regime uk-fca-disp is in a file of another name."
    assert refused.value.next_step == "Call the file regimes/uk-fca-disp.toml."


def test_words_of_a_regime_do_not_steer_the_terminal(terminal: Terminal, tmp_path: Path) -> None:
    disp = (shipped("regimes") / "uk-fca-disp.toml").read_text(encoding="utf-8")
    (tmp_path / "a.toml").write_text(disp.replace('title = "', r'title = "\u001b[31m\u202e', 1), encoding="utf-8")
    code, out, _ = terminal.type("sla", "regimes", str(tmp_path))
    assert (code, "\x1b" in out, "\u202e" in out, r"\x1b[31m" in out) == (0, False, False, True)
