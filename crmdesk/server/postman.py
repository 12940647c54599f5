"""Empties the outbox of letters by e-mail: one gateway of all does it, one mail after the other."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from crmdesk.domain.cases import mail as reasons
from crmdesk.domain.cases.mail import TRIED_FOR, MailState, pause_after
from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import Unavailable
from crmdesk.server.gateway import Gateway, Watched
from crmdesk.server.mail_settings import MailSettings
from crmdesk.server.smtp_talk import Handed, Outcome, Patience, hand_over
from crmdesk.sync.engine import Engine, mail_outbox, mail_steps
from crmdesk.sync.engine.mail_outbox import Mail, Note

log = logging.getLogger(__name__)

_LOCK = 0x63726D6D61696C31
_EVERY_S = 2.0
_LOCK_CHECK_S = 5.0
_OTHER_HOLDS_S = 3.0


class _NotOurs(Exception):
    """The mail does not wait any more: somebody stopped it, or another gateway has it."""


class Postman:
    """``round`` hands over what is due. What was accepted and could not be written down is kept until it is."""

    def __init__(self, engine: Engine, settings: MailSettings, clock: Clock, patience: Patience | None = None) -> None:
        self._engine, self._settings, self._clock = engine, settings, clock
        self._patience = patience or Patience()
        self._unwritten: list[tuple[Mail, Handed]] = []
        self._ending = threading.Event()

    def end(self) -> None:
        """Begin with no other mail."""
        self._ending.set()

    def begin(self) -> int:
        """Tell of the mails that were being handed over when a gateway fell; return how many there are.

        To be called by whoever has become the only one who empties the outbox.
        """
        self._write_down()
        return self._engine.run(partial(_tell_of_left, now=self._clock.now()))

    def round(self) -> int:
        """Hand over every mail that is due and return how many were tried; raises Unavailable without a database."""
        self._write_down()
        tried = 0
        for mail in self._engine.run(partial(mail_outbox.due, now=self._clock.now())):
            if self._ending.is_set():
                break
            self._one(mail)
            tried += 1
        return tried

    def _one(self, mail: Mail) -> None:
        if self._engine.run(partial(_taken_back, mail=mail, now=self._clock.now())):
            return
        try:
            handed = hand_over(
                self._settings, mail.recipient, mail.content, partial(self._handing_over, mail.id), self._patience
            )
        except _NotOurs:
            return
        log.info("mail %s: %s %s", mail.id, handed.outcome.name.lower(), handed.reason)
        self._unwritten.append((mail, handed))
        self._write_down()

    def _handing_over(self, mail: UUID) -> None:
        if not self._engine.run(lambda conn: mail_outbox.begin(conn, mail, self._clock.now())):
            raise _NotOurs

    def _write_down(self) -> None:
        while self._unwritten:
            mail, handed = self._unwritten[0]
            self._engine.run(partial(_RECORD[handed.outcome], mail=mail, handed=handed, now=self._clock.now()))
            self._unwritten.pop(0)


async def carry_mail(gateway: Gateway, postman: Postman) -> None:
    """Empty the outbox until cancelled, while no other gateway does. A mail that is being handed over then is handed
    over to its end, on a thread that the process waits for."""
    thread = ThreadPoolExecutor(1, "mail")
    try:
        while True:
            try:
                async with gateway.lock(_LOCK) as lock:
                    await (asyncio.sleep(_OTHER_HOLDS_S) if lock is None else _carry(lock, postman, thread))
            except Unavailable as error:
                log.info("mail waits: %s", error.what)
                await asyncio.sleep(_EVERY_S)
    finally:
        postman.end()
        thread.shutdown(wait=False, cancel_futures=True)


async def _carry(lock: Watched, postman: Postman, thread: ThreadPoolExecutor) -> None:
    """Carry while the lock is ours; raises Unavailable once it is not, or without a database."""
    jobs = [asyncio.create_task(_rounds(postman, thread)), asyncio.create_task(lock.watch(_LOCK_CHECK_S))]
    try:
        done, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
    for job in done:
        job.result()


async def _rounds(postman: Postman, thread: ThreadPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    left = await loop.run_in_executor(thread, postman.begin)
    if left:
        log.warning("of %d mails nobody knows whether they were delivered", left)
    while True:
        await loop.run_in_executor(thread, postman.round)
        await asyncio.sleep(_EVERY_S)


# What is written down -----------------------------------------------------------------------------------------------

_HANDED = (MailState.HANDING_OVER, MailState.UNKNOWN)
"""Another gateway may have told of it as unknown meanwhile: what we know is more."""


def _tell_of_left(conn: Connection, now: datetime) -> int:
    found = mail_outbox.left(conn)
    for mail in found:
        note = Note(reasons.STOPPED, attempts=mail.attempts)
        mail_outbox.move(conn, mail, MailState.UNKNOWN, now, (MailState.HANDING_OVER,), note)
        mail_steps.tell_handler(conn, mail, reasons.STOPPED, now)
    return len(found)


def _taken_back(conn: Connection, mail: Mail, now: datetime) -> bool:
    """Return whether a mail must not go out any more, and note why."""
    if mail_steps.is_marked(conn, mail):
        reason = reasons.MARKED
    elif not mail_steps.is_theirs(conn, mail):
        reason = reasons.NOT_THEIRS
    elif mail_steps.refused(conn, mail, now):
        reason = reasons.MAY_NOT_FOLLOW
    else:
        return False
    withdrawn = mail_outbox.move(conn, mail, MailState.WITHDRAWN, now, (MailState.WAITING,), Note(reason, mail.reply))
    if withdrawn and reason is not reasons.MARKED:
        mail_steps.tell_handler(conn, mail, reason, now)
    return True


def _accepted(conn: Connection, mail: Mail, handed: Handed, now: datetime) -> None:
    """Keep that it was accepted, and take its step; where that may not follow any more, its handler is told."""
    note = Note(reply=handed.reply, attempts=mail.attempts + 1)
    if not mail_outbox.move(conn, mail, MailState.ACCEPTED, now, _HANDED, note):
        return
    if mail_steps.take(conn, mail, now, handed.reply):
        note = replace(note, reason=reasons.NOT_RECORDED)
        mail_outbox.move(conn, mail, MailState.ACCEPTED, now, (MailState.ACCEPTED,), note)
        mail_steps.tell_handler(conn, mail, reasons.NOT_RECORDED, now)


def _later(conn: Connection, mail: Mail, handed: Handed, now: datetime) -> None:
    attempts = mail.attempts + 1
    if now - mail.asked_at >= TRIED_FOR:
        _given_up(conn, mail, reasons.TOO_LONG, f"{handed.reason} {handed.reply}".strip(), now)
        return
    note = Note(handed.reason, handed.reply, now + pause_after(attempts), attempts)
    mail_outbox.move(conn, mail, MailState.WAITING, now, (MailState.WAITING, *_HANDED), note)


def _never(conn: Connection, mail: Mail, handed: Handed, now: datetime) -> None:
    _given_up(conn, mail, handed.reason, handed.reply, now)


def _given_up(conn: Connection, mail: Mail, reason: str, reply: str, now: datetime) -> None:
    note = Note(reason, reply, attempts=mail.attempts + 1)
    if mail_outbox.move(conn, mail, MailState.GIVEN_UP, now, (MailState.WAITING, *_HANDED), note):
        mail_steps.tell_handler(conn, mail, reason, now)


def _not_sure(conn: Connection, mail: Mail, handed: Handed, now: datetime) -> None:
    note = Note(handed.reason, handed.reply, attempts=mail.attempts + 1)
    if mail_outbox.move(conn, mail, MailState.UNKNOWN, now, _HANDED, note):
        mail_steps.tell_handler(conn, mail, handed.reason, now)


_RECORD: dict[Outcome, Callable[..., None]] = {
    Outcome.ACCEPTED: _accepted,
    Outcome.LATER: _later,
    Outcome.NEVER: _never,
    Outcome.NOT_SURE: _not_sure,
}
