"""Draws the frame and every state of the lane in both schemes: ``python -m tests.support.frame_gallery FOLDER``."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QVBoxLayout

from crmdesk.domain.calls.live import AgentCall, AgentState, AgentStatus, Direction, EndedBy, Party, Phase, PopReason
from crmdesk.domain.candidates import Candidate, LookUp, LookUpKind
from crmdesk.domain.sync_state import SyncLink, SyncState, UnsentChange, UnsentState
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.lane_model import Lane, LaneCell, Parked, StateBlock
from crmdesk.ui.frame.lane_words import ringing_cell, state_block, talking_cell, wrap_up_cell
from crmdesk.ui.frame.page import Page, PageSpec, Place
from crmdesk.ui.frame.status_words import sync_words
from crmdesk.ui.frame.sync_popover import SyncPopover
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.kit import EmptyState
from crmdesk.ui.qt.errors import report_of
from crmdesk.ui.theme import STYLE, Icon, SchemeChoice, Voice, install_theme
from tests.support.clock import StandingClock

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 12, 23, 14, 19, 6, tzinfo=UTC)
CUSTOMER = UUID(int=1)

CALL = AgentCall(
    key="ring-1",
    revision=1,
    agent="4101",
    contact_id=UUID(int=7),
    phase=Phase.RINGING,
    direction=Direction.INBOUND,
    party=Party("+442079460172"),
    pop=PopReason.RING,
    queue="Heating emergency",
    did="+442079460000",
    contact_began=NOW - timedelta(seconds=114),
    rang_at=NOW - timedelta(seconds=6),
    waited_s=108,
)
LOOK_UP = LookUp(
    LookUpKind.SEVERAL,
    "+442079460172",
    (
        Candidate(CUSTOMER, "Margaret Ellison", "", "Policyholder, Leeds", 0.82, ()),
        Candidate(UUID(int=2), "Priya Shah", "", "Carer", 0.11, ()),
        Candidate(UUID(int=3), "Daniel Ellison", "", "Son", 0.06, ()),
    ),
)
READY = AgentStatus("4101", "You", AgentState.READY, NOW - timedelta(seconds=38))
PARKED = (
    Parked("draft-1", "Tomasz Wiśniewski", "Draft kept, 14:18"),
    Parked("draft-2", "Omar al-Haddad", "Draft kept, 13:58"),
)


def number(e164: str) -> str:
    """Write the one number of the samples."""
    return {"+442079460172": "+44 20 7946 0172"}.get(e164, e164)


def lanes() -> dict[str, Lane]:
    """Return a lane for every state."""
    ringing = ringing_cell(CALL, LOOK_UP, number)
    unknown = ringing_cell(replace(CALL, key="ring-2"), LookUp(LookUpKind.UNKNOWN, "+12125550143"), number)
    withheld = ringing_cell(replace(CALL, party=Party(withheld=True)), None, number)
    talk = replace(CALL, phase=Phase.TALKING, answered_at=NOW - timedelta(seconds=252))
    talking = talking_cell(talk, "Margaret Ellison", number)
    held = talking_cell(
        replace(talk, key="ring-3", phase=Phase.HELD, held_since=NOW - timedelta(seconds=104)), "Anita Sharma", number
    )
    ended = replace(talk, phase=Phase.ENDED, ended_at=NOW, talk_s=712, hold_s=40, ended_by=EndedBy.CALLER)
    wrap = wrap_up_cell(ended, "Margaret Ellison", number, ZONE, NOW + timedelta(seconds=36), 60)
    last = wrap_up_cell(ended, "Margaret Ellison", number, ZONE, NOW + timedelta(seconds=8), 60)

    def lane(*cells: LaneCell, parked: tuple[Parked, ...] = ()) -> Lane:
        return Lane(state_block(cells, READY, 3, ZONE), cells, parked)

    idle = lane()
    return {
        "ringing": lane(ringing),
        "ringing-unknown": lane(unknown),
        "ringing-withheld": lane(withheld, parked=PARKED[:1]),
        "talking": lane(talking, parked=PARKED[:1]),
        "held": lane(held, parked=PARKED),
        "wrapup": lane(wrap),
        "wrapup-soon": lane(last),
        "wrapup-ringing": lane(wrap, replace(ringing, key="ring-9")),
        "talking-held": lane(talking, held),
        "idle": idle,
        "no-events": replace(
            idle,
            words="Call details do not reach this computer",
            second="Your phone still rings. Type the number in Find anything to open the caller",
            icon=Icon.PHONE_OFF,
            voice=Voice.SOON,
            state=StateBlock("Ready", "as of 14:02", Icon.CIRCLE_DOT, Voice.PHONE, READY.since),
        ),
    }


class SamplePage(Page):
    """An empty page."""

    def __init__(self, _place: Place) -> None:
        super().__init__()
        QVBoxLayout(self).addWidget(EmptyState(Icon.LIST_CHECKS, "Nothing is due", "No callbacks with you today."))


SPECS = (
    PageSpec("desk", "Desk", "Go to desk", Icon.HEADPHONES, "D", 10, SamplePage),
    PageSpec("cases", "Cases", "Go to cases", Icon.SCALE, "C", 20, SamplePage),
    PageSpec("board", "Board", "Go to board", Icon.LAYOUT_DASHBOARD, "B", 50, SamplePage),
    PageSpec("unsent", "Unsent", "Go to unsent", Icon.INBOX, "U", 100, SamplePage),
    PageSpec("settings", "Settings", "Go to settings", Icon.SETTINGS, "S", 110, SamplePage),
)
SYNC = SyncState(SyncLink.LIVE, NOW, 4, 1, NOW - timedelta(seconds=9), NOW - timedelta(seconds=2))
CHANGES = (
    UnsentChange(1, "Note", "Tomasz Wiśniewski", NOW - timedelta(seconds=9), UnsentState.WAITING),
    UnsentChange(
        2, "Complaint", "Zeynep Çelik", NOW, UnsentState.REFUSED, "The reference is taken. Register it again."
    ),
    UnsentChange(3, "Phone number", "Omar al-Haddad", NOW, UnsentState.CONFLICT, "Yours and Petra’s differ."),
)


def draw(window: MainWindow, folder: Path, scheme: str) -> None:
    """Draw the lane in each state and the cards of the frame."""
    app = QApplication.instance()
    assert app is not None
    for name, lane in lanes().items():
        window.lane.show_lane(lane)
        for width, height in ((1440, 900), (1366, 768), (1100, 700)):
            window.resize(width, height)
            app.processEvents()
            window.lane.grab().save(str(folder / f"lane-{name}-{width}-{scheme}.png"))
    window.lane.show_lane(lanes()["talking"])
    window.status.sync.say(sync_words(SYNC, ZONE))
    window.status.show_queues("Heating emergency: 3 waiting, longest 2:41")
    window.rail.items["cases"].show_badge(6)
    window.rail.items["unsent"].show_badge(4, Voice.LATE)
    for width, height in ((1440, 900), (1366, 768), (1100, 700)):
        window.resize(width, height)
        app.processEvents()
        window.grab().save(str(folder / f"frame-{width}-{scheme}.png"))
    window.resize(1440, 900)
    app.processEvents()
    for spec in SPECS:
        window.keys.bind(commands.jump(spec.id, spec.going, spec.letter, spec.icon), window.next_pane)
    for command in (commands.COMPLAINT, commands.NOTE, commands.FINISH, commands.MORE_TIME, commands.FIND):
        window.keys.bind(command, window.next_pane).details = "Margaret Ellison, prefilled"
    window.keys.declare(commands.TRY_NOW)
    window.overlays.turn_palette()
    window.overlays.palette.field.setText("t")
    popover = SyncPopover(ZONE, window)
    popover.show_state(SYNC, CHANGES, NOW, ZONE, 3)
    popover.open_above(QPoint(8, 860))
    window.overlays.crash.show_report(report_of(ValueError("x")))
    app.processEvents()
    window.grab().save(str(folder / f"cards-{scheme}.png"))
    window.overlays.palette.go()
    popover.go()
    window.overlays.turn_keys()
    app.processEvents()
    window.grab().save(str(folder / f"keys-{scheme}.png"))


def main(folder: Path) -> None:
    """Draw everything in both schemes."""
    app = QApplication.instance() or QApplication([*sys.argv, *STYLE])
    assert isinstance(app, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    look = install_theme(app)
    look.reduced_motion = True
    for choice in (SchemeChoice.LIGHT, SchemeChoice.DARK):
        look.choose(choice)
        window = MainWindow(StandingClock(NOW))
        for spec in SPECS:
            window.rail.add(spec, f"Ctrl+J, {spec.letter}")
        window.rail.show_chosen("desk")
        window.show()
        draw(window, folder, choice)
        window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
