"""What was typed in each place and when, what the screen called saved, and so what must be found after a kill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.faults.typist.lines import Line, Owed, Said

MAY_BE_LOST_S = 1.0
_LONG_AGO = float("-inf")


@dataclass
class Stood:
    """What stood in a place from an instant on, by the monotonic clock and by the desk's own running time (seconds)."""

    text: str
    at: float = _LONG_AGO
    ran: float = _LONG_AGO
    saved: bool = False


@dataclass(frozen=True)
class Lost:
    """How old the oldest key that is gone was at the kill, in seconds of the wall clock and of the desk's loop."""

    wall: float = 0.0
    ran: float = 0.0


class Broken(AssertionError):
    """A promise was not kept."""


@dataclass
class Account:
    """One place. ``before`` is what stood there up to when it was to become a record with ``word``, ``after`` what has
    stood there since; ``finished`` says that the screen called it a record."""

    place: str
    stays: bool
    before: list[Stood] = field(default_factory=lambda: [Stood("")])
    word: str = ""
    after: list[Stood] = field(default_factory=list)
    finished: bool = False
    seen: bool = True
    known: bool = False
    killed: tuple[float, float] = (0.0, 0.0)

    def hear(self, line: Line) -> Lost | None:
        """Take a line about this place; return what was lost where it says what was found after a kill.

        Raises Broken.
        """
        match line.said:
            case Said.TYPED:
                self._now.append(Stood(line.text, line.at, line.ran))
            case Said.SAVED:
                stood = [one for one in (self._now[-1], self.before[-1]) if one.text == line.text]
                stood[0].saved = True  # what is being finished may still stand there
            case Said.FINISHING:
                self._begin_anew(self._now)
                self.word = line.text
                self.after = [Stood(self.before[-1].text if self.stays else "", line.at, line.ran)]
            case Said.FINISHED:
                self.finished = True
                self.after[-1].saved = True
            case Said.RECORDS:
                self._count(line.number)
            case Said.FOUND:
                return self._found(line.text)
        return None

    @property
    def _now(self) -> list[Stood]:
        return self.after if self.word else self.before

    def _begin_anew(self, stood: list[Stood]) -> None:
        self.before, self.word, self.after, self.finished = stood, "", [], False

    def kill(self, at: float, ran: float) -> None:
        """Take note that the desk was killed."""
        if self.seen:
            self.seen, self.killed = False, (at, ran)

    def owed(self) -> Owed:
        """Return what may be found."""
        before = () if self.finished else self._may_stand(self.before)
        return Owed(self.place, before, self.word, self._may_stand(self.after) if self.word else ())

    def _may_stand(self, stood: list[Stood]) -> tuple[str, ...]:
        return tuple(one.text for one in stood[self._floor(stood) :])

    def _floor(self, stood: list[Stood]) -> int:
        """Return the first that may be found: those after it were neither said to be saved nor typed long ago."""
        old = self.killed[1] - MAY_BE_LOST_S
        return max(number for number, one in enumerate(stood) if number == 0 or one.saved or one.ran < old)

    def _count(self, number: int) -> None:
        assert self.word
        if number > 1:
            raise Broken(f"{self.place}: what was finished once is there {number} times")
        if self.finished and not number:
            raise Broken(f"{self.place}: what was finished is not there")
        self._begin_anew(self.after if number else self.before)

    def _found(self, text: str) -> Lost | None:
        if self.known and self.seen:
            last = self._now[-1].text
            if text != last:
                raise Broken(f"{self.place}: {text!r} stands there again, and not {last!r}")
            return None  # what came before still counts: it was seen on the screen, not on the disk
        lost = self._lost(text) if self.known else None
        self._begin_anew([Stood(text)])
        self.seen = self.known = True
        return lost

    def _lost(self, text: str) -> Lost:
        """Return what is gone; raises Broken where it may not be."""
        stood = self.before
        places = [number for number, one in enumerate(stood) if one.text == text]
        if not places:
            raise Broken(f"{self.place}: {text!r} was never typed; the last was {stood[-1].text!r}")
        gone = stood[places[-1] + 1 :]
        if not gone:
            return Lost()
        lost = Lost(self.killed[0] - gone[0].at, self.killed[1] - gone[0].ran)
        if any(one.saved for one in gone):
            raise Broken(f"{self.place}: the screen said saved, but found was {text!r}, {lost}")
        if lost.ran > MAY_BE_LOST_S:
            raise Broken(f"{self.place}: found was {text!r}, {lost}; the last was {stood[-1].text!r}")
        return lost


def worst(losses: Iterable[Lost]) -> Lost:
    """Return the worst by each clock."""
    every = [Lost(), *losses]
    return Lost(max(one.wall for one in every), max(one.ran for one in every))
