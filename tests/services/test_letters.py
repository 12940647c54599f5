"""Letters on the desk: begun from a template, whole before they go, kept as they went, and money as it was decided."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.cases.letter_views import LetterDesk, LetterView, Sending
from crmdesk.domain.cases.letters import LetterKind, SentBy, digest_of
from crmdesk.domain.cases.lifecycle import NotAllowed
from crmdesk.domain.cases.steps import StepKind, details_of
from crmdesk.domain.complaints import ComplaintState, Finding
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.models.complaint import Complaint, ComplaintIssue, ComplaintStep, Redress
from crmdesk.models.rules import LetterTemplate
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import cases, complaints, letters, redress
from crmdesk.services.letter_facts import TemplatesInForce
from crmdesk.services.rules import RulesInForce
from tests.services.conftest import Steps
from tests.services.test_complaints import a_new_complaint
from tests.support.desk import House
from tests.support.house_rules import rules_on_the_desk

POST = Sending(SentBy.POST, "RM-771205")
FILLED = {
    "[[when and how it is paid]]": "4 January, to your account",
    "[[the words of DISP 1 Annex 3R that apply]]": "You must refer it within six months.",
    "[[what was found]]": "Nobody came.",
    "[[what was agreed]]": "We pay you back.",
}


class Work:
    """One complaint at work: rules, templates, and what is done to it."""

    def __init__(self, do: Steps) -> None:
        self.do = do
        self.rules, self.templates = RulesInForce(), TemplatesInForce()
        self.complaint = do(lambda uow: complaints.register(uow, a_new_complaint(), self.rules.book(uow)))

    def take(self, kind: StepKind, **details: object) -> UUID:
        return self.do(lambda uow: cases.take(uow, self.rules.book(uow), self.complaint, kind, details))

    def begin(self, kind: LetterKind, language: str = "en") -> UUID:
        return self.do(
            lambda uow: letters.begin(
                uow, self.rules.book(uow), self.templates.all(uow), self.complaint, kind, language
            )
        )

    def desk(self) -> LetterDesk:
        return self.do(lambda uow: letters.desk_of(uow, self.rules.book(uow), self.templates.all(uow), self.complaint))

    def letter(self, id_: UUID) -> LetterView:
        return next(one for one in self.desk().letters if one.id == id_)

    def write(self, id_: UUID, words: str, seen: str | None = None) -> None:
        self.do(lambda uow: letters.write(uow, self.rules.book(uow), id_, words, seen))

    def fill(self, id_: UUID) -> None:
        """Fill the gaps and tick what words cannot tell."""
        words = self.letter(id_).words
        for gap, told in FILLED.items():
            words = words.replace(gap, told)
        self.write(id_, words)
        for element in self.letter(id_).elements:
            if not element.by_words:
                self.tick(id_, element.key)

    def tick(self, id_: UUID, key: str) -> None:
        self.do(lambda uow: letters.tick(uow, self.rules.book(uow), id_, key))

    def send(self, id_: UUID, sending: Sending = POST) -> UUID:
        return self.do(lambda uow: letters.send(uow, self.rules.book(uow), id_, sending))

    def book(self, uow: UnitOfWork) -> RuleBook:
        return self.rules.book(uow)

    def approve(self, id_: UUID) -> UUID:
        return self.do(lambda uow: letters.approve(uow, self.rules.book(uow), id_))

    def state(self) -> ComplaintState:
        return self.do(lambda uow: cases.case(uow, self.rules.book(uow), self.complaint)).standing.state

    def drafted(self, redress_minor: int = 40_000) -> None:
        """Bring the complaint as far as a decision."""
        self.do(lambda uow: cases.claim(uow, self.complaint))
        self.do(lambda uow: cases.set_regime(uow, self.complaint, "uk-fca-disp"))
        self.take(StepKind.TRIAGED)
        self.take(StepKind.TAKEN_UP)

        def answer(uow: UnitOfWork) -> None:
            for issue in uow.session.scalars(select(ComplaintIssue)):
                cases.answer_issue(uow, issue.id, Finding.UPHELD, "Nobody came.")

        self.do(answer)
        told = {"outcome": "upheld", "reason": "It was ours.", "redress_minor": redress_minor, "currency": "GBP"}
        self.take(StepKind.DECISION_DRAFTED, **told)

    def details(self, step: UUID) -> dict[str, object]:
        return dict(details_of(self.do(lambda uow: uow.session.get_one(ComplaintStep, step)).details))


@pytest.fixture
def work(house: House, do: Steps) -> Work:
    do(lambda uow: uow.session.add_all(rules_on_the_desk()))
    return Work(do)


@pytest.mark.parametrize("zone", ["Europe", "Mars/Base"])
def test_a_complaint_from_a_zone_that_nobody_knows_is_answered_by_the_houses_day(
    do: Steps, work: Work, zone: str
) -> None:
    do(lambda uow: setattr(uow.session.get_one(Complaint, work.complaint), "received_zone", zone))
    letter = work.letter(work.begin(LetterKind.ACKNOWLEDGEMENT))
    assert letter.words


def test_a_letter_begins_with_what_is_known_of_the_complaint(work: Work) -> None:
    letter = work.letter(work.begin(LetterKind.ACKNOWLEDGEMENT))
    assert letter.words.startswith("Dear Margaret Ellison,\n\n**We have received your complaint**")
    assert "CP-26-07431" in letter.words
    # Received on Wednesday 23 December 2026: eight weeks end with 17 February.
    assert "by 17 February 2027 at the latest" in letter.words
    assert letter.words.endswith("Sam Okafor\nHarbour Home Cover")
    assert letter.template == "acknowledgement-en/0"
    assert (letter.gaps, letter.sent, letter.approved) == ((), None, False)
    german = work.letter(work.begin(LetterKind.ACKNOWLEDGEMENT, "de"))
    assert german.words.startswith("Guten Tag Margaret Ellison,")
    assert work.desk().languages == ("de", "en")


def test_only_letters_that_belong_to_where_the_complaint_stands_can_be_begun(work: Work) -> None:
    assert LetterKind.FINAL_RESPONSE not in work.desk().kinds
    with pytest.raises(Refused, match="does not belong"):
        work.begin(LetterKind.FINAL_RESPONSE)
    work.drafted()
    assert LetterKind.SUMMARY_RESOLUTION not in work.desk().kinds
    assert LetterKind.FINAL_RESPONSE in work.desk().kinds


def test_a_published_template_takes_the_place_of_those_that_come_with_the_program(work: Work, do: Steps) -> None:
    text = "title: Ours\nkind: progress\nlanguage: en\n\nHello {{ customer }}"
    row = LetterTemplate(
        **{"id": new_id(), "code": "ours", "version": 3, "edition": "ours/3", "title": "Ours", "language": "en"},
        **{"body": text, "scope_id": 1, "ver": 1},
    )
    do(lambda uow: uow.session.add(row))
    assert work.letter(work.begin(LetterKind.PROGRESS)).words == "Hello Margaret Ellison"
    with pytest.raises(Refused, match="no template"):
        work.begin(LetterKind.HOLDING)


def test_an_acknowledgement_that_went_out_stands_in_its_step_as_it_was_sent(work: Work) -> None:
    letter = work.begin(LetterKind.ACKNOWLEDGEMENT)
    work.fill(letter)
    words = work.letter(letter).words
    details = work.details(work.send(letter))
    assert details["text"] == words
    assert details["letter"] == digest_of(words)
    assert details["elements"] == ["received", "timetable"]
    assert (details["kind"], details["channel"], details["proof"]) == ("acknowledgement", "post", "RM-771205")
    sent = work.letter(letter).sent
    assert sent is not None
    assert (sent.by, sent.proof, sent.unsent) == (SentBy.POST, "RM-771205", True)
    with pytest.raises(Refused, match="went out and cannot be changed"):
        work.write(letter, "Otherwise")
    with pytest.raises(Refused, match="went out"):
        work.send(letter)


def test_a_letter_with_a_gap_or_without_an_element_or_a_proof_does_not_go(work: Work) -> None:
    letter = work.begin(LetterKind.HOLDING)
    with pytest.raises(Refused, match="still has a gap: why not"):
        work.send(letter)
    work.write(letter, "Dear Margaret, it takes longer.")
    with pytest.raises(Refused, match="lacks: Why it takes longer, When we expect to answer, Ombudsman’s rights"):
        work.send(letter)
    work.fill(letter)
    with pytest.raises(Refused, match="lacks: Ombudsman’s rights, Ombudsman’s web page"):
        work.send(letter)
    with pytest.raises(UserMistake, match="How the letter was sent is missing"):
        work.send(letter, Sending(SentBy.EMAIL, " "))
    work.write(letter, " ")
    with pytest.raises(Refused, match="empty"):
        work.send(letter)
    assert work.letter(letter).sent is None


def test_what_words_tell_is_not_believed_from_a_tick(work: Work) -> None:
    letter = work.begin(LetterKind.HOLDING)
    work.write(letter, "Dear Margaret")
    work.tick(letter, "web")
    web = next(one for one in work.letter(letter).elements if one.key == "web")
    assert not web.there


def test_ticks_come_and_go(work: Work, do: Steps) -> None:
    letter = work.begin(LetterKind.HOLDING)
    work.tick(letter, "leaflet")
    work.tick(letter, "delay")
    do(lambda uow: letters.untick(uow, work.rules.book(uow), letter, "leaflet"))
    assert {one.key for one in work.letter(letter).elements if one.there and not one.by_words} == {"delay"}


def test_a_final_response_is_approved_word_for_word_and_sent(work: Work) -> None:
    work.drafted()
    letter = work.begin(LetterKind.FINAL_RESPONSE)
    assert "£400.00" in work.letter(letter).words
    with pytest.raises(Refused, match="gap"):
        work.approve(letter)
    work.fill(letter)
    work.approve(letter)
    assert work.letter(letter).approved
    details = work.details(work.send(letter))
    assert work.state() is ComplaintState.RESPONSE_SENT
    assert details["elements"] == [
        *("decision", "reasons", "redress", "ombudsman", "six_months", "waiver", "web", "leaflet")
    ]


def test_a_letter_that_was_changed_after_its_approval_does_not_go(work: Work) -> None:
    work.drafted()
    letter = work.begin(LetterKind.FINAL_RESPONSE)
    work.fill(letter)
    work.approve(letter)
    work.write(letter, work.letter(letter).words.replace("£400.00", "£40.00"))
    assert not work.letter(letter).approved
    with pytest.raises(NotAllowed, match="changed after it was approved"):
        work.send(letter)


def test_redress_that_is_not_what_was_decided_goes_nowhere(work: Work, do: Steps) -> None:
    do(lambda uow: redress.give(uow, work.book(uow), work.complaint, "refund", "Ceiling", 35_000, "GBP"))
    do(lambda uow: redress.give(uow, work.book(uow), work.complaint, "apology", "", 0, ""))
    work.drafted()
    letter = work.begin(LetterKind.FINAL_RESPONSE)
    assert "- Ceiling: £350.00\n- Our apology\n" in work.letter(letter).words
    work.fill(letter)
    with pytest.raises(Refused, match=r"put down is £350\.00, decided was £400\.00"):
        work.approve(letter)
    distress = do(lambda uow: redress.give(uow, work.book(uow), work.complaint, "distress", "", 5_000, "GBP"))
    assert work.desk().total == "£400.00"
    work.approve(letter)
    do(lambda uow: redress.take_away(uow, work.book(uow), distress))
    with pytest.raises(Refused, match=r"put down is £350\.00"):
        work.send(letter)


def test_redress_is_paid_once_and_stays_then(work: Work, do: Steps) -> None:
    given = do(lambda uow: redress.give(uow, work.book(uow), work.complaint, "refund", "", 5_000, "GBP"))
    do(lambda uow: redress.paid(uow, work.book(uow), given))
    assert do(lambda uow: uow.session.get_one(Redress, given)).paid_at is not None
    with pytest.raises(Refused, match="paid before"):
        do(lambda uow: redress.paid(uow, work.book(uow), given))
    with pytest.raises(Refused, match="was paid and stays"):
        do(lambda uow: redress.take_away(uow, work.book(uow), given))


def test_a_summary_resolution_settles_the_complaint_and_keeps_how_it_was_accepted(work: Work) -> None:
    letter = work.begin(LetterKind.SUMMARY_RESOLUTION)
    work.fill(letter)
    with pytest.raises(NotAllowed, match="How the customer accepted it is missing"):
        work.send(letter)
    details = work.details(
        work.send(letter, Sending(SentBy.EMAIL, "m.ellison@example.com", "“Yes, fine”, on the phone"))
    )
    assert details["words"] == "“Yes, fine”, on the phone"
    assert details["elements"] == ["resolved", "ombudsman", "six_months", "waiver", "web", "more"]
    assert work.state() is ComplaintState.CLOSED


def test_words_that_came_from_elsewhere_meanwhile_are_kept_beside_ones_own(work: Work) -> None:
    letter = work.begin(LetterKind.PROGRESS)
    work.write(letter, "Dear Margaret,\n\nWe looked.\n\nSam")
    seen = work.letter(letter).words
    work.write(letter, "Dear Margaret,\n\nWe looked twice.\n\nSam")
    work.write(letter, "Dear Ms Ellison,\n\nWe looked.\n\nSam", seen)
    assert work.letter(letter).words == "Dear Ms Ellison,\n\nWe looked twice.\n\nSam"


def test_a_letter_thrown_away_is_gone_and_one_too_long_is_not_kept(work: Work, do: Steps) -> None:
    letter = work.begin(LetterKind.PROGRESS)
    with pytest.raises(UserMistake, match="more than"):
        work.write(letter, "x" * 50_001)
    do(lambda uow: letters.remove(uow, work.rules.book(uow), letter))
    assert work.desk().letters == ()
    with pytest.raises(Refused, match="no longer"):
        work.write(letter, "Dear")
