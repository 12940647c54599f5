"""A letter, an e-mail or a visit is written down beside the call and stands in the timeline."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.models.message import Message
from crmdesk.ui.formkit import FormPane
from crmdesk.ui.pages.desk.timeline_rows import EntryRow
from tests.gui.desk.hand import Hand
from tests.support.desk import NOBODYS_LINE, TOMASZ, answered, ringing


def form_of(hand: Hand) -> FormPane:
    hand.until(lambda: hand.page.forms.form is not None)
    form = hand.page.forms.form
    assert form is not None
    return form


def fill(hand: Hand, **values: str) -> None:
    form = form_of(hand)
    for one in form.body.inputs:
        if one.spec.name in values:
            one.put(values[one.spec.name])
            one.edited.emit()


def test_a_letter_is_written_down_and_stands_in_the_timeline(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+O")
    fill(hand, channel="letter", **{"from": "theirs"}, subject="Billed twice", body="You took it twice.")
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.page.forms.form is None)
    rows = hand.page.view.call.timeline.list.rows
    hand.until(lambda: [row.title for row in rows.rows if isinstance(row, EntryRow)][:1] == ["Billed twice"])
    with Session(hand.house.engines.read) as session:
        row = session.scalars(select(Message)).one()
    assert (row.channel, row.direction, row.customer_id) == ("letter", "inbound", TOMASZ)


def test_what_is_missing_is_said_and_the_words_stay(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+O")
    fill(hand, channel="visit", **{"from": "ours"}, subject=" ")
    hand.press("Ctrl+Enter")
    form = form_of(hand)
    hand.until(lambda: any(one.problem for one in form.body.inputs))
    assert hand.page.forms.form is form


def test_nobody_elses_contact_is_written_down(hand: Hand) -> None:
    call = hand.hear(ringing("unknown", NOBODYS_LINE))
    hand.hear(answered(call))
    hand.until(lambda: hand.page.walk.spot is not None)
    hand.press("Ctrl+O")
    assert hand.page.forms.form is None
    assert hand.window.notice.words.text() == "It is not said yet whose contact this was."
