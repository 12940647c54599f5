"""Types at one desk, in the desk's process, until that is killed; each key, and each "saved", is told outside."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from crmdesk.app import Desktop
from crmdesk.demo.hands import Hands, NotSeen
from tests.faults.typist.lines import Life, Mouth, Owed, Said, Visit
from tests.faults.typist.places import SPOTS, Keys, Spot, records

TICK_MS = 10
_LATE = 2.0
_PATIENCE_S = 4.0
_LONGEST = 220
_WORDS = ("heating", "слово", "λόγος", "don't", "14:05", "Müller", "水道", "مكالمة", "twice", "£42.50", "a", "naïve")


class Heart(QObject):
    """Beats while the loop runs, and counts how long it ran.

    Where the machine is busy elsewhere the loop stands still, and so do all of the desk's timers: of a pause between
    two beats no more counts than the desk itself could have worked.
    """

    def __init__(self, mouth: Mouth, parent: QObject) -> None:
        super().__init__(parent)
        self._mouth = mouth
        self._at, self._worked = time.monotonic(), time.thread_time()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.beat)
        self._timer.start(TICK_MS)

    def beat(self) -> None:
        """Count the time since the last beat, and say that the loop runs."""
        now, worked = time.monotonic(), time.thread_time()
        self._mouth.ran += min(now - self._at, max(TICK_MS / 1000 * _LATE, worked - self._worked))
        self._at, self._worked = now, worked
        self._mouth.say(Said.BEAT)


class Typist(Keys):
    """Somebody at one desk."""

    def __init__(self, desktop: Desktop, life: Life, mouth: Mouth) -> None:
        self.hands = Hands(desktop, {})
        self._life, self._mouth = life, mouth
        self._spots: dict[str, Spot] = {kind.name: kind(self) for kind in SPOTS}
        self._here: Spot | None = None
        self._last = ("", False)
        self._heart = Heart(mouth, desktop)
        self._watch = QTimer(desktop)
        self._watch.timeout.connect(self._look)
        self._watch.start(TICK_MS // 2)

    async def live(self) -> None:
        """Look at what is owed, then type until the end; what cannot be done is said, and nothing more is."""
        try:
            await self._open()
            for owed in self._life.looks:
                await self._find(owed)
            for visit in self._life.visits:
                await self._visit(visit)
        except (NotSeen, AssertionError) as error:
            self._mouth.say(Said.TROUBLE, text=f"{error}; {self._sight()}")
        await asyncio.get_running_loop().create_future()

    def _sight(self) -> str:
        focus = self.hands.focus()
        where = f"{type(focus).__name__} {focus.accessibleName()}" if focus is not None else "nowhere"
        return f"page {self.hands.window.current}, keyboard in {where}"

    async def _open(self) -> None:
        await self.hands.see("the pages", lambda: self.hands.window.current)
        await self.hands.window.shown()
        self._mouth.say(Said.OPEN)

    async def _find(self, owed: Owed) -> None:
        """Go to a place and say what stands there, as soon as it is what may stand there."""
        spot, texts = self._spots[owed.place], owed.texts
        self._here = None
        if owed.word:
            session = self.hands.desktop.session
            assert session is not None
            number = await session.database.read(records, spot.record, owed.word)
            self._mouth.say(Said.RECORDS, owed.place, owed.word, number)
            texts = owed.after if number else texts
        await spot.go()
        with suppress(NotSeen):  # then it is said what stands there instead
            await self.hands.see("what is owed", lambda: spot.text() in texts, _PATIENCE_S)
        text = spot.text()
        if text is None:
            raise NotSeen(f"{owed.place} was there and is not any more")
        self._mouth.say(Said.FOUND, owed.place, text)

    # Typing ----------------------------------------------------------------------------------------------------------

    async def _visit(self, visit: Visit) -> None:
        chance = random.Random(visit.seed)
        spot = self._spots[visit.place]
        self._here = None
        await spot.go()
        self._here, self._last = spot, (spot.text() or "", False)
        self._mouth.say(Said.FOUND, visit.place, self._last[0])
        await spot.begin()
        hurry = chance.choice((0.004, 0.015, 0.04))
        for _ in range(visit.moves):
            await self._move(spot, chance)
            pause = chance.random()
            await asyncio.sleep(chance.uniform(0.28, 0.9) if pause < 0.04 else chance.expovariate(1 / hurry))
        if visit.word:
            await self._finish(spot, visit, chance)

    async def _move(self, spot: Spot, chance: random.Random) -> None:
        """Press what a person presses next."""
        if len(spot.text() or "") > _LONGEST:
            await self.press("Ctrl+A", "Backspace")
        kind = chance.random()
        if kind < 0.80:
            for letter in chance.choice(_WORDS)[: chance.randint(1, 7)]:
                await self.type(letter)
        elif kind < 0.86:
            await self.type(" ")
        elif kind < 0.91:
            await self.press(*["Backspace"] * chance.randint(1, 4))
        elif kind < 0.94:
            await self.press(*["Left"] * chance.randint(1, 6))
        elif kind < 0.96:
            await self.press("End")
        elif kind < 0.97:
            await self.press("Ctrl+Backspace")
        elif kind < 0.98:
            await self.press("Ctrl+A", "Backspace")
        elif spot.lines:
            await self.press(spot.lines)

    async def _finish(self, spot: Spot, visit: Visit, chance: random.Random) -> None:
        await spot.finish(visit.word)
        if chance.random() < 0.5:
            await asyncio.sleep(chance.uniform(0, 0.5))
        self._mouth.say(Said.FINISHING, visit.place, visit.word)
        await self._strike(spot.last_key)
        await self.hands.see(f"what was finished: {visit.place}", spot.finished, _PATIENCE_S)
        self._mouth.say(Said.FINISHED, visit.place, visit.word)
        self._here = None

    async def press(self, *chords: str) -> None:
        """Press keys, and say what stands here after each."""
        for chord in chords:
            await self._strike(chord)

    async def type(self, words: str) -> None:
        """Type words, and say what stands here after each letter."""
        for letter in words:
            await self._strike("", letter)

    async def _strike(self, chord: str, letter: str = "") -> None:
        """Hand one key to Qt outside any task, as the window system does, and look at once what came of it."""
        window = await self.hands.front()
        loop = asyncio.get_running_loop()
        struck: asyncio.Future[None] = loop.create_future()

        def strike() -> None:
            try:
                if letter:
                    QTest.sendKeyEvent(
                        QTest.KeyAction.Click, window, Qt.Key.Key_unknown, letter, Qt.KeyboardModifier.NoModifier
                    )
                else:
                    one = QKeySequence(chord)[0]  # type: ignore[index]
                    QTest.keyClick(window, one.key(), one.keyboardModifiers())
                self._look()
            finally:
                struck.set_result(None)

        loop.call_soon(strike)
        await struck

    def _look(self) -> None:
        """Say what stands here, and whether the screen calls it saved, where either is new."""
        spot = self._here
        if spot is None:
            return
        text, saved = spot.text(), spot.saved()
        if text is None:
            return
        now = (text, saved)
        before, self._last = self._last, now
        if text != before[0]:
            self._mouth.say(Said.TYPED, spot.name, text)
        if saved and now != before:
            self._mouth.say(Said.SAVED, spot.name, text)
