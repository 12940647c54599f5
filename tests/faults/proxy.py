"""A network of our own between desk and gateway (TCP on loopback): it cuts, swallows, drips, delays and repeats."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto

_CHUNK = 65_536


class Way(Enum):
    """A direction: from the desk, or from the gateway."""

    UP = auto()
    DOWN = auto()


class Kind(Enum):
    """What happens to a connection once so many bytes went one way."""

    CUT = auto()
    """Both ends are told: the connection is reset."""
    SWALLOW = auto()
    """Nobody is told: what is sent later is lost (a half-open connection)."""
    DRIP = auto()
    """From then on each byte travels alone."""
    DELAY = auto()
    """From then on each piece takes its time."""
    REPEAT = auto()
    """Each request reaches the gateway twice, the second time on a connection of its own: at the same time (UP), or
    when the answer comes (DOWN)."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One fault: it comes once ``after`` bytes went ``way``, counted over all connections since it was set."""

    kind: Kind
    way: Way = Way.UP
    after: int = 0
    pause_s: float = 0.05


@dataclass(slots=True)
class Traffic:
    """What went through since the last ``reset``: ``said`` has runs of bytes with their way, in order."""

    said: list[tuple[Way, bytearray]] = field(default_factory=list)

    def note(self, way: Way, data: bytes) -> None:
        """Put down bytes that came in."""
        if not self.said or self.said[-1][0] is not way:
            self.said.append((way, bytearray()))
        self.said[-1][1].extend(data)

    def places(self, way: Way) -> list[int]:
        """Return the interesting numbers of bytes one way: around each message's begin, head, body and end."""
        places: set[int] = set()
        start = 0
        for each, data in self.said:
            if each is way:
                head, end = data.find(b"\r\n\r\n") + 4, len(data)
                near = (0, 1, head // 2, head - 1, head, head + 1, (head + end) // 2, end - 1, end)
                places.update(start + place for place in near if 0 <= place <= end)
                start += end
        return sorted(places)


class Proxy:
    """Listens at ``url``; ``trouble`` is what is in store, None for fair weather."""

    def __init__(self, gateway: tuple[str, int]) -> None:
        self._gateway = gateway
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._gone = {Way.UP: 0, Way.DOWN: 0}
        self.traffic = Traffic()
        self._trouble: Trouble | None = None
        self.happened = 0
        self._closing = threading.Event()
        self._start(self._accept)

    def set(self, trouble: Trouble | None) -> None:
        """Let something be in store for new connections from now on, counted from here."""
        self.hang_up()
        with self._lock:
            self._trouble = trouble
            self._gone = {Way.UP: 0, Way.DOWN: 0}
            self.traffic = Traffic()
            self.happened = 0

    def hang_up(self) -> None:
        """End every connection."""
        with self._lock:
            for each in self._open:
                _reset(each)
            self._open.clear()

    def close(self) -> None:
        """End everything."""
        self._closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(5)

    def _start(self, work: object, *arguments: object) -> None:
        assert callable(work)
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                desk, _ = self._listener.accept()
                gateway = socket.create_connection(self._gateway)
            except OSError:
                if self._closing.is_set():
                    return
                _reset(desk)  # the gateway is away
                continue
            for each in (desk, gateway):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open += [desk, gateway]
            talk = bytearray()
            self._start(self._carry, Way.UP, desk, gateway, talk)
            self._start(self._carry, Way.DOWN, gateway, desk, talk)

    def _carry(self, way: Way, source: socket.socket, target: socket.socket, talk: bytearray) -> None:
        swallowing = False
        while data := _received(source):
            trouble, place = self._note(way, data)
            if way is Way.UP:
                talk.extend(data)
            if swallowing:
                continue
            try:
                if trouble is None or place >= len(data):
                    target.sendall(data)
                else:
                    target.sendall(data[:place])
                    swallowing = self._meet(trouble, source, target, data[place:], talk)
            except OSError:
                break
        if not swallowing:
            _reset(source)
            _reset(target)

    def _note(self, way: Way, data: bytes) -> tuple[Trouble | None, int]:
        """Put down what came; return what is in store for this way, and at which of these bytes."""
        with self._lock:
            self.traffic.note(way, data)
            before, trouble = self._gone[way], self._trouble
            self._gone[way] += len(data)
        if trouble is None or trouble.way is not way:
            return None, 0
        return trouble, max(0, trouble.after - before)

    def _meet(
        self, trouble: Trouble, source: socket.socket, target: socket.socket, data: bytes, talk: bytearray
    ) -> bool:
        """Let the fault happen; return whether everything is lost from now on."""
        if trouble.kind is not Kind.REPEAT:
            self.happened += 1
        match trouble.kind:
            case Kind.CUT:
                self._once(trouble)
                _reset(source)
                _reset(target)
            case Kind.SWALLOW:
                self._once(trouble)
                return True
            case Kind.DRIP:
                for byte in data:
                    target.sendall(bytes([byte]))
            case Kind.DELAY:
                self._closing.wait(trouble.pause_s)
                target.sendall(data)
            case Kind.REPEAT:
                if _is_whole(talk):
                    self.happened += 1
                    self._start(self._send_again, bytes(talk))
                    talk.clear()
                target.sendall(data)
        return False

    def _once(self, trouble: Trouble) -> None:
        with self._lock:
            if self._trouble is trouble:
                self._trouble = None

    def _send_again(self, request: bytes) -> None:
        with suppress(OSError), socket.create_connection(self._gateway, 10) as second:
            second.sendall(request)
            second.shutdown(socket.SHUT_WR)
            while second.recv(_CHUNK):
                pass


def _received(source: socket.socket) -> bytes:
    try:
        return source.recv(_CHUNK)
    except OSError:
        return b""


def _is_whole(request: bytes | bytearray) -> bool:
    """Say whether this is one whole request with its body."""
    head, end, body = bytes(request).partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    return bool(end) and length is not None and len(body) == int(length[1])


def _reset(connection: socket.socket) -> None:
    """End a connection for both directions; whoever reads from it notices."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def a_network(gateway_url: str) -> Iterator[Proxy]:
    """Put a network before a gateway while the block runs."""
    host, _, port = gateway_url.removeprefix("http://").partition(":")
    proxy = Proxy((host, int(port)))
    try:
        yield proxy
    finally:
        proxy.close()
