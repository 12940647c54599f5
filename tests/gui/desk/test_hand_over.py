"""A colleague hands a caller on: the receiver reads what was said, promised and is open, and takes note of it."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.domain.calls.live import AgentCall, Phase, PopReason
from crmdesk.domain.changes import Changes, Kind
from crmdesk.ui.pages.desk.hand_over import NOTHING_SAID
from tests.gui.desk.hand import Hand
from tests.support.callbacks import a_callback
from tests.support.clock import AFTERNOON
from tests.support.desk import OMAR, OMARS_LINE, a_complaint, a_note, answered, hung_up, known_id, ringing


def handed_on(key: str = "ring-1") -> AgentCall:
    return replace(ringing(key, OMARS_LINE), pop=PopReason.TRANSFER, handed_by="4002")


def card_of(hand: Hand) -> tuple[str, tuple[str, ...]]:
    card = hand.page.view.call.hand_over
    return card.title.text(), tuple(answer.text() for answer in card.answers)


def test_the_receiver_reads_who_handed_on_and_what_was_said_promised_and_is_open(hand: Hand) -> None:
    call = handed_on()
    note = a_note("handed", OMAR, AFTERNOON, "Boiler is out,\nhe waits for a date")
    note.interaction_id = call.contact_id
    hand.house.add(
        note,
        a_complaint("C-4711", OMAR, AFTERNOON, category="No visit"),
        a_callback(known_id("promised"), OMAR, 60, "The part is in", None),
    )
    hand.hear(call)
    hand.until(hand.page.view.call.hand_over.isVisible)
    title, (said, promised, open_) = card_of(hand)
    assert title == "Handed on by Jabu Mbeki"
    assert said.startswith("Boiler is out, he waits for a date")
    assert promised.startswith("Callback") and promised.endswith("The part is in")
    assert "C-4711 No visit" in open_


def test_a_note_that_has_not_come_yet_is_said_to_be_missing_and_appears_when_it_comes(hand: Hand) -> None:
    call = handed_on()
    hand.hear(call)
    hand.until(hand.page.view.call.hand_over.isVisible)
    assert card_of(hand)[1][0] == NOTHING_SAID
    note = a_note("late", OMAR, AFTERNOON, "He wants a date")
    note.interaction_id = call.contact_id
    hand.house.add(note)
    hand.house.bus.publish(Changes.of(Kind.NOTE, known_id("late")))
    hand.until(lambda: card_of(hand)[1][0].startswith("He wants a date"))


def test_one_key_takes_note_of_it_and_it_does_not_come_back_with_the_same_call(hand: Hand) -> None:
    call = hand.hear(handed_on())
    hand.until(hand.page.view.call.hand_over.isVisible)
    hand.press("Ctrl+Shift+G")
    assert not hand.page.view.call.hand_over.isVisible()
    assert hand.writes_in_note()
    talking = hand.hear(answered(call))
    hand.until(lambda: (case := hand.page.walk.case()) is not None and case.call.phase is Phase.TALKING)
    hand.hear(hung_up(talking))
    hand.until(lambda: (case := hand.page.walk.case()) is not None and case.call.phase is Phase.ENDED)
    assert not hand.page.view.call.hand_over.isVisible()


def test_a_call_that_nobody_handed_on_has_no_card(hand: Hand) -> None:
    hand.hear(ringing())
    hand.until(lambda: hand.popped == ["ring-1"])
    assert not hand.page.view.call.hand_over.isVisible()
