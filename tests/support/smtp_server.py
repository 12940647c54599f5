"""A mail server for tests: real SMTP (RFC 5321) on a socket of its own thread, that behaves as a test wishes."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Taken:
    """A mail that was accepted: its envelope, whether the way was encrypted, who had signed in, and every byte."""

    sender: str
    recipient: str
    encrypted: bool
    account: str
    content: bytes


@dataclass
class MailServer:
    """``replies`` are what it says next to a command (by its word, and "." for the end of a mail), each once, in order;
    an empty one hangs up. ``when_taken`` is called between taking a mail and saying so. ``users`` are accounts with
    their passwords: with any, mail is taken from them alone."""

    host: str = "127.0.0.1"
    port: int = 0
    greeting: str = "220 mail.example ESMTP"
    extensions: tuple[str, ...] = ()
    users: dict[str, str] = field(default_factory=dict)
    replies: dict[str, list[str]] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    implicit: bool = False
    when_taken: Callable[[], object] | None = None

    def says_next(self, command: str, *replies: str) -> None:
        """Let it say something else the next times."""
        self.replies.setdefault(command, []).extend(replies)


class _Talk:
    def __init__(self, server: MailServer, connection: socket.socket) -> None:
        self._server, self._connection = server, connection
        self._encrypted = server.implicit
        self._account, self._sender, self._recipient = "", "", ""
        self._file = connection.makefile("rb")

    def run(self) -> None:
        if not self._say("greeting", self._server.greeting):
            return
        while line := self._file.readline():
            word, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            word = word.upper()
            self._server.seen.append(word)
            if not self._answer(word, rest):
                return

    def _answer(self, word: str, rest: str) -> bool:
        if word in ("EHLO", "HELO"):
            return self._ehlo()
        if word == "STARTTLS":
            return self._start_tls()
        if word == "AUTH":
            return self._auth(rest)
        if word == "MAIL":
            needs = self._server.users and not self._account
            self._sender = rest.partition("<")[2].partition(">")[0]
            return self._say(word, "530 5.7.0 Authentication required" if needs else "250 2.1.0 Ok")
        if word == "RCPT":
            self._recipient = rest.partition("<")[2].partition(">")[0]
            return self._say(word, "250 2.1.5 Ok")
        if word == "DATA":
            return self._data()
        if word == "QUIT":
            self._say(word, "221 2.0.0 Bye")
            return False
        return self._say(word, "250 2.0.0 Ok")

    def _ehlo(self) -> bool:
        offers = [*self._server.extensions]
        if self._server.tls is not None and not self._encrypted:
            offers.append("STARTTLS")
        if self._server.users:
            offers.append("AUTH PLAIN")
        lines = ["mail.example", *offers]
        told = [f"250{'-' if n < len(lines) - 1 else ' '}{line}" for n, line in enumerate(lines)]
        return self._say("EHLO", "\r\n".join(told))

    def _start_tls(self) -> bool:
        assert self._server.tls is not None
        if not self._say("STARTTLS", "220 2.0.0 Ready"):
            return False
        self._connection = self._server.tls.wrap_socket(self._connection, server_side=True)
        self._file = self._connection.makefile("rb")
        self._encrypted = True
        return True

    def _auth(self, rest: str) -> bool:
        _, _, given = rest.partition(" ")
        _, user, password = base64.b64decode(given).decode().split("\0")
        right = self._server.users.get(user) == password
        self._account = user if right else ""
        return self._say("AUTH", "235 2.7.0 Accepted" if right else "535 5.7.8 Wrong")

    def _data(self) -> bool:
        if not self._say("DATA", "354 Go on") or self._said[:3] != "354":
            return self._said != ""
        lines = []
        while (line := self._file.readline()) != b".\r\n":
            if not line.endswith(b"\r\n"):
                return False  # the other side went away in the middle: there is no mail
            lines.append(line[1:] if line.startswith(b".") else line)
        taken = Taken(self._sender, self._recipient, self._encrypted, self._account, b"".join(lines))
        queued = f"250 2.0.0 Ok: queued as {len(self._server.taken) + 1}"
        waiting = self._server.replies.get(".", [])
        reply = waiting[0] if waiting else queued
        if reply[:1] in ("2", ""):  # hanging up here means that it was taken and nobody is told
            self._server.taken.append(taken)
            if self._server.when_taken is not None:
                self._server.when_taken()
        return self._say(".", queued)

    def _say(self, command: str, usual: str) -> bool:
        waiting = self._server.replies.get(command)
        self._said = waiting.pop(0) if waiting else usual
        if not self._said:
            return False
        self._connection.sendall(self._said.encode() + b"\r\n")
        return True

    def close(self) -> None:
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._file.close()
        self._connection.close()


@contextmanager
def mail_server(certificate: tuple[Path, Path] | None = None, *, implicit: bool = False) -> Iterator[MailServer]:
    """Return a mail server that listens on this computer; with a certificate it offers STARTTLS, or is ``implicit``."""
    server = MailServer(implicit=implicit)
    if certificate is not None:
        server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.tls.load_cert_chain(*certificate)
    with socket.create_server((server.host, 0)) as listening:
        server.port = listening.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(server, listening), name="mail server")
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(server: MailServer, listening: socket.socket) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        try:
            if server.implicit and server.tls is not None:
                connection = server.tls.wrap_socket(connection, server_side=True)
            talk = _Talk(server, connection)
        except OSError:
            connection.close()
            continue
        with suppress(OSError):
            talk.run()
        talk.close()
