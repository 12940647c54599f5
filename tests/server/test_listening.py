"""What keeps a gateway from being heard is told by its cause: certificate, key, address, port; and to desks as well."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from crmdesk.domain.errors import Unavailable, UserMistake
from crmdesk.server.listening import check_certificate, listen
from crmdesk.sync.transports.http import GatewayClient
from crmdesk.sync.wire import SignIn
from tests.support.certificate import self_signed
from tests.support.gateway import gateway


def signed_in(url: str, ca_file: Path | None = None) -> None:
    """Sign in for the first time at an address."""
    client = GatewayClient(url, lambda _: None, str(ca_file) if ca_file else None)
    try:
        client.sign_in(SignIn("anna", "a good long one", uuid4(), uuid4(), "desk", "0.1"))
    finally:
        client.close()


def test_a_key_of_another_certificate_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    certificate, _ = self_signed(tmp_path)
    _, key = self_signed(tmp_path / "other")
    with pytest.raises(UserMistake, match="does not belong to the first certificate"):
        check_certificate(certificate, key)


def test_a_locked_key_is_refused_with_how_to_unlock_it_and_nobody_is_asked(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    locked = tmp_path / "locked.pem"
    command = ["openssl", "pkey", "-in", str(key), "-aes128", "-passout", "pass:open", "-out", str(locked)]
    subprocess.run(command, check=True, capture_output=True)
    with pytest.raises(UserMistake, match="locked by a passphrase") as refused:
        check_certificate(certificate, locked)
    assert "openssl pkey" in refused.value.next_step


def test_files_in_the_wrong_place_are_named(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    check_certificate(certificate, key)
    with pytest.raises(UserMistake, match=r"no private key in PEM form in .*certificate\.pem"):
        check_certificate(certificate, certificate)
    with pytest.raises(UserMistake, match=r"no certificate in PEM form in .*key\.pem"):
        check_certificate(key, certificate)
    with pytest.raises(UserMistake, match=r"missing\.pem cannot be read: No such file"):
        check_certificate(tmp_path / "missing.pem", key)


def test_a_port_that_is_taken_and_a_name_that_is_none_are_told_apart() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Unavailable) as refused:
            listen("127.0.0.1", taken.getsockname()[1])
        assert "Another program listens there" in refused.value.next_step
    with pytest.raises(Unavailable, match="no computer has this name") as refused:
        listen("nowhere.invalid", 0)
    assert "0.0.0.0" in refused.value.next_step
    with pytest.raises(Unavailable) as refused:
        listen("192.0.2.1", 0)
    assert "No network card" in refused.value.next_step


def test_whoever_signs_in_first_is_told_why_the_server_is_not_reached(database_url: str, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    with gateway(database_url, "--tls-cert", str(certificate), "--tls-key", str(key)) as process:
        with pytest.raises(Unavailable, match="certificate is not trusted here: self-signed certificate") as refused:
            signed_in(process.url)
        assert "--ca-file" in refused.value.next_step
        other_name = process.url.replace("127.0.0.1", "localhost")
        with pytest.raises(Unavailable, match=r"Hostname mismatch.*localhost"):
            signed_in(other_name, certificate)
        with pytest.raises(Unavailable, match="is no server of crmdesk"):
            signed_in(process.url.replace("https", "http"))
    with pytest.raises(Unavailable, match="Nothing answers at"):
        signed_in(process.url, certificate)
    with pytest.raises(Unavailable, match=r"No computer named nowhere\.invalid is known here"):
        signed_in("https://nowhere.invalid", certificate)


def test_a_browser_is_told_what_answers_there(database_url: str) -> None:
    with gateway(database_url) as process:
        told = httpx.get(process.url, trust_env=False)
    assert (told.status_code, told.text.startswith("crmdesk gateway ")) == (200, True)
