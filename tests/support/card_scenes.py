"""Scenes of the card for the pictures: everything known of a customer, a field being edited, who changed what."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crmdesk.domain.card import RelationKind
from crmdesk.domain.changes import Changes
from crmdesk.models.callback import Callback
from crmdesk.models.customer import ContactPoint, Relationship, Tag
from crmdesk.models.message import Message
from tests.support.clock import AFTERNOON
from tests.support.desk import JABU, MARGARET, PRIYA, House, known_id

if TYPE_CHECKING:
    from tests.support.pictures import Stagehand


def full_life(house: House) -> None:
    """Let everything be known of Margaret that a card can show."""
    held = {"scope_id": 1, "ver": 1}
    yesterday = AFTERNOON - timedelta(days=1)
    mail = {"customer_id": MARGARET, "channel": "email", "address": "m.ellison@example.org", **held}
    house.add(
        Relationship(
            id=known_id("priya of margaret"),
            customer_id=MARGARET,
            other_customer_id=PRIYA,
            kind=RelationKind.HOUSEHOLD.value,
            name="Priya Shah",
            role="carer",
            may_speak=True,
            removed=False,
            **held,
        ),
        Relationship(
            id=known_id("ann of margaret"),
            customer_id=MARGARET,
            kind=RelationKind.COMPANY.value,
            name="Ann Lee",
            role="housing officer, Leeds Homes",
            may_speak=False,
            removed=False,
            **held,
        ),
        *(
            Tag(id=known_id(f"tag {w}"), customer_id=MARGARET, word=w, removed=False, **held)
            for w in ("tenant", "press")
        ),
        ContactPoint(
            id=known_id("her mail"),
            customer_id=MARGARET,
            kind="email",
            value="m.ellison@example.org",
            shared=False,
            **held,
        ),
        Callback(
            id=known_id("call her"),
            customer_id=MARGARET,
            reason="How the visit went",
            due_at=AFTERNOON.replace(hour=14, minute=30),
            due_zone="Europe/London",
            state="open",
            queue="",
            **held,
        ),
        Message(
            id=known_id("nobody came"),
            direction="inbound",
            subject="Nobody came",
            body="I waited in from eight. This is the second time. I have my oxygen machine and the flat is 12 degrees "
            "and nobody answers me. Please call me, do not write.",
            happened_at=yesterday.replace(hour=11, minute=31),
            **mail,
        ),
        Message(
            id=known_id("confirmed"),
            direction="outbound",
            subject="Visit confirmed, 23 Dec",
            body="Dear Mrs Ellison, I am sorry that nobody came today. Your engineer will be with you on Wednesday "
            "between 12:00 and 18:00 and will call when he leaves.",
            happened_at=yesterday.replace(hour=16, minute=22),
            author_id=JABU,
            **mail,
        ),
        Message(
            id=known_id("visit"),
            customer_id=MARGARET,
            channel="visit",
            direction="outbound",
            subject="Visit missed",
            body="The engineer did not arrive 8:00–13:00",
            happened_at=AFTERNOON - timedelta(days=2),
            **held,
        ),
    )
    house.bus.publish(Changes(everything=True))


async def card(hand: Stagehand) -> None:
    """Everything that is known of a customer."""
    full_life(hand.house)
    hand.page.open_customer(MARGARET)
    await hand.settled()


async def card_editing(hand: Stagehand) -> None:
    """Lines of words that a colleague changed as well."""
    from sqlalchemy.orm import Session

    from crmdesk.domain.card import FieldRef
    from crmdesk.domain.changes import Kind
    from crmdesk.models.customer import Customer

    await card(hand)
    hand.page.card.edit_target(FieldRef(Kind.CUSTOMER, MARGARET, "preferences"))
    await hand.settled()
    editor = hand.page.card.editor
    assert editor is not None
    editor.pane.insert("\nAsks for Jabu")
    await hand.settled()
    with Session(hand.house.engines.write) as session, session.begin():
        row = session.get_one(Customer, MARGARET)
        row.preferences = row.preferences.replace("Speak slowly", "Speak slowly and clearly")
    hand.house.bus.publish(Changes.of(Kind.CUSTOMER, MARGARET))
    await hand.settled()


async def card_wrong(hand: Stagehand) -> None:
    """A number that is none."""
    from crmdesk.ui.pages.desk.facts import Adding

    await card(hand)
    hand.page.card.edit_target(Adding.PHONE)
    await hand.settled()
    editor = hand.page.card.editor
    assert editor is not None and editor.line is not None
    editor.line.edit.setText("020 7946 01")
    editor.typed.emit()
    hand.page.card.keep()
    await hand.settled()


async def card_stamps(hand: Stagehand) -> None:
    """Who changed each field."""
    from crmdesk.domain.card import FieldRef
    from crmdesk.domain.changes import Kind

    await card(hand)
    await hand.house.desk.card.keep(FieldRef(Kind.CUSTOMER, MARGARET, "tier"), "Priority", "Priority plus")
    hand.page.stamps.turn()
    await hand.settled()


CARD_SCENES = {"card": card, "card-editing": card_editing, "card-wrong": card_wrong, "card-stamps": card_stamps}
