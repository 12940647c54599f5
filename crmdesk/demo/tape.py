"""The demo's phone system: an AMI server that plays recorded calls with their own pauses, as if they happened now."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from crmdesk.domain.quick import dataclass
from crmdesk.telephony.ami.playback import Playback
from crmdesk.telephony.ami.recording import Recording

USERNAME, SECRET = "crmdesk", "demo-only"

PROGRAMME = (
    "e_hold",
    "b_abandoned",
    "m_three_waiting",
    "a_answered",
    "d_blind_transfer",
    "c_ringnoanswer",
    "g2_withheld_channelvars",
    "d2_attended_transfer",
)
"""The order in which the recordings are played over and over."""

BREATH_S = 6.0
"""Seconds of quiet between two recordings."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A moment of a recording, in its own seconds, at which the people on the phone wait for somebody at a desk."""

    name: str
    at_s: float


class Tape:
    """Plays recordings to the gateway. While it plays, ``reached`` and ``go_on`` meet it at its pauses."""

    def __init__(self, folder: Path) -> None:
        """Load every recording of ``folder``."""
        found = {path.stem: Recording.load(path) for path in sorted(folder.glob("*.ami"))}
        self._recordings: Mapping[str, Recording] = found
        self._playback = Playback(found, USERNAME, SECRET)
        self._last_second = 0
        self._gates: dict[str, tuple[asyncio.Event, asyncio.Event]] = {}
        self.rang_at: list[float] = []
        """When each ring of a phone was sent, on the monotonic clock."""

    async def start(self) -> int:
        """Listen on loopback and return the port."""
        return await self._playback.start()

    async def stop(self) -> None:
        """Hang up on everybody."""
        await self._playback.stop()

    async def heard(self) -> None:
        """Wait until the gateway listens."""
        await self._playback.signed_in()

    async def reached(self, pause: str) -> None:
        """Wait until the recording stands at a pause."""
        await self._gate(pause)[0].wait()

    def go_on(self, pause: str) -> None:
        """Let the recording go on behind a pause."""
        self._gate(pause)[1].set()

    def _gate(self, name: str) -> tuple[asyncio.Event, asyncio.Event]:
        return self._gates.setdefault(name, (asyncio.Event(), asyncio.Event()))

    async def play(self, name: str, pauses: Sequence[Pause] = ()) -> None:
        """Play one recording; calls are numbered as of now, so that each play is another call."""
        loop = asyncio.get_running_loop()
        self._last_second = max(int(time.time()), self._last_second + 1)
        recording = self._recordings[name].begun_at(self._last_second)
        waiting = sorted(pauses, key=lambda pause: pause.at_s)
        began = loop.time()
        for seconds, event in recording.events():
            while waiting and seconds > waiting[0].at_s:
                began += await self._wait_at(waiting.pop(0), began)
            await asyncio.sleep(max(0.0, began + seconds - loop.time()))
            if event.startswith(b"Event: DialBegin"):
                self.rang_at.append(time.monotonic())
            await self._playback.send(event)

    async def _wait_at(self, pause: Pause, began: float) -> float:
        """Wait at a pause and return the seconds that it took."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, began + pause.at_s - loop.time()))
        came = loop.time()
        reached, go_on = self._gate(pause.name)
        reached.set()
        await go_on.wait()
        return loop.time() - came

    async def play_for_ever(self) -> None:
        """Play the programme over and over until cancelled."""
        while True:
            for name in PROGRAMME:
                await self.play(name)
                await asyncio.sleep(BREATH_S)
