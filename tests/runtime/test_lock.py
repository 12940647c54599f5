"""The password typed at the server opens the locked desk, also without the server, and is nowhere in the file."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from crmdesk.domain.errors import UserMistake
from crmdesk.runtime import settings
from tests.runtime.conftest import PASSWORD, run, session_at
from tests.support.gateway import GatewayProcess


def test_the_password_of_the_sign_in_opens_the_desk_while_the_server_is_away(
    server: GatewayProcess, tmp_path: Path
) -> None:
    async def story() -> None:
        async with session_at(tmp_path) as anna:
            assert not anna.desk.lock.can_lock
            await anna.sign_in(server.url, "anna", PASSWORD)
            await asyncio.to_thread(server.kill)
            anna.desk.lock.lock()
            await anna.desk.lock.keep()
        async with session_at(tmp_path) as anna:
            assert await anna.resume() is not None
            locked = [anna.desk.lock.locked]
            with pytest.raises(UserMistake):
                await anna.desk.lock.unlock("another one")
            locked.append(anna.desk.lock.locked)
            await anna.desk.lock.unlock(PASSWORD)
            locked.append(anna.desk.lock.locked)
            assert locked == [True, True, False]
            kept = await anna.database.read(settings.lock_state)
            assert kept.check.startswith("$argon2id$")
            assert PASSWORD not in kept.check

    run(story())
