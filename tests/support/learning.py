"""A tree of root causes as tests publish it, and complaints that name them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from crmdesk.domain.learning.causes import CAUSES, Cause, tree_of, written
from crmdesk.domain.people import Role
from crmdesk.models.base import Synced
from crmdesk.models.complaint import ComplaintIssue
from crmdesk.models.learning import CorrectiveAction, Feedback, FeedbackAnswer
from crmdesk.models.people import Agent
from crmdesk.models.rules import HouseRules
from tests.support.clock import AFTERNOON
from tests.support.desk import JABU, LUCIA, MARGARET, ME, OMAR, House, a_complaint, a_customer, known_id

TREE = tree_of(
    "Root causes",
    (
        Cause("product", "Product"),
        Cause("product-parts", "Faulty part delivered", "product"),
        Cause("work", "How we work"),
        Cause("work-handover", "Hand-over", "work"),
        Cause("work-handover-notes", "Notes not read", "work-handover"),
        Cause("work-test", "Repair not tested", "work"),
        Cause("supplier", "Supplier"),
        Cause("fax", "Fax gateway", retired=True),
    ),
)


def the_causes(version: int = 1) -> HouseRules:
    """Return the tree as an edition that was pulled."""
    return HouseRules(
        id=known_id(f"causes {version}"),
        code=CAUSES,
        version=version,
        edition=f"{CAUSES}/{version}",
        title=TREE.title,
        body=written(TREE),
        scope_id=1,
        ver=1,
        updated_at=AFTERNOON,
    )


def an_issue(complaint: str, place: int, cause: str) -> ComplaintIssue:
    """Return an issue of a complaint that was upheld."""
    return ComplaintIssue(
        id=known_id(f"{complaint} {place}"),
        complaint_id=known_id(complaint),
        position=place,
        words="Nobody came.",
        finding="upheld",
        answer="Sorry.",
        cause=cause,
        scope_id=1,
        ver=1,
    )


NAMED = (
    ("C1", "HomeCover Plus, renews 4 Mar", 1, ("work-test", "work-handover-notes")),
    ("C2", "homecover plus", 2, ("work-test",)),
    ("C3", "BoilerCare", 3, ("supplier", "")),
    ("C4", "BoilerCare", 4, ("",)),
    ("C5", "BoilerCare", 400, ("work-test",)),
)
"""Complaints by name: their product, how many days ago they came, and the cause of each of their issues."""


def complaints_with_causes() -> list[Synced]:
    """Return these complaints with their issues, about Margaret Ellison."""
    rows: list[Synced] = []
    for name, product, days, codes in NAMED:
        at = AFTERNOON - timedelta(days=days)
        rows.append(a_complaint(name, MARGARET, at, product=product, category="Delay", state="closed"))
        rows += [an_issue(name, place, code) for place, code in enumerate(codes, start=1)]
    return rows


def lead(house: House) -> None:
    """Let Sam be a supervisor in the file too."""
    with Session(house.engines.write) as session, session.begin():
        session.execute(update(Agent).where(Agent.id == ME.agent_id).values(role=Role.SUPERVISOR.value))


def an_action(name: str, **fields: Any) -> CorrectiveAction:
    """Return an action about BoilerCare that was begun this afternoon."""
    values: dict[str, Any] = {
        "id": known_id(name),
        "words": name,
        "product": "BoilerCare",
        "due_on": date(2027, 1, 15),
        "made_at": AFTERNOON,
        "scope_id": 1,
        "ver": 1,
    }
    return CorrectiveAction(**{**values, **fields})


def a_recall() -> list[Synced]:
    """Return a lot of BoilerCare that was bad: two complained, a third has it and never did; and what is done."""
    days = timedelta(days=1)
    counted = {"before_count": 12, "after_count": 4, "unknown_after": 0, "chance": 0.038, "checked_at": AFTERNOON}
    done = {"state": "done", "done_at": AFTERNOON - 35 * days, "done_by": JABU, "owner_id": JABU}
    return [
        a_customer("Ruth Kay", product="BoilerCare, renews 1 May", city="Leeds"),
        a_complaint("F1", MARGARET, AFTERNOON - 3 * days, product="BoilerCare", area="Leeds", lot="A7"),
        a_complaint("F2", MARGARET, AFTERNOON - 9 * days, product="boilercare", area="Leeds", lot="A7"),
        a_complaint("F3", OMAR, AFTERNOON - 5 * days, product="BoilerCare", area="York", lot="B1"),
        an_action("Test every repair before leaving", cause="work-test", owner_id=ME.agent_id, area="Leeds"),
        an_action("Recall the pumps", lot="A7", cause="product-parts", owner_id=LUCIA, due_on=date(2026, 12, 18)),
        an_action("Read the notes first", cause="work-handover-notes", effect="helped", **counted, **done),
        an_action("Two engineers more", category="Delay", **done | {"done_at": AFTERNOON - 2 * days}),
    ]


def a_line(name: str, by: UUID, topic: str = "", product: str = "BoilerCare", minutes: int = 5) -> Feedback:
    """Return a line about a product that somebody told some minutes ago."""
    return Feedback(
        id=known_id(name),
        topic_id=known_id(topic or name),
        product=product,
        words=name,
        made_by=by,
        made_at=AFTERNOON - timedelta(minutes=minutes),
        scope_id=1,
        ver=1,
    )


def an_answer(topic: UUID, words: str = "The next pump is quieter.", by: UUID = LUCIA) -> FeedbackAnswer:
    """Return what was answered to a topic an hour from now."""
    return FeedbackAnswer(
        id=known_id(words), topic_id=topic, words=words, by_id=by, at=AFTERNOON + timedelta(hours=1), scope_id=1, ver=1
    )


def what_agents_heard() -> list[Synced]:
    """Return topics about two products: heard by several, answered, heard again."""
    loud, wallet = "The pump is so loud at night that people switch it off.", "Nobody finds where to change the card."
    return [
        a_line(loud, JABU, minutes=400),
        a_line("Two more today, both in flats.", LUCIA, loud, minutes=90),
        a_line("Her bedroom is beside it.", ME.agent_id, loud, minutes=30),
        a_line("The manual shows the old valve.", ME.agent_id, minutes=3000),
        an_answer(known_id("The manual shows the old valve."), "A new manual is in print, out on 11 January."),
        a_line(wallet, LUCIA, product="Pay by wallet", minutes=700),
        a_line("It is under Settings, and he looked under Payments.", JABU, wallet, "Pay by wallet", 20),
    ]
