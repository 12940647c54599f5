"""Files attached to cases at the server: what is taken, from whom, what is given, and that nothing of it stays."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from crmdesk.domain.attachments.limits import LARGEST_FILE, MOST_FILES, PART
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.sync.engine import Code, Engine, Rejection
from crmdesk.sync.engine.contents import forget_parts, give_part, take_part
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.engine.moving import move_customer, team_named
from crmdesk.sync.file_wire import AskPart, Part, PartTaken, SendPart
from crmdesk.sync.wire import Op, Result, Status
from tests.server.test_erasure import NOW, erase
from tests.support.files import png
from tests.support.server import Device, attachment, complaint, customer, desk_of, second_desk_of

WORDS = b"Nobody came on Monday either.\n"
LARGE = b"0123456789abcde\n" * ((2 * PART + 4096) // 16)
ENTITY = "complaint_attachment"


class Case:
    """A customer of a team with a complaint, and its handler's desk."""

    def __init__(self, engine: Engine, login: str, team: str | None = None) -> None:
        self.engine, self.desk = engine, desk_of(engine, login, team)
        self.customer, self.id = new_id(), new_id()
        self.desk.insert("customer", self.customer, **customer())
        about = complaint(f"C-{self.id.hex}", customer_id=self.customer.hex)
        assert self.desk.insert("complaint", self.id, **about).status is Status.OK

    @property
    def person(self) -> UUID:
        return self.desk.principal.user_id

    def add(self, content: bytes = WORDS, desk: Device | None = None, **values: Any) -> tuple[UUID, Result]:
        """Make the row of a file."""
        row = new_id()
        return row, (desk or self.desk).insert(
            ENTITY, row, **attachment(self.person, content, **{"complaint_id": self.id.hex, **values})
        )

    def added(self, content: bytes = WORDS, **values: Any) -> UUID:
        """Make the row of a file and return its id."""
        row, result = self.add(content, **values)
        assert result.status is Status.OK, result.reason
        return row


def part(desk: Device, row: UUID, place: int, data: bytes, entity: str = ENTITY) -> PartTaken:
    """Send a part of a content."""
    message = SendPart(desk.principal.device_id, entity, row, place, data)
    return desk.engine.run(lambda conn: take_part(conn, desk.principal, message))


def send(desk: Device, row: UUID, content: bytes) -> PartTaken:
    """Send a content from where the server has it on."""
    reply = part(desk, row, 0, b"")
    while not reply.done and not reply.refused:
        reply = part(desk, row, reply.have, content[reply.have : reply.have + PART])
    return reply


def fetched(desk: Device, row: UUID, place: int = 0) -> bytes:
    """Fetch a content."""
    whole = b""
    while True:
        message = AskPart(desk.principal.device_id, ENTITY, row, place + len(whole))
        reply: Part = desk.engine.run(lambda conn, m=message: give_part(conn, desk.principal, m))  # type: ignore[misc]
        whole += reply.data
        if place + len(whole) >= reply.size:
            return whole


def unseen(desk: Device, row: UUID, place: int = 0) -> bool:
    """Return whether a desk is told that there is no such content."""
    with pytest.raises(Rejection) as refused:
        fetched(desk, row, place)
    return refused.value.code is Code.NOT_FOUND


def stored(engine: Engine) -> Sequence[int]:
    """Return how many contents and parts the server keeps."""
    counts = text("select (select count(*) from sync.attachment_content), (select count(*) from sync.attachment_part)")
    return tuple(engine.run(lambda conn: conn.execute(counts).one()))


@pytest.fixture
def case(engine: Engine) -> Case:
    """Anna's complaint."""
    return Case(engine, "anna")


# Sending and fetching ------------------------------------------------------------------------------------------------


def test_a_content_comes_in_parts_and_is_given_to_whoever_holds_the_case(engine: Engine, case: Case) -> None:
    row = case.added(LARGE)
    assert send(case.desk, row, LARGE) == PartTaken(len(LARGE), done=True)
    assert stored(engine) == (1, 0)
    assert fetched(desk_of(engine, "bela"), row) == LARGE
    assert fetched(case.desk, row, PART + 7) == LARGE[PART + 7 :]


def test_sending_goes_on_where_it_broke_off_and_doing_it_again_changes_nothing(engine: Engine, case: Case) -> None:
    row = case.added(LARGE)
    assert part(case.desk, row, 0, LARGE[:PART]) == PartTaken(PART)
    assert part(case.desk, row, 0, LARGE[:PART]) == PartTaken(PART), "an answer that was lost"
    assert part(case.desk, row, 2 * PART, LARGE[2 * PART :]) == PartTaken(PART), "a part too early"
    assert stored(engine) == (0, 1)
    assert send(case.desk, row, LARGE).done
    assert send(case.desk, row, LARGE) == PartTaken(len(LARGE), done=True)
    assert part(case.desk, row, 0, b"other") == PartTaken(len(LARGE), done=True)
    assert fetched(case.desk, row) == LARGE


def test_two_desks_of_one_person_do_not_mix_their_parts(engine: Engine, case: Case) -> None:
    other = second_desk_of(engine, case.person)
    row = case.added(LARGE)
    part(other, row, 0, b"x" * PART)
    assert send(case.desk, row, LARGE).done
    assert stored(engine) == (1, 0)
    assert fetched(other, row) == LARGE


def test_the_same_content_twice_is_two_files(engine: Engine, case: Case) -> None:
    rows = [case.added(), case.added(name="bill (2).txt")]
    assert all(send(case.desk, row, WORDS).done for row in rows)
    case.desk.update(ENTITY, rows[0], 1, removed=True)
    assert unseen(case.desk, rows[0])
    assert fetched(case.desk, rows[1]) == WORDS


def test_what_is_not_whole_is_forgotten_after_a_while(engine: Engine, case: Case) -> None:
    part(case.desk, case.added(LARGE), 0, LARGE[:PART])
    engine.run(lambda conn: forget_parts(conn, NOW.replace(year=2000)))
    assert stored(engine) == (0, 1)
    engine.run(lambda conn: forget_parts(conn, NOW.replace(year=2200)))
    assert stored(engine) == (0, 0)


# Desks that lie ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "came"),
    [
        ({"sha256": sha256(b"other").hexdigest()}, WORDS),
        ({"media_type": "image/png", "name": "a.png"}, WORDS),
        ({"media_type": "application/pdf"}, WORDS),
        ({"name": "a.png"}, WORDS),
    ],
)
def test_a_content_that_is_not_what_its_row_says_is_refused_in_words(
    engine: Engine, case: Case, said: dict[str, Any], came: bytes
) -> None:
    row = case.added(came, **said)
    reply = send(case.desk, row, came)
    assert (reply.done, reply.have) == (False, 0)
    assert "not what was added" in reply.refused
    assert stored(engine) == (0, 0)
    assert unseen(case.desk, row)


def test_a_lie_about_the_size_brings_nothing_beyond_it(engine: Engine, case: Case) -> None:
    small = case.added(WORDS, size=5)
    with pytest.raises(Rejection):
        part(case.desk, small, 0, WORDS)
    assert "not what was added" in part(case.desk, small, 0, WORDS[:5]).refused
    large = case.added(WORDS, size=LARGEST_FILE)
    assert part(case.desk, large, 0, WORDS) == PartTaken(len(WORDS)), "it waits for the rest, which never comes"
    with pytest.raises(Rejection):
        part(case.desk, large, len(WORDS), b"x" * (PART + 1))
    assert unseen(case.desk, large)


@pytest.mark.parametrize(
    "values",
    [
        {"size": 0},
        {"size": LARGEST_FILE + 1},
        {"size": -1},
        {"media_type": "application/x-msdownload"},
        {"sha256": "x"},
        {"name": "../bill.txt"},
        {"name": "a" * 5_000 + ".txt"},
        {"name": "photo\u202egpj.exe"},
        {"name": "CON.txt"},
        {"name": ""},
        {"added_by": new_id().hex},
        {"complaint_id": None},
    ],
)
def test_a_row_that_no_desk_of_ours_would_send_is_refused_alone(case: Case, values: dict[str, Any]) -> None:
    _, result = case.add(**values)
    assert result.status is Status.DENIED
    assert result.reason
    assert case.add()[1].status is Status.OK


def test_a_case_has_so_many_files_and_one_that_was_taken_back_makes_room(case: Case) -> None:
    told = [attachment(case.person, WORDS, complaint_id=case.id.hex) for _ in range(MOST_FILES + 1)]
    rows = [new_id() for _ in told]
    results = case.desk.push(
        *(case.desk.mutation(ENTITY, row, Op.INSERT, **one) for row, one in zip(rows, told, strict=True))
    )
    assert [r.status for r in results] == [Status.OK] * MOST_FILES + [Status.DENIED]
    assert case.add()[1].status is Status.DENIED
    assert case.desk.update(ENTITY, rows[0], 1, removed=True, removed_by=case.person.hex).status is Status.OK
    assert case.add()[1].status is Status.OK
    assert case.add()[1].status is Status.DENIED


# Scopes --------------------------------------------------------------------------------------------------------------


def test_another_teams_content_is_not_there_for_reading_nor_for_sending(engine: Engine) -> None:
    north, south = Case(engine, "nora", "North"), Case(engine, "sam", "South")
    row = north.added()
    assert send(north.desk, row, WORDS).done
    for place in (0, 5, -1, 1 << 40):
        assert unseen(south.desk, row, place)
    for entity in (ENTITY, "complaint", "customer", "x", ""):
        with pytest.raises(Rejection) as refused:
            part(south.desk, row, 0, WORDS, entity)
        assert refused.value.code is Code.NOT_FOUND
    with pytest.raises(Rejection):
        part(south.desk, new_id(), 0, WORDS)


def test_another_devices_message_and_a_computer_out_of_use_get_nothing(engine: Engine, case: Case) -> None:
    row = case.added()
    other = desk_of(engine, "bela")
    message = SendPart(other.principal.device_id, ENTITY, row, 0, WORDS)
    with pytest.raises(Rejection):
        engine.run(lambda conn: take_part(conn, case.desk.principal, message))


def test_contents_move_with_the_customer_and_who_added_one_may_still_bring_it(engine: Engine) -> None:
    north, south = Case(engine, "nora", "North"), desk_of(engine, "sam", "South")
    sent, late = north.added(), north.added(b"Later.\n", name="late.txt")
    send(north.desk, sent, WORDS)
    engine.run(lambda conn: move_customer(conn, north.customer, team_named(conn, "South"), new_id()))
    assert unseen(north.desk, sent)
    assert fetched(south, sent) == WORDS
    assert send(north.desk, late, b"Later.\n").done
    assert fetched(south, late) == b"Later.\n"
    assert unseen(north.desk, late)


def test_contents_stay_when_customers_are_merged(engine: Engine, case: Case) -> None:
    row, winner = case.added(), new_id()
    send(case.desk, row, WORDS)
    case.desk.insert("customer", winner, **customer())
    assert case.desk.update("customer", case.customer, 1, merged_into=winner.hex).status is Status.OK
    assert fetched(case.desk, row) == WORDS


# Taking back and erasing ---------------------------------------------------------------------------------------------


def test_what_was_taken_back_is_gone_but_that_it_was_there_stays(engine: Engine, case: Case) -> None:
    row = case.added()
    send(case.desk, row, WORDS)
    part(case.desk, case.added(LARGE), 0, LARGE[:PART])
    assert case.desk.update(ENTITY, row, 1, removed=True, removed_by=case.person.hex).status is Status.OK
    assert stored(engine) == (0, 1)
    assert unseen(case.desk, row)
    assert send(case.desk, row, WORDS) == PartTaken(len(WORDS), done=True), "a desk that still has it lets it go"
    assert stored(engine) == (0, 1)
    assert case.desk.pull()[ENTITY][row]["sha256"] == sha256(WORDS).hexdigest()
    assert case.desk.update(ENTITY, row, 2, removed=False).status is Status.DENIED


def test_a_colleagues_file_is_taken_back_by_who_leads_alone(engine: Engine, case: Case) -> None:
    row = case.added()
    bela, lea = desk_of(engine, "bela"), desk_of(engine, "lea", role=Role.SUPERVISOR)
    taken = {"removed": True, "removed_by": bela.principal.user_id.hex}
    assert bela.update(ENTITY, row, 1, **taken).status is Status.DENIED
    assert lea.update(ENTITY, row, 1, **taken).status is Status.DENIED, "not in another's name"
    assert lea.update(ENTITY, row, 1, removed=True, removed_by=lea.principal.user_id.hex).status is Status.OK


def test_erasing_a_customer_takes_contents_and_parts(engine: Engine, case: Case, tmp_path: Any) -> None:
    journal = Journal(tmp_path / "erased.txt")
    row, half = case.added(), case.added(LARGE, name="half.txt")
    send(case.desk, row, WORDS)
    part(case.desk, half, 0, LARGE[:PART])
    erase(engine, journal, case.customer)
    assert stored(engine) == (0, 0)
    for id_ in (row, half):
        with pytest.raises(Rejection):
            part(case.desk, id_, 0, WORDS)


def test_a_picture_is_a_picture_at_the_server_too(case: Case) -> None:
    picture = png(64, 64)
    row = case.added(picture, name="boiler.png", media_type="image/png")
    assert send(case.desk, row, picture).done
    assert fetched(case.desk, row) == picture
