"""What a gateway needs to be heard: its certificate, and the socket on which it listens."""

from __future__ import annotations

import errno
import socket
import ssl
from pathlib import Path

from crmdesk.domain.errors import Unavailable, UserMistake

_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_KEY = b"PRIVATE KEY-----"
_WAITING = 2048

_OTHERWISE = {
    errno.EADDRINUSE: "Another program listens there: end it, or choose another port.",
    errno.EACCES: "Ports below 1024 are the system's: choose another, such as 8710, or let a proxy listen there.",
    errno.EADDRNOTAVAIL: "No network card of this computer has that address: 0.0.0.0 stands for all of them.",
}


def check_certificate(certificate: Path, key: Path) -> None:
    """Raise UserMistake, which names the file, unless TLS can be served with both."""
    _check_pem("tls-cert", certificate, _CERTIFICATE, "certificate")
    _check_pem("tls-key", key, _KEY, "private key")

    def locked() -> str:
        raise UserMistake(
            "tls-key",
            f"The key {key} is locked by a passphrase, and a gateway starts without anybody to ask.",
            "Unlock a copy that only its account may read: openssl pkey -in KEY -out UNLOCKED",
        )

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, locked)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            what = f"The key {key} does not belong to the first certificate in {certificate}."
            raise UserMistake(
                "tls-key", what, "Put the server's own certificate first, those of authorities behind it."
            ) from error
        what = f"{certificate} and {key} cannot be used for TLS: {error.reason or error}."
        raise UserMistake("tls-cert", what, "Look at both with: openssl x509 -in CERT -noout -text") from error


def _check_pem(option: str, file: Path, mark: bytes, words: str) -> None:
    try:
        content = file.read_bytes()
    except OSError as error:
        next_step = f"--{option} names a PEM file that this account may read (docs/server.md)."
        raise UserMistake(option, f"{file} cannot be read: {error.strerror}.", next_step) from error
    if mark not in content:
        next_step = "PEM is text; from DER: openssl x509 -inform der (a key: openssl pkey -inform der)."
        raise UserMistake(option, f"There is no {words} in PEM form in {file}.", next_step)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises Unavailable with what stands in the way."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        unknown = isinstance(error, socket.gaierror)
        reason = "no computer has this name" if unknown else error.strerror or "unknown address"
        advice = "Give an address of this computer, or 0.0.0.0 for all."
        raise Unavailable(
            f"The gateway cannot listen on {host}:{port}: {reason}.",
            advice if unknown else _OTHERWISE.get(error.errno or 0, advice),
        ) from error
    listening.listen(_WAITING)
    return listening
