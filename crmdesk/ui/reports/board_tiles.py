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
from crmdesk.domain.language import tr, tr_in, tr_n
from crmdesk.ui.reports.tile import Tile, TileAge, TileFace
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
        self.tiles = tuple(Tile(TileFace(tr(DEFINITIONS[figure].title), words.NO_BASIS)) for figure in FIGURES)
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
    age = TileAge(at) if fresh.past else TileAge(tr("as of {time}", time=at)) if stale else _ago(fresh.age_s)
    return (
        _waiting(sums, age, stale),
        _longest(sums, now, fresh, age, zone),
        _level(sums, age, stale),
        _abandoned(sums, age, stale),
        _ready(sums, age, stale),
    )


def _ago(seconds: float) -> TileAge:
    span = words.age(seconds)
    return TileAge(tr("{span} ago", span=span), span)


def _waiting(sums: Totals, age: TileAge, stale: bool) -> TileFace:
    # For translators: it stands behind the figure: "12", "calls"
    noun = tr_n("call", "calls", sums.waiting)
    title = tr("Waiting now")
    return TileFace(
        title, words.count(sums.waiting), noun, scope_words(sums), age, stale=stale, tip=tip(Figure.WAITING)
    )


def _longest(sums: Totals, now: datetime, fresh: Freshness, age: TileAge, zone: tzinfo) -> TileFace:
    title = tr("Longest wait")
    if sums.longest_since is None:
        return TileFace(title, words.NO_BASIS, "", tr("nobody waits"), age, stale=fresh.stale)
    until = fresh.as_of if fresh.stands else now
    waited = (until - sums.longest_since).total_seconds()
    limits = sums.longest_limits
    heat = wait_heat(waited, limits)
    since = words.clock(sums.longest_since, zone)
    note = tr("since {time}", time=since)
    if heat is not Heat.CALM:
        limit = limits.wait_late_s if heat is Heat.LATE else limits.wait_soon_s
        note = tr("over {limit}, since {time}", limit=words.running(limit), time=since)
    return TileFace(
        title,
        words.running(waited),
        sums.longest_queue,
        note,
        age if fresh.stands else TileAge(tr("ticking")),
        heat,
        fresh.stale,
        tip=tip(Figure.LONGEST),
    )


def _level(sums: Totals, age: TileAge, stale: bool) -> TileFace:
    rule, meaning = level_words(sums.level_name)
    figure, _, unit = words.percent(sums.level).partition(_NARROW)
    if not sums.level_name:
        note = rule
    elif sums.target is None:
        note = tr("{rule}, target of each queue", rule=rule)
    else:
        note = tr("{rule}, target {share}", rule=rule, share=words.whole_percent(sums.target))
    return TileFace(
        tr("Service level"),
        figure,
        unit,
        note,
        age,
        level_heat(sums.level, sums.target),
        stale,
        tr("{definition} Here: {meaning}.", definition=tip(Figure.LEVEL), meaning=meaning),
    )


def _abandoned(sums: Totals, age: TileAge, stale: bool) -> TileFace:
    share = words.percent(sums.abandoned / sums.offered) if sums.offered else words.NO_BASIS
    return TileFace(
        tr("Abandoned"),
        words.count(sums.abandoned),
        _of(sums.offered),
        tr_n("{share}, and {n} short", "{share}, and {n} short", sums.short_abandoned, share=share),
        age,
        stale=stale,
        tip=f"{tip(Figure.ABANDONED)} {tip(Figure.SHORT)}",
    )


def _of(whole: int) -> str:
    """Return what stands behind a figure that is a part of ``whole``."""
    return tr_in("behind the figure that is the part", "of {n}", n=words.count(whole))


def _ready(sums: Totals, age: TileAge, stale: bool) -> TileFace:
    alone = sums.left_alone
    note = tr("none where callers wait") if alone else scope_words(sums)
    told = tip(Figure.READY)
    if alone:
        told += " " + tr("Nobody is ready in {queues}, where callers wait.", queues=words.one_of(alone))
    return TileFace(
        tr("Agents ready"),
        words.count(sums.ready),
        _of(sums.signed_on),
        note,
        age,
        Heat.SOON if alone else Heat.CALM,
        stale,
        told,
    )


def _callbacks(due: CallbacksDue | None, now: datetime) -> TileFace:
    title, told = tr(DEFINITIONS[Figure.CALLBACKS].title), tip(Figure.CALLBACKS)
    if due is None:
        return TileFace(title, words.NO_BASIS, tip=told)
    note, heat = tr("none is late"), Heat.CALM
    if due.late and due.oldest_at is not None:
        oldest = words.age((now - due.oldest_at).total_seconds())
        note, heat = tr_n("{n} late, oldest {span}", "{n} late, oldest {span}", due.late, span=oldest), Heat.SOON
    figure = f"{words.count(due.count)}{'+' if due.more else ''}"
    return TileFace(title, figure, tr("today"), note, heat=heat, tip=told)
