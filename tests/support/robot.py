"""A desktop in a process of its own with hands that know what the end-to-end tests ask for, and how one is started."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QLineEdit

from crmdesk.demo import desk
from crmdesk.demo.hands import Hands
from crmdesk.demo.reins import DeskProcess
from crmdesk.demo.steps import STEPS, Found, Step
from crmdesk.demo.warden import Warden
from crmdesk.runtime.bus import RaiseWindow
from crmdesk.ui.frame.opening import PassphraseSheet, TroubleSheet
from crmdesk.ui.kit import Button, Label
from crmdesk.ui.pages.desk import DeskPage
from crmdesk.ui.pages.search.page import SearchPage
from crmdesk.ui.pages.sign_in import SignInSheet
from crmdesk.ui.pages.unsent import UnsentPage

PASSPHRASE = "correct horse battery"


def _desk(hands: Hands) -> DeskPage:
    page = hands.window.page("desk")
    assert isinstance(page, DeskPage)
    return page


async def opened(hands: Hands) -> Found:
    """Wait until the pages are open without signing in: the desk knew who works at it."""
    await hands.see("the pages", lambda: hands.window.current)
    return {"page": hands.window.current}


async def status(hands: Hands, sync: str = "", phone: str = "") -> Found:
    """Wait until the status line begins with these words; return what it says."""
    line = hands.window.status
    await hands.see(f"“{sync}” and “{phone}” in the status line", lambda: _says(hands, sync, phone))
    return {"sync": line.sync.said.text, "after": line.sync.said.after, "phone": line.phone.said.text}


def _says(hands: Hands, sync: str, phone: str) -> bool:
    line = hands.window.status
    return line.sync.said.text.startswith(sync) and line.phone.said.text.startswith(phone)


async def open_customer(hands: Hands, words: str, name: str) -> Found:
    """Find a customer by Ctrl+F and open the card with Enter."""
    await STEPS["search"](hands, words, name)
    page = hands.part(SearchPage)
    assert page is not None
    await hands.press("Return")
    await hands.see("the customer on the desk", lambda: (s := _desk(hands).walk.spot) is not None and s.title == name)
    return {}


async def show_customer(hands: Hands, words: str) -> Found:
    """Let the card of whom these words find be shown, without a key: none is left over for what comes up instead."""
    session = hands.desktop.session
    assert session is not None
    (hit, *_) = (await session.desk.search.find(words)).hits
    _desk(hands).open_customer(hit.id)
    return {}


async def note(hands: Hands, words: str) -> Found:
    """Write a note about the customer shown and save it by Ctrl+Enter."""
    await STEPS["write"](hands, words)
    await hands.press("Ctrl+Return")
    await hands.see("an empty note after saving", lambda: not _desk(hands).view.call.note.text.text)
    return {}


async def type_on(hands: Hands, words: str, rhythm_s: float) -> Found:
    """Type into the note in the rhythm of a person, without waiting for anything to be saved."""
    await hands.press("Ctrl+N")
    for letter in words:
        await hands.type(letter)
        await asyncio.sleep(rhythm_s)
    return {}


async def glance(hands: Hands) -> Found:
    """Tell what stands in the note, and whether the pane calls it saved, at this moment."""
    page = _desk(hands)
    spot = page.walk.spot
    writing = page.drafts.writing(spot.subject) if spot is not None else None
    pane = page.view.call.note
    return {
        "at": time.monotonic(),
        "text": pane.text.text,
        "saved": writing is not None and not writing.unsaved and pane.saved.text().startswith("Saved"),
    }


async def recovered(hands: Hands) -> Found:
    """Return every draft that the desk has after its start."""
    session = hands.desktop.session
    assert session is not None
    return {"texts": [draft.fields.get("note", "") for draft in await session.desk.drafts.parked()]}


async def give_passphrase(hands: Hands, words: str) -> Found:
    """Type a passphrase into its sheet."""
    sheet = await hands.see("the passphrase sheet", lambda: hands.part(PassphraseSheet))
    line = sheet.findChild(QLineEdit)
    assert line is not None
    await hands.see("the keyboard in the passphrase", lambda: hands.keyboard_in(sheet))
    await hands.type(words)
    await hands.press("Return")
    return {}


async def mistake(hands: Hands) -> Found:
    """Wait until the passphrase sheet says what is wrong; return its words."""
    sheet = await hands.see("the passphrase sheet", lambda: hands.part(PassphraseSheet))
    await hands.see("what is wrong with the passphrase", lambda: sheet.field.problem)
    return {"words": sheet.field.problem}


async def trouble(hands: Hands) -> Found:
    """Wait for the sheet about the local file; return its words and buttons."""
    sheet = await hands.see("the sheet about the file", lambda: hands.part(TroubleSheet))
    words = [label.text() for label in sheet.findChildren(Label)]
    return {"words": " ".join(words), "buttons": [button.words for button in sheet.findChildren(Button)]}


async def answer_trouble(hands: Hands, button: str) -> Found:
    """Choose a way on by Tab and Space."""
    sheet = hands.part(TroubleSheet)
    assert sheet is not None
    wanted = next(one for one in sheet.findChildren(Button) if one.words == button)
    while not hands.keyboard_in(wanted):
        await hands.press("Tab")
    await hands.press("Space")
    return {}


async def why(hands: Hands) -> Found:
    """Wait for the sign-in sheet; return what it says about what happened."""
    sheet = await hands.see("the sign-in sheet", lambda: hands.part(SignInSheet))
    return {"words": " ".join(label.text() for label in sheet.findChildren(Label) if label.isVisible())}


async def until_the_end(hands: Hands) -> Found:
    """Never answer: whoever asked is told when this desktop ends."""
    forever: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
    return await forever


async def raised(hands: Hands) -> Found:
    """Wait until a second start rings at the door."""
    heard = _Bell(asyncio.get_running_loop().create_future())
    hands.desktop.bus.subscribe(RaiseWindow, heard.ring)
    hands.window.lower()
    await heard.rung
    return {"active": hands.window.isActiveWindow()}


class _Bell:
    def __init__(self, rung: asyncio.Future[None]) -> None:
        self.rung = rung

    def ring(self, _: RaiseWindow) -> None:
        """Somebody rang."""
        if not self.rung.done():
            self.rung.set_result(None)


async def unsent(hands: Hands) -> Found:
    """Return what is unsent, as the page about it shows."""
    await hands.press("Ctrl+J", "U")
    await hands.see("the page about what is unsent", lambda: hands.part(UnsentPage))
    session = hands.desktop.session
    assert session is not None
    return {"what": [one.what for one in await session.desk.sync.changes()]}


_MORE: Mapping[str, Step] = {
    step.__name__: step
    for step in (
        *(opened, status, open_customer, show_customer, note, type_on, glance, recovered),
        *(give_passphrase, mistake, trouble, answer_trouble, why, until_the_end, raised, unsent),
    )
}


# Starting one, from a test -----------------------------------------------------------------------------------------


@asynccontextmanager
async def desktop(
    folder: Path, server: str, passphrase: str | None = PASSPHRASE, **environment: str
) -> AsyncIterator[DeskProcess]:
    """Run an agent's desktop offscreen on the profile in ``folder`` while the block runs."""
    guarded = Path(tempfile.mkdtemp(prefix="crmdesk-e2e-"))
    warden = Warden(guarded)
    process = DeskProcess("agent", warden, guarded / "desk.log", "tests.support.robot")
    settings: dict[str, Any] = {
        "role": "agent",
        "folder": str(folder),
        "server": server,
        "region": "US",
        "passphrase": passphrase,
        "pictures": "",
    }
    around = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(folder.parent), **environment}
    try:
        await process.start(settings, around)
        yield process
    finally:
        await process.stop()
        warden.close()


if __name__ == "__main__":
    sys.exit(desk.main({**STEPS, **_MORE}))
