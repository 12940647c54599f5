"""Scenes of attached files for the pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt

from crmdesk.models.attachment import ComplaintAttachment, ContentState, WaitingContent
from crmdesk.models.base import Synced
from crmdesk.models.local import LocalBase
from tests.support.cases import LONG
from tests.support.clock import AFTERNOON
from tests.support.desk import JABU, ME, known_id
from tests.support.files import EML, PDF, png

if TYPE_CHECKING:
    from crmdesk.ui.frame.page import Place
    from crmdesk.ui.pages.cases.page import CasesPage
    from tests.support.desk import House
    from tests.support.pictures import Stagehand

_FILES = (
    ("engineer-visit-log.pdf", "application/pdf", PDF, 412_000, JABU),
    ("boiler panel.png", "image/png", png(900, 600), 1_840_000, ME.agent_id),
    ("Fwd appointment.eml", "message/rfc822", EML, 8_200, ME.agent_id),
)


def three_files(complaint_id: UUID) -> tuple[Synced | LocalBase, ...]:
    """Return files of a complaint: one at the server, one here and waiting, one refused."""
    rows: list[Synced | LocalBase] = []
    for place, (name, media_type, data, size, by) in enumerate(_FILES):
        id_, at = known_id(name), AFTERNOON - timedelta(days=4 - 2 * place, minutes=17 * place)
        told = {"name": name, "media_type": media_type, "size": size, "sha256": sha256(data).hexdigest()}
        row = ComplaintAttachment(id=id_, complaint_id=complaint_id, added_by=by, added_at=at, scope_id=1, **told)
        rows.append(row)
        if place:
            content = WaitingContent(id=id_, entity=row.__tablename__, added_at=at, data=data, **told)
            if place == len(_FILES) - 1:
                content.state = ContentState.REFUSED.value
                content.reason = "What came of this file is not what was added."
            rows.append(content)
    return tuple(rows)


def file_scenes(
    complaint: Callable[[House, Place], Awaitable[None]], page_of: Callable[[Place], CasesPage]
) -> dict[str, Callable[[House, Place], Awaitable[None]]]:
    """Return the scenes, which begin where ``complaint`` shows one."""

    async def files(house: House, place: Place) -> None:
        """The files of a complaint, one chosen."""
        house.add(*three_files(known_id(LONG)))
        await complaint(house, place)
        pane = page_of(place).pane.about.files
        await _until(lambda: len(pane.rows.rows) == len(_FILES))
        pane.go_in()
        pane.list.select(1)

    async def shown(house: House, place: Place) -> None:
        """One of them is looked at."""
        await files(house, place)
        pane = page_of(place).pane.about.files
        pane.open()
        await _until(lambda: pane.viewer is not None and pane.viewer.isVisible())

    return {"complaint-files": files, "complaint-file-shown": shown}


async def _until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not done():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def form_with_files(hand: Stagehand, filled: Callable[[Stagehand], Awaitable[None]]) -> None:
    """The complaint form with two files, scrolled to them."""
    from crmdesk.ui.forms.complaint import ComplaintForm

    await filled(hand)
    form = hand.page.forms.form
    assert isinstance(form, ComplaintForm)
    for name, data in (("boiler panel.png", png(90, 60)), ("visit log.pdf", PDF)):
        await hand.house.desk.attachments.add_bytes(form.draft_key, name, data)
    await hand.waits_for(lambda: len(form.files.rows.rows) == 2)
    form.files.list.setFocus(Qt.FocusReason.OtherFocusReason)
    await hand.settled()
