"""The calls behind a figure: when, who, how long they waited, how it ended, with whom; Enter opens the customer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

from PySide6.QtWidgets import QSizePolicy, QWidget

from crmdesk.domain import words
from crmdesk.domain.calls.contact import VisitOutcome
from crmdesk.domain.calls.figures import DEFINITIONS, Figure
from crmdesk.domain.calls.records import BehindCall, BehindCalls
from crmdesk.domain.language import left_to_right, mark, tr, tr_n
from crmdesk.ui.kit import (
    Align,
    Cell,
    Column,
    Ink,
    ListBehind,
)
from crmdesk.ui.theme import TextRole, Voice

_RIGHT = Align.TRAILING
_COLUMNS = (
    Column(mark("Began"), 72),
    Column(mark("Caller"), stretch=3),
    Column(mark("Queue"), stretch=2),
    Column(mark("Waited"), 64, align=_RIGHT),
    Column(mark("Outcome"), 150),
    Column(mark("Agent"), stretch=2),
    Column(mark("Talk and hold"), 92, align=_RIGHT),
    Column(mark("Ended"), 72, align=_RIGHT),
)
_OUTCOMES = {
    VisitOutcome.ANSWERED: mark("answered"),
    VisitOutcome.ABANDONED: mark("abandoned"),
    VisitOutcome.TIMED_OUT: mark("timed out"),
    VisitOutcome.UNSEEN: mark("not seen"),
}
_INKS = {VisitOutcome.ANSWERED: Voice.PHONE, VisitOutcome.ABANDONED: Voice.LATE, VisitOutcome.TIMED_OUT: Voice.SOON}


class CallsBehind(ListBehind):
    """The list. ``opened`` carries the ``BehindCall`` whose customer is wanted, ``closed`` that it goes."""

    def __init__(self, zone: tzinfo, number: Callable[[str], str], parent: QWidget | None = None) -> None:
        self._zone, self._number = zone, number
        self._labels: Mapping[str, str] = {}
        super().__init__(
            tr("Back to the agents"),
            tr("Calls behind the figure"),
            _COLUMNS,
            self._cells,
            _key_of,
            self._spoken,
            parent,
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def wait_for(self, figure: Figure, queue: str) -> None:
        """Say what is being asked for."""
        title = tr(DEFINITIONS[figure].title)
        said = tr("{figure}, {queue}", figure=title, queue=queue) if queue else tr("{figure}, all queues", figure=title)
        self.title.set_text(said)
        self.note.set_text(tr("Asking the server"))
        self.rows.show_rows(())

    def show_calls(self, found: BehindCalls, labels: Mapping[str, str], at: datetime | None) -> None:
        """Show the calls, those of a past moment with that moment; ``labels`` are the queues' words."""
        self._labels = labels
        self.note.set_text(self._how_many(found.count, len(found.calls), at))
        self.rows.show_rows(found.calls)
        self.table.view.select(0)

    def _how_many(self, count: int, shown: int, at: datetime | None) -> str:
        """Return how many calls there are, how many of them are shown, and of which past moment."""
        some = words.count(shown)
        if at is None and shown == count:
            return tr_n("{n} call", "{n} calls", count)
        if at is None:
            return tr_n("{n} call, the newest {shown} shown", "{n} calls, the newest {shown} shown", count, shown=some)
        time = words.clock_seconds(at, self._zone)
        if shown == count:
            return tr_n("{n} call, as of {time}", "{n} calls, as of {time}", count, time=time)
        return tr_n(
            "{n} call, the newest {shown} shown, as of {time}",
            "{n} calls, the newest {shown} shown, as of {time}",
            count,
            shown=some,
            time=time,
        )

    def _cells(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, BehindCall):
            return tuple(Cell() for _ in _COLUMNS)
        outcome, ink = self._outcome(row)
        return (
            Cell(words.clock_seconds(row.began, self._zone)),
            Cell(self.caller(row), TextRole.BODY_STRONG, after=self._after(row)),
            Cell(self._labels.get(row.queue, row.queue)),
            Cell(words.running(row.wait_s)),
            Cell(outcome, ink=ink),
            Cell(row.agent_name or words.NO_BASIS),
            Cell(words.running(row.handle_s)),
            Cell(words.clock_seconds(row.ended, self._zone) if row.ended is not None else words.NO_BASIS),
        )

    def _outcome(self, row: BehindCall) -> tuple[str, Ink | Voice]:
        if row.outcome is None:
            if row.agent is None:
                return tr("waiting"), Ink.PRIMARY
            return (tr("finished") if row.ended is not None else tr("on the call")), Ink.PRIMARY
        said = tr(_OUTCOMES[row.outcome])
        if row.in_time is False:
            said = tr("{outcome}, not in time", outcome=said)
        return said, _INKS.get(row.outcome, Ink.PRIMARY)

    def caller(self, row: BehindCall) -> str:
        """Return who called, as far as this person may know."""
        party = row.party
        if row.customer_name:
            return row.customer_name
        if party.withheld:
            return tr("Number withheld")
        if party.e164:
            return self._number(party.e164)
        return left_to_right(party.extension or "") or party.name or tr("Not yours to see, or erased")

    def _after(self, row: BehindCall) -> str:
        return self._number(row.party.e164) if row.customer_name and row.party.e164 else ""

    def _spoken(self, row: object) -> str:
        if not isinstance(row, BehindCall):
            return ""
        outcome, _ = self._outcome(row)
        agent = tr("with {name}", name=row.agent_name) if row.agent_name else ""
        waited = tr("waited {time}", time=words.running(row.wait_s)) if row.wait_s is not None else ""
        parts = (words.clock_seconds(row.began, self._zone), self.caller(row), waited, outcome, agent)
        return ", ".join(part for part in parts if part)


def _key_of(row: object) -> object:
    return (row.contact_id, row.queue, row.began, row.agent) if isinstance(row, BehindCall) else None
