"""A file from one desk to another through a real gateway, and what is said where it cannot be reached."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from crmdesk.domain.attachments.limits import PART
from crmdesk.domain.attachments.views import CaseKind, CaseRef, Whereabouts
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.complaints import NewComplaint
from crmdesk.domain.errors import Unavailable
from crmdesk.runtime.session import DeskSession
from tests.runtime.conftest import PASSWORD, Eye, run, session_at
from tests.support.gateway import GatewayProcess
from tests.support.waiting import until

LARGE = b"0123456789abcde\n" * ((2 * PART + 4096) // 16)


async def registered(session: DeskSession) -> CaseRef:
    """Register a complaint."""
    known = await session.desk.complaints.prefill(None, None, "", None)
    new = NewComplaint(
        reference=known.reference,
        customer_id=None,
        interaction_id=None,
        product="Boiler cover",
        category="Delay",
        severity=3,
        verbatim="Nobody came.",
        desired_remedy="",
        safety=False,
        received_zone="Europe/London",
    )
    return CaseRef(CaseKind.COMPLAINT, await session.desk.complaints.register(new))


async def whereabouts(session: DeskSession, case: CaseRef, eye: Eye, wanted: Whereabouts) -> UUID:
    """Return a file's id once its content is there."""
    while True:
        eye.seen.clear()
        found = await session.desk.attachments.of(case)
        if found and found[0].whereabouts is wanted:
            return found[0].id
        await eye.until(lambda changes: changes.touches(Kind.COMPLAINT_ATTACHMENT))


def test_a_file_goes_to_the_server_and_comes_when_a_colleague_opens_it(server: GatewayProcess, tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_bytes(LARGE)

    async def story() -> None:
        async with session_at(tmp_path / "anna") as anna, session_at(tmp_path / "bela") as bela:
            eyes = [Eye(session.desk.bus, Changes) for session in (anna, bela)]
            await anna.sign_in(server.url, "anna", PASSWORD)
            await bela.sign_in(server.url, "bela", PASSWORD)
            await eyes[0].until(bool)
            case = await registered(anna)
            id_ = await anna.desk.attachments.add_file(case, tmp_path / "log.txt")
            assert await whereabouts(anna, case, eyes[0], Whereabouts.HERE) == id_
            await until(lambda: anna.desk.sync.state.unsent == 0, "nothing of it counts as unsent any more")
            assert await whereabouts(bela, case, eyes[1], Whereabouts.ELSEWHERE) == id_
            assert await bela.desk.attachments.content(id_) == LARGE
            assert await whereabouts(bela, case, eyes[1], Whereabouts.HERE) == id_
            await bela.desk.attachments.save(id_, tmp_path / "saved.txt")
            assert (tmp_path / "saved.txt").read_bytes() == LARGE

    run(story())


def test_what_is_not_here_says_that_it_comes_when_connected(server: GatewayProcess, tmp_path: Path) -> None:
    async def story() -> None:
        async with session_at(tmp_path / "anna") as anna, session_at(tmp_path / "bela") as bela:
            eyes = [Eye(session.desk.bus, Changes) for session in (anna, bela)]
            await anna.sign_in(server.url, "anna", PASSWORD)
            await bela.sign_in(server.url, "bela", PASSWORD)
            await eyes[0].until(bool)
            case = await registered(anna)
            id_ = await anna.desk.attachments.add_bytes(case, "a.txt", b"words")
            await whereabouts(bela, case, eyes[1], Whereabouts.ELSEWHERE)
            bela.desk.attachments.reach(None)
            with pytest.raises(Unavailable) as away:
                await bela.desk.attachments.content(id_)
            assert away.value.next_step == "It comes when connected."

    run(story())
