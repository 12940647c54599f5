"""``python -m tests.support.shift.desk``: the desktop of a shift; its hands press keys, its eyes read the tree."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from typing import Any

import msgspec

from benchmarks._gaps import GapWatch, memory_mb
from crmdesk.demo import desk
from crmdesk.demo.hands import Hands
from crmdesk.demo.steps import Found, Step
from tests.support.shift.eyes import Eyes, Thing, Wanted

PATIENCE_S = 20.0
_LOOK_AGAIN_S = 0.03


class Robot:
    """The steps of one desktop."""

    def __init__(self) -> None:
        self._eyes: Eyes | None = None
        self._watch: GapWatch | None = None

    @property
    def eyes(self) -> Eyes:
        """The eyes, opened at the first look: Qt has to be there."""
        if self._eyes is None:
            self._eyes = Eyes()
        return self._eyes

    async def press(self, hands: Hands, chords: list[str]) -> Found:
        """Press keys one after the other, each written as on its cap."""
        await hands.press(*chords)
        return {}

    async def type(self, hands: Hands, words: str, rhythm_s: float) -> Found:
        """Type words where the keyboard is, in a rhythm."""
        for letter in words:
            await hands.type(letter)
            if rhythm_s:
                await asyncio.sleep(rhythm_s)
        return {}

    async def see(self, hands: Hands, wanted: dict[str, Any], patience_s: float = PATIENCE_S) -> Found:
        """Wait until something is in sight, or out of sight where it is wanted gone; return what is read there."""
        looked_for = msgspec.convert(wanted, Wanted)
        until = time.monotonic() + patience_s
        while True:
            thing = self.eyes.find(looked_for)
            if (thing is None) is looked_for.gone:
                return {"thing": thing.told() if thing is not None else None}
            if time.monotonic() > until:
                return {"late": True, "in_sight": [_line(each) for each in self.eyes.everything()]}
            await asyncio.sleep(_LOOK_AGAIN_S)

    async def read(self, hands: Hands, role: str, within: str) -> Found:
        """Return everything in sight of a role, below a name."""
        wanted = Wanted(role=role, within=within)
        return {"things": [each.told() for each in self.eyes.everything() if each.is_wanted(wanted)]}

    async def told(self, hands: Hands) -> Found:
        """Return what is told of trouble: notices and the sheet about a fault of ours."""
        return {"notices": [each.name for each in self.eyes.everything() if each.tells_of_trouble]}

    async def watch(self, hands: Hands) -> Found:
        """Begin to measure how long the desktop's thread does not answer."""
        self._watch = GapWatch(hands.desktop, lambda: self.eyes.took_ms)
        return {}

    async def gaps(self, hands: Hands) -> Found:
        """End measuring; return the figures."""
        assert self._watch is not None
        return {**self._watch.stop(), "looks": self.eyes.looks, "looked_s": round(self.eyes.took_ms[0] / 1000, 2)}

    async def memory(self, hands: Hands) -> Found:
        """Return the memory of the process in MB."""
        return {"mb": memory_mb(os.getpid(), "VmRSS")}

    def steps(self) -> Mapping[str, Step]:
        """Return what the robot can be asked to do, by name."""
        steps = (self.press, self.type, self.see, self.read, self.told, self.watch, self.gaps, self.memory)
        return {step.__name__: step for step in steps}


def _line(thing: Thing) -> str:
    """Return a thing in one line."""
    marks = "".join(
        mark for mark, is_so in (("*", thing.focused), ("+", thing.selected), ("-", thing.disabled)) if is_so
    )
    said = f"{'  ' * len(thing.path)}{thing.role}{marks} “{thing.name}”"
    if thing.value:
        said += f" = “{thing.value}”"
    return said + (f" ({thing.description})" if thing.description else "")


if __name__ == "__main__":
    sys.exit(desk.main(Robot().steps()))
