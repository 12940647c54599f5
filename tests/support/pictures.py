"""Draws every state of the desk, in both schemes and three sizes: ``python -m tests.support.pictures FOLDER [names]``.

The desk is real (encrypted file, database threads); calls are told to it as the gateway tells them.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crmdesk.domain.callbacks import NewCallback
from crmdesk.domain.calls.control import Consult, Destination, Goal
from crmdesk.domain.calls.live import AgentState, AgentStatus, PopReason, QuietHours
from crmdesk.domain.changes import Changes
from crmdesk.domain.lane import Stage
from crmdesk.domain.people import Role
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.domain.sync_state import COPIED, SnapshotProgress, SyncLink
from crmdesk.models.customer import Customer
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.ui.forms.complaint import ComplaintForm
from crmdesk.ui.pages.desk import DeskPage
from crmdesk.ui.qt.tasks import running
from crmdesk.ui.theme import STYLE, SchemeChoice, install_theme
from tests.support import task_pictures
from tests.support.boards import a_board, a_queue
from tests.support.callbacks import FREE, four_callbacks, somebody_was_first
from tests.support.card_scenes import CARD_SCENES
from tests.support.clock import AFTERNOON
from tests.support.conflicts import ANITA, FIELD, ITSELF, two_versions
from tests.support.desk import (
    DANIEL,
    JABU,
    MARGARET,
    NOBODYS_LINE,
    OMAR,
    OMARS_LINE,
    PRIYA,
    TOMASZ,
    House,
    a_note,
    answered,
    hung_up,
    open_house,
    ringing,
)
from tests.support.file_pictures import form_with_files
from tests.support.handset import Exchange
from tests.support.house_rules import HOUSE_TOML, rules_on_the_desk
from tests.support.knowledge_scenes import KNOWLEDGE_SCENES
from tests.support.requests import KETTLES
from tests.support.window import open_window

if TYPE_CHECKING:
    from crmdesk.ui.frame.window import MainWindow

SIZES = {"1920": (1920, 1080), "1440": (1440, 900), "1366": (1366, 768), "1100": (1100, 700)}
TOMASZS_NOTE = (
    "Explained that the second mandate was our mistake. He checked his statement with me: £42.50 twice on 2 Nov. "
    "Refund BR-5521 is approved, he will see it by Tue 29 Dec.\n"
    "He asked why nobody told him before he noticed it himself. I said I would pass that on to Bil"
)
MARGARETS_NOTE = (
    "Third call. Nobody came on 21 and 22 Dec, she stayed in both days. Flat is 12 °C, only the bedroom heater works, "
    "oxygen machine runs on mains. Son took unpaid leave.\n"
    "Wants a named person and “somebody to say sorry in writing”."
)


class Stagehand:
    """One window on one house, and what scenes need to do with it."""

    def __init__(self, house: House, window: MainWindow) -> None:
        self.house, self.window = house, window
        page = window.page("desk")
        assert isinstance(page, DeskPage)
        self.page = page

    async def settled(self) -> None:
        """Return when nothing is being read or written and everything was painted."""
        owners = (
            self.page,
            *(self.page.book, self.page.drafts, self.page.reader, self.page.walk, self.page.notes),
            *(self.page.phone, self.page.work, self.page.forms, self.page.view.call.number),
            *(self.page.promises, self.page.deadlines.next, self.page.work.deadlines),
            *(self.page.side.settle, self.page.side.settle.beside, self.page.card, self.page.stamps),
        )
        quiet = 0
        while quiet < 12:
            await asyncio.sleep(0.02)
            quiet = 0 if any(running(owner) for owner in owners) else quiet + 1

    async def waits_for(self, condition: Callable[[], bool]) -> None:
        """Return once something is seen."""
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110 - what is on the screen tells nobody that it is there
                await asyncio.sleep(0.02)

    async def type_note(self, text: str) -> None:
        """Type into the note as a person does."""
        self.page.view.call.note.text.editor.setFocus()
        self.page.view.call.note.text.insert(text)
        self.page.drafts.keep_now()
        await self.settled()


Scene = Callable[[Stagehand], Awaitable[None]]


async def idle(hand: Stagehand) -> None:
    """Nobody calls; one call of before waits for its outcome."""
    call = answered(ringing("before", OMARS_LINE, at=AFTERNOON - timedelta(minutes=20)))
    await hand.house.desk.phone.heard_call(call)
    await hand.settled()
    await hand.type_note("Policy change, wants to speak Arabic.")
    await hand.house.desk.phone.heard_call(hung_up(call))
    hand.page.walk.back()
    await hand.settled()


async def empty(hand: Stagehand) -> None:
    """Nothing is due: a house without complaints and calls."""
    from crmdesk.models.complaint import Complaint
    from crmdesk.models.interaction import Interaction

    with Session(hand.house.engines.write) as session, session.begin():
        session.execute(delete(Complaint))
        session.execute(delete(Interaction))
    hand.house.bus.publish(Changes(everything=True))
    await hand.settled()


async def ring_while_writing(hand: Stagehand) -> None:
    """The phone rings while a note on Tomasz is being written."""
    hand.page.open_customer(TOMASZ)
    await hand.settled()
    await hand.type_note(TOMASZS_NOTE)
    await hand.house.desk.phone.heard_call(ringing())
    hand.house.clock.advance(6)
    await hand.settled()


async def ring_idle(hand: Stagehand) -> None:
    """The phone rings at an idle desk: it fills, the chooser is a strip."""
    await hand.house.desk.phone.heard_call(ringing())
    hand.house.clock.advance(6)
    await hand.settled()


async def in_call(hand: Stagehand) -> None:
    """Talking with Margaret; Tomasz' note is parked."""
    hand.page.open_customer(TOMASZ)
    await hand.settled()
    await hand.type_note(TOMASZS_NOTE)
    call = ringing(at=AFTERNOON)
    await hand.house.desk.phone.heard_call(call)
    await hand.settled()
    hand.page.pop.choose(1)
    await hand.house.desk.phone.heard_call(answered(call))
    hand.house.clock.advance(252)
    await hand.settled()
    await hand.type_note(MARGARETS_NOTE)
    await hand.waits_for(hand.page.view.call.note.complaint_hint.isVisible)


async def undecided(hand: Stagehand) -> None:
    """Answered, and nobody chosen yet."""
    call = ringing()
    await hand.house.desk.phone.heard_call(call)
    await hand.house.desk.phone.heard_call(answered(call))
    hand.house.clock.advance(30)
    await hand.settled()


async def wrap_up(hand: Stagehand) -> None:
    """The call ended; the outcome is proposed."""
    await in_call(hand)
    case = next(case for case in hand.page.book.cases if case.stage is Stage.TALKING)
    await hand.house.desk.phone.heard_call(replace(hung_up(case.call), hold_s=40.0))
    hand.house.clock.advance(24)
    await hand.settled()


async def unknown(hand: Stagehand) -> None:
    """Nobody on file has the number."""
    call = ringing("unknown", NOBODYS_LINE)
    await hand.house.desk.phone.heard_call(call)
    await hand.house.desk.phone.heard_call(answered(call))
    hand.house.clock.advance(41)
    await hand.settled()
    await hand.type_note(
        "Moves to Leeds in March, wants cover for a rented flat, landlord asks for proof. Name spelled Ngu"
    )


async def on_file_already(hand: Stagehand) -> None:
    """An unknown caller gives the name of somebody on file."""
    await unknown(hand)
    pane = hand.page.view.call.number
    pane.start_new()
    QTest.keyClicks(pane.name.edit, "Tomasz Wisniewski")
    await hand.settled()
    await asyncio.sleep(0.2)
    await hand.settled()


async def attaching(hand: Stagehand) -> None:
    """Attaching the unknown caller to a customer."""
    await unknown(hand)
    hand.page.look()
    hand.page.view.call.number.start_attach()
    QTest.keyClicks(hand.page.view.call.number.search.edit, "elli")
    await hand.settled()


async def withheld(hand: Stagehand) -> None:
    """The caller hides the number."""
    call = ringing("withheld", None)
    await hand.house.desk.phone.heard_call(call)
    hand.house.clock.advance(3)
    await hand.settled()


async def complaint(hand: Stagehand) -> None:
    """The complaint form over the timeline, the call goes on."""
    await in_call(hand)
    hand.page.register()
    await hand.settled()


async def service(hand: Stagehand) -> None:
    """The form of a service request over the timeline."""
    await _request(hand, RequestKind.SERVICE, {"serial": "WB-2291-07", "urgency": "2"})


async def product_return(hand: Stagehand) -> None:
    """The form of a return, which says whether it may come back."""
    goods = {"product": "Kettle 2000", "category": "Kettles", "bought_on": "2026-11-02", "lot": "L-0412"}
    await _request(hand, RequestKind.RETURN, goods)


async def information(hand: Stagehand) -> None:
    """The form of a question about what is held of somebody."""
    await _request(hand, RequestKind.INFORMATION, {"category": "own_data"})


async def _request(hand: Stagehand, kind: RequestKind, values: dict[str, str]) -> None:
    hand.house.add(*rules_on_the_desk(HOUSE_TOML + KETTLES, 2))
    await in_call(hand)
    hand.page.register_request(kind)
    await hand.waits_for(lambda: hand.page.forms.form is not None and bool(hand.page.forms.form.reference))
    form = hand.page.forms.form
    assert form is not None
    form.body.restore(values)
    for name in values:
        form.body.input(name).edited.emit()
    await asyncio.sleep(0.4)


async def complaint_filled(hand: Stagehand) -> None:
    """The same with everything said: two issues, who may be harmed, what they told us about it."""
    await complaint(hand)
    form = hand.page.forms.form
    assert isinstance(form, ComplaintForm)
    await hand.waits_for(lambda: bool(form.deadlines.rows))
    for name, value in (
        ("category", "Appointment missed"),
        ("severity", "4"),
        ("safety", "yes"),
        ("desired_remedy", "Apology in writing, one named person"),
        ("about", "SR-48213, visits 21, 22 Dec"),
        ("vulnerability", "health"),
        ("vulnerability_basis", "Oxygen at home, consent 3 Nov"),
    ):
        form.body.input(name).put(value)
    issues = form.body.input("issues")
    issues.put(
        "Appointment missed\tEngineer did not come on 21 and 22 December\n"
        "Communication, not informed\tNobody told her that the visit was off\n"
    )
    issues.edited.emit()
    await hand.settled()


async def customer(hand: Stagehand) -> None:
    """A customer opened from a search."""
    hand.page.open_customer(MARGARET)
    await hand.settled()


async def settling(hand: Stagehand) -> None:
    """A text with two versions beside its customer."""
    two_versions(hand.house)
    await hand.house.desk.sync.refresh(SyncLink.LIVE)
    hand.page.side.settle.open()
    await hand.settled()


async def settling_a_field(hand: Stagehand) -> None:
    """A plain field with two versions."""
    await settling(hand)
    hand.page.side.settle.open(FIELD)
    await hand.settled()


async def merged_by_itself(hand: Stagehand) -> None:
    """What merged by itself, to be read."""
    await settling(hand)
    hand.page.side.settle.open(ITSELF)
    await hand.settled()


async def two_versions_of_a_field(hand: Stagehand) -> None:
    """The customer pane marks the field that has two versions."""
    two_versions(hand.house)
    await hand.house.desk.sync.refresh(SyncLink.LIVE)
    hand.page.open_customer(ANITA)
    await hand.settled()


async def unsent(hand: Stagehand) -> None:
    """What is behind the sync state: one change refused, others waiting."""
    desk = hand.house.desk
    await desk.interactions.add_note(None, MARGARET, "Refund of £80.00 promised for the missed visits.")
    with Session(hand.house.engines.write) as session, session.begin():
        row = session.scalars(select(Outbox)).one()
        row.state, row.reason = OutboxState.REFUSED.value, "Above your limit of £50.00. Ask a supervisor."
        row.title = "Redress of £80.00, Margaret Ellison"
    await desk.interactions.add_note(None, TOMASZ, "Called back.")
    hand.house.clock.advance(5)
    callback = await desk.callbacks.make(
        NewCallback(OMAR, "Policy change", AFTERNOON + timedelta(minutes=40), "Europe/London", mine=False)
    )
    await desk.callbacks.claim(callback)
    hand.house.clock.advance(4)
    await desk.sync.refresh(SyncLink.LIVE)
    await hand.settled()
    hand.window.status.sync_wanted.emit()
    await hand.settled()


async def unsent_page(hand: Stagehand) -> None:
    """The same on its page."""
    await unsent(hand)
    hand.window.go_to("unsent")
    await asyncio.sleep(0.3)
    await hand.settled()


async def first_copy(hand: Stagehand) -> None:
    """The first copy of the records is on its way."""
    hand.house.desk.sync.show_snapshot(SnapshotProgress(312_000, 1_000_000))
    await hand.house.desk.sync.refresh(SyncLink.LIVE)
    hand.window.status.sync_wanted.emit()
    await hand.settled()


async def offline(hand: Stagehand) -> None:
    """The server cannot be reached."""
    await hand.house.desk.interactions.add_note(None, MARGARET, "Called back.")
    await hand.house.desk.sync.refresh(SyncLink.OFFLINE)
    await hand.settled()


async def too_old(hand: Stagehand) -> None:
    """A version that may only read."""
    hand.page.open_customer(MARGARET)
    await hand.house.desk.sync.refresh(SyncLink.TOO_OLD)
    await hand.settled()


async def copied(hand: Stagehand) -> None:
    """A profile that is in use twice."""
    await hand.house.desk.sync.refresh(SyncLink.SIGNED_OUT, COPIED)
    await hand.settled()


async def callbacks(hand: Stagehand) -> None:
    """Callbacks of all owners: one claimed here and not confirmed, one that a colleague won."""
    four_callbacks(hand.house)
    await hand.settled()
    await hand.house.desk.callbacks.claim(FREE)
    other = await hand.house.desk.callbacks.make(
        NewCallback(TOMASZ, "Send the leaflet again", AFTERNOON + timedelta(minutes=80), "Europe/London", mine=False)
    )
    with Session(hand.house.engines.write) as session, session.begin():
        session.execute(delete(Outbox).where(Outbox.row_id == other))
    await hand.house.desk.callbacks.claim(other)
    somebody_was_first(hand.house, other, JABU, "Jabu Mbeki")
    await hand.settled()


async def merging(hand: Stagehand) -> None:
    """Two records of one person are about to be merged; another was merged before."""
    await hand.house.desk.customers.merge(DANIEL, MARGARET)
    with Session(hand.house.engines.write) as session, session.begin():
        priya = session.get_one(Customer, PRIYA)
        priya.preferences = "Evenings only\nBy e-mail first"
        priya.tier, priya.language = "Standard", "Gujarati"
    hand.page.open_customer(MARGARET)
    await hand.settled()
    hand.page.merging.open()
    await hand.settled()
    pane = hand.page.merging.pane
    assert pane is not None
    QTest.keyClicks(pane.search.edit, "priya")
    await asyncio.sleep(0.3)
    await hand.settled()
    pane.fields.take_focus()
    await asyncio.sleep(0.8)


async def phone_ready(hand: Stagehand) -> None:
    """The phone can be used from here; a callback is selected."""
    four_callbacks(hand.house)
    Exchange(hand.house)
    hand.house.bus.publish(Changes(everything=True))
    await hand.settled()


async def on_the_phone(hand: Stagehand) -> None:
    """Talking, with everything that this phone system can do."""
    Exchange(hand.house)
    await in_call(hand)


async def transferring(hand: Stagehand) -> None:
    """Where should this call go?"""
    await on_the_phone(hand)
    case = hand.page.phone.front()
    assert case is not None
    hand.page.phone.transfer(case)
    await hand.settled()


async def asking_first(hand: Stagehand) -> None:
    """A colleague is asked while the caller waits."""
    await on_the_phone(hand)
    case = hand.page.phone.front()
    assert case is not None
    await hand.house.desk.handset.ask(Consult(case.key, Destination(Goal.EXTENSION, "4002")), "Jabu Mbeki")
    await hand.settled()


async def handed_over(hand: Stagehand) -> None:
    """A colleague hands a caller on; the note comes with it."""
    four_callbacks(hand.house)
    call = replace(ringing("ring-7", OMARS_LINE), pop=PopReason.TRANSFER, handed_by="4002")
    note = a_note("handed", OMAR, AFTERNOON, "Boiler is out since Monday. He waits for a date and asked for Jabu.")
    note.interaction_id = call.contact_id
    hand.house.add(note)
    await hand.house.desk.phone.heard_call(call)
    await hand.house.desk.phone.heard_call(answered(call))
    hand.house.clock.advance(14)
    await hand.settled()


async def handed_on(hand: Stagehand) -> None:
    """The call was handed on, and the note went with it."""
    await on_the_phone(hand)
    case = hand.page.phone.front()
    assert case is not None
    await hand.house.desk.phone.heard_call(replace(hung_up(case.call), transferred_to="4002", ended_by=None))
    await asyncio.sleep(0.2)
    await hand.settled()


async def dialling(hand: Stagehand) -> None:
    """One number, and a caution that wants a second press."""
    exchange = Exchange(hand.house)
    exchange.rule(QuietHours(time(14), time(16)))
    hand.page.open_customer(MARGARET)
    await hand.settled()
    hand.page.phone.dial()
    await hand.settled()
    hand.page.phone.dialler.take()
    await hand.settled()


async def on_break(hand: Stagehand) -> None:
    """Why one takes a break."""
    exchange = Exchange(hand.house)
    exchange.tell_state(AgentState.READY)
    hand.page.phone.take_break()
    await hand.settled()


async def back_from_break(hand: Stagehand) -> None:
    """On break, and how one is ready again."""
    Exchange(hand.house).tell_state(AgentState.BREAK, "Lunch")
    hand.house.clock.advance(512)
    await hand.settled()


SCENES: dict[str, Scene] = {
    "idle": idle,
    "empty": empty,
    "ringing": ring_while_writing,
    "ringing-idle": ring_idle,
    "incall": in_call,
    "undecided": undecided,
    "wrapup": wrap_up,
    "unknown": unknown,
    "on-file-already": on_file_already,
    "attach": attaching,
    "withheld": withheld,
    "complaint": complaint,
    "service": service,
    "return": product_return,
    "information": information,
    "complaint-filled": complaint_filled,
    "complaint-form-files": partial(form_with_files, filled=complaint_filled),
    "customer": customer,
    "settling": settling,
    "settling-field": settling_a_field,
    "settling-merged": merged_by_itself,
    "two-versions": two_versions_of_a_field,
    "callbacks": callbacks,
    "merging": merging,
    **CARD_SCENES,
    **KNOWLEDGE_SCENES,
    "unsent": unsent,
    "unsent-page": unsent_page,
    "first-copy": first_copy,
    "offline": offline,
    "too-old": too_old,
    "copied": copied,
    "phone-ready": phone_ready,
    "phone-call": on_the_phone,
    "phone-transfer": transferring,
    "phone-asking": asking_first,
    "phone-handed-over": handed_over,
    "phone-handed-on": handed_on,
    "phone-dial": dialling,
    "phone-break": on_break,
    "phone-on-break": back_from_break,
    **task_pictures.SCENES,
}


async def draw(scene: str, folder: Path, sizes: Mapping[str, tuple[int, int]] = SIZES, mark: str = "") -> None:
    """Play a scene once and take its pictures in every size and scheme; ``mark`` follows the size in their names."""
    with tempfile.TemporaryDirectory() as home:
        house = open_house(Path(home))
        house.add(*rules_on_the_desk())
        window = open_window(house, "desk", "tasks", "unsent", role=Role.AGENT)
        me = AgentStatus("4021", "Sam Okafor", AgentState.READY, AFTERNOON - timedelta(seconds=38))
        queues = (
            a_queue("heating-emergency", "Heating emergency", (161.0, 90.0, 20.0)),
            a_queue("billing", "Billing"),
            a_queue("new-policies", "New policies"),
        )
        house.desk.phone.heard_board(replace(a_board(queues=queues), agents=(me,)))
        window.show()
        window.activateWindow()
        hand = Stagehand(house, window)
        await hand.settled()
        await SCENES[scene](hand)
        for size, (width, height) in sizes.items():
            window.resize(width, height)
            for scheme in (SchemeChoice.LIGHT, SchemeChoice.DARK):
                install_theme_choice(scheme)
                await asyncio.sleep(0.15)
                window.grab().save(str(folder / f"{scene}-{size}{mark}-{scheme}.png"))
        await hand.page.closing()
        window.close()
        window.deleteLater()
        await asyncio.sleep(0.05)
        house.close()


def install_theme_choice(scheme: SchemeChoice) -> None:
    """Switch the program to a scheme."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    install_theme(app).choose(scheme)


def main() -> None:
    """Draw the scenes named, or all."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(["crmdesk", *STYLE])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    install_theme(app).reduced_motion = True
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    for name in sys.argv[2:] or SCENES:
        loop.run_until_complete(draw(name, folder))
    loop.close()


if __name__ == "__main__":
    main()
