"""What the demo's hands can be asked to do, by name: each step presses keys and ends when its outcome is seen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from crmdesk.demo.hands import PATIENCE_S, Hands, NotSeen
from crmdesk.domain.calls.live import PhoneLink
from crmdesk.domain.lane import DeskCall, Stage
from crmdesk.domain.sync_state import SyncLink, UnsentState
from crmdesk.ui.formkit import FormPane
from crmdesk.ui.frame.cover import Cover
from crmdesk.ui.kit import Button
from crmdesk.ui.pages.board.page import BoardPage
from crmdesk.ui.pages.cases.page import CaseRow, CasesPage
from crmdesk.ui.pages.desk import DeskPage
from crmdesk.ui.pages.search.page import SearchPage
from crmdesk.ui.qt.keys import cap_text

_MOST_TABS = 30
Found = dict[str, Any]
Step = Callable[..., Coroutine[Any, Any, Found]]


# Beginning and end --------------------------------------------------------------------------------------------------


async def sign_in(hands: Hands, login: str, password: str) -> Found:
    """Sign in through the sheet; the desk is open afterwards."""
    fields = await hands.see("the sign-in sheet", partial(_fields_of_sheet, hands))
    for line, words in zip(fields, (login, password), strict=True):
        await _tab_to(hands, line)
        await hands.press("Ctrl+A")
        await hands.type(words)
    files = await hands.picture(f"{hands.settings['role']}-sign-in")
    await hands.press("Return")
    await hands.see("the desk after sign-in", lambda: hands.window.current)
    if hands.window.has_page("desk"):
        desk = hands.window.page("desk")
        assert isinstance(desk, DeskPage)
        desk.popped.connect(partial(_note_pop, hands))
    return {"pictures": files}


def _fields_of_sheet(hands: Hands) -> tuple[QLineEdit, QLineEdit] | None:
    """Return where name and password are typed: the line for secrets and the one before it."""
    cover = hands.part(Cover)
    if cover is None:
        return None
    lines = [line for line in cover.findChildren(QLineEdit) if line.isVisible()]
    secret = [place for place, line in enumerate(lines) if line.echoMode() is QLineEdit.EchoMode.Password]
    return (lines[secret[0] - 1], lines[secret[0]]) if secret and secret[0] > 0 else None


async def _tab_to(hands: Hands, widget: QWidget) -> None:
    """Press Tab until the keyboard is in a widget."""
    for _ in range(_MOST_TABS):
        if hands.keyboard_in(widget):
            return
        await hands.press("Tab")
    raise NotSeen(f"the keyboard does not come to {widget.accessibleName() or type(widget).__name__} by Tab")


def _note_pop(hands: Hands, key: str) -> None:
    hands.pops.append((key, time.monotonic()))


async def live(hands: Hands) -> Found:
    """Wait until the link to the server is up and everything was received."""
    session = hands.desktop.session
    assert session is not None
    await hands.see("the link to the server", lambda: session.desk.sync.state.link is SyncLink.LIVE)
    await hands.see("a first turn of sync", lambda: session.desk.sync.state.last_received_at)
    return {}


async def on_the_phone(hands: Hands) -> Found:
    """Wait until the gateway says that it hears the phone system."""
    await hands.see("the link to the phone system", partial(_phone_is_up, hands))
    return {}


def _phone_is_up(hands: Hands) -> bool:
    session = hands.desktop.session
    state = session.desk.phone.state if session is not None else None
    return state is not None and state.link is PhoneLink.CONNECTED


async def sent(hands: Hands) -> Found:
    """Wait until nothing waits to be sent any more; return how much the server refused."""
    session = hands.desktop.session
    assert session is not None
    until = time.monotonic() + PATIENCE_S
    while waiting := [one for one in await session.desk.sync.changes() if one.state is UnsentState.WAITING]:
        if time.monotonic() > until:
            raise NotSeen(f"{len(waiting)} changes are still unsent")
        await asyncio.sleep(0.02)
    return {"refused": len(await session.desk.sync.changes())}


async def picture(hands: Hands, name: str) -> Found:
    """Take pictures of what is on the screen, light and dark."""
    return {"pictures": await hands.picture(name, dark=True)}


async def look(hands: Hands) -> Found:
    """Tell what is on the screen, for the report about a step that failed."""
    focus = hands.focus()
    return {
        "page": hands.window.current,
        "focus": f"{type(focus).__name__} {focus.accessibleName()}" if focus is not None else "",
        "pictures": await hands.picture(f"{hands.settings['role']}-at-the-end"),
    }


# The agent ----------------------------------------------------------------------------------------------------------


def _desk(hands: Hands) -> DeskPage:
    page = hands.window.page("desk")
    assert isinstance(page, DeskPage)
    return page


def _front(hands: Hands) -> DeskCall | None:
    page = _desk(hands)
    return page.walk.case()


async def idle(hands: Hands) -> Found:
    """Wait until the agent's own work list is shown: no call is on."""
    await hands.see("the idle desk", lambda: _desk(hands).view.at_work)
    return {}


async def ringing(hands: Hands, number: int) -> Found:
    """Wait for the pop of the ``number``-th ring (1 the first); return when it was painted and who may be calling."""
    await hands.see(f"pop {number}", lambda: len(hands.pops) >= number)
    key, painted = hands.pops[number - 1]
    case = _desk(hands).book.case(key)
    assert case is not None
    return {
        "painted": painted,
        "pops": len(hands.pops),
        "kind": case.look_up.kind.value if case.look_up is not None else "",
        "names": [one.name for one in case.candidates],
        "contact": case.call.contact_id.hex,
    }


async def choose(hands: Hands, digit: int) -> Found:
    """Say whose call it is by Ctrl and the digit of the chooser."""
    chord = f"Ctrl+{digit}"
    await hands.see(f"the key {chord} on a candidate", lambda: _cap_in_sight(hands, chord))
    await hands.press(chord)
    case = await hands.see("whose call it is", lambda: _decided(_front(hands)))
    assert case.person is not None
    return {"name": case.person.name, "customer": case.person.customer_id.hex}


def _cap_in_sight(hands: Hands, chord: str) -> bool:
    return any(button.key == cap_text(chord) and button.isVisible() for button in hands.window.findChildren(Button))


def _decided(case: DeskCall | None) -> DeskCall | None:
    return case if case is not None and case.person is not None else None


async def stage(hands: Hands, name: str) -> Found:
    """Wait until the call in front stands there: talking, held, wrap_up."""
    wanted = Stage(name)
    await hands.see(f"the call {name}", lambda: (case := _front(hands)) is not None and case.stage is wanted)
    return {}


async def write(hands: Hands, words: str) -> Found:
    """Write into the note until it says that it is saved; return how long that took after the last key."""
    note = _desk(hands).view.call.note
    await hands.press("Ctrl+N")
    await hands.see("the keyboard in the note", lambda: hands.keyboard_in(note.text))
    await hands.type(words)
    typed = time.monotonic()
    subject = _subject(hands)
    await hands.see("the note as typed", lambda: note.text.text.endswith(words))
    await hands.see(
        "the note saved",
        lambda: (w := _desk(hands).drafts.writing(subject)) is not None and not w.unsaved and bool(w.saved_at),
    )
    return {"saved_ms": round((time.monotonic() - typed) * 1000, 1), "text": note.text.text}


def _subject(hands: Hands) -> Any:
    spot = _desk(hands).walk.spot
    assert spot is not None
    return spot.subject


async def open_complaint(hands: Hands, category: str, severity: str, remedy: str) -> Found:
    """Open the complaint form by its key and fill what the call did not fill; return reference and values."""
    await hands.press("Ctrl+R")
    form = await hands.see("the complaint form", lambda: _desk(hands).forms.form)
    await hands.see("the reference", lambda: form.reference)
    await _go_to(hands, form, "category")
    await hands.type(category.partition(" ")[0])  # its first letters choose; a space would open the list
    await _go_to(hands, form, "severity")
    await hands.type(severity)
    await _go_to(hands, form, "desired_remedy")
    await hands.type(remedy)
    await hands.see("no field missing", lambda: not form.body.missing)
    return {"reference": form.reference, "values": dict(form.body.values)}


async def _go_to(hands: Hands, form: FormPane, name: str) -> None:
    field = next(one for one in form.body.inputs if one.spec.name == name)
    await _tab_to(hands, field)


async def register(hands: Hands) -> Found:
    """Register the complaint by Ctrl+Enter; return when the form said so, on the monotonic clock."""
    form = _desk(hands).forms.form
    assert form is not None
    form.registered.connect(partial(_note_registered, hands))
    pressed = time.monotonic()
    await hands.press("Ctrl+Return")
    await hands.see("the complaint registered", lambda: bool(hands.registered))
    return {"registered": hands.registered[-1], "pressed": pressed}


def _note_registered(hands: Hands, _: object) -> None:
    hands.registered.append(time.monotonic())


async def wrapping_up(hands: Hands) -> Found:
    """Wait for the wrap-up with its outcomes; return the names of the outcomes."""
    await stage(hands, Stage.WRAP_UP.value)
    outcomes = _desk(hands).view.call.note.outcomes
    await hands.see("the outcomes", lambda: outcomes.isVisible() and outcomes.chosen)
    return {"outcomes": list(outcomes.shown)}


async def finish(hands: Hands) -> Found:
    """Wrap up by Ctrl+Enter with the outcome that is chosen."""
    outcome = _desk(hands).view.call.note.outcomes.chosen
    key = _desk(hands).walk.case()
    assert key is not None
    await hands.press("Ctrl+Return")
    await hands.see("the call finished", lambda: (c := _desk(hands).book.case(key.key)) is None or c.finished)
    return {"outcome": outcome.hex if outcome is not None else ""}


# The supervisor -----------------------------------------------------------------------------------------------------


async def go_to(hands: Hands, page: str, letter: str) -> Found:
    """Go to a page by Ctrl+J and its letter."""
    await hands.press("Ctrl+J", letter)
    await hands.see(f"the page {page}", lambda: hands.window.current == page)
    return {}


async def board_shows(hands: Hands, queue: str, waiting: int) -> Found:
    """Wait until the board shows that so many callers wait in a queue; return its figures."""
    page = hands.window.page("board")
    assert isinstance(page, BoardPage)
    session = hands.desktop.session
    assert session is not None

    def shown() -> Found | None:
        board = session.desk.phone.board
        for figures in board.queues if board is not None else ():
            if figures.queue == queue and figures.waiting >= waiting:
                return {"waiting": figures.waiting, "offered": figures.offered, "label": figures.label}
        return None

    return await hands.see(f"{waiting} waiting in {queue}", shown)


async def search(hands: Hands, words: str, name: str) -> Found:
    """Find something by Ctrl+F and typing; return the titles found once ``name`` is among them."""
    await hands.press("Ctrl+F")
    page = await hands.see("the search page", lambda: hands.part(SearchPage))
    await hands.see("the keyboard in the search", lambda: hands.keyboard_in(page.field))
    await hands.type(words)

    def titles() -> list[str] | None:
        found = [hit.title for hit in page.results.hits]
        return found if any(name in title for title in found) else None

    return {"titles": await hands.see(f"{name} among the results", titles)}


async def complaint_painted(hands: Hands, reference: str) -> Found:
    """Wait on the Cases page until a complaint is painted in the list; return when, on the monotonic clock."""
    page = hands.window.page("cases")
    assert isinstance(page, CasesPage)
    view = page.list.view

    def is_there() -> bool:
        for place, row in enumerate(page.rows.rows):
            if isinstance(row, CaseRow) and row.case.reference == reference:
                view.scrollTo(page.rows.index(place))
                return view.viewport().rect().intersects(view.visualRect(page.rows.index(place)))
        return False

    return {"painted": await hands.painted_row(reference, view, is_there)}


STEPS: Mapping[str, Step] = MappingProxyType(
    {
        step.__name__: step
        for step in (
            *(sign_in, live, on_the_phone, sent, picture, look),
            *(idle, ringing, choose, stage, write, open_complaint, register, wrapping_up, finish),
            *(go_to, board_shows, search, complaint_painted),
        )
    }
)
"""Every step by its name."""
