"""Knowledge beside the call: the article that fits the note, the script of the queue, both by one key."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.calls.live import AgentCall
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.knowledge.edition import NewEdition, Shelf
from crmdesk.models.knowledge import ScriptAnswer
from crmdesk.models.local import DraftRow
from crmdesk.sync.client.erasing import erase
from crmdesk.ui.knowledge.player import ScriptPane
from crmdesk.ui.pages.opening import open_article
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.desk import OMAR, OMARS_LINE, TOMASZ, answered, hung_up, ringing
from tests.support.knowledge import article_id, row_of, rows_of


@pytest.fixture
def hand(open_a_desk: OpenDesk) -> Hand:
    """Return an agent at a desk with the demo's knowledge."""
    hand = open_a_desk()
    hand.house.add(*rows_of())
    return hand


def line(hand: Hand) -> str:
    """Return what is offered under the note, empty while nothing is."""
    hint = hand.note.look_hint
    return "" if hint.isHidden() else hint.title.text()


def talk(hand: Hand) -> AgentCall:
    """Take a call of the emergency queue and return it."""
    call = hand.hear(answered(hand.hear(ringing("omar", OMARS_LINE))))
    hand.until(hand.writes_in_note)
    hand.until(lambda: line(hand) == "Heating emergency")
    return call


def half_way(hand: Hand) -> ScriptPane:
    """Answer the first two questions of the script; return where the third is asked."""
    hand.press("Ctrl+I")
    pane = hand.page.knowledge.scripts.pane
    hand.until(lambda: hand.focus is pane)
    hand.press("1")
    hand.until(lambda: pane.ask.text().startswith("Leave the building"))
    hand.press("Enter")
    hand.until(lambda: pane.ask.text().startswith("On which number"))
    return pane


def answers(hand: Hand) -> list[tuple[str, str]]:
    with Session(hand.house.engines.read) as session:
        rows = session.scalars(select(ScriptAnswer).order_by(ScriptAnswer.answered_at, ScriptAnswer.id))
        return [(row.step, row.answer) for row in rows]


# Articles ------------------------------------------------------------------------------------------------------------


def test_the_words_of_the_note_suggest_an_article_that_one_key_opens_beside_it(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    assert line(hand) == ""
    hand.write("He was charged twice for November and wants a refund.")
    hand.until(lambda: line(hand) == "Billed twice")
    assert "version 1" in hand.note.look_hint.text.text()
    hand.press("Ctrl+I")
    pane = hand.page.knowledge.articles.pane
    assert pane.isVisible() and hand.note.isVisible() and hand.page.view.call.customer.isVisible()
    assert pane.about.text().startswith("Article billed-twice, version 1, Jabu Mbeki")
    assert hand.focus is pane
    assert line(hand) == "", "what is open is not offered"
    hand.press("Ctrl+N")
    assert hand.writes_in_note() and pane.isVisible()
    hand.press("Escape")
    assert not pane.isVisible() and hand.page.reader.card is not None, "only the article is put away"


def test_words_that_fit_nothing_suggest_nothing(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write("Charged twice, refund.")
    hand.until(lambda: line(hand) == "Billed twice")
    hand.press("Ctrl+A")
    hand.write("She thanks for the friendly call and wishes a nice day.")
    hand.until(lambda: line(hand) == "")


def test_an_older_version_says_so_and_leads_to_the_newest(hand: Hand) -> None:
    newer = NewEdition(Shelf.ARTICLE, "billed-twice", "Billed twice", "New words.", "refund")
    hand.house.add(row_of(newer, 2))
    hand.open_customer(TOMASZ)
    hand.page.knowledge.open_article(article_id("billed-twice"))
    pane = hand.page.knowledge.articles.pane
    hand.until(pane.isVisible)
    assert "version 1 of 2" in pane.about.text()
    assert pane.old.isVisible()
    pane.newest.click()
    hand.until(lambda: "version 2" in pane.about.text())
    assert not pane.old.isVisible()
    pane.older.click()
    hand.until(lambda: "version 1 of 2" in pane.about.text())


def test_an_article_behind_a_complaint_form_loses_nothing_of_it(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+R")
    hand.until(lambda: hand.page.forms.form is not None)
    form = hand.page.forms.form
    hand.page.knowledge.open_article(article_id("missed-visit"))
    hand.until(hand.page.knowledge.articles.pane.isVisible)
    hand.press("Escape")
    assert form is not None and form.isVisible()


# Scripts -------------------------------------------------------------------------------------------------------------


def test_the_script_of_the_queue_is_followed_with_number_keys(hand: Hand) -> None:
    talk(hand)
    hand.press("Ctrl+I")
    pane = hand.page.knowledge.scripts.pane
    hand.until(lambda: pane.ask.text().startswith("Do you smell gas"))
    assert hand.focus is pane
    hand.press("3")
    hand.until(lambda: pane.ask.text().startswith("What does not work"))
    assert answers(hand) == [("gas", "Neither")]
    hand.press("2")
    hand.until(lambda: pane.ask.text().startswith("Does anybody at home"))
    hand.press("1")
    hand.until(lambda: pane.ask.text().startswith("What do they depend on"))
    hand.write("Oxygen, 2 bottles")
    hand.press("Enter")
    hand.until(lambda: pane.ask.text().startswith("How warm"))
    assert answers(hand)[-1] == ("depends", "Oxygen, 2 bottles")
    hand.write("cold")
    hand.press("Enter")
    hand.until(lambda: "not a number" in pane.field.problem)
    assert len(answers(hand)) == 4


def test_going_back_asks_again_and_the_new_answer_counts(hand: Hand) -> None:
    talk(hand)
    hand.press("Ctrl+I")
    pane = hand.page.knowledge.scripts.pane
    hand.until(lambda: hand.focus is pane)
    hand.press("3")
    hand.until(lambda: pane.ask.text().startswith("What does not work"))
    hand.press("Backspace")
    assert pane.ask.text().startswith("Do you smell gas")
    hand.press("1")
    hand.until(lambda: pane.ask.text().startswith("Leave the building"))
    assert answers(hand) == [("gas", "Neither"), ("gas", "Smell of gas")]
    hand.press("Enter")
    hand.until(lambda: pane.ask.text().startswith("On which number"))


def test_a_script_left_half_way_goes_on_after_the_program_ended(open_a_desk: OpenDesk, hand: Hand) -> None:
    call = talk(hand)
    pane = half_way(hand)
    hand.write("305 555")
    hand.press("Escape")
    assert hand.writes_in_note()
    hand.until(lambda: "half way, after 2 answers" in hand.note.look_hint.text.text())
    hand.write("A note, so that the call can be found again.")
    hand.saved()
    hand.hear(hung_up(call))
    hand = open_a_desk()
    hand.press("Ctrl+Tab")
    hand.until(lambda: line(hand) == "Heating emergency")
    hand.press("Ctrl+I")
    pane = hand.page.knowledge.scripts.pane
    hand.until(lambda: pane.ask.text().startswith("On which number"))
    assert pane.field.text == "305 555", "what was being typed is there too"


def test_a_script_is_chosen_from_the_palette_by_number(hand: Hand) -> None:
    talk(hand)
    hand.page.knowledge.choose_script()
    pane = hand.page.knowledge.scripts.pane
    hand.until(lambda: pane.isVisible() and pane.ask.text() == "Which script?")
    assert [way.words for way in pane.ways] == ["Cancelling a cover", "Heating emergency"]
    hand.press("1")
    hand.until(lambda: pane.ask.text().startswith("May I ask why"))


def test_without_a_call_there_is_no_script(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.page.knowledge.choose_script()
    assert not hand.page.knowledge.scripts.is_open


def test_answers_stand_in_the_timeline(hand: Hand) -> None:
    talk(hand)
    hand.press("Ctrl+I")
    pane = hand.page.knowledge.scripts.pane
    hand.until(lambda: hand.focus is pane)
    hand.press("3")
    timeline = hand.page.view.call.timeline.list.rows

    def said() -> str:
        return "\n".join(str(timeline.data(timeline.index(place))) for place in range(len(timeline.rows)))

    hand.until(lambda: "Heating emergency" in said() and "Do you smell gas, or does an alarm sound? Neither" in said())


def test_another_call_has_its_own_run(hand: Hand) -> None:
    talk(hand)
    hand.press("Ctrl+I")
    pane = hand.page.knowledge.scripts.pane
    hand.until(lambda: hand.focus is pane)
    hand.press("3")
    hand.until(lambda: pane.ask.text().startswith("What does not work"))
    hand.page.open_customer(TOMASZ)
    hand.until(lambda: not pane.isVisible())
    assert line(hand) == ""


def test_what_is_published_meanwhile_is_offered_at_once(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write("The zeppelin is late.")
    hand.house.add(row_of(NewEdition(Shelf.ARTICLE, "zeppelin", "Zeppelins", "They are slow.", "zeppelin")))
    hand.house.bus.publish(Changes.of(Kind.ARTICLE, article_id("zeppelin")))
    hand.until(lambda: line(hand) == "Zeppelins")


def test_the_search_opens_an_article_beside_whoever_is_served(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    open_article(hand.window, article_id("frozen-pipe"))
    pane = hand.page.knowledge.articles.pane
    hand.until(lambda: pane.isVisible() and pane.title.text() == "Frozen condensate pipe")
    assert hand.page.reader.customer == TOMASZ


def test_key_caps_are_drawn_only_while_the_keys_answer(hand: Hand) -> None:
    talk(hand)
    hand.press("Ctrl+I")
    pane = hand.page.knowledge.scripts.pane
    hand.until(lambda: hand.focus is pane)
    assert [way.key for way in pane.ways] == ["1", "2", "3"]
    hand.press("Ctrl+N")
    assert [way.key for way in pane.ways] == ["", "", ""]
    hand.write("3")
    assert answers(hand) == [], "a digit in the note is a digit in the note"


def test_a_ring_has_no_script_yet(hand: Hand) -> None:
    call = hand.hear(ringing("omar", OMARS_LINE))
    hand.until(lambda: hand.page.walk.spot is not None)
    hand.until(lambda: hand.page.reader.card is not None)
    assert line(hand) == ""
    hand.page.knowledge.choose_script()
    assert not hand.page.knowledge.scripts.is_open
    hand.hear(answered(call))
    hand.until(lambda: line(hand) == "Heating emergency")


def test_what_an_erased_customer_answered_is_neither_shown_nor_written_again(hand: Hand) -> None:
    call = talk(hand)
    pane = half_way(hand)
    hand.write("Zebulon")
    changes = hand.run(hand.house.database.write(lambda uow: erase(uow, "customer", [OMAR])))
    changes |= hand.run(hand.house.database.write(lambda uow: erase(uow, "interaction", [call.contact_id])))
    hand.house.bus.publish(changes)
    hand.until(lambda: not pane.isVisible())
    hand.run(hand.page.closing())
    hand.rest()
    assert hand.row(DraftRow, ("script", call.contact_id)) is None
    said = "\n".join(label.text() for label in pane.findChildren(QLabel))
    assert "Smell of gas" not in said
    assert pane.field.text == ""
