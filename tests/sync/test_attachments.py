"""Files of cases between desks and server: contents are in two files until the server has them, and go with erasure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from crmdesk.domain.attachments.limits import CACHE_AT_MOST, MOST_FILES, PART, WAITING_AT_MOST
from crmdesk.domain.attachments.views import AttachmentView, CaseKind, CaseRef, Owner, Whereabouts
from crmdesk.domain.complaints import NewComplaint
from crmdesk.domain.errors import Refused, Unavailable, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.domain.requests.views import NewRequest
from crmdesk.domain.sync_state import UnsentState
from crmdesk.models.attachment import CachedContent, WaitingContent
from crmdesk.models.kept import FILE
from crmdesk.models.local import Outbox
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.profile import STORE
from crmdesk.services import attachments, complaints, drafts, requests, unsent
from crmdesk.sync.client import contents, lease
from crmdesk.sync.client.contents import Outgoing
from crmdesk.sync.engine import Engine, Rejection
from crmdesk.sync.engine.contents import give_part, take_part
from crmdesk.sync.engine.erasing import erase_customer
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.file_wire import AskPart, PartTaken, SendPart
from tests.server.test_erasure import NOW
from tests.support.files import PDF, png
from tests.support.server import Device, customer, desk_of
from tests.sync.conftest import SyncedDesk
from tests.sync.test_second_file import begin_anew, damage

SitDown = Callable[[Device], SyncedDesk]
WORDS = b"Nobody came.\n"


@pytest.fixture
def bela(bela: SyncedDesk) -> SyncedDesk:
    bela.sync()
    return bela


@pytest.fixture
def anna(engine: Engine, at_desk: SitDown) -> SyncedDesk:
    desk = at_desk(desk_of(engine, "anna"))
    desk.sync()
    return desk


def new_complaint(uow: UnitOfWork, customer_id: UUID | None = None, draft: DraftKey | None = None) -> CaseRef:
    """Register a complaint, with the files of a draft."""
    new = NewComplaint(
        reference=complaints.next_reference(uow),
        customer_id=customer_id,
        interaction_id=None,
        product="Boiler cover",
        category="No visit",
        severity=3,
        verbatim="Nobody came.",
        desired_remedy="",
        safety=False,
        received_zone="Europe/London",
    )

    def register(uow: UnitOfWork) -> CaseRef:
        case = CaseRef(CaseKind.COMPLAINT, complaints.register(uow, new))
        if draft is not None:
            attachments.adopt(uow, draft, case)
        return case

    return drafts.turned_into(uow, draft, register)


def views(desk: SyncedDesk, owner: Owner) -> tuple[AttachmentView, ...]:
    return desk.do(attachments.listed, owner)


def kept(desk: SyncedDesk) -> set[UUID]:
    """Return which contents the second file has."""
    return {row["id"] for row in desk.keeper.contents().contents}


def send_one(desk: SyncedDesk, engine: Engine, one: Outgoing, parts: int = 99) -> PartTaken:
    """Send a content, or only some of its parts, as the desk's link does."""

    def ask(place: int, data: bytes) -> PartTaken:
        message = SendPart(desk.principal.device_id, one.entity, one.id, place, data)
        return engine.run(lambda conn: take_part(conn, desk.principal, message))

    taken, data = ask(0, b""), desk.do(contents.data_of, one.id) or b""
    while parts and not taken.done and not taken.refused:
        taken, parts = ask(taken.have, data[taken.have : taken.have + PART]), parts - 1
    return taken


def send_all(desk: SyncedDesk, engine: Engine) -> int:
    """Send everything that waits and may go; return how many contents that were."""
    sent = 0
    while (one := desk.do(contents.outgoing, ())) is not None:
        taken = send_one(desk, engine, one)
        if taken.refused:
            desk.do(contents.was_refused, one, taken.refused)
        else:
            desk.do(contents.was_taken, one)
        sent += 1
    return sent


def fetch(desk: SyncedDesk, engine: Engine, id_: UUID, entity: str = "complaint_attachment") -> bytes:
    message = AskPart(desk.principal.device_id, entity, id_, 0)
    return engine.run(lambda conn: give_part(conn, desk.principal, message)).data


def count(desk: SyncedDesk, model: type[object]) -> int:
    return desk.do(lambda uow: uow.session.scalar(select(func.count()).select_from(model)) or 0)


# The whole way -------------------------------------------------------------------------------------------------------


def test_a_file_is_here_at_once_goes_after_its_row_and_is_fetched_by_a_colleague(
    engine: Engine, anna: SyncedDesk, bela: SyncedDesk
) -> None:
    case = anna.do(new_complaint)
    id_ = anna.do(attachments.add, case, "../Bill.pdf", PDF)
    (view,) = views(anna, case)
    assert (view.name, view.whereabouts, view.size, view.mine) == ("Bill.pdf", Whereabouts.WAITING, len(PDF), True)
    assert anna.do(attachments.content, id_) == PDF
    assert kept(anna) == {id_}
    assert anna.do(contents.outgoing, ()) is None, "the row goes first"
    anna.sync()
    bela.sync()
    (theirs,) = views(bela, case)
    assert (theirs.whereabouts, theirs.added_by, theirs.mine) == (Whereabouts.ELSEWHERE, "Anna", False)
    with pytest.raises(Rejection):
        fetch(bela, engine, id_)
    assert send_all(anna, engine) == 1
    assert (views(anna, case)[0].whereabouts, kept(anna)) == (Whereabouts.HERE, set())
    bela.do(contents.keep_fetched, "complaint_attachment", id_, fetch(bela, engine, id_))
    assert views(bela, case)[0].whereabouts is Whereabouts.HERE
    assert bela.do(attachments.content, id_) == PDF


def test_a_file_counts_as_unsent_once_until_the_server_has_its_content(engine: Engine, anna: SyncedDesk) -> None:
    case = anna.do(new_complaint)
    anna.sync()
    id_ = anna.do(attachments.add, case, "bill.txt", WORDS)
    assert anna.do(unsent.tally).unsent == len(anna.do(unsent.changes)) == 1, "its row and its content are one thing"
    anna.sync()
    tally, (waiting,) = anna.do(unsent.tally), anna.do(unsent.changes)
    assert (tally.unsent, tally.oldest_at) == (1, anna.clock.now())
    assert (waiting.state, waiting.row_id) == (UnsentState.WAITING, id_)
    assert waiting.what.startswith("File bill.txt, CP-")
    send_all(anna, engine)
    assert (anna.do(unsent.tally).unsent, anna.do(unsent.changes)) == (0, ())


def test_a_content_that_the_server_will_not_take_is_told_as_refused_with_its_reason(anna: SyncedDesk) -> None:
    case = anna.do(new_complaint)
    id_ = anna.do(attachments.add, case, "bill.txt", WORDS)
    anna.sync()
    one = anna.do(contents.outgoing, ())
    assert one is not None
    anna.do(contents.was_refused, one, "The server has no room for it.")
    (told,) = anna.do(unsent.changes)
    assert (told.state, told.reason, told.row_id) == (UnsentState.REFUSED, "The server has no room for it.", id_)
    assert (anna.do(unsent.tally).unsent, anna.do(unsent.tally).refused) == (0, 1)
    anna.do(attachments.take_back, id_)
    assert anna.do(unsent.tally).refused == 0


def test_a_file_of_a_request_travels_as_one_of_a_complaint_does(
    engine: Engine, anna: SyncedDesk, bela: SyncedDesk
) -> None:
    def new_request(uow: UnitOfWork) -> CaseRef:
        reference = complaints.next_reference(uow, "RT")
        new = NewRequest(RequestKind.RETURN, reference, None, None, "kettle", "It leaks.", "Europe/London", "Kettle")
        return CaseRef(CaseKind.REQUEST, requests.register(uow, new))

    case = anna.do(new_request)
    id_ = anna.do(attachments.add, case, "leak.png", png())
    anna.sync()
    assert send_all(anna, engine) == 1
    bela.sync()
    (theirs,) = views(bela, case)
    assert (theirs.name, theirs.whereabouts) == ("leak.png", Whereabouts.ELSEWHERE)
    data = fetch(bela, engine, id_, "request_attachment")
    bela.do(contents.keep_fetched, "request_attachment", id_, data)
    assert bela.do(attachments.content, id_) == png()


def test_a_damaged_copy_is_not_kept(engine: Engine, anna: SyncedDesk, bela: SyncedDesk) -> None:
    case = anna.do(new_complaint)
    id_ = anna.do(attachments.add, case, "a.txt", WORDS)
    anna.sync()
    bela.sync()
    with pytest.raises(Unavailable):
        bela.do(contents.keep_fetched, "complaint_attachment", id_, b"other\n")
    assert bela.do(attachments.content, id_) is None


def test_sending_goes_on_after_a_kill_between_any_two_steps(engine: Engine, anna: SyncedDesk) -> None:
    case = anna.do(new_complaint)
    data = b"0123456789abcde\n" * (3 * PART // 16)
    id_ = anna.do(attachments.add, case, "long.txt", data)
    anna.sync()
    one = anna.do(contents.outgoing, ())
    assert one is not None
    for _ in range(3):
        send_one(anna, engine, one, parts=1)
        anna.close_files()
        anna.open_files()
        assert kept(anna) == {id_} or anna.keeper.contents().contents == ()
        assert anna.do(contents.outgoing, ()) == one
    assert send_one(anna, engine, one, parts=0).done, "the answer to the last part was lost"
    anna.do(contents.was_taken, one)
    anna.do(contents.was_taken, one)
    assert (kept(anna), anna.do(attachments.content, id_)) == (set(), data)


def test_a_content_is_not_lost_with_the_main_file(engine: Engine, anna: SyncedDesk) -> None:
    case = anna.do(new_complaint)
    row_waits, sent_row = anna.do(attachments.add, case, "a.txt", WORDS), None
    draft = DraftKey("complaint", new_id())
    of_draft = anna.do(attachments.add, draft, "b.txt", b"Draft.\n")
    anna.close_files()
    damage(anna.folder / STORE)
    begin_anew(anna)
    assert sent_row is None
    assert {view.id for view in views(anna, draft)} == {of_draft}
    assert [view.whereabouts for view in views(anna, case)] == [Whereabouts.WAITING]
    anna.sync()
    assert send_all(anna, engine) == 1
    assert fetch(anna, engine, row_waits) == WORDS


def test_a_content_whose_row_was_sent_is_not_lost_with_the_main_file_either(engine: Engine, anna: SyncedDesk) -> None:
    case = anna.do(new_complaint)
    id_ = anna.do(attachments.add, case, "a.txt", WORDS)
    anna.sync()
    anna.close_files()
    damage(anna.folder / STORE)
    begin_anew(anna)
    assert send_all(anna, engine) == 1, "also before its row has come back"
    anna.sync()
    assert fetch(anna, engine, id_) == WORDS


def test_a_content_is_not_lost_with_the_second_file(anna: SyncedDesk) -> None:
    id_ = anna.do(attachments.add, anna.do(new_complaint), "a.txt", WORDS)
    anna.close_files()
    damage(anna.folder / FILE)
    anna.open_files()
    assert anna.do(attachments.content, id_) == WORDS
    anna.do(new_complaint)
    assert kept(anna) == {id_}


# Drafts --------------------------------------------------------------------------------------------------------------


def test_a_form_keeps_its_files_over_a_kill_and_gives_them_to_its_complaint(engine: Engine, anna: SyncedDesk) -> None:
    draft = DraftKey("complaint", new_id())
    ids = [anna.do(attachments.add, draft, name, WORDS) for name in ("a.txt", "A.TXT")]
    anna.close_files()
    anna.open_files()
    assert [view.name for view in views(anna, draft)] == ["a.txt", "A (2).TXT"]
    assert anna.do(drafts.load, draft.kind, draft.subject) is not None, "it is found again, though nothing was typed"
    case = anna.do(new_complaint, None, draft)
    assert (views(anna, draft), [view.id for view in views(anna, case)]) == ((), ids)
    anna.sync()
    assert send_all(anna, engine) == 2


def test_a_form_that_is_thrown_away_takes_its_files_along(anna: SyncedDesk) -> None:
    draft, other = DraftKey("complaint", new_id()), DraftKey("complaint", new_id())
    anna.do(attachments.add, draft, "a.txt", WORDS)
    stays = anna.do(attachments.add, other, "a.txt", WORDS)
    anna.do(drafts.discard, draft.kind, draft.subject)
    assert (count(anna, WaitingContent), kept(anna)) == (1, {stays})


# What cannot be ------------------------------------------------------------------------------------------------------


def test_a_file_too_many_or_too_much_waiting_is_refused_with_what_to_do(anna: SyncedDesk) -> None:
    case = anna.do(new_complaint)
    for number in range(MOST_FILES):
        anna.do(attachments.add, case, f"{number}.txt", WORDS)
    with pytest.raises(UserMistake, match="At most 20"):
        anna.do(attachments.add, case, "more.txt", WORDS)
    anna.do(lambda uow: uow.session.execute(update(WaitingContent).values(size=WAITING_AT_MOST // MOST_FILES + 1)))
    with pytest.raises(UserMistake, match="Connect"):
        anna.do(attachments.add, anna.do(new_complaint), "more.txt", WORDS)


def test_a_complaint_stands_where_one_of_its_files_falls(engine: Engine, anna: SyncedDesk, bela: SyncedDesk) -> None:
    """Two desks that did not know of each other added more than a case can have."""
    case = anna.do(new_complaint)
    anna.sync()
    bela.sync()
    for desk in (anna, bela):
        for number in range(MOST_FILES - 5):
            desk.do(attachments.add, case, f"{number}.txt", WORDS)
    anna.sync()
    bela.sync()
    refused = [change for change in bela.do(unsent.changes) if change.reason]
    assert len(refused) == MOST_FILES - 10
    assert send_all(bela, engine) == 5
    assert count(bela, WaitingContent) == MOST_FILES - 10, "each waits until somebody decides"
    for change in refused:
        bela.do(unsent.let_go, change.seq)
    assert (count(bela, WaitingContent), kept(bela)) == (0, set())
    anna.sync()
    bela.sync()
    assert len({view.name for view in views(bela, case)}) == MOST_FILES, "two of one name are told apart"


def test_a_content_that_the_server_refuses_stays_here_with_the_reason(engine: Engine, anna: SyncedDesk) -> None:
    case = anna.do(new_complaint)
    id_ = anna.do(attachments.add, case, "a.txt", WORDS)
    anna.do(lambda uow: setattr(uow.session.get_one(WaitingContent, id_), "data", b"Other bytes.\n"))
    anna.sync()
    send_all(anna, engine)
    (view,) = views(anna, case)
    assert view.whereabouts is Whereabouts.REFUSED
    assert "not what was added" in view.reason
    assert anna.do(contents.outgoing, ()) is None


# Taking back, erasing, restoring -------------------------------------------------------------------------------------


def test_a_file_that_was_taken_back_is_gone_from_every_desk(engine: Engine, anna: SyncedDesk, bela: SyncedDesk) -> None:
    case = anna.do(new_complaint)
    id_ = anna.do(attachments.add, case, "a.png", png())
    anna.sync()
    send_all(anna, engine)
    bela.sync()
    bela.do(contents.keep_fetched, "complaint_attachment", id_, fetch(bela, engine, id_))
    with pytest.raises(Refused, match="colleague"):
        bela.do(attachments.take_back, id_)
    anna.do(attachments.take_back, id_)
    assert views(anna, case) == ()
    anna.sync()
    bela.sync()
    for desk in (anna, bela):
        assert (views(desk, case), count(desk, CachedContent), desk.do(attachments.content, id_)) == ((), 0, None)


def test_a_file_that_was_taken_back_before_it_was_sent_is_not_sent(engine: Engine, anna: SyncedDesk) -> None:
    case = anna.do(new_complaint)
    id_ = anna.do(attachments.add, case, "a.txt", WORDS)
    anna.do(attachments.take_back, id_)
    anna.sync()
    assert (send_all(anna, engine), kept(anna), count(anna, Outbox)) == (0, set(), 0)


def test_erasing_a_customer_leaves_no_byte_of_their_files_in_either_file_of_any_desk(
    engine: Engine, anna: SyncedDesk, bela: SyncedDesk, tmp_path: Path
) -> None:
    person, desk = new_id(), desk_of(engine, "cora")
    desk.insert("customer", person, **customer())
    anna.sync()
    case = anna.do(new_complaint, person)
    sent = anna.do(attachments.add, case, "a.txt", WORDS)
    anna.sync()
    send_all(anna, engine)
    bela.sync()
    bela.do(contents.keep_fetched, "complaint_attachment", sent, fetch(bela, engine, sent))
    bela.do(attachments.add, case, "late.txt", b"Too late.\n")
    anna.do(attachments.add, DraftKey("complaint", person), "draft.txt", b"Draft.\n")
    engine.run(lambda conn: erase_customer(conn, person, Journal(tmp_path / "e.txt"), lambda: NOW))
    for each in (anna, bela):
        each.sync()
        each.sync()
        assert (count(each, WaitingContent), count(each, CachedContent), kept(each)) == (0, 0, set())
    left = text("select count(*) from sync.attachment_content")
    assert engine.run(lambda conn: conn.scalar(left)) == 0


def test_a_server_that_lost_a_content_with_a_restore_gets_it_again(engine: Engine, anna: SyncedDesk) -> None:
    case = anna.do(new_complaint)
    id_ = anna.do(attachments.add, case, "a.txt", WORDS)
    anna.sync()
    send_all(anna, engine)
    engine.run(lambda conn: conn.execute(text("delete from sync.attachment_content")))
    engine.run(lambda conn: conn.execute(text("update sync.server set epoch = gen_random_uuid()")))
    anna.reconnect()
    anna.sync()
    assert (kept(anna), count(anna, CachedContent)) == ({id_}, 0)
    assert send_all(anna, engine) == 1
    assert fetch(anna, engine, id_) == WORDS


def test_copies_have_a_bound_and_the_longest_unused_go_first(engine: Engine, anna: SyncedDesk) -> None:
    case = anna.do(new_complaint)
    ids = []
    for number in range(3):
        ids.append(anna.do(attachments.add, case, f"{number}.txt", WORDS))
        anna.clock.advance(1)
    anna.sync()
    send_all(anna, engine)
    anna.clock.advance(1)
    anna.do(contents.used, ids[0])
    anna.do(lambda uow: uow.session.execute(update(CachedContent).values(size=CACHE_AT_MOST // 3)))
    anna.clock.advance(1)
    last = anna.do(attachments.add, case, "last.txt", WORDS)
    anna.sync()
    send_all(anna, engine)
    here = {view.id for view in views(anna, case) if view.whereabouts is Whereabouts.HERE}
    assert (len(here), {ids[0], last} <= here) == (3, True)


def test_a_computer_out_of_use_forgets_its_copies_and_keeps_what_was_never_sent(
    engine: Engine, anna: SyncedDesk
) -> None:
    case = anna.do(new_complaint)
    anna.do(attachments.add, case, "a.txt", WORDS)
    anna.sync()
    send_all(anna, engine)
    anna.do(attachments.add, case, "b.txt", WORDS)
    anna.do(lease.forget_what_the_server_has)
    assert (count(anna, CachedContent), count(anna, WaitingContent)) == (0, 1)
