"""A complaint at the server with a letter, the server's side of sending it by e-mail, and a desk that asks for it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from sqlalchemy import text

from crmdesk.domain.cases.letter_views import LetterToMail
from crmdesk.domain.cases.letters import digest_of
from crmdesk.domain.cases.mail import MailOffer, MailView, MailWish
from crmdesk.domain.cases.steps import details_of, written
from crmdesk.domain.ids import new_id
from crmdesk.models.base import to_microseconds
from crmdesk.runtime.mail_link import message_of
from crmdesk.server.mail_room import MailRoom
from crmdesk.server.mail_settings import MailSettings, Security
from crmdesk.server.postman import Postman
from crmdesk.server.smtp_talk import Patience
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.asking import asked
from crmdesk.sync.mail_wire import AskMail, AskMailMoved, AskMailSent
from crmdesk.sync.reading import decode
from crmdesk.sync.wire import Status, encode
from tests.server.test_audit import Life
from tests.support.clock import AFTERNOON, StandingClock
from tests.support.server import desk_of
from tests.support.smtp_server import MailServer

ADDRESS = "grace@example.org"
WORDS = "Dear Ms Adeyemi,\n\nwe have your complaint and **look into it**.\n.\nÜber den Rest schreiben wir Ihnen."
PDF = b"%PDF-1.4 made up for a test"
SHORT = Patience(5.0, 5.0, 5.0)


class Post:
    """A complaint with a letter to acknowledge it, and the server's side of sending it."""

    def __init__(self, engine: Engine, server: MailServer, clock: StandingClock) -> None:
        self.engine, self.server, self.clock = engine, server, clock
        self.settings = MailSettings(
            server.host, server.port, Security.NONE, "complaints@harbour.example", "Harbour, Complaints"
        )
        self.life = Life(desk_of(engine, "anna"), "CP-1")
        self.life.take("registered")
        self.address(ADDRESS)
        self.letter = self.write(WORDS)

    def address(self, value: str) -> UUID:
        row = new_id()
        values = {"customer_id": self.life.customer.hex, "kind": "email", "value": value}
        assert self.life.desk.insert("contact_point", row, **values).status is Status.OK
        return row

    def write(self, words: str, kind: str = "acknowledgement") -> UUID:
        row, made = new_id(), to_microseconds(AFTERNOON)
        values = {"complaint_id": self.life.id.hex, "kind": kind, "words": words, "language": "en", "made_at": made}
        assert self.life.desk.insert("letter", row, **values).status is Status.OK
        return row

    def message(self, **values: Any) -> AskMailSent:
        letter = values.get("letter_id", self.letter)
        details = {
            **{"kind": "acknowledgement", "letter_id": letter.hex, "letter": digest_of(WORDS), "text": WORDS},
            **{"template": "ack/1", "language": "en", "elements": []},
        }
        device = self.life.desk.principal.device_id
        made = AskMailSent(device, new_id(), letter, ADDRESS, "Harbour: CP-1", written(details), "CP-1.pdf", PDF)
        return AskMailSent(**{**{name: getattr(made, name) for name in made.__struct_fields__}, **values})

    def ask(self, message: AskMail | AskMailSent | AskMailMoved, *, settings: bool = True) -> MailOffer:
        room = MailRoom(self.settings if settings else None, self.clock)
        step: Any = room.state
        if not isinstance(message, AskMail):
            step = room.send if isinstance(message, AskMailSent) else room.wish
        device, person = self.life.desk.principal.device_id, self.life.desk.principal.user_id
        offer: MailOffer = self.engine.run(lambda conn: asked(step)(conn, device, person, message)).offer
        return offer

    def send(self, **values: Any) -> UUID:
        message = self.message(**values)
        self.ask(message)
        return message.mail_id

    def wish(self, mail: UUID, wish: MailWish) -> MailView:
        return seen(self.ask(AskMailMoved(self.life.desk.principal.device_id, mail, self.letter, wish)))

    def stands(self) -> MailView:
        return seen(self.ask(AskMail(self.life.desk.principal.device_id, self.letter)))

    def postman(self, patience: Patience = SHORT) -> Postman:
        return Postman(self.engine, self.settings, self.clock, patience)

    def round(self) -> int:
        return self.postman().round()

    def steps(self) -> list[dict[str, Any]]:
        rows = self.engine.run(lambda conn: conn.execute(_STEPS, {"id": self.life.id}).all())
        return [{**details_of(row.details), "kind": row.kind, "by": row.by_id} for row in rows[1:]]

    def told(self) -> list[str]:
        """Return the words of the follow-ups before Anna."""
        by = self.life.desk.principal.user_id
        return self.engine.run(lambda conn: list(conn.scalars(_TASKS, {"id": self.life.id, "by": by})))


_STEPS = text("select kind, by_id, details from crm.complaint_step where complaint_id = :id order by accepted")
_TASKS = text("select words from crm.task where complaint_id = :id and assigned_to = :by order by made_at, id")


def seen(offer: MailOffer) -> MailView:
    assert offer.last is not None
    return offer.last


class PostNextDoor:
    """Reaches the server's answers on a thread: the same bytes go there and back as over a network. See
    ``runtime.desk.letters.MailSource``."""

    def __init__(self, post: Post, thread: ThreadPoolExecutor) -> None:
        self._post, self._thread = post, thread
        self._device = post.life.desk.principal.device_id

    async def state(self, letter_id: UUID) -> MailOffer:
        """Return how the last mail of a letter stands."""
        return await self._ask(AskMail(self._device, letter_id))

    async def send(self, mail_id: UUID, letter: LetterToMail, recipient: str, pdf: bytes) -> MailOffer:
        """Send a letter."""
        return await self._ask(message_of(self._device, mail_id, letter, recipient, pdf))

    async def wish(self, mail_id: UUID, letter_id: UUID, wish: MailWish) -> MailOffer:
        """Try a mail now, or stop it."""
        return await self._ask(AskMailMoved(self._device, mail_id, letter_id, wish))

    async def _ask(self, message: Any) -> MailOffer:
        def answered() -> MailOffer:
            return self._post.ask(decode(encode(message), type(message)))

        return await asyncio.wrap_future(self._thread.submit(answered))
