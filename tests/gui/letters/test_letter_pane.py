"""The letters of a complaint on the page: begun by key, written as on paper, whole before they go, and their PDF."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextDocument
from PySide6.QtWidgets import QApplication

from crmdesk.domain.cases.letters import LetterKind, gaps
from crmdesk.domain.cases.steps import StepKind
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.letters.pane import LetterPane
from crmdesk.ui.letters.paper import Marks
from crmdesk.ui.qt.tasks import running
from crmdesk.ui.theme import SchemeChoice, Theme
from tests.gui.conftest import LoopRunner
from tests.gui.pages.cases_desk import cases_of, choose, open_cases
from tests.gui.pages.conftest import OpenWindow
from tests.gui.pages.conftest import house as house
from tests.gui.pages.conftest import open_pages as open_pages
from tests.gui.waiting import nothing_under_way, press, type_words, until
from tests.support.cases import LONG
from tests.support.desk import House, known_id
from tests.support.foreign import foreign_spoken, untranslated
from tests.support.late_readers import late_readers
from tests.support.read_files import pdf_pages

LEAST_PX = 180
FILL = "Filled in by hand, within six months"


@pytest.fixture
def window(house: House, open_pages: OpenWindow) -> Iterator[MainWindow]:
    """Return a supervisor's window with the complaints in sight."""
    yield open_cases(house, open_pages)


async def letters_of(window: MainWindow, kind: LetterKind | None = None) -> LetterPane:
    """Open the letters of the complaint with a long life by key, with one of a kind begun."""
    page = cases_of(window)
    await choose(page, LONG)
    press(Qt.Key.Key_L)
    await until(lambda: page.pane.letters is not None and page.pane.letters.seen is not None)
    pane = page.pane.letters
    assert pane is not None
    if kind is not None:
        pane.begin(kind)
        await until(lambda: pane.letter is not None and pane.letter.kind is kind and pane.paper.words.editor.hasFocus())
    return pane


def fill(pane: LetterPane) -> None:
    """Fill every gap, as a person types."""
    words = pane.paper.words.text
    for gap in gaps(words):
        words = words.replace(f"[[{gap}]]", FILL)
    pane.paper.words.editor.setFocus()
    pane.paper.words.editor.selectAll()
    pane.paper.words.insert(words)


async def make_whole(pane: LetterPane) -> None:
    """Fill the gaps and tick everything."""
    fill(pane)
    await pane.settle()
    for key in tuple(pane.contents.boxes):
        if not pane.contents.boxes[key].isChecked():
            pane.contents.boxes[key].click()
            await until(partial(_there, pane, key))
    await until(lambda: pane.letter is not None and not pane.letter.gaps)


def _there(pane: LetterPane, key: str) -> bool:
    return pane.letter is not None and any(one.key == key and one.there for one in pane.letter.elements)


def test_a_letter_is_begun_by_key_and_shown_as_paper(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        pane = await letters_of(window, LetterKind.FINAL_RESPONSE)
        assert pane.title.text() == "Final response"
        assert pane.chip.isVisible()
        assert (pane.paper.house.text(), pane.paper.reference.text()) == ("Harbour Home Cover", LONG)
        assert pane.paper.day.text() == "23 December 2026"
        assert pane.paper.words.text.startswith("Dear Grace Adeyemi,\n\n**Our final response")
        assert set(pane.contents.boxes) == {"decision", "reasons", "redress", "waiver", "leaflet"}
        assert pane.contents.found["web"].accessibleName() == "Ombudsman’s web page: it is in the letter"
        assert pane.contents.gaps.text().endswith("gaps to fill in")
        await pane.settle()

    qt_loop.run(story())


def test_what_is_typed_is_kept_when_the_field_is_left(window: MainWindow, qt_loop: LoopRunner, house: House) -> None:
    async def story() -> None:
        pane = await letters_of(window, LetterKind.PROGRESS)
        pane.paper.words.caret_to_end()
        type_words("PS: sorry")
        pane.title.setFocus()
        cases_of(window).list.take_keyboard()
        await until(lambda: pane.letter is not None and pane.letter.words.endswith("PS: sorry"))
        kept = await house.desk.letters.of(known_id(LONG))
        assert kept.letters[0].words.endswith("PS: sorry")

    qt_loop.run(story())


def test_a_draft_comes_back_when_the_letters_are_opened_again(
    window: MainWindow, qt_loop: LoopRunner, house: House
) -> None:
    async def story() -> None:
        letter = await house.desk.letters.begin(known_id(LONG), LetterKind.PROGRESS, "en")
        await house.desk.drafts.keep(
            "letter", letter, {"words": "Half a sen", "before": "Dear Grace"}, "Progress letter"
        )
        pane = await letters_of(window)
        await until(lambda: pane.paper.words.text == "Half a sen")
        await pane.settle()

    qt_loop.run(story())


def test_what_is_typed_on_while_a_letter_is_written_stands_there_alone(
    window: MainWindow, qt_loop: LoopRunner, house: House
) -> None:
    """The words that were written a moment ago came back as a colleague's, beside those typed since."""

    async def story() -> str:
        pane = await letters_of(window, LetterKind.PROGRESS)
        pane.paper.words.setFocus()
        for words in ("We rang too late.", "Our fault, and we pay.", "It was our fault."):
            pane.paper.words.editor.selectAll()
            type_words(words)
            pane.writing.keep()
            await asyncio.sleep(0)
        other = await house.desk.letters.begin(known_id(LONG), LetterKind.ACKNOWLEDGEMENT, "en")
        pane.writing.turn_to(other, "Dear Grace", "Acknowledgement")
        await nothing_under_way()
        kept = {one.kind: one.words for one in (await house.desk.letters.of(known_id(LONG))).letters}
        return kept[LetterKind.PROGRESS]

    assert qt_loop.run(story()) == "It was our fault."


def test_what_is_typed_before_a_draft_was_read_joins_it(window: MainWindow, qt_loop: LoopRunner, house: House) -> None:
    async def story() -> str:
        letter = await house.desk.letters.begin(known_id(LONG), LetterKind.PROGRESS, "en")
        pane = await letters_of(window)
        await until(lambda: pane.letter is not None)
        kept = pane.paper.words.text
        half = {"words": f"{kept}\n\nHalf a sentence.", "before": kept}
        await house.desk.drafts.keep("letter", letter, half, "Progress letter")
        pane.writing.turn_to(letter, kept, "Progress letter")
        pane.paper.words.insert("Typed at once. ")
        await until(lambda: running(pane.writing) == 0)
        await pane.settle()
        return (await house.desk.letters.of(known_id(LONG))).letters[0].words

    words = qt_loop.run(story())
    assert "Half a sentence." in words
    assert "Typed at once." in words


def test_what_is_typed_until_another_letter_is_shown_is_kept_in_its_own(
    window: MainWindow, qt_loop: LoopRunner, house: House
) -> None:
    async def story() -> None:
        other = await house.desk.letters.begin(known_id(LONG), LetterKind.ACKNOWLEDGEMENT, "en")
        pane = await letters_of(window, LetterKind.PROGRESS)
        pane.paper.words.caret_to_end()
        type_words("PS: sorry")
        pane.writing.turn_to(other, "Dear Grace", "Acknowledgement")
        await nothing_under_way()
        kept = {one.kind: one.words for one in (await house.desk.letters.of(known_id(LONG))).letters}
        assert kept[LetterKind.PROGRESS].endswith("PS: sorry")
        assert "PS" not in kept[LetterKind.ACKNOWLEDGEMENT]

    qt_loop.run(story())


def test_of_a_letter_to_begin_and_one_to_show_the_later_wish_counts(
    window: MainWindow, qt_loop: LoopRunner, house: House
) -> None:
    async def story() -> None:
        other = await house.desk.letters.begin(known_id(LONG), LetterKind.ACKNOWLEDGEMENT, "en")
        pane = await letters_of(window)
        pane.begin(LetterKind.PROGRESS)
        pane.which.picked.emit(str(other))
        await nothing_under_way()
        assert pane.letter is not None
        assert pane.letter.id == other

    qt_loop.run(story())


def test_a_letter_that_a_colleague_throws_away_while_somebody_writes_it_stays_in_sight(
    window: MainWindow, qt_loop: LoopRunner, house: House
) -> None:
    async def story() -> None:
        await house.desk.letters.begin(known_id(LONG), LetterKind.ACKNOWLEDGEMENT, "en")
        pane = await letters_of(window, LetterKind.PROGRESS)
        assert pane.letter is not None
        pane.paper.words.insert("We are very sorry. ")
        await house.desk.letters.remove(pane.letter.id)
        await until(pane.problem.isVisible)
        assert pane.problem.text().startswith("A colleague threw this letter away.")
        assert pane.paper.words.text.startswith("We are very sorry. ")
        assert pane.title.text() == "Progress letter"

    qt_loop.run(story())


def test_a_letter_that_is_not_whole_says_what_it_lacks(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        pane = await letters_of(window, LetterKind.HOLDING)
        pane.sending.proof.setText("RM-771206")
        pane.mark_sent()
        await until(pane.problem.isVisible)
        assert "still has a gap: why not" in pane.problem.text()
        fill(pane)
        pane.mark_sent()
        await until(lambda: "lacks: Why it takes longer" in pane.problem.text())

    qt_loop.run(story())


def test_a_letter_without_a_proof_is_asked_for_one_at_its_field(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        pane = await letters_of(window, LetterKind.PROGRESS)
        await make_whole(pane)
        pane.mark_sent()
        await until(pane.problem.isVisible)
        assert pane.problem.text().startswith("How the letter was sent is missing.")
        assert pane.sending.proof.hasFocus()

    qt_loop.run(story())


def test_a_letter_that_went_out_stands_in_the_history_and_takes_no_typing(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        pane = await letters_of(window, LetterKind.PROGRESS)
        await make_whole(pane)
        pane.sending.proof.setText("RM-771206")
        pane.mark_sent()
        await until(lambda: pane.letter is not None and pane.letter.sent is not None)
        assert pane.paper.words.editor.isReadOnly()
        assert pane.sending.done.text().startswith("Sent 14:18. By post: RM-771206")
        view = cases_of(window).pane.view
        await until(lambda: _last_step(window) is StepKind.PROGRESS_SENT)
        assert view is not None

    qt_loop.run(story())


def _last_step(window: MainWindow) -> StepKind | None:
    view = cases_of(window).pane.view
    return view.steps[-1].kind if view is not None else None


def test_the_final_response_is_approved_with_its_letter_and_sent_from_the_page(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        pane = await letters_of(window, LetterKind.FINAL_RESPONSE)
        await make_whole(pane)
        assert pane.approve.isVisible()
        pane.approve_letter()
        await until(lambda: pane.letter is not None and pane.letter.approved)
        assert pane.approve.isHidden()
        cases_of(window).take(StepKind.RESPONSE_SENT)
        pane.sending.proof.setText("RM-771207")
        pane.mark_sent()
        await until(lambda: _last_step(window) is StepKind.RESPONSE_SENT)

    qt_loop.run(story())


def test_the_decision_of_a_letter_is_approved_from_its_pane_alone(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        pane = await letters_of(window, LetterKind.FINAL_RESPONSE)
        page = cases_of(window)
        page.take(StepKind.APPROVED)
        await pane.settle()
        await until(lambda: page.pane.letters is pane)
        assert _last_step(window) is StepKind.DECISION_DRAFTED

    qt_loop.run(story())


def test_the_pdf_is_written_beside_the_others_and_has_the_words(
    window: MainWindow, qt_loop: LoopRunner, tmp_path: Path
) -> None:
    async def story() -> None:
        pane = await letters_of(window, LetterKind.FINAL_RESPONSE)
        pane.folder = tmp_path
        for name in (f"{LONG} final_response.pdf", f"{LONG} final_response (2).pdf"):
            pane.save_pdf()
            await until((tmp_path / name).exists)
            told = "".join("".join(pdf_pages(tmp_path / name)).split())
            assert "".join(pane.paper.words.text.replace("**", "").split()) in told

    qt_loop.run(story())


def test_a_pdf_that_cannot_be_written_says_so(window: MainWindow, qt_loop: LoopRunner, tmp_path: Path) -> None:
    async def story() -> None:
        pane = await letters_of(window, LetterKind.PROGRESS)
        pane.folder = tmp_path / "nowhere"
        pane.save_pdf()
        await until(pane.problem.isVisible)
        assert "could not be written" in pane.problem.text()

    qt_loop.run(story())


def test_the_letters_are_put_away_and_the_complaint_is_told_again(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        pane = await letters_of(window, LetterKind.PROGRESS)
        assert not cases_of(window).pane.about.isVisible()
        pane.close_button.click()
        await until(cases_of(window).pane.about.isVisible)
        assert cases_of(window).pane.letters is None

    qt_loop.run(story())


def test_every_word_around_a_letter_is_translated(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        pane = await letters_of(window, LetterKind.HOLDING)
        with foreign_spoken():
            other = LetterPane(pane._place, known_id(LONG), pane)
            await until(lambda: other.letter is not None)
            pane.paper.words.put("")
            assert untranslated(other.contents, frozenset({"And delay", "Ceiling"})) == []
            assert untranslated(other.sending) == []

    qt_loop.run(story())


def test_in_a_low_window_the_letter_has_room_and_nothing_lies_over_it(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        window.resize(1366, 768)
        pane = await letters_of(window, LetterKind.FINAL_RESPONSE)
        page = cases_of(window)
        assert not page.pane.clocks.isVisible()
        assert pane.paper.words.height() >= LEAST_PX
        assert not pane.paper.geometry().intersects(pane.saved.geometry())
        pane.close_button.click()
        await until(page.pane.clocks.isVisible)

    qt_loop.run(story())


def test_in_the_smallest_window_the_letter_has_the_whole_pane(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        window.resize(1024, 640)
        pane = await letters_of(window, LetterKind.FINAL_RESPONSE)
        page = cases_of(window)
        assert not page.pane.history.isVisible()
        assert pane.title.width() >= pane.title.sizeHint().width()
        press(Qt.Key.Key_F6)
        assert page.pane.letters is not None
        pane.close_button.click()
        await until(page.pane.history.isVisible)

    qt_loop.run(story())


def test_bold_words_and_gaps_behind_an_emoji_are_marked_where_they_stand(qapp: QApplication) -> None:
    document = QTextDocument()
    marks = Marks(document)
    document.setPlainText("\U0001f600\U0001f600 **bold** [[gap]]")
    marks.rehighlight()
    found = [(one.start, one.length) for one in document.begin().layout().formats()]
    assert found == [(5, 2), (7, 4), (11, 2), (14, 7)]


def test_a_letter_is_paper_in_every_scheme(window: MainWindow, qt_loop: LoopRunner, look: Theme) -> None:
    async def story() -> None:
        look.choose(SchemeChoice.DARK)
        pane = await letters_of(window, LetterKind.FINAL_RESPONSE)
        picture = pane.paper.grab().toImage()
        ground, ink = picture.pixelColor(picture.width() // 2, 8), pane.paper.words.editor.palette().text().color()
        assert (ground, ink) == (QColor("#ffffff"), look.paper.text.primary)

    qt_loop.run(story())


def test_where_no_letter_is_in_the_language_that_is_spoken_english_is_offered(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> str:
        pane = await letters_of(window, LetterKind.PROGRESS)
        return pane.language.value

    with foreign_spoken():
        assert qt_loop.run(story()) == "en"


def test_a_letter_that_was_begun_last_is_shown_also_where_an_older_answer_comes_after_it(
    window: MainWindow, qt_loop: LoopRunner, house: House
) -> None:
    """It was said that a colleague threw it away."""

    async def story() -> None:
        pane = await letters_of(window, LetterKind.PROGRESS)
        with late_readers(house.database) as readers:
            pane._again(None)
            await asyncio.sleep(0)
            other = await house.desk.letters.begin(known_id(LONG), LetterKind.ACKNOWLEDGEMENT, "en")
            pane._again(None)
            await asyncio.sleep(0)
            readers.answer()
            await nothing_under_way()
        assert pane.seen is not None
        assert other in [one.id for one in pane.seen.letters]

    qt_loop.run(story())
