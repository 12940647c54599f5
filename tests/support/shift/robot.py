"""The robot as who directs a shift has it: what it can press, and what it can read; nothing else of the desk."""

from __future__ import annotations

from typing import Any

from crmdesk.demo.reins import DeskProcess

Seen = dict[str, Any]


class NotInSight(AssertionError):
    """What should have been in sight, or out of it, was not in time; with all that was."""


class Robot:
    """Works at one desk. ``rhythm_s`` is the time between two letters that it types."""

    def __init__(self, desk: DeskProcess, rhythm_s: float) -> None:
        self._desk, self._rhythm_s = desk, rhythm_s
        self.keys = 0

    async def press(self, *chords: str) -> None:
        """Press keys one after the other, each written as on its cap."""
        self.keys += len(chords)
        await self._desk.ask("press", chords=list(chords))

    async def type(self, words: str) -> None:
        """Type words where the keyboard is."""
        self.keys += len(words)
        await self._desk.ask("type", words=words, rhythm_s=self._rhythm_s)

    async def sees(self, role: str = "", name: str = "", **more: Any) -> Seen:
        """Wait until something is in sight (see ``eyes.Wanted``); return what is read there. Raises NotInSight."""
        found = await self._look(role=role, name=name, **more)
        thing: Seen = found["thing"]
        return thing

    async def sees_no(self, role: str = "", name: str = "", **more: Any) -> None:
        """Wait until there is no such thing in sight any more. Raises NotInSight."""
        await self._look(role=role, name=name, gone=True, **more)

    async def reads(self, role: str = "", within: str = "") -> list[Seen]:
        """Return what is in sight now, of a role, below a name."""
        things: list[Seen] = (await self._desk.ask("read", role=role, within=within))["things"]
        return things

    async def is_told(self) -> list[str]:
        """Return the notices in sight."""
        notices: list[str] = (await self._desk.ask("told"))["notices"]
        return notices

    async def writes_in(self, name: str) -> None:
        """Wait until the keyboard is in a field of this name."""
        await self.sees("EditableText", name, focused=True)

    async def writes(self, name: str, words: str) -> None:
        """Type into the field of this name, in which the keyboard is, and read it there."""
        await self.writes_in(name)
        await self.type(words)
        await self.sees("EditableText", name, has=words.rpartition("\n")[2])

    async def _look(self, **wanted: Any) -> Seen:
        found = await self._desk.ask("see", wanted={key: value for key, value in wanted.items() if value})
        if found.get("late"):
            raise NotInSight(f"{wanted}\n" + "\n".join(found["in_sight"]))
        return found
