"""The return for the regulator: it adds up for any period, and each figure opens its complaints."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from crmdesk.domain.cases.files import read_rules
from crmdesk.domain.cases.return_sheets import sheets
from crmdesk.domain.cases.returns import (
    Behind,
    Figure,
    Given,
    Period,
    Return,
    ReturnShown,
    Scope,
    differences,
    return_from,
)
from crmdesk.domain.cases.steps import written
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.domain.shipped import shipped
from crmdesk.sync.engine import Engine, returns, signed_returns
from crmdesk.sync.engine.knowledge import publish
from tests.support.house_rules import HOUSE_TOML
from tests.support.returned import DISP, HALF_YEAR, ISO, WINTER, Life, a_life, give, keep, once
from tests.support.server import desk_of
from tests.support.terminal import Terminal

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def ruled(engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """A database with the rules of a house."""
    (tmp_path / "house.toml").write_text(HOUSE_TOML, encoding="utf-8")
    leader = desk_of(engine, "lea", role=Role.SUPERVISOR).principal.user_id
    engine.run(lambda conn: publish(conn, leader, read_rules(tmp_path, shipped("regimes"))))
    yield engine


def by_hand(lives: list[Life], period: Period) -> Counter[Figure]:
    """Count the lines that need no limits, one complaint after the other and day by day of London."""
    found: Counter[Figure] = Counter()
    for life in lives:
        if life.regime not in (DISP, ""):
            continue
        for number, (begin, end) in enumerate(life.spells):
            began = begin.astimezone(LONDON).date()
            ended = None if end is None else end.astimezone(LONDON).date()
            if began > period.last or (ended is not None and ended < period.first):
                continue
            if began < period.first:
                found[Figure.START] += 1
            else:
                found[Figure.OPENED_AGAIN if number else Figure.OPENED] += 1
                found[Figure.VULNERABLE] += life.marked
            if ended is None or ended > period.last:
                found[Figure.END] += 1
                continue
            found[Figure.ENDED] += 1
            outcome = life.outcomes[number]
            found[Figure.UPHELD] += outcome in ("upheld", "partly_upheld")
            found[Figure.REJECTED] += outcome in ("rejected", "goodwill")
            found[Figure.NO_DECISION] += outcome in ("withdrawn", "forwarded")
    return found


def made(engine: Engine, period: Period, regime: str = DISP, entity: str = "") -> Return:
    return engine.run(lambda conn: returns.made(conn, Scope(regime, period, entity)))


def behind(engine: Engine, period: Period, wanted: Behind, entity: str = "") -> list[str]:
    """Return the references behind a part of a return."""
    found = engine.run(lambda conn: returns.behind(conn, Scope(DISP, period, entity), wanted))
    return [spell.reference for spell in found]


@pytest.mark.parametrize("seed", [11, 12])
def test_any_period_adds_up_and_is_what_counting_by_hand_gives(ruled: Engine, seed: int) -> None:
    draw = random.Random(seed)
    lives = [a_life(draw, number) for number in range(150)]
    keep(ruled, *lives)
    for _ in range(6):
        first = WINTER.date() + timedelta(days=draw.randrange(-30, 330))
        period = Period(first, first + timedelta(days=draw.choice([0, 6, 30, 181])))
        one = made(ruled, period)
        expected = by_hand(lives, period)
        counted = [*list(Figure)[:5], Figure.UPHELD, Figure.REJECTED, Figure.NO_DECISION, Figure.VULNERABLE]
        assert {f: one.figures[f] for f in counted} == {f: expected[f] for f in counted}
        assert one.adds_up
        in_all = sum(one.figures[f] for f in (Figure.ENDED_EARLY, Figure.ENDED_IN_TIME, Figure.ENDED_LATE))
        assert in_all == one.figures[Figure.ENDED] == sum(part.ended for part in one.parts)
        for figure in Figure:
            found = behind(ruled, period, Behind(figure))
            assert len(found) == one.figures[figure], figure


def test_ended_by_the_third_business_day_is_early_and_after_eight_weeks_late(ruled: Engine) -> None:
    """Thursday 2 April 2026 before Easter: the third business day is Thursday 9 April, closing 17:30 in London."""
    received = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
    early = datetime(2026, 4, 9, 16, 30, tzinfo=UTC)
    keep(
        ruled,
        once(received, early),
        once(received + timedelta(minutes=1), early + timedelta(microseconds=1)),
        # Eight weeks from 2 April: to the end of 28 May in London, which is 23:00 UTC.
        once(received + timedelta(minutes=2), datetime(2026, 5, 28, 22, 59, tzinfo=UTC)),
        once(received + timedelta(minutes=3), datetime(2026, 5, 28, 23, 0, tzinfo=UTC)),
        once(received + timedelta(minutes=4), None),
    )
    figures = made(ruled, HALF_YEAR).figures
    assert (figures[Figure.ENDED_EARLY], figures[Figure.ENDED_IN_TIME], figures[Figure.ENDED_LATE]) == (1, 2, 1)
    assert (figures[Figure.END], figures[Figure.OVERDUE]) == (1, 1)


def test_what_comes_after_closing_counts_from_the_next_business_day_where_the_rules_say_so(ruled: Engine) -> None:
    """ISO as the house promises: 20 business days from Friday 5 June are 3 July, from Monday 8 June 6 July."""
    before = datetime(2026, 6, 5, 16, 29, tzinfo=UTC)
    after = datetime(2026, 6, 5, 16, 31, tzinfo=UTC)
    answered = datetime(2026, 7, 6, 12, 0, tzinfo=UTC)
    keep(ruled, once(before, answered, regime=ISO), once(after, answered, regime=ISO))
    figures = made(ruled, Period(date(2026, 7, 1), date(2026, 7, 31)), ISO).figures
    assert (figures[Figure.ENDED_IN_TIME], figures[Figure.ENDED_LATE]) == (1, 1)


def test_redress_is_that_of_what_ended_in_the_period(ruled: Engine) -> None:
    keep(ruled, once(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)))
    assert made(ruled, HALF_YEAR).redress == {"GBP": 1_000}
    assert made(ruled, Period(date(2026, 1, 1), date(2026, 2, 28))).redress == {}


def test_redress_stands_by_kind_and_its_sums_are_what_was_decided(ruled: Engine) -> None:
    at, end = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    whole, part = once(at, end), once(at + timedelta(minutes=1), end)
    late = once(at + timedelta(minutes=2), datetime(2026, 8, 1, tzinfo=UTC))
    keep(ruled, whole, part, late)
    give(ruled, whole.id, "refund", 600)
    give(ruled, whole.id, "distress", 400)
    give(ruled, whole.id, "goodwill", 900, removed=True)
    give(ruled, part.id, "refund", 300)
    give(ruled, part.id, "apology", 0, "")
    give(ruled, late.id, "interest", 1_000)
    one = made(ruled, HALF_YEAR)
    assert one.redress == {"GBP": 2_000}
    assert one.given == (
        Given("apology", "", 1, 0),
        Given("distress", "GBP", 1, 400),
        Given("refund", "GBP", 2, 900),
        Given("", "GBP", 0, 700),
    )
    assert sum(line.minor for line in one.given) == one.redress["GBP"]
    assert behind(ruled, HALF_YEAR, Behind(kind="refund")) == [whole.reference, part.reference]
    assert behind(ruled, HALF_YEAR, Behind(kind="")) == [part.reference]
    assert behind(ruled, HALF_YEAR, Behind(kind="interest")) == []


def test_what_was_given_without_a_decision_counts_where_it_was_settled_early_or_paid(ruled: Engine) -> None:
    """It stood by kind, and its total was nought."""
    at, end = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC)
    early = once(at, end, "resolved_early")
    withdrawn = once(at + timedelta(minutes=1), end, "withdrawn")
    paid = once(at + timedelta(minutes=2), end, "withdrawn")
    keep(ruled, early, withdrawn, paid)
    ruled.run(lambda conn: conn.execute(text("update crm.complaint set redress_minor = 0, currency = ''")))
    give(ruled, early.id, "goodwill", 5_000)
    give(ruled, withdrawn.id, "refund", 9_000)
    give(ruled, paid.id, "refund", 700)
    ruled.run(
        lambda conn: conn.execute(
            text("update crm.redress set paid_at = now() where complaint_id = :id"), {"id": paid.id}
        )
    )
    one = made(ruled, HALF_YEAR)
    assert one.redress == {"GBP": 5_700}
    assert one.given == (Given("goodwill", "GBP", 1, 5_000), Given("refund", "GBP", 1, 700))
    assert behind(ruled, HALF_YEAR, Behind(kind="refund")) == [paid.reference]
    assert behind(ruled, HALF_YEAR, Behind(kind="goodwill")) == [early.reference]
    assert behind(ruled, HALF_YEAR, Behind(kind="")) == []


def test_sums_beyond_what_a_column_holds_are_added_up_all_the_same(ruled: Engine) -> None:
    """Whoever put down very much, very often, made every return fail."""
    at, end = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC)
    early = once(at, end, "resolved_early")
    keep(ruled, early)
    for _ in range(2):
        give(ruled, early.id, "goodwill", 5 * 10**18)
    assert Given("goodwill", "GBP", 2, 10**19) in made(ruled, HALF_YEAR).given
    assert behind(ruled, HALF_YEAR, Behind(kind="goodwill")) == [early.reference]


def test_redress_of_a_complaint_that_was_opened_again_counts_with_its_last_end(ruled: Engine) -> None:
    begin = datetime(2026, 2, 1, tzinfo=UTC)
    spells = ((begin, begin + timedelta(days=10)), (begin + timedelta(days=20), begin + timedelta(days=40)))
    twice = Life(new_id(), "CP-1", "A", False, DISP, spells, ("upheld", "upheld"))
    keep(ruled, twice)
    give(ruled, twice.id, "refund", 1_000)
    one = made(ruled, HALF_YEAR)
    assert one.redress == {"GBP": 2_000}
    assert one.given == (Given("refund", "GBP", 1, 1_000), Given("", "GBP", 0, 1_000))
    assert behind(ruled, HALF_YEAR, Behind(kind="")) == ["CP-1"]


def ended(kind: str, **details: object) -> dict[str, Any]:
    return {"kind": kind, "details": written(details)}


DRAFT = ended("decision_drafted", outcome="upheld", redress_minor=64_000, currency="GBP")
WITHDRAWN = ended("withdrawn")


@pytest.mark.parametrize(
    ("last", "figure", "redress"),
    [
        ((DRAFT, WITHDRAWN), Figure.NO_DECISION, {}),
        ((DRAFT, ended("sent_back"), WITHDRAWN), Figure.NO_DECISION, {}),
        ((DRAFT, ended("referred"), ended("closed")), Figure.NO_DECISION, {}),
        ((DRAFT, ended("response_sent"), WITHDRAWN), Figure.UPHELD, {"GBP": 64_000}),
        ((DRAFT, ended("response_sent"), ended("referred"), ended("closed")), Figure.UPHELD, {"GBP": 64_000}),
    ],
)
def test_a_draft_that_never_went_out_gave_nothing_also_the_second_time(
    ruled: Engine, last: tuple[dict[str, Any], ...], figure: Figure, redress: dict[str, int]
) -> None:
    at = datetime(2026, 2, 1, tzinfo=UTC)
    again = Life(new_id(), "CP-1", "A", False, DISP, ((at, None),), ("",))
    taken: tuple[dict[str, Any], ...] = (
        {"kind": "forwarded", "details": "{}"},
        {"kind": "reopened", "details": "{}"},
        *last,
    )
    keep(ruled, again, told=[{**one, "at": at + timedelta(days=day)} for day, one in enumerate(taken, start=1)])
    one = made(ruled, HALF_YEAR)
    assert (one.figures[Figure.OPENED], one.figures[Figure.OPENED_AGAIN], one.figures[Figure.ENDED]) == (1, 1, 2)
    assert (one.figures[figure], one.redress) == (2 if figure is Figure.NO_DECISION else 1, redress)


def test_times_of_wrong_clocks_do_not_take_a_complaint_out_of_the_return(ruled: Engine) -> None:
    """A desk that is years ahead answered it, one that is behind opened it again: each counts from when it was taken,
    and it is not open twice at once."""
    at = datetime(2026, 2, 1, tzinfo=UTC)
    again = Life(new_id(), "CP-1", "A", False, DISP, ((at, None),), ("",))
    ahead = {"kind": "withdrawn", "details": "{}", "at": datetime(2031, 1, 1, tzinfo=UTC)}
    behind_ = {"kind": "reopened", "details": "{}", "at": at - timedelta(days=300)}
    keep(ruled, again, told=[ahead, behind_], taken=at + timedelta(days=3))
    february = made(ruled, Period(date(2026, 2, 1), date(2026, 2, 28))).figures
    assert [february[one] for one in list(Figure)[:5]] == [0, 1, 1, 1, 1]
    before = made(ruled, Period(date(2025, 1, 1), date(2026, 1, 31))).figures
    assert set(before.values()) == {0}


ENTITIES = """
[[entity]]
key = "cover"
title = "Harbour Cover Ltd"
products = ["a"]

[[entity]]
key = "pay"
title = "Harbour Pay Ltd"
products = ["B", "Pay by wallet"]
"""


def test_a_return_is_of_one_legal_entity_or_of_the_whole_house(ruled: Engine, tmp_path: Path) -> None:
    leader = desk_of(ruled, "max", role=Role.SUPERVISOR).principal.user_id
    draw = random.Random(5)
    keep(ruled, *(a_life(draw, number) for number in range(40)))
    other = once(datetime(2026, 2, 2, tzinfo=UTC), None)
    keep(ruled, Life(**{name: getattr(other, name) for name in Life.__slots__ if name != "product"}, product="C"))
    with pytest.raises(UserMistake, match="no entity"):
        made(ruled, HALF_YEAR, entity="cover")
    first, second = HOUSE_TOML.split("[calendar]")
    (tmp_path / "house.toml").write_text(f"{first}{ENTITIES}\n[calendar]{second}", encoding="utf-8")
    ruled.run(lambda conn: publish(conn, leader, read_rules(tmp_path, shipped("regimes"))))
    whole = made(ruled, HALF_YEAR)
    by_entity = {key: made(ruled, HALF_YEAR, entity=key) for key in ("cover", "pay", "none")}
    assert {part.product for part in by_entity["cover"].parts} == {"A"}
    assert {part.product for part in by_entity["none"].parts} == {"C"}
    for figure in Figure:
        assert sum(one.figures[figure] for one in by_entity.values()) == whole.figures[figure]
    assert all(one.adds_up for one in by_entity.values())
    assert len({one.digest() for one in (whole, *by_entity.values())}) == 4
    found = behind(ruled, HALF_YEAR, Behind(Figure.OPENED), "none")
    assert found == [other.reference]
    ruled.run(lambda conn: signed_returns.sign(conn, by_entity["cover"], leader))
    assert ruled.run(lambda conn: signed_returns.signed_last(conn, Scope(DISP, HALF_YEAR))) is None
    shown = ruled.run(lambda conn: signed_returns.shown(conn, by_entity["cover"]))
    assert (shown.entity, [one.name for one in shown.signed]) == ("Harbour Cover Ltd", ["Max"])


def test_a_part_opens_what_was_opened_or_ended_in_it(ruled: Engine) -> None:
    at = datetime(2026, 2, 1, tzinfo=UTC)
    before = once(at - timedelta(days=60), at)
    still = once(at - timedelta(days=50), None)
    keep(ruled, before, still, once(at, None))
    assert behind(ruled, HALF_YEAR, Behind(part=("A", "Delay"))) == [before.reference, once(at, None).reference]
    assert behind(ruled, HALF_YEAR, Behind(part=("A", "Other"))) == []


def test_signed_twice_by_the_same_person_it_is_kept_once_and_by_another_it_has_two_names(ruled: Engine) -> None:
    first, second = (desk_of(ruled, name, role=Role.SUPERVISOR).principal.user_id for name in ("max", "ina"))
    one = made(ruled, HALF_YEAR)
    for by in (first, first, second):
        ruled.run(partial(signed_returns.sign, one=one, by=by))
    shown = ruled.run(lambda conn: signed_returns.shown(conn, one))
    assert [signature.name for signature in shown.signed] == ["Max", "Ina"]


def test_figures_that_are_signed_again_after_others_are_the_last_that_were_signed(ruled: Engine) -> None:
    max_ = desk_of(ruled, "max", role=Role.SUPERVISOR).principal.user_id
    before = made(ruled, HALF_YEAR)
    sign = partial(signed_returns.sign, by=max_)
    ruled.run(lambda conn: sign(conn, one=before))
    keep(ruled, once(datetime(2026, 2, 1, tzinfo=UTC), None))
    after = made(ruled, HALF_YEAR)
    for one, last in ((after, after), (before, before), (before, before)):
        ruled.run(partial(sign, one=one))
        assert ruled.run(lambda conn: signed_returns.signed_last(conn, Scope(DISP, HALF_YEAR))) == last
    shown = ruled.run(lambda conn: signed_returns.shown(conn, before))
    assert [one.digest for one in shown.signatures] == [before.digest(), after.digest(), before.digest()]


def test_nothing_in_a_period_is_a_return_of_noughts(ruled: Engine) -> None:
    one = made(ruled, HALF_YEAR)
    assert set(one.figures.values()) == {0}
    assert one.adds_up
    assert one.upheld_share is None


def test_a_signed_return_is_kept_and_what_changed_since_is_told(ruled: Engine) -> None:
    leader = desk_of(ruled, "max", role=Role.SUPERVISOR).principal.user_id
    keep(ruled, once(datetime(2026, 2, 1, tzinfo=UTC), None))
    signed = made(ruled, HALF_YEAR)
    digest = ruled.run(lambda conn: signed_returns.sign(conn, signed, leader))
    keep(ruled, once(datetime(2026, 2, 2, tzinfo=UTC), None))
    last = ruled.run(lambda conn: signed_returns.signed_last(conn, Scope(DISP, HALF_YEAR)))
    assert last is not None
    assert last.digest() == digest
    assert (Figure.OPENED, 1, 2) in differences(made(ruled, HALF_YEAR), last)


def test_a_return_survives_its_document(ruled: Engine) -> None:
    keep(ruled, once(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)))
    one = made(ruled, HALF_YEAR)
    assert return_from(one.document()) == one
    assert sheets(ReturnShown(one, DISP))[1].rows == (("A", "Delay", 1, 1, 1),)


def test_a_date_of_receipt_that_was_typed_wrong_stops_nobodys_return(ruled: Engine) -> None:
    """Each day since had its limits worked out, until the database hung up."""
    old = once(datetime(1900, 1, 2, 9, tzinfo=UTC), None)
    keep(ruled, old, once(datetime(2026, 2, 1, 9, tzinfo=UTC), datetime(2026, 3, 1, 9, tzinfo=UTC)))
    figures = made(ruled, HALF_YEAR).figures
    counted = (Figure.START, Figure.OPENED, Figure.ENDED, Figure.ENDED_IN_TIME, Figure.END)
    assert [figures[one] for one in counted] == [1, 1, 1, 1, 1]
    assert behind(ruled, HALF_YEAR, Behind(Figure.END)) == [old.reference]
    far = Period(date(2290, 1, 1), date(2299, 12, 31))
    assert made(ruled, far).figures[Figure.START] == 1


def test_without_rules_nothing_is_counted(engine: Engine) -> None:
    with pytest.raises(UserMistake, match="no rules"):
        made(engine, HALF_YEAR)


def test_the_commands_show_save_list_and_sign(
    ruled: Engine, database_url: str, terminal: Terminal, tmp_path: Path
) -> None:
    keep(ruled, once(datetime(2026, 2, 1, 9, 0, tzinfo=UTC), None))
    about = ("--regime", DISP, "--from", "2026-01-01", "--to", "2026-06-30")
    code, out, _ = terminal.type("return", "show", *about, url=database_url)
    assert (code, "Opened  1" in out, "Adds up" in out) == (0, True, True)
    assert terminal.type("return", "cases", "opened", *about, url=database_url)[1] == "CP-02010900\n"
    assert terminal.type("return", "cases", "nonsense", *about, url=database_url)[0] == 1
    code, _, err = terminal.type("return", "show", *about, "--regime", "uk-fca", url=database_url)
    assert (code, "Those that are published: " in err) == (1, True)
    code, out, _ = terminal.type("return", "sign", "--as", "lea", *about, url=database_url)
    assert (code, "digest" in out) == (0, True)
    for name in ("return.csv", "return.xlsx"):
        assert terminal.type("return", "save", str(tmp_path / name), *about, url=database_url)[0] == 0
        assert (tmp_path / name).stat().st_size > 100
