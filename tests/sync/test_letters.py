"""Letters between desks: two people write one, the server asks for what must be in it, and a template reaches all."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from crmdesk.domain.cases.files import read_rules
from crmdesk.domain.cases.letter_views import LetterView, Sending
from crmdesk.domain.cases.letters import LetterKind, SentBy
from crmdesk.domain.cases.lifecycle import NotAllowed
from crmdesk.domain.cases.steps import Step, StepKind
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.people import Role
from crmdesk.domain.shipped import shipped
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import cases, letters
from crmdesk.services.letter_facts import TemplatesInForce
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.knowledge import publish
from tests.support.house_rules import HOUSE_TOML
from tests.support.server import desk_of
from tests.sync.conftest import SyncedDesk
from tests.sync.test_cases import RULES, drafted, refused, state, take, turn
from tests.sync.test_cases import anna as anna
from tests.sync.test_cases import bela as bela
from tests.sync.test_cases import published as published

TEMPLATES = TemplatesInForce()


def begun(desk: SyncedDesk, complaint: UUID, kind: LetterKind) -> UUID:
    return desk.do(lambda uow: letters.begin(uow, RULES.book(uow), TEMPLATES.all(uow), complaint, kind, "en"))


def write(desk: SyncedDesk, letter: UUID, words: str) -> None:
    desk.do(lambda uow: letters.write(uow, RULES.book(uow), letter, words))


def seen(desk: SyncedDesk, complaint: UUID) -> tuple[LetterView, ...]:
    return desk.do(lambda uow: letters.desk_of(uow, RULES.book(uow), TEMPLATES.all(uow), complaint)).letters


def test_two_who_write_one_letter_offline_lose_no_word(anna: SyncedDesk, bela: SyncedDesk) -> None:
    complaint = drafted(anna)
    letter = begun(anna, complaint, LetterKind.PROGRESS)
    write(anna, letter, "Dear Grace,\n\nWe looked into it.\n\nAnna")
    turn(anna, bela)
    write(anna, letter, "Dear Ms Adeyemi,\n\nWe looked into it.\n\nAnna")
    write(bela, letter, "Dear Grace,\n\nWe looked into it and are sorry.\n\nAnna")
    turn(anna, bela, anna)
    for desk in (anna, bela):
        assert [one.words for one in seen(desk, complaint)] == [
            "Dear Ms Adeyemi,\n\nWe looked into it and are sorry.\n\nAnna"
        ]


def test_a_letter_that_went_out_is_at_the_other_desk_as_it_was_sent(anna: SyncedDesk, bela: SyncedDesk) -> None:
    complaint = drafted(anna)
    letter = begun(anna, complaint, LetterKind.PROGRESS)
    write(anna, letter, "Dear Grace, we looked into it.")
    anna.do(lambda uow: letters.send(uow, RULES.book(uow), letter, Sending(SentBy.EMAIL, "g.adeyemi@example.com")))
    turn(anna, bela)
    assert refused(anna) == []
    (one,) = seen(bela, complaint)
    assert one.words == "Dear Grace, we looked into it."
    assert one.sent is not None
    assert (one.sent.by, one.sent.proof, one.sent.unsent) == (SentBy.EMAIL, "g.adeyemi@example.com", False)


def test_the_server_refuses_an_answer_that_lacks_what_must_be_in_it_even_past_the_program(
    anna: SyncedDesk, bela: SyncedDesk
) -> None:
    complaint = drafted(anna)
    turn(anna, bela)
    take(bela, complaint, StepKind.APPROVED)
    turn(bela, anna)
    lacking = {"elements": ["decision", "reasons"], "proof": "RM-771205"}
    with pytest.raises(NotAllowed, match="The letter lacks something that it must contain"):
        take(anna, complaint, StepKind.RESPONSE_SENT, **lacking)

    def forge(uow: UnitOfWork) -> None:
        now = cases.case(uow, RULES.book(uow), complaint)
        step = Step(StepKind.RESPONSE_SENT, anna.principal.user_id, uow.clock.now(), lacking)
        cases.add_step(uow, now.row, now.steps, step)

    anna.do(forge)
    turn(anna, bela)
    assert refused(anna) == ["The letter lacks something that it must contain."]
    assert state(bela, complaint) is ComplaintState.APPROVED


def test_a_template_that_the_house_publishes_reaches_every_desk(
    engine: Engine, anna: SyncedDesk, tmp_path: Path
) -> None:
    (tmp_path / "house.toml").write_text(HOUSE_TOML, encoding="utf-8")
    (tmp_path / "letters").mkdir()
    own = "title: Ours\nkind: progress\nlanguage: en\n\nHello {{ customer }}, it is {{ house }}."
    (tmp_path / "letters" / "progress-en.txt").write_text(own, encoding="utf-8")
    leader = desk_of(engine, "ben", role=Role.SUPERVISOR).principal.user_id
    editions = read_rules(tmp_path, shipped("regimes"), shipped("letters"))
    first = engine.run(lambda conn: publish(conn, leader, editions))
    assert first.new == 12
    assert engine.run(lambda conn: publish(conn, leader, editions)).same == len(editions)
    complaint = drafted(anna)
    turn(anna)
    begun(anna, complaint, LetterKind.PROGRESS)
    (letter,) = seen(anna, complaint)
    assert letter.words == "Hello Grace Adeyemi, it is Harbour Home Cover."
    assert letter.template == "progress-en/1"
