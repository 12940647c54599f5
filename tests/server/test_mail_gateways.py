"""Letters by e-mail and the return over the wire: real gateways as processes, a desk that signs in, a mail server."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from crmdesk.domain.cases.files import read_rules
from crmdesk.domain.cases.mail import MailState
from crmdesk.domain.cases.returns import Behind, Figure, Scope, digest_of
from crmdesk.domain.people import Role
from crmdesk.domain.shipped import shipped
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.knowledge import publish
from crmdesk.sync.engine.people import NewPerson, add_person
from crmdesk.sync.mail_wire import AskMail, MailReply
from crmdesk.sync.return_wire import AskBehind, AskReturn, AskSign, BehindReply, ReturnReply
from crmdesk.sync.transports.http import TurnedAway
from tests.support.clock import StandingClock
from tests.support.gateway import gateway
from tests.support.house_rules import HOUSE_TOML
from tests.support.posted import Post
from tests.support.returned import DISP, HALF_YEAR, keep, once
from tests.support.smtp_server import mail_server
from tests.support.waiting import until
from tests.support.wire_desk import PASSWORD, Desk


def test_of_two_gateways_one_sends_and_a_killed_one_is_followed_by_the_other(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    with mail_server() as server, ExitStack() as stack:
        post = Post(engine, server, StandingClock())
        engine.run(lambda conn: add_person(conn, NewPerson("wendy", "Wendy", Role.AGENT, PASSWORD)))
        settings = tmp_path / "mail.toml"
        settings.write_text(
            f'host = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\nfrom = "complaints@harbour.example"\n'
        )
        one, other = (stack.enter_context(gateway(database_url, "--mail", str(settings))) for _ in range(2))
        desk = Desk(other.url, "wendy")
        state = AskMail(desk.device, post.letter)
        assert desk.client.ask("/mail/state", state, MailReply).offer.can
        one.kill()
        message = post.message(device_id=desk.device)
        desk.client.ask("/mail/send", message, MailReply)
        desk.client.ask("/mail/send", message, MailReply)

        def accepted() -> bool:
            last = desk.client.ask("/mail/state", state, MailReply).offer.last
            return last is not None and last.state is MailState.ACCEPTED

        asyncio.run(until(accepted, limit_s=60.0))
        assert len(server.taken) == 1
        assert [step["kind"] for step in post.steps()] == ["acknowledged"]
        desk.close()
        assert other.end() == 0


def test_a_gateway_without_settings_offers_no_mail_and_counts_the_return_for_who_leads(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    roles = {"lea": Role.SUPERVISOR, "sam": Role.AGENT}
    people = {
        name: engine.run(partial(add_person, person=NewPerson(name, name.title(), role, PASSWORD)))
        for name, role in roles.items()
    }
    (tmp_path / "house.toml").write_text(HOUSE_TOML, encoding="utf-8")
    rules = read_rules(tmp_path, shipped("regimes"))
    engine.run(lambda conn: publish(conn, people["lea"], rules))
    keep(engine, once(StandingClock().now().replace(month=3), None))
    with mail_server() as server, gateway(database_url) as running:
        post = Post(engine, server, StandingClock())
        lea, sam = Desk(running.url, "lea"), Desk(running.url, "sam")
        scope = Scope(DISP, HALF_YEAR)
        made = lea.client.ask("/returns/made", AskReturn(lea.device, scope), ReturnReply)
        wanted = Behind(Figure.OPENED)
        found = lea.client.ask("/returns/behind", AskBehind(lea.device, scope, wanted), BehindReply).behind
        assert found.count == 1
        signed = lea.client.ask("/returns/sign", AskSign(lea.device, scope, digest_of(made.document)), ReturnReply)
        assert [one.name for one in signed.signatures] == ["Lea"]
        with pytest.raises(TurnedAway, match="Only supervisors"):
            sam.client.ask("/returns/made", AskReturn(sam.device, scope), ReturnReply)
        assert not sam.client.ask("/mail/state", AskMail(sam.device, post.letter), MailReply).offer.can
        lea.close()
        sam.close()
