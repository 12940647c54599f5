"""Root causes on a desk: chosen for an issue, changed by those who lead, counted, each count with its complaints."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from crmdesk.domain.complaints import Finding
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.learning.causes import NO_TREE, Cause, Tree
from crmdesk.domain.learning.counting import Span
from crmdesk.models.complaint import ComplaintIssue
from crmdesk.models.local import Outbox
from crmdesk.models.people import Agent
from crmdesk.services import cases, causes
from tests.services.conftest import Steps
from tests.support.clock import AFTERNOON
from tests.support.desk import ME, House, known_id
from tests.support.learning import TREE, complaints_with_causes, the_causes


@pytest.fixture
def ruled(house: House) -> House:
    """A house with a tree, and complaints of this month and of last year that name causes."""
    house.add(the_causes(), *complaints_with_causes())
    return house


def lead(do: Steps) -> None:
    def change(uow: object) -> None:
        agent = uow.session.get_one(Agent, ME.agent_id)  # type: ignore[attr-defined]
        agent.role = "supervisor"

    do(change)


def tree(do: Steps) -> Tree:
    return do(lambda uow: causes.CausesInForce().tree(uow))


YEAR = Span(AFTERNOON - timedelta(days=365))


def totals(do: Steps, span: Span = YEAR) -> dict[str, int]:
    return {line.code: line.total for line in do(lambda uow: causes.counts(uow, TREE, span)).lines if line.total}


def test_a_desk_without_causes_has_an_empty_tree(do: Steps) -> None:
    assert tree(do) is NO_TREE


def test_the_newest_edition_is_read_once_and_again_when_another_comes(do: Steps, ruled: House) -> None:
    kept = causes.CausesInForce()
    first = do(kept.tree)
    assert first.causes == TREE.causes
    assert do(kept.tree) is first
    ruled.add(the_causes(2))
    assert do(kept.tree).version == 2


def test_counts_roll_up_by_period_and_product(do: Steps, ruled: House) -> None:
    assert totals(do) == {"work": 2, "work-test": 2, "work-handover": 1, "work-handover-notes": 1, "supplier": 1, "": 1}
    assert totals(do, Span(product="boilercare")) == {"work": 1, "work-test": 1, "supplier": 1, "": 1}
    found = do(lambda uow: causes.counts(uow, TREE, YEAR))
    assert [one.casefold() for one in found.products] == ["boilercare", "homecover plus"]


def test_each_count_opens_its_complaints(do: Steps, ruled: House) -> None:
    for span in (YEAR, Span(product="BoilerCare"), Span()):
        for code, total in totals(do, span).items():
            rows = do(lambda uow, span=span, code=code: causes.behind(uow, TREE, span, code))  # type: ignore[misc]
            assert len(rows) == total, (span, code)
    work = do(lambda uow: causes.behind(uow, TREE, YEAR, "work"))
    assert [row.reference for row in work] == ["C1", "C2"]


def test_an_issue_that_was_answered_is_not_taken_away(do: Steps, ruled: House) -> None:
    with pytest.raises(Refused):
        do(lambda uow: cases.remove_issue(uow, known_id("C3 1")))


def test_an_issue_that_was_taken_away_counts_for_nothing(do: Steps, ruled: House) -> None:
    do(lambda uow: cases.answer_issue(uow, known_id("C3 1"), None, ""))
    do(lambda uow: cases.remove_issue(uow, known_id("C3 1")))
    assert "supplier" not in totals(do)
    assert totals(do)[""] == 2


def test_a_cause_is_chosen_with_the_answer_and_sent(do: Steps, ruled: House) -> None:
    row = known_id("C4 1")
    do(lambda uow: cases.answer_issue(uow, row, Finding.UPHELD, "Sorry.", cause="product"))
    do(lambda uow: cases.answer_issue(uow, row, Finding.UPHELD, "Sorry, again."))
    kept = do(lambda uow: uow.session.get_one(ComplaintIssue, row))
    assert (kept.cause, kept.answer) == ("product", "Sorry, again.")
    sent = do(lambda uow: uow.session.scalars(select(Outbox.set_).where(Outbox.row_id == row)).all())
    assert sent == [{"cause": "product"}, {"answer": "Sorry, again."}]


def test_only_what_is_offered_may_be_chosen_but_what_was_chosen_stays() -> None:
    causes.check_chosen(TREE, "work-test", "")
    causes.check_chosen(TREE, "fax", "fax")
    causes.check_chosen(TREE, "", "fax")
    for code in ("fax", "nobody-knows"):
        with pytest.raises(UserMistake):
            causes.check_chosen(TREE, code, "")


def published(do: Steps, cause: Cause, on: Tree | None = None) -> UUID:
    seen = on or tree(do)
    return do(lambda uow: causes.put(uow, seen, cause))


def test_those_who_lead_publish_another_edition_of_the_tree(do: Steps, ruled: House) -> None:
    lead(do)
    published(do, Cause("work-tools", "No tools", "work"))
    published(do, Cause("work-test", "Repair never tested", "work", retired=True))
    now = tree(do)
    assert now.version == 3
    assert now.path("work-tools") == "How we work › No tools"
    assert now.path("work-test") == "How we work › Repair never tested"
    assert not now.is_offered("work-test")


def test_the_first_cause_makes_the_tree(do: Steps, house: House) -> None:
    lead(do)
    published(do, Cause("work", "How we work"))
    assert tree(do).path("work") == "How we work"


def test_an_agent_changes_no_tree(do: Steps, ruled: House) -> None:
    with pytest.raises(Refused):
        published(do, Cause("mine", "Mine"))


def test_who_changed_a_tree_that_another_one_came_after_is_told(do: Steps, ruled: House) -> None:
    lead(do)
    seen = tree(do)
    ruled.add(the_causes(2))
    with pytest.raises(UserMistake) as mistake:
        published(do, Cause("work-tools", "No tools", "work"), seen)
    assert mistake.value.field == "version"
    with pytest.raises(UserMistake) as mistake:
        published(do, Cause("work", "How we work"), Tree("", ()))
    assert mistake.value.field == "version"
