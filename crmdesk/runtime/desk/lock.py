"""The desk's door to its lock: the sign-in password opens it, also while the server is away."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace

from crmdesk.domain import desk_lock
from crmdesk.domain.clock import Clock
from crmdesk.domain.desk_lock import LockState
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr, tr_n
from crmdesk.runtime import settings
from crmdesk.runtime.database import Database


class LockDesk:
    """``locked`` outlasts the program: a desk that is ended while it is locked is locked when it begins again.

    Where no password was typed since this was built, there is nothing to unlock with, and nothing is locked.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._state = LockState()

    async def read(self) -> None:
        """Take what the file knows."""
        self._state = await self._database.read(settings.lock_state)

    @property
    def can_lock(self) -> bool:
        """Say whether there is a password to unlock with."""
        return bool(self._state.check)

    @property
    def locked(self) -> bool:
        """Say whether nothing may be shown until the password is typed."""
        return self._state.locked and self.can_lock

    async def learn(self, password: str) -> None:
        """Keep by what the password is known again; the server has just taken it, so nothing is locked any more."""
        await self._keep(LockState(await asyncio.to_thread(_check_of, password)))

    def lock(self) -> None:
        """Be locked from now on; ``keep`` follows."""
        self._state = replace(self._state, locked=self.can_lock)

    async def keep(self) -> None:
        """Write down how it stands."""
        await self._keep(self._state)

    async def unlock(self, password: str) -> None:
        """Unlock with the sign-in password.

        Raises UserMistake at ``password`` for another one; after three of them the next is looked at later and later.
        """
        wait = desk_lock.left_s(self._state, self._clock.now())
        if wait > 0:
            raise UserMistake("password", tr("There were several wrong passwords."), _again_in(wait))
        if not await asyncio.to_thread(_fits, self._state.check, password):
            missed = desk_lock.missed(self._state, self._clock.now())
            await self._keep(missed)
            wait = desk_lock.wait_s(missed.wrong)
            next_step = _again_in(wait) if wait else tr("Type it again.")
            raise UserMistake("password", tr("This is not your password."), next_step)
        await self._keep(desk_lock.opened(self._state))

    async def _keep(self, state: LockState) -> None:
        self._state = state
        await self._database.write(settings.keep_lock_state, state)


def _again_in(seconds: float) -> str:
    return tr_n("Try again in {n} second.", "Try again in {n} seconds.", math.ceil(seconds))


def _check_of(password: str) -> str:
    from argon2 import PasswordHasher  # loaded when somebody signs in or unlocks, not at the start

    return PasswordHasher().hash(password)


def _fits(check: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import VerifyMismatchError

    try:
        return PasswordHasher().verify(check, password)
    except VerifyMismatchError:
        return False
