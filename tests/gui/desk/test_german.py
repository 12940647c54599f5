"""The desk in German, whose words are longer: what is pressed or read at once is whole on a small screen too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtWidgets import QWidget
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes
from crmdesk.domain.sync_state import SyncLink
from crmdesk.models.callback import Callback
from crmdesk.models.customer import Customer
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.ui.frame.status_feed import StatusFeed
from crmdesk.ui.frame.unsent_list import Doing, UnsentList
from crmdesk.ui.kit import Button, chip_width, column_rects
from crmdesk.ui.pages.desk.work_rows import COLUMNS, NARROW, Work, WorkRow
from crmdesk.ui.pages.unsent import UnsentPage
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.callbacks import LATE, four_callbacks
from tests.support.clock import AFTERNOON
from tests.support.desk import MARGARET
from tests.support.spoken import speaking


@pytest.fixture
def german(open_a_desk: OpenDesk) -> Iterator[Hand]:
    """An agent whose desk speaks German, on a window of the smallest usual screen."""
    with speaking("de"):
        hand = open_a_desk("desk", "unsent")
        hand.window.resize(1366, 768)
        yield hand


def is_whole(button: Button) -> bool:
    """Say whether all of a button can be seen: it has the size that it needs, and nothing around it cuts it."""
    if button.width() < button.sizeHint().width():
        return False
    around: QWidget | None = button.parentWidget()
    while around is not None:
        if not around.rect().contains(QRect(button.mapTo(around, QPoint()), button.size())):
            return False
        around = around.parentWidget()
    return True


@pytest.mark.parametrize("minutes", [28, 59, 130, 840])
def test_how_late_a_callback_is_is_read_in_its_list(german: Hand, minutes: int) -> None:
    four_callbacks(german.house)
    with Session(german.house.engines.write) as session, session.begin():
        session.get_one(Callback, LATE).due_at = AFTERNOON - timedelta(minutes=minutes)
    german.house.bus.publish(Changes(everything=True))
    table = german.page.view.idle.sections[Work.CALLBACK]
    german.until(lambda: table.model.rows)
    row = table.model.rows[0]
    assert isinstance(row, WorkRow)
    assert row.chip.text.endswith("überfällig")
    for columns in (COLUMNS, NARROW):
        due = column_rects(columns[Work.CALLBACK], QRectF(0, 0, 800, 36))[0]
        assert chip_width(row.chip) <= due.width()


async def refuse_a_note(hand: Hand) -> None:
    await hand.house.desk.interactions.add_note(None, MARGARET, "80 € zugesagt.")
    with Session(hand.house.engines.write) as session, session.begin():
        row = session.scalars(select(Outbox)).one()
        row.state, row.reason = OutboxState.REFUSED.value, "Above your limit of £50.00."
    await hand.house.desk.sync.refresh(SyncLink.LIVE)


@pytest.mark.parametrize("place", ["card", "page"])
def test_every_way_on_with_a_refused_change_is_a_whole_button(german: Hand, place: str) -> None:
    german.run(refuse_a_note(german))
    listed: UnsentList
    if place == "card":
        german.window.status.sync.click()
        (feed,) = german.window.findChildren(StatusFeed)
        listed = feed.popover.list
    else:
        german.window.go_to("unsent")
        page = german.window.page("unsent")
        assert isinstance(page, UnsentPage)
        listed = page.list
    german.until(listed.hasFocus)
    german.until(lambda: listed.ways and all(button.key for button in listed.ways[0].values()))
    (ways,) = listed.ways
    assert set(ways) == set(Doing) - {Doing.SETTLE}
    german.until(lambda: all(is_whole(button) for button in ways.values()))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ida", "Zu Ida zusammenführen"),
        ("Margaret Ellison", "Zusammenführen"),
        ("Wolfeschlegelsteinhausen " * 3, "Zusammenführen"),
    ],
)
def test_the_button_that_merges_is_whole_whoever_stays(german: Hand, name: str, words: str) -> None:
    with Session(german.house.engines.write) as session, session.begin():
        session.get_one(Customer, MARGARET).name = name
    german.open_customer(MARGARET)
    german.page.merging.open()
    german.until(lambda: german.page.merging.pane is not None)
    pane = german.page.merging.pane
    assert pane is not None
    german.until(pane.search.edit.hasFocus)
    german.write("priya")
    german.until(lambda: pane.told is not None)
    german.until(lambda: is_whole(pane.merge) and pane.merge.key)
    german.until(lambda: pane.merge.words == words)
    assert is_whole(pane.merge)
