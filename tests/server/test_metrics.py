"""What the gateway counts, who may read it, and that nothing of a customer is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from crmdesk.domain.clock import SystemClock
from crmdesk.domain.errors import Refused
from crmdesk.domain.ids import new_id
from crmdesk.server.gateway import Gateway
from crmdesk.server.metrics import may_read
from crmdesk.sync.engine import Engine, Rejection
from crmdesk.sync.engine.refusal import Code
from crmdesk.sync.transports.http import GatewayClient
from crmdesk.sync.wire import SignIn
from tests.support.gateway import GatewayProcess, gateway
from tests.support.server import desk_of
from tests.support.terminal import Terminal
from tests.support.wire_desk import Desk, made, next_hint

TOKEN = "a token of the monitoring"
_LINE = re.compile(r'^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.]+(e[+-]?\d+)?$')


@pytest.fixture
def process(database_url: str) -> Iterator[GatewayProcess]:
    with gateway(database_url) as running:
        yield running


@pytest.fixture
def anna(engine: Engine, process: GatewayProcess) -> Iterator[Desk]:
    desk_of(engine, "anna")
    desk = Desk(process.url, "anna")
    yield desk
    desk.client.close()


def metrics(url: str) -> dict[str, float]:
    """Return the numbers by their names with labels; fails for a line that Prometheus would not take."""
    reply = httpx.get(url + "/metrics", trust_env=False)
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert reply.text.endswith("\n")
    found = {}
    for line in reply.text.splitlines():
        if not line.startswith("#"):
            assert _LINE.match(line), line
            name, _, value = line.rpartition(" ")
            found[name] = float(value)
    return found


def test_what_desks_do_is_counted(anna: Desk, process: GatewayProcess) -> None:
    with anna.live() as channel:
        anna.push(made(1, new_id(), "Ruth Nielsen"), made(3, new_id()))
        next_hint(channel)
        anna.pull()
        found = metrics(process.url)
    assert found["crmdesk_desks"] == 1
    assert found['crmdesk_mutations_total{result="ok"}'] == 1
    assert found['crmdesk_mutations_total{result="gap"}'] == 1
    assert found['crmdesk_requests_total{step="push",outcome="ok"}'] == 1
    assert found['crmdesk_request_seconds_count{step="pull"}'] == 1
    assert found['crmdesk_request_seconds_bucket{step="pull",le="+Inf"}'] == 1
    assert 0 < found['crmdesk_request_seconds_sum{step="push"}'] < 20
    assert found["crmdesk_hints_total"] >= 1
    assert found["crmdesk_watermark"] > 0
    assert found["crmdesk_database_away"] == 0
    assert found["process_resident_memory_bytes"] > 20_000_000


def test_wrong_passwords_and_refused_requests_are_counted(anna: Desk, process: GatewayProcess) -> None:
    stranger = GatewayClient(process.url, lambda _: None)
    with pytest.raises(Refused):
        stranger.sign_in(SignIn("anna", "not her password", new_id(), new_id(), "desk", "0.1"))
    stranger.close()
    anna.cursor = b"nonsense"
    with pytest.raises(Refused):
        anna.pull()
    found = metrics(process.url)
    assert found["crmdesk_sign_in_failures_total"] == 1
    assert found['crmdesk_requests_total{step="pull",outcome="refused"}'] == 1


def test_nothing_of_a_customer_or_an_agent_is_told(anna: Desk, process: GatewayProcess) -> None:
    row = new_id()
    anna.push(made(1, row, "Ruth Nielsen"))
    told = httpx.get(process.url + "/metrics", trust_env=False).text
    for secret in ("Ruth", "anna", "Anna", str(row), row.hex, str(anna.device)):
        assert secret not in told


def test_only_this_computer_reads_them_and_not_what_a_proxy_on_it_passes_on(process: GatewayProcess) -> None:
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        reply = httpx.get(process.url + "/metrics", headers={header: "203.0.113.9"}, trust_env=False)
        assert reply.status_code == 404


@pytest.mark.parametrize(
    ("authorization", "answered"), [("", False), ("Bearer nonsense", False), (f"Bearer {TOKEN}", True), (TOKEN, True)]
)
def test_another_computer_needs_the_token(authorization: str, answered: bool) -> None:
    assert may_read(TOKEN, "203.0.113.9", {"authorization": authorization}) is answered


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer"])
def test_without_a_token_nobody_else_gets_in_by_an_empty_one(given: str) -> None:
    assert not may_read("", "203.0.113.9", {"authorization": given})


def test_a_token_that_can_be_guessed_is_not_taken(terminal: Terminal, database_url: str, tmp_path: Path) -> None:
    short = tmp_path / "token"
    short.write_text("1234\n", encoding="utf-8")
    code, _, err = terminal.type("serve", "--metrics-token-file", str(short), url=database_url)
    assert code == 1
    assert "16 characters" in err


def test_an_outcome_is_what_the_request_ended_in(engine: Engine) -> None:
    counted = Gateway(engine, SystemClock()).metrics
    with pytest.raises(Rejection), counted.timed("pull"):
        raise Rejection(Code.BAD_REQUEST, "no")
    with pytest.raises(ZeroDivisionError), counted.timed("pull"):
        raise ZeroDivisionError
    told = counted.told(Gateway(engine, SystemClock()))
    assert 'crmdesk_requests_total{step="pull",outcome="refused"} 1' in told
    assert 'crmdesk_requests_total{step="pull",outcome="failed"} 1' in told
