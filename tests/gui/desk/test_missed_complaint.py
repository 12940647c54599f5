"""Words of dissatisfaction without a complaint: a quiet hint under the note, in the call and at wrap-up."""

from __future__ import annotations

from PySide6.QtGui import QAccessible
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.calls.live import AgentCall
from crmdesk.domain.complaints import NewComplaint
from crmdesk.domain.interactions import InteractionState
from crmdesk.models.interaction import Interaction, Note
from tests.gui.desk.hand import Hand
from tests.support.desk import OMAR, OMARS_LINE, TOMASZ, TOMASZS_LINE, answered, hung_up, ringing

UPSET = "Third call, very upset, nobody came."


def hint(hand: Hand) -> str:
    """Return the words of the hint, empty while it is not shown."""
    shown = hand.note.complaint_hint
    return shown.text.text() if shown.isVisible() else ""


def in_a_call(hand: Hand) -> AgentCall:
    """Take a call of Omar."""
    call = hand.hear(answered(hand.hear(ringing("omar", OMARS_LINE))))
    hand.until(hand.writes_in_note)
    return call


def after_a_call(hand: Hand, note: str) -> AgentCall:
    """Talk with Omar, write, and let him hang up."""
    call = in_a_call(hand)
    hand.write(note)
    ended = hand.hear(hung_up(call))
    hand.until(lambda: hand.note.outcomes.chosen is not None)
    return ended


def complaint_of(call: AgentCall) -> NewComplaint:
    return NewComplaint(
        "CP-26-07431", OMAR, call.contact_id, "Boiler", "Delay", 3, "Nobody came.", "", False, "Europe/London"
    )


def read_once_more(hand: Hand) -> None:
    """Wait until what was typed was read."""
    hand.until(lambda: not hand.page.missed.pending)


def test_at_wrap_up_it_names_the_words_and_the_keyboard_stays_in_the_note(hand: Hand) -> None:
    after_a_call(hand, UPSET)
    hand.until(lambda: hint(hand))
    assert hint(hand) == "“Third call”, “upset”, “nobody came”"
    assert hand.note.complaint_hint.title.text() == "Is this a complaint?"
    assert hand.writes_in_note()
    assert (hand.note.register.key, hand.note.no_complaint.key) == ("Ctrl+R", "F8")


def test_it_comes_while_the_call_is_on_so_that_it_can_still_be_asked(hand: Hand) -> None:
    in_a_call(hand)
    hand.write(UPSET)
    hand.until(lambda: hint(hand))
    assert hand.page.walk.case() is not None
    assert not hand.note.wraps_up


def test_a_neutral_note_is_left_alone(hand: Hand) -> None:
    after_a_call(hand, "Refund processed as agreed, asked how to cancel. Not unhappy, no complaint.")
    read_once_more(hand)
    assert not hint(hand)


def test_it_goes_when_the_words_go(hand: Hand) -> None:
    after_a_call(hand, UPSET)
    hand.until(lambda: hint(hand))
    hand.press("Ctrl+A")
    hand.write("Booked the yearly service.")
    hand.until(lambda: not hint(hand))


def test_finishing_takes_the_same_one_key(hand: Hand) -> None:
    call = after_a_call(hand, UPSET)
    hand.until(lambda: hint(hand))
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.page.view.at_work)
    row = hand.row(Interaction, call.contact_id)
    assert row is not None
    assert row.state == InteractionState.CLOSED


def test_a_call_can_be_finished_before_the_words_were_read(hand: Hand) -> None:
    call = after_a_call(hand, UPSET)
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.page.view.at_work)
    row = hand.row(Interaction, call.contact_id)
    assert row is not None
    assert row.state == InteractionState.CLOSED


def test_ctrl_r_registers_and_the_hint_is_not_asked_again(hand: Hand) -> None:
    call = after_a_call(hand, 'Very upset, said "nobody rang me back".')
    hand.until(lambda: hint(hand))
    hand.press("Ctrl+R")
    hand.until(lambda: hand.page.forms.form is not None and hand.page.forms.form.reference)
    form = hand.page.forms.form
    assert form is not None
    assert form.body.values["verbatim"] == "nobody rang me back"
    hand.until(lambda: not hint(hand))
    for name, value in {"product": "Boiler", "category": "Delay", "severity": "3"}.items():
        form.body.input(name).put(value)
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.page.forms.form is None)
    hand.write(" Shouted, disgusted.")
    read_once_more(hand)
    assert not hint(hand)
    assert hand.page.walk.spot is not None
    assert hand.page.walk.spot.subject == call.contact_id


def test_a_form_that_is_put_aside_brings_it_back(hand: Hand) -> None:
    after_a_call(hand, UPSET)
    hand.until(lambda: hint(hand))
    hand.press("Ctrl+R")
    hand.until(lambda: hand.page.forms.form is not None and hand.page.forms.form.reference)
    hand.until(lambda: not hint(hand))
    hand.press("Esc")
    hand.until(lambda: hint(hand))


def test_where_a_complaint_was_registered_elsewhere_it_stays_away(hand: Hand) -> None:
    call = after_a_call(hand, UPSET)
    hand.until(lambda: hint(hand))
    hand.run(hand.house.desk.complaints.register(complaint_of(call)))
    hand.until(lambda: not hint(hand))
    hand.write(" Furious.")
    read_once_more(hand)
    assert not hint(hand)


def test_a_callback_that_was_promised_is_no_complaint(hand: Hand) -> None:
    after_a_call(hand, UPSET)
    hand.press("Ctrl+B")
    hand.write("tomorrow 10 about the heating")
    hand.press("Enter")
    hand.until(lambda: hint(hand))


def test_dismissed_by_its_key_it_stays_away_from_this_call_only(hand: Hand) -> None:
    call = after_a_call(hand, UPSET)
    hand.until(lambda: hint(hand))
    hand.press("F8")
    assert not hint(hand)
    assert hand.writes_in_note()
    hand.write(" Shouted, furious.")
    read_once_more(hand)
    assert not hint(hand)
    hand.open_customer(TOMASZ)
    hand.write("Furious, nobody called back.")
    hand.until(lambda: hint(hand))
    hand.page.walk.open_subject(str(call.contact_id))
    hand.until(lambda: not hint(hand))
    read_once_more(hand)
    assert not hint(hand)


def test_the_mouse_dismisses_it_as_well(hand: Hand) -> None:
    after_a_call(hand, UPSET)
    hand.until(lambda: hint(hand))
    hand.note.no_complaint.click()
    assert not hint(hand)


def test_its_key_does_nothing_while_there_is_no_hint(hand: Hand) -> None:
    after_a_call(hand, "Booked the yearly service.")
    hand.press("F8")
    hand.write(UPSET)
    hand.until(lambda: hint(hand))


def test_another_ring_covers_it_and_it_is_there_again(hand: Hand) -> None:
    after_a_call(hand, UPSET)
    hand.until(lambda: hint(hand))
    other = hand.hear(ringing("ring-2", TOMASZS_LINE))
    hand.until(hand.note.ring_hint.isVisible)
    assert not hint(hand)
    hand.hear(answered(other))
    hand.page.walk.open_key("omar")
    hand.until(lambda: hint(hand))


def test_a_note_that_was_saved_takes_its_hint_along(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write(UPSET)
    hand.until(lambda: hint(hand))
    hand.press("Ctrl+Enter")

    def saved() -> bool:
        with Session(hand.house.engines.read) as session:
            return session.scalars(select(Note.body).where(Note.body == UPSET)).first() is not None

    hand.until(saved)
    hand.until(lambda: not hint(hand))


def test_whoever_has_the_screen_read_aloud_hears_the_words_and_what_the_buttons_do(hand: Hand) -> None:
    QAccessible.setActive(True)
    after_a_call(hand, UPSET)
    hand.until(lambda: hint(hand))
    card = QAccessible.queryAccessibleInterface(hand.note.complaint_hint)
    assert card.text(QAccessible.Text.Name) == "Is this a complaint? “Third call”, “upset”, “nobody came”"
    assert hand.note.register.accessibleName() == "Register complaint"
    assert hand.note.no_complaint.accessibleName() == "Not a complaint"


def test_the_caret_stays_in_sight_when_the_hint_takes_room_from_a_long_note(hand: Hand) -> None:
    hand.window.resize(1100, 700)
    after_a_call(hand, "")
    hand.note.text.insert("A line of the note.\n" * 20)
    hand.write("Very upset.")
    editor = hand.note.text.editor
    seen = editor.viewport().height()
    assert editor.cursorRect().bottom() <= seen
    hand.until(lambda: hint(hand))
    hand.until(lambda: editor.viewport().height() < seen)
    assert editor.cursorRect().bottom() <= editor.viewport().height()
