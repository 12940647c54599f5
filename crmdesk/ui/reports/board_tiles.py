"""The row of tiles over the queues: waiting, longest wait, service level, abandoned, agents ready, callbacks due."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.board_figures import (
    CallbacksDue,
    Freshness,
    Heat,
    Totals,
    level_heat,
    level_words,
    scope_words,
    wait_heat,
)
from crmdesk.domain.calls.figures import DEFINITIONS, Figure, tip
from crmdesk.ui.reports.tile import Tile, TileFace
from crmdesk.ui.theme import Space

_NARROW = "\u202f"
FIGURES = (Figure.WAITING, Figure.LONGEST, Figure.LEVEL, Figure.ABANDONED, Figure.READY, Figure.CALLBACKS)


class BoardTiles(QWidget):
    """Six tiles side by side; ``opened`` carries the ``Figure`` whose calls are wanted."""

    opened = Signal(object)

    def __init__(self, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self.stale = False
        self.tiles = tuple(Tile(TileFace(DEFINITIONS[figure].title, words.NO_BASIS)) for figure in FIGURES)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        for tile in self.tiles:
            row.addWidget(tile, 1)
        for figure, tile in zip(FIGURES, self.tiles, strict=True):
            tile.opened.connect(partial(self.opened.emit, figure))
        self.ready, self.callbacks = self.tiles[-2:]

    def show_totals(self, sums: Totals, now: datetime, fresh: Freshness) -> None:
        """Show the sums; what did not change is not painted again."""
        self.stale = fresh.stale
        faces = board_faces(sums, now, fresh, self._zone)
        for tile, face in zip(self.tiles, faces, strict=False):
            tile.show_face(face)

    def show_callbacks(self, due: CallbacksDue | None, now: datetime) -> None:
        """Show the callbacks that are due, None before they were read. They are of this desk: never stale."""
        self.callbacks.show_face(_callbacks(due, now))


def board_faces(sums: Totals, now: datetime, fresh: Freshness, zone: tzinfo) -> tuple[TileFace, ...]:
    """Return what the tiles show at ``now``."""
    stale = fresh.stale
    at = words.clock_seconds(fresh.as_of, zone)
    age = at if fresh.past else f"as of {at}" if stale else f"{words.age(fresh.age_s)} ago"
    return (
        _waiting(sums, age, stale),
        _longest(sums, now, fresh, age, zone),
        _level(sums, age, stale),
        _abandoned(sums, age, stale),
        _ready(sums, age, stale),
    )


def _waiting(sums: Totals, age: str, stale: bool) -> TileFace:
    noun = "call" if sums.waiting == 1 else "calls"
    return TileFace(
        "Waiting now", words.count(sums.waiting), noun, scope_words(sums), age, stale=stale, tip=tip(Figure.WAITING)
    )


def _longest(sums: Totals, now: datetime, fresh: Freshness, age: str, zone: tzinfo) -> TileFace:
    title = "Longest wait"
    if sums.longest_since is None:
        return TileFace(title, words.NO_BASIS, "", "nobody waits", age, stale=fresh.stale)
    until = fresh.as_of if fresh.stands else now
    waited = (until - sums.longest_since).total_seconds()
    limits = sums.longest_limits
    heat = wait_heat(waited, limits)
    note = f"since {words.clock(sums.longest_since, zone)}"
    if heat is not Heat.CALM:
        limit = limits.wait_late_s if heat is Heat.LATE else limits.wait_soon_s
        note = f"over {words.running(limit)}, {note}"
    return TileFace(
        title,
        words.running(waited),
        sums.longest_queue,
        note,
        age if fresh.stands else "ticking",
        heat,
        fresh.stale,
        tip=tip(Figure.LONGEST),
    )


def _level(sums: Totals, age: str, stale: bool) -> TileFace:
    rule, meaning = level_words(sums.level_name)
    figure, _, unit = words.percent(sums.level).partition(_NARROW)
    target = words.whole_percent(sums.target) if sums.target is not None else "of each queue"
    note = f"{rule}, target {target}" if sums.level_name else rule
    return TileFace(
        "Service level",
        figure,
        unit,
        note,
        age,
        level_heat(sums.level, sums.target),
        stale,
        f"{tip(Figure.LEVEL)} Here: {meaning}.",
    )


def _abandoned(sums: Totals, age: str, stale: bool) -> TileFace:
    share = words.percent(sums.abandoned / sums.offered) if sums.offered else words.NO_BASIS
    return TileFace(
        "Abandoned",
        words.count(sums.abandoned),
        f"of {words.count(sums.offered)}",
        f"{share}, and {words.count(sums.short_abandoned)} short",
        age,
        stale=stale,
        tip=f"{tip(Figure.ABANDONED)} {tip(Figure.SHORT)}",
    )


def _ready(sums: Totals, age: str, stale: bool) -> TileFace:
    alone = sums.left_alone
    note = "none where callers wait" if alone else scope_words(sums)
    lacking = f" Nobody is ready in {words.one_of(alone)}, where callers wait." if alone else ""
    return TileFace(
        "Agents ready",
        words.count(sums.ready),
        f"of {words.count(sums.signed_on)}",
        note,
        age,
        Heat.SOON if alone else Heat.CALM,
        stale,
        f"{tip(Figure.READY)}{lacking}",
    )


def _callbacks(due: CallbacksDue | None, now: datetime) -> TileFace:
    title, told = DEFINITIONS[Figure.CALLBACKS].title, tip(Figure.CALLBACKS)
    if due is None:
        return TileFace(title, words.NO_BASIS, tip=told)
    note, heat = "none is late", Heat.CALM
    if due.late and due.oldest_at is not None:
        oldest = words.age((now - due.oldest_at).total_seconds())
        note, heat = f"{words.count(due.late)} late, oldest {oldest}", Heat.SOON
    figure = f"{words.count(due.count)}{'+' if due.more else ''}"
    return TileFace(title, figure, "today", note, heat=heat, tip=told)
