"""A running Asterisk in its own root, on ports of loopback that were free."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template

EXTENSIONS = tuple(str(number) for number in range(1001, 1006))
OUTSIDE = "127.0.0.2"
"""The address from which calls come from outside."""

_INSIDE = Path("/srv/pbx")
_HERE = Path(__file__).parent / "etc"
_FOLDERS = ("etc", "db", "log", "run", "spool", "cache")

_SAID = ("pbx-transfer", "pbx-invalid", "beep", "beeperr")

_START_S = 60.0
_GLANCE_S = 0.1


class _Filled(Template):
    """A configuration with ``%{name}`` where something of this run belongs; Asterisk's own sign is the dollar."""

    delimiter = "%"


def _free_port(kind: socket.SocketKind, host: str = "127.0.0.1") -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


class Switch:
    """One Asterisk: where it listens, its manager accounts' secret, the ports at which it expects the phones."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._run = root / _INSIDE.relative_to("/")
        self._process: subprocess.Popen[bytes] | None = None
        self.ami = _free_port(socket.SOCK_STREAM)
        self.sip = _free_port(socket.SOCK_DGRAM)
        self.outside = _free_port(socket.SOCK_DGRAM, OUTSIDE)
        self.phones = {extension: _free_port(socket.SOCK_DGRAM) for extension in EXTENSIONS}
        self.secret = secrets.token_urlsafe(12)

    def configure(self) -> None:
        """Write the configuration of this run."""
        with_modules = next(self._root.glob("usr/lib/*/asterisk/modules"))
        values = {
            "modules": f"/{with_modules.relative_to(self._root)}",
            "ami": str(self.ami),
            "sip": str(self.sip),
            "outside": str(self.outside),
            "secret": self.secret,
        }
        shutil.rmtree(self._run, ignore_errors=True)
        for name in _FOLDERS:
            (self._run / name).mkdir(parents=True)
        for file in _HERE.glob("*.conf"):
            (self._run / "etc" / file.name).write_text(_Filled(file.read_text()).substitute(values))
        phone = _Filled((_HERE / "phone.part").read_text())
        with (self._run / "etc/pjsip.conf").open("a") as known:
            for extension, port in self.phones.items():
                known.write(phone.substitute(extension=extension, port=port))
        # Before an agent asks a colleague Asterisk says "transfer"; without the words it gives up.
        sounds = self._root / "usr/share/asterisk/sounds/en"
        sounds.mkdir(parents=True, exist_ok=True)
        for words in _SAID:
            (sounds / f"{words}.ulaw").write_bytes(b"\xff" * 160)
        # No name is ever looked up: a resolver that does not answer would hold up each call for seconds.
        (self._root / "etc/hosts").write_text(f"127.0.0.1 localhost {socket.gethostname()}\n")
        (self._root / "etc/nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\n")
        (self._root / "etc/resolv.conf").write_text("")

    def start(self) -> None:
        """Start it and wait until calls can be made."""
        shutil.rmtree(self._run / "run")
        (self._run / "run").mkdir()
        log = (self._run / "log/stdout").open("ab")
        with log:
            self._process = subprocess.Popen(
                ("chroot", str(self._root), "/usr/sbin/asterisk", "-f", "-C", str(_INSIDE / "etc/asterisk.conf")),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={"PATH": os.environ["PATH"]},
            )
        pause, until = threading.Event(), time.monotonic() + _START_S
        while "fully booted" not in self.cli("core waitfullybooted"):
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"Asterisk does not start: {self.log()[-2000:]}")
            pause.wait(_GLANCE_S)

    def cli(self, command: str) -> str:
        """Return what Asterisk answers to a command of its console."""
        words = ("chroot", str(self._root), "/usr/sbin/asterisk", "-C", str(_INSIDE / "etc/asterisk.conf"), "-rx")
        return subprocess.run((*words, command), capture_output=True, text=True, check=False).stdout

    def log(self) -> str:
        """Return what it complained of so far."""
        files = (self._run / "log/messages", self._run / "log/stdout")
        return "".join(file.read_text(errors="replace") for file in files if file.exists())

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Let it stand still while the block runs: connections stand, and nothing comes over them."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def switch(root: Path) -> Iterator[Switch]:
    """Run an Asterisk while the block runs."""
    made = Switch(root)
    made.configure()
    made.start()
    try:
        yield made
    finally:
        made.kill()
