"""A caller whom this computer does not hold: the pop shows the number at once, and fills in when the server answers."""

from __future__ import annotations

import asyncio
from datetime import time
from uuid import UUID

from crmdesk.domain.calls.control import Caution, Dial
from crmdesk.domain.calls.live import QuietHours
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.lane import DeskCall
from crmdesk.models.customer import Customer
from crmdesk.models.local import Cursor
from crmdesk.models.registry import table_of, unset_values
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.desk.elsewhere import BUDGET_S
from crmdesk.sync.wire import LookUpReply, Rows
from tests.gui.desk.hand import Hand
from tests.support.desk import NOBODYS_LINE, TOMASZ, known_id, ringing
from tests.support.handset import Exchange
from tests.support.waiting import LIMIT_S

RUTH = known_id("Ruth of another team")


def _row(entity: str, **values: object) -> Rows:
    columns = tuple(c.key for c in table_of(entity).columns if c.key != "fver")
    filled = {**unset_values(entity), "scope_id": 7, "ver": 3, "updated_at": None, "updated_by": None, **values}
    texts = {c.key for c in table_of(entity).columns if not c.nullable}
    return Rows(entity, columns, [tuple(filled.get(name, "" if name in texts else None) for name in columns)])


def _ruth(**fields: object) -> LookUpReply:
    number = {"kind": "phone", "value": NOBODYS_LINE, "e164": NOBODYS_LINE, "shared": False}
    return LookUpReply(
        (
            _row("customer", id=RUTH.hex, kind="person", name="Ruth Nielsen", summary="Policyholder", **fields),
            _row("contact_point", id=known_id("Ruth's line").hex, customer_id=RUTH.hex, **number),
        )
    )


class Server:
    """Answers look-ups when it is let."""

    def __init__(self, hand: Hand) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.may_answer = asyncio.Event()
        self.reply = _ruth()
        self.is_away = False
        hand.house.desk.elsewhere.reach(self.look_up)
        hand.house.desk.elsewhere.budget_s = LIMIT_S

    async def look_up(self, e164: str, extension: str, words: str) -> LookUpReply:
        self.asked.append((e164, extension, words))
        if self.is_away:
            raise Unavailable("away")
        await self.may_answer.wait()
        return self.reply


def test_the_number_is_shown_at_once_and_the_customer_when_the_server_knows_them(hand: Hand) -> None:
    server = Server(hand)
    hand.hear(ringing("ring-1", NOBODYS_LINE))
    hand.until(lambda: hand.popped == ["ring-1"])
    call = hand.page.view.call
    assert call.number.isVisible()
    server.may_answer.set()
    hand.until(lambda: call.customer.name.text() == "Ruth Nielsen")
    assert server.asked == [(NOBODYS_LINE, "", "")]
    assert hand.popped == ["ring-1"]
    assert hand.writes_in_note()


def test_a_caller_found_late_is_named_on_the_card_over_anothers_desk(hand: Hand) -> None:
    server = Server(hand)
    hand.open_customer(TOMASZ)
    hand.hear(ringing("ring-1", NOBODYS_LINE))
    hand.until(lambda: hand.popped == ["ring-1"])
    server.may_answer.set()
    hand.until(lambda: [c.customer_id for c in _case(hand).candidates] == [RUTH])
    assert hand.page.view.chooser.isVisible()
    assert hand.page.view.call.customer.name.text() == "Tomasz Wiśniewski"


def _case(hand: Hand) -> DeskCall:
    case = hand.page.book.case("ring-1")
    assert case is not None
    return case


def test_no_answer_in_time_leaves_the_number(hand: Hand) -> None:
    server = Server(hand)
    hand.house.desk.elsewhere.budget_s = BUDGET_S
    hand.hear(ringing("ring-1", NOBODYS_LINE))
    hand.until(lambda: hand.popped == ["ring-1"])
    hand.until(lambda: not hand.house.desk.elsewhere.is_asking)
    server.may_answer.set()
    assert hand.page.view.call.number.isVisible()
    assert not _case(hand).candidates


def test_a_server_that_is_away_disturbs_nobody(hand: Hand) -> None:
    server = Server(hand)
    server.is_away = True
    hand.hear(ringing("ring-1", NOBODYS_LINE))
    hand.until(lambda: hand.popped == ["ring-1"])
    hand.until(lambda: not hand.house.desk.elsewhere.is_asking)
    assert hand.page.view.call.number.isVisible()


def test_whoever_is_known_here_is_not_asked_for(hand: Hand) -> None:
    server = Server(hand)
    hand.hear(ringing())
    hand.until(lambda: hand.popped == ["ring-1"])
    assert server.asked == []


def test_an_answer_from_before_a_pull_is_asked_for_again(hand: Hand) -> None:
    """What it would bring may have been erased meanwhile."""
    server = Server(hand)
    hand.hear(ringing("ring-1", NOBODYS_LINE))
    hand.until(lambda: bool(server.asked))
    hand.run(hand.house.database.write(_pulled))
    server.may_answer.set()
    hand.until(lambda: len(server.asked) == 2)
    hand.until(lambda: hand.page.view.call.customer.name.text() == "Ruth Nielsen")


def _pulled(uow: UnitOfWork) -> None:
    cursor = uow.session.get(Cursor, 1)
    if cursor is None:
        uow.session.add(Cursor(one=1, epoch=UUID(int=1), position=b"later", home_scope=1))
    else:
        cursor.position = b"later"


def test_while_the_first_copy_is_on_its_way_names_are_asked_for_at_the_server(hand: Hand) -> None:
    server = Server(hand)
    server.may_answer.set()
    search = hand.house.desk.search
    assert not hand.run(search.find("Nielsen")).hits
    hand.house.desk.elsewhere.incomplete = True
    assert [hit.title for hit in hand.run(search.find("Nielsen")).hits] == ["Ruth Nielsen"]
    assert server.asked == [("", "", "Nielsen")]


def test_while_other_teams_are_asked_the_pop_says_so(hand: Hand) -> None:
    server = Server(hand)
    server.reply = LookUpReply(())
    number = hand.page.view.call.number
    hand.hear(ringing("ring-1", NOBODYS_LINE))
    timeline = hand.page.view.call.timeline
    hand.until(lambda: number.second.text() == "Looking in other teams …")
    hand.until(timeline.asking.isVisible)
    assert timeline.stack.currentWidget() is timeline.loading
    server.may_answer.set()
    hand.until(lambda: number.second.text() == "Nobody on file has this number")
    assert timeline.stack.currentWidget() is timeline.empty


def test_the_places_of_the_history_are_kept_while_the_server_is_asked_and_filled_when_it_knows(hand: Hand) -> None:
    server = Server(hand)
    timeline = hand.page.view.call.timeline
    hand.hear(ringing("ring-1", NOBODYS_LINE))
    hand.until(timeline.asking.isVisible)
    server.may_answer.set()
    hand.until(lambda: hand.page.view.call.customer.name.text() == "Ruth Nielsen")
    hand.until(lambda: not timeline.asking.isVisible())
    hand.open_customer(TOMASZ)
    hand.until(lambda: timeline.stack.currentWidget() is timeline.list)


def test_other_teams_that_could_not_be_asked_are_not_said_to_know_nobody(hand: Hand) -> None:
    Server(hand).is_away = True
    hand.hear(ringing("ring-1", NOBODYS_LINE))
    hand.until(lambda: hand.page.view.call.number.second.text().endswith("other teams could not be asked"))


def test_a_refused_call_lets_the_desk_learn_who_asked_not_to_be_called(hand: Hand) -> None:
    server, exchange = Server(hand), Exchange(hand.house)
    server.reply = _ruth(do_not_call=True)
    server.may_answer.set()
    exchange.rule(QuietHours(time(2), time(3)))
    exchange.refusal = Refused("Somebody with this number asked not to be called.", "Choose the number again.")
    dialler = hand.page.phone.dialler
    hand.press("Ctrl+Shift+D")
    hand.until(dialler.isVisible)
    hand.write(NOBODYS_LINE)
    hand.press("Enter")
    hand.until(lambda: hand.row(Customer, RUTH) is not None)
    exchange.refusal = None
    hand.press("Ctrl+Shift+D")
    hand.until(dialler.isVisible)
    hand.write(NOBODYS_LINE)
    hand.press("Enter")
    hand.until(lambda: "Ruth Nielsen asked not to be called" in dialler.hint.text())
    hand.press("Enter")
    knowingly = Dial(NOBODYS_LINE, frozenset({Caution.DO_NOT_CALL}))
    hand.until(lambda: exchange.requests == [Dial(NOBODYS_LINE), knowingly])
