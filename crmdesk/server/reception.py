"""Takes the requests of phone systems that call us: checks who they are, keeps what they say, tells them nothing else.

Any gateway may be asked; what it keeps is told by the one that holds the phone (``inbox``). Numbers never reach a log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from sqlalchemy import Connection

from crmdesk.domain.clock import Clock
from crmdesk.domain.quick import dataclass
from crmdesk.server import cti_store, cti_tokens
from crmdesk.server.crowd import Turnstile
from crmdesk.server.cti_tokens import CtiToken
from crmdesk.sync.engine import Code, Engine, Rejection
from crmdesk.telephony.webhook.delivery import read
from crmdesk.telephony.webhook.signature import is_signed

log = logging.getLogger(__name__)

BIGGEST_DELIVERY = 16 * 1024
"""Bytes of the largest request that is read."""

PER_SECOND = 50.0
AT_ONCE = 200.0
"""How many requests one phone system may send: so many a second, and so many after a quiet time."""

_WRONG_PER_SECOND = 5.0
_WRONG_AT_ONCE = 50.0
_AT_WORK = 2
_IN_LINE = 200
_PAUSE_S = 3
_FRESH_S = 1.0


class Bucket:
    """A token bucket: gives leave ``per_second`` times a second, ``at_once`` times after a rest. For one loop."""

    def __init__(self, clock: Clock, per_second: float, at_once: float) -> None:
        self._clock = clock
        self._per_second = per_second
        self._at_once = at_once
        self._left = at_once
        self._seen = clock.monotonic()

    def take(self) -> None:
        """Take leave once; raises Rejection when there is none."""
        now = self._clock.monotonic()
        self._left = min(self._at_once, self._left + (now - self._seen) * self._per_second)
        self._seen = now
        if self._left < 1:
            raise Rejection(Code.THROTTLED, "There are too many requests.", "Send it again in a second.")
        self._left -= 1


@dataclass(frozen=True, slots=True)
class _Known:
    """The tokens as they were at an instant, and the key that signs."""

    at: float
    tokens: list[CtiToken]
    key: bytes


class Reception:
    """The door for phone systems at one gateway. ``arrived`` is set when something was kept here."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._known = _Known(float("-inf"), [], b"")
        self._wrong = Bucket(clock, _WRONG_PER_SECOND, _WRONG_AT_ONCE)
        self._buckets: dict[str, Bucket] = {}
        self._turnstile = Turnstile("cti", _AT_WORK, _IN_LINE, _PAUSE_S)
        self.arrived = asyncio.Event()

    async def take(self, given: str, headers: Mapping[str, str], body: bytes) -> None:
        """Take one request; ``headers`` has its names in small letters.

        Raises Rejection for who may not, what is signed wrongly or comes too often, UserMistake for what cannot be
        read, Unavailable while it cannot be kept.
        """
        token = await self._token(given)
        self._bucket(token.name).take()
        if token.signed is not None:
            timestamp = headers.get(token.signed.timestamp.lower(), "")
            signature = headers.get(token.signed.signature.lower(), "")
            secret = cti_tokens.secret_of(self._known.key, token.id)
            if not is_signed(secret, timestamp, signature, body, self._clock.now().timestamp()):
                log.warning("a request of phone system %s is not signed as it should be", token.name)
                raise Rejection(Code.SIGNED_OUT, "The signature is missing, wrong or old.", "Compare clock and secret.")
        said = read(headers.get("content-type", ""), body)
        at = self._clock.now()

        def keep(conn: Connection) -> bool:
            return cti_store.add(conn, token.name, token.digest, said, at)

        if not await self._turnstile.pass_through(lambda: self._engine.run(keep)):
            raise _unknown()
        self.arrived.set()

    async def _token(self, given: str) -> CtiToken:
        """Return the token; one that is not known is looked for in the database, at most once a second."""
        found = cti_tokens.matching(self._known.tokens, given)
        if found is None and self._clock.monotonic() - self._known.at >= _FRESH_S:
            self._known = await self._turnstile.pass_through(lambda: self._engine.run(self._look))
            found = cti_tokens.matching(self._known.tokens, given)
        if found is None:
            self._wrong.take()
            log.warning("a request with a token that is none of ours")
            raise _unknown()
        return found

    def _look(self, conn: Connection) -> _Known:
        return _Known(self._clock.monotonic(), cti_tokens.every(conn), cti_tokens.key(conn))

    def _bucket(self, name: str) -> Bucket:
        return self._buckets.setdefault(name, Bucket(self._clock, PER_SECOND, AT_ONCE))

    def close(self) -> None:
        """End the threads once they are done."""
        self._turnstile.close()


def _unknown() -> Rejection:
    return Rejection(Code.SIGNED_OUT, "This token is not known.", "Make one: crmdesk server cti-token add NAME")
