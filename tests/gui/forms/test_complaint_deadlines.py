"""What answers cost is seen while one fills in: deadlines as they would be, with the days that count, by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from crmdesk.domain.changes import Changes, Kind
from crmdesk.ui.forms.complaint import ComplaintForm
from tests.gui.conftest import LoopRunner
from tests.gui.forms.conftest import Bench
from tests.gui.waiting import focused, press, type_words, until
from tests.support.desk import known_id
from tests.support.house_rules import HOUSE_TOML, rules_on_the_desk
from tests.support.spoken import speaking

EARLY = ("Settle early", "Wed 30 Dec, 17:30", "3 business days")
FINAL = ("Final response", "Wed 17 Feb 2027", "8 weeks, never pauses")
BY_WALLET = ("Final response", "Mon 18 Jan 2027", "15 business days, never pauses")


@pytest.fixture
def ruled(bench: Bench) -> Bench:
    """A window in a house that published its rules."""
    bench.house.add(*rules_on_the_desk())
    return bench


async def opened(bench: Bench) -> ComplaintForm:
    """Return the form once it is filled."""
    form = await bench.open()
    assert isinstance(form, ComplaintForm)
    return form


async def reckoned(bench: Bench) -> ComplaintForm:
    """Return the form once its deadlines are there."""
    form = await opened(bench)
    await until(lambda: bool(form.deadlines.rows))
    return form


def listed(form: ComplaintForm) -> list[tuple[str, str, str]]:
    """Return the deadlines as they are listed."""
    return [(row.title, row.when, row.target) for row in form.deadlines.rows]


def test_the_deadlines_are_pinned_below_the_fields_with_what_each_allows(ruled: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> list[tuple[str, str, str]]:
        form = await reckoned(ruled)
        assert form.deadlines.isVisible()
        assert not form.body.isAncestorOf(form.deadlines)
        assert form.body.values["regime"] == "uk-fca-disp"
        return listed(form)

    assert qt_loop.run(story()) == [EARLY, FINAL]


def test_without_rules_there_are_none_and_no_question_about_them(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await opened(bench)
        await until(lambda: not form.reckoning.waiting)
        assert form.deadlines.isHidden()
        assert form.body.input("regime").isHidden()

    qt_loop.run(story())


def test_other_rules_have_other_deadlines_at_once(ruled: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> list[str]:
        form = await reckoned(ruled)
        form.body.input("regime").setFocus()
        type_words("ISO")
        await until(lambda: listed(form)[0] != EARLY)
        return [title for title, _, _ in listed(form)]

    assert qt_loop.run(story()) == ["Acknowledge", "Answer"]


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the list below a field
def test_a_product_with_rules_of_its_own_chooses_them(ruled: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await reckoned(ruled)
        product = form.body.input("product")
        product.setFocus()
        press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        type_words("Pay by wallet")
        await until(lambda: listed(form)[-1] == BY_WALLET)
        assert form.body.values["regime"] == "uk-fca-disp-payments"
        await form.keep_now()

    qt_loop.run(story())


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the list below a field
def test_rules_that_somebody_chose_stay_whatever_the_product(ruled: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> str:
        form = await reckoned(ruled)
        form.body.input("regime").setFocus()
        type_words("ISO")
        await until(lambda: listed(form)[0] != EARLY)
        form.body.input("product").setFocus()
        press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        type_words("Pay by wallet")
        await until(lambda: not form.reckoning.waiting)
        await form.keep_now()
        ruled.shut(form)
        again = await reckoned(ruled)
        await until(lambda: not again.reckoning.waiting)
        return again.body.values["regime"]

    assert qt_loop.run(story()) == "iso-10002"


def test_rules_that_are_published_meanwhile_hold_at_once(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> list[tuple[str, str, str]]:
        form = await opened(bench)
        await until(lambda: not form.reckoning.waiting)
        bench.house.add(*rules_on_the_desk())
        bench.house.bus.publish(Changes.of(Kind.HOUSE_RULES, known_id("rules")))
        await until(lambda: bool(form.deadlines.rows))
        assert form.body.input("regime").isVisible()
        assert form.body.values["regime"] == "uk-fca-disp"
        return listed(form)

    assert qt_loop.run(story()) == [EARLY, FINAL]


def test_the_chosen_deadline_shows_its_days_and_says_why(ruled: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await reckoned(ruled)
        shown = form.deadlines
        assert [(one.above, one.words, one.below) for one in shown.days.drawn] == [
            ("Wed 23", "0", "received"),
            ("Thu 24", "1", ""),
            ("Fri 25", "–", "Christmas Day"),
            ("Sat 26", "–", "Boxing Day"),
            ("Sun 27", "–", ""),
            ("Mon 28", "–", "Boxing Day (observed)"),
            ("Tue 29", "2", ""),
            ("Wed 30", "3", "due"),
        ]
        assert shown.why.text().startswith("Due at close of business, Wed 30 Dec 2026 17:30 (Europe/London)")
        assert "Fri 25 – Christmas Day" in shown.days.accessibleDescription()
        shown.list.setFocus()
        press(Qt.Key.Key_Down)
        assert shown.why.text().startswith("Due by the end of Wed 17 Feb 2027")
        long = shown.days.drawn
        assert (long[0].below, long[-1].below, long[-1].words) == ("received", "due", "56")
        assert sum(one.words is None for one in long) == 1

    qt_loop.run(story())


def test_the_chosen_one_stays_chosen_while_they_are_recalculated(ruled: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await reckoned(ruled)
        form.deadlines.list.setFocus()
        press(Qt.Key.Key_Down)
        ruled.house.clock.advance(24 * 3600)
        form.reckoning.look_again()
        await until(lambda: listed(form)[1][1] == "Thu 18 Feb 2027")
        assert form.deadlines.why.text().startswith("Due by the end of Thu 18 Feb 2027")

    qt_loop.run(story())


def test_tab_goes_from_the_last_field_to_the_files_the_deadlines_and_the_button(
    ruled: Bench, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        form = await reckoned(ruled)
        form.body.input("vulnerability_basis").setFocus()
        press(Qt.Key.Key_Tab)
        assert focused() is form.files.add
        press(Qt.Key.Key_Tab)
        assert focused() is form.deadlines.list
        press(Qt.Key.Key_Tab)
        assert focused() is form.foot.button

    qt_loop.run(story())


def test_a_deadline_is_read_aloud_whole(ruled: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> str:
        form = await reckoned(ruled)
        return str(form.deadlines.list.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole))

    assert qt_loop.run(story()) == ", ".join(FINAL)


@pytest.mark.parametrize(("height", "seen"), [(684, True), (560, False)])
def test_in_a_low_window_the_days_fold_away_and_the_deadlines_stay(
    ruled: Bench, qt_loop: LoopRunner, height: int, seen: bool
) -> None:
    async def story() -> None:
        ruled.window.resize(675, height)
        form = await reckoned(ruled)
        assert form.deadlines.list.isVisible()
        assert form.deadlines.days.isVisible() is seen
        assert form.deadlines.why.isVisible() is seen

    qt_loop.run(story())


def test_the_house_s_own_targets_are_told_from_the_law_s(bench: Bench, qt_loop: LoopRunner) -> None:
    bench.house.add(*rules_on_the_desk(HOUSE_TOML.replace('regime = "uk-fca-disp"', 'regime = "iso-10002"', 1)))

    async def story() -> list[str]:
        return [target for _, _, target in listed(await reckoned(bench))]

    assert all(target.startswith("Our target, ") for target in qt_loop.run(story()))


def test_it_is_said_in_german(ruled: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> list[tuple[str, str, str]]:
        return listed(await reckoned(ruled))

    with speaking("de"):
        assert qt_loop.run(story()) == [
            ("Früh beilegen", "Mi 30. Dez, 17:30", "3 Geschäftstage"),
            ("Abschließende Antwort", "Mi 17. Feb 2027", "8 Wochen, ohne Pause"),
        ]
