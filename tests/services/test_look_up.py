"""Who is probably calling."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from crmdesk.domain.candidates import EvidenceKind, LookUp, LookUpKind
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.interactions import identify, opened
from crmdesk.services.look_up import who_calls
from tests.services.conftest import Steps
from tests.support.callbacks import a_callback
from tests.support.desk import DANIEL, MARGARET, NOBODYS_LINE, SHARED_LINE, TOMASZ, TOMASZS_LINE, known_id, ringing

THIS_CALL = known_id("this call")


def test_a_number_of_one_customer_finds_that_customer(do: Steps) -> None:
    found = do(lambda uow: who_calls(uow, TOMASZS_LINE, withheld=False, this_contact=THIS_CALL))
    assert found.kind is LookUpKind.ONE
    assert [c.customer_id for c in found.candidates] == [TOMASZ]


def test_a_shared_number_gives_everybody_who_has_it_the_likeliest_first(do: Steps) -> None:
    found = do(lambda uow: who_calls(uow, SHARED_LINE, withheld=False, this_contact=THIS_CALL))
    assert found.kind is LookUpKind.SEVERAL
    assert found.candidates[0].customer_id == MARGARET
    assert {c.name for c in found.candidates} == {"Margaret Ellison", "Priya Shah", "Daniel Ellison"}
    assert EvidenceKind.OPEN_COMPLAINT in {e.kind for e in found.candidates[0].evidence}
    assert 0.9 <= sum(c.likelihood for c in found.candidates) < 1


def test_the_order_of_candidates_never_jumps(do: Steps) -> None:
    orders = {
        tuple(c.customer_id for c in do(lambda uow: who_calls(uow, SHARED_LINE, False, THIS_CALL)).candidates)
        for _ in range(5)
    }
    assert len(orders) == 1


def test_a_choice_made_before_counts_the_next_time(do: Steps) -> None:
    before = do(lambda uow: who_calls(uow, SHARED_LINE, False, THIS_CALL))
    for n in range(6):
        call = ringing(f"ring-{n}")
        do(partial(opened, call=call))
        do(partial(identify, interaction_id=call.contact_id, customer_id=DANIEL))
    after = do(lambda uow: who_calls(uow, SHARED_LINE, False, THIS_CALL))
    chance = {c.customer_id: c.likelihood for c in after.candidates}
    assert chance[DANIEL] > {c.customer_id: c.likelihood for c in before.candidates}[DANIEL]
    evidence = next(c for c in after.candidates if c.customer_id == DANIEL).evidence
    assert EvidenceKind.CHOSEN_BEFORE in {e.kind for e in evidence}


def test_a_number_nobody_has_is_unknown_and_kept(do: Steps) -> None:
    found = do(lambda uow: who_calls(uow, NOBODYS_LINE, withheld=False, this_contact=THIS_CALL))
    assert found.kind is LookUpKind.UNKNOWN
    assert found.number == NOBODYS_LINE


def test_a_withheld_number_is_never_looked_up_or_shown(do: Steps) -> None:
    found = do(lambda uow: who_calls(uow, TOMASZS_LINE, withheld=True, this_contact=THIS_CALL))
    assert found.kind is LookUpKind.WITHHELD
    assert found.number is None
    assert not found.candidates


def kinds(found: LookUp, customer: UUID) -> set[EvidenceKind]:
    """Return the kinds of evidence for one candidate."""
    (candidate,) = [c for c in found.candidates if c.customer_id == customer]
    return {evidence.kind for evidence in candidate.evidence}


def test_who_called_within_seven_days_is_flagged_as_calling_again(do: Steps) -> None:
    found = do(lambda uow: who_calls(uow, SHARED_LINE, withheld=False, this_contact=THIS_CALL))
    assert EvidenceKind.REPEAT in kinds(found, MARGARET)
    assert EvidenceKind.RECENT_CONTACT in kinds(found, DANIEL)


def test_a_callback_that_is_due_speaks_for_whom_it_was_promised_to(do: Steps) -> None:
    def promised(uow: UnitOfWork) -> LookUp:
        due = uow.clock.now() + timedelta(minutes=20)
        uow.session.add(a_callback(known_id("to daniel"), DANIEL, 20, "Ring about the meter", None))
        uow.session.flush()
        found = who_calls(uow, SHARED_LINE, withheld=False, this_contact=THIS_CALL)
        assert due in {e.at for c in found.candidates for e in c.evidence if e.kind is EvidenceKind.CALLBACK_DUE}
        return found

    before = do(lambda uow: who_calls(uow, SHARED_LINE, withheld=False, this_contact=THIS_CALL))
    after = do(promised)
    chances = [next(c.likelihood for c in found.candidates if c.customer_id == DANIEL) for found in (before, after)]
    assert chances[0] < chances[1]
    assert EvidenceKind.CALLBACK_DUE in kinds(after, DANIEL)


def test_the_queue_of_the_call_speaks_for_who_usually_calls_there(do: Steps) -> None:
    for n in range(4):
        call = replace(ringing(f"sales-{n}"), queue="sales", contact_id=known_id(f"sales {n}"))
        do(partial(opened, call=call))
        do(partial(identify, interaction_id=call.contact_id, customer_id=DANIEL))
    here = do(lambda uow: who_calls(uow, SHARED_LINE, False, THIS_CALL, "sales"))
    elsewhere = do(lambda uow: who_calls(uow, SHARED_LINE, False, THIS_CALL, "visits"))
    assert EvidenceKind.USUAL_QUEUE in kinds(here, DANIEL)
    assert EvidenceKind.USUAL_QUEUE not in kinds(elsewhere, DANIEL)
    chances = [next(c.likelihood for c in found.candidates if c.customer_id == DANIEL) for found in (elsewhere, here)]
    assert chances[0] < chances[1]
