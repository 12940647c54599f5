"""Merges two people's changes of one text: by lines, then by words inside the lines that both changed.

What only one of them changed is taken as it is. What both put at the same place is kept twice, the server's first,
unless one of them put there all that the other did. Words that both changed in different ways are an ``Overlap``, with
both sides in it. No word of either is ever lost.
The idea is that of diff3 (Khanna, Kunal, Pierce: "A Formal Investigation of Diff3", 2007): text between two places that
neither touched is one piece, and it is settled by who changed it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

from crmdesk.domain.quick import dataclass

_TOKEN = re.compile(r"((?:[^\s.,;:!?()\"]|[.,:](?=[^\s.,;:!?()\"]))+|[.,;:!?()\"])(\s*)")
_LEADING = re.compile(r"\s*")

_COMPARISONS = 300_000
"""Pairs of equal words, in a stretch that changed, beyond which it is taken as a whole (about a third of a second)."""


class By(StrEnum):
    """Whose words a piece holds: everybody's (unchanged, or changed alike), mine, or theirs (the server's)."""

    ALL = "all"
    MINE = "mine"
    THEIRS = "theirs"


class Keep(StrEnum):
    """What is kept where two versions overlap."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text and whose it is."""

    text: str
    by: By = By.ALL


@dataclass(frozen=True, slots=True)
class Overlap:
    """A place that both changed in different ways; each side may be empty, where somebody deleted the words."""

    base: str
    mine: str
    theirs: str

    def kept(self, keep: Keep) -> str:
        """Return the words of this place; both sides stand one after the other, the server's first."""
        if keep is Keep.MINE:
            return self.mine
        if keep is Keep.THEIRS:
            return self.theirs
        between = "\n" if "\n" in self.mine + self.theirs else " "
        return between.join(side for side in (self.theirs.rstrip(), self.mine) if side)


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged text in pieces, complete except for the places that overlap."""

    pieces: tuple[Piece | Overlap, ...]

    @property
    def overlaps(self) -> tuple[Overlap, ...]:
        """The places that somebody must look at, in their order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Overlap))

    @property
    def clean(self) -> bool:
        """True if nothing overlaps."""
        return not self.overlaps

    def text(self, *choices: Keep) -> str:
        """Return the text with one choice for each overlap in order; both sides are kept where none is given."""
        given = iter(choices)
        return _joined(
            piece.kept(next(given, Keep.BOTH)) if isinstance(piece, Overlap) else piece.text for piece in self.pieces
        )


def merge3(base: str, mine: str, theirs: str) -> Merged:
    """Return ``mine`` and ``theirs`` in one text; ``base`` is what both began with, ``theirs`` is at the server."""
    if mine == theirs:
        return Merged((Piece(mine),))
    if base in (mine, theirs):
        return Merged((Piece(mine, By.MINE) if base == theirs else Piece(theirs, By.THEIRS),))
    out: list[Piece | Overlap] = []
    for part in _merged(_lines(base), _lines(mine), _lines(theirs), _line_clash):
        block = list(_words_merged(part) if isinstance(part, _Clash) else _line_pieces(part))
        if block or isinstance(part, _Clash):
            out += [Piece("\n"), *block] if out else block or [Piece("")]
    return Merged(_tidy(out))


def changed_words(base: str, version: str, by: By) -> tuple[Piece, ...]:
    """Return a version in pieces: what was there before is ``By.ALL``, what is new in it ``by``."""
    old, new = _words(base), _words(version)
    pieces: list[Piece | Overlap] = []
    at = 0
    for hunk in _hunks(old, new):
        pieces += [Piece(_text(new[at : hunk.start])), Piece(_text(new[hunk.start : hunk.end]), by)]
        at = hunk.end
    pieces.append(Piece(_text(new[at:])))
    return tuple(piece for piece in _tidy(pieces) if isinstance(piece, Piece))


# Lines and words ---------------------------------------------------------------------------------------------------


class _Word(NamedTuple):
    """A word or a mark, and the space after it. Words are compared, space is carried."""

    word: str
    space: str


Unit = str | _Word


def _lines(text: str) -> list[Unit]:
    return [*text.split("\n")] if text else []


def _words(text: str) -> list[Unit]:
    """Return the words of a text; the first is empty and carries the space before all others."""
    leading = _LEADING.match(text)
    start = leading.end() if leading else 0
    return [_Word("", text[:start]), *(_Word(*found.groups()) for found in _TOKEN.finditer(text, start))]


def _key(unit: Unit) -> str:
    return unit if isinstance(unit, str) else unit.word


def _text(words: Iterable[Unit]) -> str:
    return "".join(unit if isinstance(unit, str) else unit.word + unit.space for unit in words)


# What differs ------------------------------------------------------------------------------------------------------


class _Hunk(NamedTuple):
    """``base[low:high]`` became ``side[start:end]``."""

    low: int
    high: int
    start: int
    end: int

    @property
    def inserts(self) -> bool:
        """Whether it only adds."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class _Run:
    """Units that one of them, or nobody, changed."""

    units: Sequence[Unit]
    by: By


@dataclass(frozen=True, slots=True)
class _Clash:
    """A stretch that both changed, on the three sides."""

    base: Sequence[Unit]
    mine: Sequence[Unit]
    theirs: Sequence[Unit]


Clashes = Callable[[_Hunk, _Hunk], bool]


def _hunks(base: Sequence[Unit], side: Sequence[Unit]) -> list[_Hunk]:
    """Return what differs, in order. A text that repeats itself too often to be compared in time is one hunk."""
    old, new = [_key(unit) for unit in base], [_key(unit) for unit in side]
    most = min(len(old), len(new))
    head = next((i for i in range(most) if old[i] != new[i]), most)
    tail = next((i for i in range(most - head) if old[-1 - i] != new[-1 - i]), most - head)
    low, high, start, end = head, len(old) - tail, head, len(new) - tail
    if low == high and start == end:
        return []
    times = Counter(old[low:high])
    if sum(times[key] for key in new[start:end]) > _COMPARISONS:
        return [_Hunk(low, high, start, end)]
    matcher = SequenceMatcher(None, old[low:high], new[start:end], autojunk=False)
    return [
        _Hunk(low + one, low + two, start + three, start + four)
        for kind, one, two, three, four in matcher.get_opcodes()
        if kind != "equal"
    ]


def _line_clash(mine: _Hunk, theirs: _Hunk) -> bool:
    """Lines clash where the same line was changed; lines beside each other do not."""
    return max(mine.low, theirs.low) < min(mine.high, theirs.high) or _inside(mine, theirs) or _inside(theirs, mine)


def _inside(inner: _Hunk, outer: _Hunk) -> bool:
    return inner.inserts and outer.low < inner.low < outer.high


def _word_clash(mine: _Hunk, theirs: _Hunk) -> bool:
    """Words clash already where nothing unchanged stands between them: together they are one statement."""
    return not (mine.inserts and theirs.inserts)


def _merged(
    base: Sequence[Unit], mine: Sequence[Unit], theirs: Sequence[Unit], clash: Clashes
) -> Iterator[_Run | _Clash]:
    """Yield the base's units with both sides' hunks put in; hunks that touch each other are settled together."""
    ours = [(hunk, By.MINE) for hunk in _hunks(base, mine)]
    others = [(hunk, By.THEIRS) for hunk in _hunks(base, theirs)]
    todo = sorted([*ours, *others], key=lambda pair: (pair[0].low, pair[0].high, pair[1] is By.MINE))
    at, shift = 0, {By.MINE: 0, By.THEIRS: 0}
    while todo:
        group = [todo.pop(0)]
        high = group[0][0].high
        while todo and todo[0][0].low <= high:
            high = max(high, todo[0][0].high)
            group.append(todo.pop(0))
        low = group[0][0].low
        yield from _unchanged(base, mine, theirs, range(at, low), shift)
        spans = {}
        for by in shift:
            start = low + shift[by]
            shift[by] += sum((h.end - h.start) - (h.high - h.low) for h, who in group if who is by)
            spans[by] = slice(start, high + shift[by])
        whole = _Clash(base[low:high], mine[spans[By.MINE]], theirs[spans[By.THEIRS]])
        yield from _settled(group, whole, {By.MINE: mine, By.THEIRS: theirs}, (low, base), clash)
        at = high
    yield from _unchanged(base, mine, theirs, range(at, len(base)), shift)


def _settled(
    group: Sequence[tuple[_Hunk, By]],
    whole: _Clash,
    sides: dict[By, Sequence[Unit]],
    start: tuple[int, Sequence[Unit]],
    clash: Clashes,
) -> Iterator[_Run | _Clash]:
    """Yield what becomes of hunks that touch each other."""
    mine = [hunk for hunk, by in group if by is By.MINE]
    theirs = [hunk for hunk, by in group if by is By.THEIRS]
    if mine and theirs and [_key(u) for u in whole.mine] == [_key(u) for u in whole.theirs]:
        yield _Run(whole.theirs, By.ALL)
    elif len(group) == 2 and mine and theirs and mine[0][:2] == theirs[0][:2] and (more := _more(whole)):
        yield more
    elif any(clash(one, other) for one in mine for other in theirs):
        yield whole
    else:
        at, base = start
        for hunk, by in group:
            yield _Run(base[at : hunk.low], By.ALL)
            yield _Run(sides[by][hunk.start : hunk.end], by)
            at = hunk.high


def _more(whole: _Clash) -> _Run | None:
    """Return the side that says all that the other says, in its order, and more; None if there is no such side."""
    mine, theirs = [_key(u) for u in whole.mine], [_key(u) for u in whole.theirs]
    if mine and _says(theirs, mine):
        return _Run(whole.theirs, By.THEIRS)
    return _Run(whole.mine, By.MINE) if theirs and _says(mine, theirs) else None


def _says(long: Sequence[str], short: Sequence[str]) -> bool:
    left = iter(long)
    return all(any(key == word for key in left) for word in short)


def _unchanged(
    base: Sequence[Unit], mine: Sequence[Unit], theirs: Sequence[Unit], where: range, shift: dict[By, int]
) -> Iterator[_Run]:
    """Yield what nobody changed; of the space after a word the changed one is taken."""
    ours, others = shift[By.MINE], shift[By.THEIRS]
    yield _Run([_spaced(base[i], mine[i + ours], theirs[i + others]) for i in where], By.ALL)


def _spaced(base: Unit, mine: Unit, theirs: Unit) -> Unit:
    return mine if theirs == base else theirs


# Pieces ------------------------------------------------------------------------------------------------------------


def _line_pieces(run: _Run) -> Iterator[Piece]:
    if run.units:
        yield Piece("\n".join(map(_key, run.units)), run.by)


def _words_merged(clash: _Clash) -> Iterator[Piece | Overlap]:
    """Merge, word by word, lines that both changed."""
    base, mine, theirs = ("\n".join(map(_key, side)) for side in (clash.base, clash.mine, clash.theirs))
    for part in _merged(_words(base), _words(mine), _words(theirs), _word_clash):
        if isinstance(part, _Run):
            yield Piece(_text(part.units), part.by)
        else:
            sides = [_text(side) for side in (part.base, part.mine, part.theirs)]
            after = _common_space(sides[1], sides[2])
            base_, mine_, theirs_ = (side.removesuffix(after) for side in sides)
            yield Overlap(base_, mine_, theirs_)
            yield Piece(after)


def _common_space(mine: str, theirs: str) -> str:
    one, other = mine[len(mine.rstrip()) :], theirs[len(theirs.rstrip()) :]
    return one if one == other else ""


def _tidy(pieces: Iterable[Piece | Overlap]) -> tuple[Piece | Overlap, ...]:
    """Return the pieces with neighbours of one kind joined, the empty ones dropped, and words kept apart."""
    tidy: list[Piece | Overlap] = []
    for piece in pieces:
        if isinstance(piece, Overlap):
            tidy.append(piece)
            continue
        last = tidy[-1] if tidy else None
        if not isinstance(last, Piece):
            tidy += [piece] if piece.text else []
            continue
        text = _gap(last.text, piece.text) + piece.text
        if last.by is piece.by or not text:
            tidy[-1] = Piece(last.text + text, last.by)
        else:
            tidy.append(Piece(text, piece.by))
    return tuple(tidy)


def _joined(texts: Iterable[str]) -> str:
    whole = ""
    for text in texts:
        whole += _gap(whole, text) + text
    return whole


def _gap(before: str, after: str) -> str:
    """Return a space where two texts side by side would make one word of two."""
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return ""
    found = _TOKEN.match(before[-1] + after[:2])
    return " " if found and len(found[1]) > 1 else ""
