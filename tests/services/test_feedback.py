"""Feedback about products on a desk: told, joined, answered, read by who told it; it stands in the timeline."""

from __future__ import annotations

from uuid import UUID

import pytest

from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.learning.feedback import NewFeedback, Topic
from crmdesk.domain.stream import EntryKind
from crmdesk.services import feedback, timeline
from tests.services.conftest import Steps
from tests.support.clock import AFTERNOON
from tests.support.desk import JABU, LUCIA, MARGARET, ME, House, a_complaint, known_id
from tests.support.learning import a_line, an_answer, lead

LOUD = NewFeedback("BoilerCare", "The pump is too loud at night.", customer_id=MARGARET)


def told(do: Steps, new: NewFeedback = LOUD) -> UUID:
    return do(lambda uow: feedback.tell(uow, new))


def topics(do: Steps) -> dict[str, Topic]:
    return {one.words: one for one in do(feedback.topics)}


def test_a_line_is_a_topic_of_its_own_or_joins_one_that_a_colleague_told(do: Steps, house: House) -> None:
    house.add(a_line("It drips.", JABU))
    told(do)
    told(do, NewFeedback("BoilerCare", "Mine drips too.", topic_id=known_id("It drips.")))
    found = topics(do)
    assert set(found) == {"It drips.", LOUD.words}
    assert (found["It drips."].heard, found["It drips."].mine) == (2, True)


def test_who_says_it_twice_is_one_person_who_heard_it(do: Steps, house: House) -> None:
    first = told(do)
    told(do, NewFeedback("BoilerCare", "Again.", topic_id=first))
    assert topics(do)[LOUD.words].heard == 1


def test_alike_products_stand_together_and_what_most_heard_first(do: Steps, house: House) -> None:
    house.add(
        a_line("a", JABU, product="HomeCover"),
        a_line("b", JABU, product="BoilerCare"),
        a_line("c", LUCIA, product="boilercare, renews May"),
        a_line("d", JABU, "c", product="boilercare", minutes=1),
        a_line("e", JABU, product="BoilerCare"),
        an_answer(known_id("e")),
    )
    assert [one.words for one in do(feedback.topics)] == ["c", "b", "e", "a"]
    assert [one.words for one in do(lambda uow: feedback.about(uow, "BOILERCARE"))] == ["c", "b", "e"]
    assert do(lambda uow: feedback.about(uow, " ")) == ()


@pytest.mark.parametrize(("new", "field"), [(NewFeedback(" ", "x"), "product"), (NewFeedback("x", " "), "words")])
def test_nothing_about_nothing_is_refused_at_its_field(do: Steps, house: House, new: NewFeedback, field: str) -> None:
    with pytest.raises(UserMistake) as mistake:
        told(do, new)
    assert mistake.value.field == field


def test_those_who_lead_answer_and_it_waits_again_when_somebody_hears_it_again(do: Steps, house: House) -> None:
    topic = told(do)
    with pytest.raises(Refused):
        do(lambda uow: feedback.answer(uow, topic, "It will be quieter."))
    lead(house)
    with pytest.raises(UserMistake):
        do(lambda uow: feedback.answer(uow, topic, " "))
    do(lambda uow: feedback.answer(uow, topic, "It will be quieter."))
    assert not topics(do)[LOUD.words].waits
    house.add(a_line("Louder still.", JABU, minutes=-10))
    joined = a_line("Still loud.", JABU, minutes=-10)
    joined.topic_id = topic
    house.add(joined)
    assert topics(do)[LOUD.words].waits


def test_an_answer_reaches_who_told_it_until_they_saw_it(do: Steps, house: House) -> None:
    topic = told(do)
    house.add(a_line("Hers.", JABU), an_answer(topic), an_answer(known_id("Hers."), "Not mine to read."))
    (one,) = do(lambda uow: feedback.unread(uow, ()))
    assert (one.product, one.words, one.by) == ("BoilerCare", "The next pump is quieter.", "Lucía Ferrer")
    assert do(lambda uow: feedback.unread(uow, {str(one.id)})) == ()


def test_one_s_own_answer_is_no_news(do: Steps, house: House) -> None:
    house.add(an_answer(told(do), by=ME.agent_id))
    assert do(lambda uow: feedback.unread(uow, ())) == ()


def test_it_stands_in_the_customers_timeline_with_the_answer(do: Steps, house: House) -> None:
    topic = told(do)
    (entry,) = (one for one in do(lambda uow: timeline.page(uow, MARGARET)).entries if one.kind is EntryKind.FEEDBACK)
    assert (entry.title, entry.body, entry.who, entry.unsent) == ("BoilerCare", LOUD.words, "Sam Okafor", True)
    house.add(an_answer(topic))
    (entry,) = (one for one in do(lambda uow: timeline.page(uow, MARGARET)).entries if one.kind is EntryKind.FEEDBACK)
    assert entry.body == f"{LOUD.words}\nLucía Ferrer: The next pump is quieter."
    assert entry.disposition == "Answered"


def test_the_product_is_the_complaints_or_that_on_the_card(do: Steps, house: House) -> None:
    house.add(a_complaint("P1", MARGARET, AFTERNOON, product="Pay by wallet, gold"))
    assert do(lambda uow: feedback.product_of(uow, MARGARET, known_id("P1"))) == "Pay by wallet"
    assert do(lambda uow: feedback.product_of(uow, MARGARET, None)) == "HomeCover Plus"
    assert do(lambda uow: feedback.product_of(uow, None, None)) == ""


def test_what_was_told_from_a_complaint_is_found_there(do: Steps, house: House) -> None:
    house.add(a_complaint("P1", MARGARET, AFTERNOON))
    told(do, NewFeedback("BoilerCare", "From the case.", complaint_id=known_id("P1")))
    (topic,) = do(lambda uow: feedback.told_in(uow, known_id("P1")))
    assert topic.voices[0].reference == "P1"
