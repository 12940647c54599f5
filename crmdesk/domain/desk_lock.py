"""When a desk locks by itself, and how long whoever types a wrong password waits for the next try."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from crmdesk.domain.quick import dataclass

FREE_TRIES = 3
"""Wrong passwords that cost no time: people mistype."""
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 300.0


@dataclass(frozen=True, slots=True)
class LockState:
    """What the encrypted file knows: ``check`` is an argon2 hash of the sign-in password, empty while there is none.

    ``wrong`` tries came one after the other, the last at ``wrong_at``.
    """

    check: str = ""
    locked: bool = False
    wrong: int = 0
    wrong_at: datetime | None = None


def wait_s(wrong: int) -> float:
    """Return the seconds that the next try waits after so many wrong ones: doubled each time, five minutes at most."""
    if wrong < FREE_TRIES:
        return 0.0
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(wrong - FREE_TRIES, 16))


def left_s(state: LockState, now: datetime) -> float:
    """Return the seconds until the next try is looked at, 0 when it is now.

    A clock that was put back does not make anybody wait longer than the whole time.
    """
    if state.wrong_at is None:
        return 0.0
    wait = wait_s(state.wrong)
    return max(0.0, min(wait, (state.wrong_at + timedelta(seconds=wait) - now).total_seconds()))


def missed(state: LockState, now: datetime) -> LockState:
    """Return the state after another wrong password."""
    return replace(state, wrong=state.wrong + 1, wrong_at=now)


def opened(state: LockState) -> LockState:
    """Return the state after the right one."""
    return LockState(state.check)
