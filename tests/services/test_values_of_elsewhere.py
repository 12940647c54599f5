"""What others wrote is shown, whatever it is: a newer version may know a kind more, and no screen fails over it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from crmdesk.domain.calls.live import Direction
from crmdesk.domain.complaints import ComplaintState, NewComplaint
from crmdesk.domain.customers import ContactPointKind, CustomerKind
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.interactions import InteractionState
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.interaction import Interaction, Note
from crmdesk.models.limits import LONGEST_TEXT
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import complaints, customers, interactions, timeline
from tests.services.conftest import Steps
from tests.support.desk import MARGARET, ME, ringing

TOO_LONG = "x" * (LONGEST_TEXT + 1)
FITS = NewComplaint("CP-26-00001", MARGARET, None, "Boiler", "Delay", 3, "Nobody came.", "", False, "Europe/London")


def _unheard_of(uow: UnitOfWork) -> None:
    uow.session.execute(update(Customer).values(kind="martian"))
    uow.session.execute(update(ContactPoint).values(kind="telepathy"))
    uow.session.execute(update(Complaint).values(state="forgotten", severity=99))
    uow.session.execute(
        update(Interaction).values(state="bogus", direction="sideways", outcome="eaten", agent_id=ME.agent_id)
    )


def test_values_that_this_version_does_not_know_are_shown_as_the_nearest_that_it_does(do: Steps) -> None:
    do(_unheard_of)
    card = do(lambda uow: customers.card(uow, MARGARET))
    assert card is not None
    assert card.kind is CustomerKind.PERSON
    assert {point.kind for point in card.contact_points} == {ContactPointKind.ADDRESS}
    assert {(one.state, one.severity) for one in card.open_complaints} == {(ComplaintState.REGISTERED, 5)}
    assert {row.state for row in do(complaints.open_complaints)} == {ComplaintState.REGISTERED}
    calls = [entry for entry in do(lambda uow: timeline.page(uow, MARGARET)).entries if entry.direction is not None]
    assert {(entry.direction, entry.outcome) for entry in calls} == {(Direction.INBOUND, None)}
    recent = do(lambda uow: interactions.recent(uow, ME.agent_id))
    assert {(call.state, call.outcome) for call in recent} == {(InteractionState.CLOSED, None)}


def test_a_note_that_the_server_would_refuse_as_too_long_is_a_mistake_at_the_note(do: Steps) -> None:
    call = ringing()
    do(lambda uow: interactions.opened(uow, call))
    outcome = do(lambda uow: interactions.dispositions(uow, call.contact_id))[0]
    with pytest.raises(UserMistake, match="100,001 characters; at most 100,000") as alone:
        do(lambda uow: interactions.add_note(uow, None, MARGARET, TOO_LONG))
    with pytest.raises(UserMistake) as at_the_end:
        do(lambda uow: interactions.wrap_up(uow, call.contact_id, outcome.id, TOO_LONG))
    assert (alone.value.field, at_the_end.value.field) == ("note", "note")
    longest = do(lambda uow: interactions.add_note(uow, None, MARGARET, f" {TOO_LONG[1:]} "))
    assert len(do(lambda uow: uow.session.get_one(Note, longest).body)) == LONGEST_TEXT


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("verbatim", replace(FITS, verbatim=TOO_LONG)),
        ("desired_remedy", replace(FITS, desired_remedy=TOO_LONG)),
        ("product", replace(FITS, product=TOO_LONG)),
        ("category", replace(FITS, category=TOO_LONG)),
    ],
    ids=["verbatim", "remedy", "product", "category"],
)
def test_a_complaint_that_the_server_would_refuse_as_too_long_is_a_mistake_at_its_field(
    do: Steps, field: str, new: NewComplaint
) -> None:
    with pytest.raises(UserMistake) as caught:
        do(lambda uow: complaints.register(uow, new))
    assert caught.value.field == field


def test_a_pasted_number_loses_the_marks_that_nobody_sees(do: Steps) -> None:
    point = do(lambda uow: customers.attach_number(uow, MARGARET, "\u202a+44 20 7946 0999\u202c", "GB"))
    assert do(lambda uow: uow.session.get_one(ContactPoint, point).value) == "+44 20 7946 0999"
