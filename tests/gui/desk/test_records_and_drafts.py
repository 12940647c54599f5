"""What was typed is a draft or a record, never both and never neither, whenever the program ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from crmdesk.domain.card import FieldRef
from crmdesk.domain.changes import Changes, Kind
from crmdesk.models.local import DraftRow
from crmdesk.ui.formkit import draft as typing
from crmdesk.ui.pages.desk.drafts import DraftBook
from crmdesk.ui.pages.desk.facts import Adding
from tests.gui.desk.hand import Hand
from tests.gui.desk.test_other_contact import fill, form_of
from tests.support.desk import TOMASZ


class Ear:
    """Hears what changes."""

    def __init__(self) -> None:
        self.heard: list[Changes] = []

    def hear(self, changes: Changes) -> None:
        self.heard.append(changes)


def note(hand: Hand) -> None:
    hand.press("Ctrl+N")
    hand.write("Refund approved")
    hand.saved()
    hand.press("Ctrl+Enter")


def contact(hand: Hand) -> None:
    hand.press("Ctrl+O")
    fill(hand, channel="letter", **{"from": "theirs"}, subject="Billed twice", body="You took it twice.")
    hand.until(lambda: form_of(hand).head.saved.text().startswith("Saved"))
    hand.press("Ctrl+Enter")


def complaint(hand: Hand) -> None:
    hand.press("Ctrl+R")
    form_of(hand)
    hand.until(lambda: form_of(hand).reference)
    fill(hand, verbatim="Billed twice.", product="Boiler", category="Other", severity="2")
    hand.until(lambda: form_of(hand).head.saved.text().startswith("Saved"))
    hand.press("Ctrl+Enter")


def field_of_the_card(hand: Hand) -> None:
    hand.page.card.edit_target(FieldRef(Kind.CUSTOMER, TOMASZ, "care"))
    type_into_the_card(hand, "Oxygen at home")


def tag(hand: Hand) -> None:
    hand.page.card.edit_target(Adding.TAG)
    type_into_the_card(hand, "landlord")


def type_into_the_card(hand: Hand, words: str) -> None:
    hand.until(lambda: (editor := hand.page.card.editor) is not None and editor.has_keyboard())
    hand.write(words)
    hand.until(lambda: hand.row(DraftRow, ("card", TOMASZ)))
    hand.press("Enter")


@pytest.mark.parametrize(
    ("finish", "record"),
    [
        (note, Kind.NOTE),
        (contact, Kind.MESSAGE),
        (complaint, Kind.COMPLAINT),
        (field_of_the_card, Kind.CUSTOMER),
        (tag, Kind.TAG),
    ],
)
def test_a_record_and_the_end_of_its_draft_are_one_change(
    finish: Callable[[Hand], None], record: Kind, hand: Hand
) -> None:
    hand.open_customer(TOMASZ)
    ear = Ear()
    hand.house.bus.subscribe(Changes, ear.hear)
    finish(hand)
    hand.until(lambda: any(changes.touches(record) for changes in ear.heard))
    made = next(changes for changes in ear.heard if changes.touches(record))
    assert made.has(Kind.DRAFT, TOMASZ)


def test_what_is_typed_is_on_its_way_to_the_disk_well_before_a_second_is_over() -> None:
    assert typing.AT_LEAST_EVERY_MS + typing.AFTER_LAST_KEY_MS < 1000


def verbatim_of(hand: Hand) -> str:
    row = hand.row(DraftRow, ("complaint", TOMASZ))
    return row.fields["verbatim"] if row is not None else ""


def test_words_typed_into_a_form_before_its_draft_was_read_go_on_behind_it(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+R")
    hand.until(lambda: form_of(hand).reference)
    fill(hand, verbatim="Billed twice")
    hand.until(lambda: verbatim_of(hand) == "Billed twice")
    hand.page.forms.put_aside()
    hand.press("Ctrl+R")
    form_of(hand).body.input("verbatim").setFocus()
    hand.write(" in May")
    hand.until(lambda: verbatim_of(hand) == "Billed twice in May")
    assert form_of(hand).body.values["verbatim"] == "Billed twice in May"
    hand.page.forms.put_aside()
    hand.press("Ctrl+R")
    form_of(hand).body.input("verbatim").setFocus()
    hand.write(" and June")
    hand.page.forms.put_aside()
    hand.until(lambda: verbatim_of(hand) == "Billed twice in May and June")


def test_a_promise_typed_on_before_its_draft_was_read_goes_on_behind_it(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+P")
    hand.write("call back")
    hand.until(lambda: hand.row(DraftRow, ("promise", TOMASZ)))
    spot = hand.page.walk.spot
    assert spot is not None
    hand.page.walk.show_work()
    hand.page.showing.show_spot(spot)
    hand.press("Ctrl+P")
    hand.write(" tomorrow 10")
    hand.until(lambda: hand.note.promise.text == "call back tomorrow 10")


def test_a_note_typed_on_before_the_drafts_were_read_goes_on_behind_what_was_kept(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write("Refund approved")
    hand.saved()
    book = DraftBook(hand.house.desk)
    book.edit(TOMASZ, " and paid", "Tomasz")
    hand.run(book.read())
    writing = book.writing(TOMASZ)
    assert writing is not None
    assert writing.text == "Refund approved and paid"
    hand.run(book.settle())
    row = hand.row(DraftRow, ("note", TOMASZ))
    assert row is not None
    assert row.fields["note"] == "Refund approved and paid"


def test_a_draft_is_read_behind_the_words_that_are_being_written(hand: Hand) -> None:
    door = hand.house.desk.drafts

    async def away_and_back() -> str:
        writing = asyncio.ensure_future(door.keep("promise", TOMASZ, {"promise": "call back"}, "Tomasz"))
        await asyncio.sleep(0)
        draft = await door.load("promise", TOMASZ)
        await writing
        return draft.fields["promise"] if draft is not None else ""

    assert hand.run(away_and_back()) == "call back"
