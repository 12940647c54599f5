"""A colleague hands a caller on: the receiver reads what was said, promised and is open, and takes note of it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.calls.live import AgentCall, Phase, PopReason
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.models.callback import Callback
from crmdesk.models.interaction import Note
from crmdesk.models.local import DraftRow
from crmdesk.ui.pages.desk.hand_over import NOTHING_SAID
from tests.gui.desk.hand import Hand
from tests.support.callbacks import a_callback
from tests.support.clock import AFTERNOON
from tests.support.desk import OMAR, OMARS_LINE, a_complaint, a_note, answered, hung_up, known_id, ringing
from tests.support.promises import a_promise
from tests.support.requests import a_request


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
        a_promise(known_id("booklet"), OMAR, 20, "Send the booklet"),
    )
    hand.hear(call)
    hand.until(hand.page.view.call.hand_over.isVisible)
    title, (said, promised, open_) = card_of(hand)
    assert title == "Handed on by Jabu Mbeki"
    assert said.startswith("Boiler is out, he waits for a date")
    assert promised == "Callback 15:18, The part is in; Promise tomorrow 10:18, Send the booklet"
    assert "C-4711 No visit" in open_


def test_the_receiver_reads_which_requests_are_open(hand: Hand) -> None:
    asked = a_request("SR-26-00001", RequestKind.SERVICE, OMAR, AFTERNOON, "repair")
    hand.house.add(asked, a_complaint("C-4711", OMAR, AFTERNOON, category="No visit"))
    hand.hear(handed_on())
    hand.until(hand.page.view.call.hand_over.isVisible)
    open_ = card_of(hand)[1][2]
    assert "C-4711 No visit" in open_
    assert open_.endswith("SR-26-00001 Repair: Boiler")


def test_words_that_turn_text_round_turn_only_themselves(hand: Hand) -> None:
    call = handed_on()
    note = a_note("handed", OMAR, AFTERNOON, "Boiler \u202etuo si")
    note.interaction_id = call.contact_id
    hand.house.add(
        note,
        a_callback(known_id("promised"), OMAR, 60, "The part \u2067is in", None),
        a_promise(known_id("booklet"), OMAR, 20, "Send\u202d the booklet"),
    )
    hand.hear(call)
    hand.until(hand.page.view.call.hand_over.isVisible)
    _, (said, promised, _) = card_of(hand)
    assert said == "Boiler tuo si (Jabu Mbeki)"
    assert promised == "Callback 15:18, The part is in; Promise tomorrow 10:18, Send the booklet"
    hand.until(lambda: "The part is in: 15:18" in "".join(answer for _, answer in hand.page.view.call.story.shown))


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


def test_a_hand_over_taken_note_of_stays_so_when_the_desk_is_started_again(hand: Hand) -> None:
    call = hand.hear(handed_on())
    hand.until(hand.page.view.call.hand_over.isVisible)
    hand.press("Ctrl+Shift+G")
    hand.until(lambda: hand.run(hand.house.desk.interactions.is_acknowledged(call.key)))
    assert not hand.run(hand.house.desk.interactions.is_acknowledged("another"))


def test_what_was_acknowledged_before_is_not_shown_again(hand: Hand) -> None:
    call = handed_on()
    hand.run(hand.house.desk.interactions.acknowledge(call.key))
    hand.hear(call)
    hand.until(lambda: hand.popped == [call.key])
    talking = hand.hear(answered(call))
    hand.until(lambda: (case := hand.page.walk.case()) is not None and case.call == talking)
    assert not hand.page.view.call.hand_over.isVisible()


def test_a_callback_promised_in_this_call_to_a_number_only_is_a_promise_too(hand: Hand) -> None:
    call = handed_on()
    callback = a_callback(known_id("promised"), OMAR, 60, "The part is in", None)
    callback.customer_id, callback.interaction_id, callback.e164 = None, call.contact_id, OMARS_LINE
    hand.house.add(callback)
    hand.hear(call)
    hand.until(hand.page.view.call.hand_over.isVisible)
    assert card_of(hand)[1][1].endswith("The part is in")
    assert hand.row(Callback, known_id("promised")) is not None


def notes_of(hand: Hand, call: AgentCall) -> list[str]:
    with Session(hand.house.engines.read) as session:
        query = select(Note.body).where(Note.interaction_id == call.contact_id)
        return list(session.scalars(query.order_by(Note.written_at, Note.id)))


def talk(hand: Hand) -> AgentCall:
    call = hand.hear(answered(hand.hear(ringing("omar", OMARS_LINE))))
    hand.until(hand.writes_in_note)
    return call


def test_what_the_one_who_hands_on_had_typed_goes_with_the_call(hand: Hand) -> None:
    call = talk(hand)
    hand.write("Boiler is out, he waits for a date")
    hand.hear(replace(hung_up(call), transferred_to="4002", ended_by=None))
    hand.until(lambda: notes_of(hand, call) == ["Boiler is out, he waits for a date"])
    hand.until(lambda: hand.note.text.text == "")
    hand.until(hand.note.left_hint.isVisible)
    assert hand.row(DraftRow, ("note", call.contact_id)) is None
    with Session(hand.house.engines.read) as session:
        query = select(Note.customer_id).where(Note.interaction_id == call.contact_id)
        assert session.scalars(query).one() == OMAR


def test_what_is_typed_while_the_note_goes_is_another_note(hand: Hand) -> None:
    call = talk(hand)
    hand.write("Boiler is out")
    hand.saved()
    ended = replace(hung_up(call), transferred_to="4002", ended_by=None)
    hand.run(hand.house.desk.phone.heard_call(ended))
    hand.write(". And more")
    hand.until(lambda: len(notes_of(hand, call)) == 1)
    hand.until(hand.note.left_hint.isVisible)
    kept = notes_of(hand, call)[0] + hand.note.text.text
    assert kept.replace(" ", "") == "Boilerisout.Andmore"


def test_a_call_that_is_only_hung_up_keeps_its_note_for_the_wrap_up(hand: Hand) -> None:
    call = talk(hand)
    hand.write("Boiler is out")
    hand.hear(hung_up(call))
    hand.saved()
    assert notes_of(hand, call) == []
    assert hand.note.text.text == "Boiler is out"
    assert not hand.note.left_hint.isVisible()


def test_a_call_that_nobody_handed_on_has_no_card(hand: Hand) -> None:
    hand.hear(ringing())
    hand.until(lambda: hand.popped == ["ring-1"])
    assert not hand.page.view.call.hand_over.isVisible()


def test_nobody_takes_note_of_a_hand_over_that_is_not_read_yet(hand: Hand) -> None:
    for key in ("first", "second"):
        hand.hear(answered(hand.hear(handed_on(key))))
        hand.rest()
    hand.page.walk.open_key("first")
    hand.until(hand.page.view.call.hand_over.isVisible)
    hand.page.walk.open_key("second")
    hand.page.hand_over.take()
    hand.rest()
    assert not hand.run(hand.house.desk.interactions.is_acknowledged("second"))
    assert hand.page.view.call.hand_over.isVisible()
