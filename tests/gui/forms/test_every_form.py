"""What holds for every form of the registry, also for one that is added later."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QComboBox, QScrollArea, QWidget

from crmdesk.ui.forms import FormSpec, all_forms
from crmdesk.ui.frame.commands import BACK, FINISH
from crmdesk.ui.kit import Label
from crmdesk.ui.theme import SchemeChoice, Theme
from tests.gui.conftest import LoopRunner
from tests.gui.forms.conftest import Bench
from tests.support.foreign import foreign_spoken, untranslated

every_form = pytest.mark.parametrize("spec", all_forms(), ids=[form.name for form in all_forms()])


def test_the_complaint_form_is_registered() -> None:
    assert "complaint" in [form.name for form in all_forms()]


@every_form
def test_it_has_a_key_and_words(spec: FormSpec) -> None:
    assert spec.command.chord
    assert spec.command.words
    assert spec.command.icon is not None


@every_form
def test_it_opens_with_the_keyboard_in_its_first_field(bench: Bench, qt_loop: LoopRunner, spec: FormSpec) -> None:
    async def story() -> None:
        form = await bench.open(spec)
        first = form.body.inputs[0]
        focus = bench.window.focusWidget()
        assert focus is not None
        assert first.isAncestorOf(focus)

    qt_loop.run(story())


@every_form
def test_it_speaks_the_language_of_the_program(bench: Bench, qt_loop: LoopRunner, spec: FormSpec) -> None:
    async def story() -> list[str]:
        return untranslated(await bench.open(spec))

    with foreign_spoken():
        assert qt_loop.run(story()) == []


@every_form
def test_a_required_field_has_a_name_for_the_sentence_that_says_it_is_missing(
    bench: Bench, qt_loop: LoopRunner, spec: FormSpec
) -> None:
    async def story() -> None:
        form = await bench.open(spec)
        for one in form.body.missing:
            assert one.spec.named
            assert one.spec.named in form.foot.words

    qt_loop.run(story())


@every_form
def test_esc_and_ctrl_enter_work_in_it_and_are_drawn(bench: Bench, qt_loop: LoopRunner, spec: FormSpec) -> None:
    async def story() -> set[str]:
        form = await bench.open(spec)
        assert form.head.aside.key == "Esc"
        assert form.foot.button.key == "Ctrl+Enter"
        return {binding.command.id for binding in bench.keys.available() if binding.works}

    assert {BACK.id, FINISH.id} <= qt_loop.run(story())


@every_form
def test_every_control_has_a_name_that_is_read_aloud(bench: Bench, qt_loop: LoopRunner, spec: FormSpec) -> None:
    async def story() -> list[str]:
        form = await bench.open(spec)
        return [
            repr(control)
            for control in form.findChildren(QWidget)
            if control.focusPolicy().value and control.isVisible() and not control.accessibleName()
        ]

    assert qt_loop.run(story()) == []


@every_form
def test_a_control_is_told_with_its_label_also_once_something_is_chosen(
    bench: Bench, qt_loop: LoopRunner, spec: FormSpec
) -> None:
    async def story() -> list[str]:
        form = await bench.open(spec)
        QAccessible.setActive(True)
        labels = QAccessible.RelationFlag.Label
        for one in form.body.inputs:
            if one.spec.options:
                one.put(one.spec.options[0].id)
        combos = [one for one in form.body.inputs if isinstance(one.control, QComboBox)]
        told = [QAccessible.queryAccessibleInterface(one.control).relations(labels) for one in combos]
        return [
            one.spec.label
            for one, relations in zip(combos, told, strict=True)
            if [label.text(QAccessible.Text.Name) for label, _ in relations] != [one.spec.label]
        ]

    assert qt_loop.run(story()) == []


@every_form
@pytest.mark.parametrize(("width", "height"), [(675, 684), (618, 560)], ids=["1366", "smallest"])
def test_it_fits_the_timeline_column_in_both_schemes(
    bench: Bench, qt_loop: LoopRunner, look: Theme, spec: FormSpec, width: int, height: int
) -> None:
    async def story() -> None:
        bench.window.resize(width, height)
        form = await bench.open(spec)
        for scheme in (SchemeChoice.LIGHT, SchemeChoice.DARK):
            look.choose(scheme)
            await asyncio.sleep(0)
        area = form.findChild(QScrollArea)
        assert area is not None
        assert form.body.minimumSizeHint().width() <= area.viewport().width()
        for button in form.findChildren(QAbstractButton):
            assert button.width() >= button.minimumSizeHint().width() or not button.isVisible()

    qt_loop.run(story())


@every_form
def test_words_a_third_longer_do_not_widen_it(bench: Bench, qt_loop: LoopRunner, spec: FormSpec) -> None:
    async def story() -> None:
        form = await bench.open(spec)
        for label in form.findChildren(Label):
            label.set_text(label.text() + " " + "w" * max(1, len(label.text()) // 3))
        await asyncio.sleep(0)
        assert form.minimumSizeHint().width() <= 675

    qt_loop.run(story())


@every_form
def test_in_a_narrow_column_what_is_missing_is_said_above_the_button(
    bench: Bench, qt_loop: LoopRunner, spec: FormSpec
) -> None:
    async def story() -> None:
        form = await bench.open(spec)
        form.foot.resize(300, 120)
        words = next(label for label in form.foot.findChildren(Label) if label.text() == form.foot.words)
        layout = form.foot.layout()
        assert layout is not None
        layout.activate()
        assert words.geometry().bottom() < form.foot.button.geometry().top()
        assert words.width() >= form.foot.button.width()

    qt_loop.run(story())
