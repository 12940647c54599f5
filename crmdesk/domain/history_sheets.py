"""The history of queues and agents as tables: one for the screen, CSV and XLSX alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, tzinfo

from crmdesk.domain.board_figures import level_words
from crmdesk.domain.calls.history import AgentTime, History, QueueSlice, Step, occupancy_of
from crmdesk.domain.calls.live import AgentState, reason_words
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.domain.sheets import Sheet, SheetColumn, Unit, Value

_WORDS, _SECONDS = Unit.WORDS, Unit.SECONDS
_STATES = {
    AgentState.READY: mark("Ready"),
    AgentState.RINGING: mark("Ringing"),
    AgentState.TALKING: mark("Talking"),
    AgentState.HELD: mark("Held"),
    AgentState.WRAP_UP: mark("Wrap-up"),
    AgentState.BREAK: mark("Break"),
}
_QUEUE_COLUMNS = (
    SheetColumn(mark("Queue"), _WORDS),
    SheetColumn(mark("From"), _WORDS),
    SheetColumn(mark("Offered")),
    SheetColumn(mark("Answered")),
    SheetColumn(mark("Abandoned")),
    SheetColumn(mark("Short")),
    SheetColumn(mark("Timed out")),
    SheetColumn(mark("Service level"), Unit.SHARE),
    SheetColumn(mark("Formula"), _WORDS),
    SheetColumn(mark("ASA"), _SECONDS),
    SheetColumn(mark("AHT"), _SECONDS),
    SheetColumn(mark("Handled")),
)
_AGENT_COLUMNS = (
    SheetColumn(mark("Agent"), _WORDS),
    SheetColumn(mark("Handled")),
    SheetColumn(mark("AHT"), _SECONDS),
    SheetColumn(mark("Occupancy"), Unit.SHARE),
    *(SheetColumn(title, _SECONDS) for title in _STATES.values()),
)
_REASON_COLUMNS = (
    SheetColumn(mark("Agent"), _WORDS),
    SheetColumn(mark("Reason"), _WORDS),
    SheetColumn(mark("Breaks")),
    SheetColumn(mark("Time"), _SECONDS),
)


_OUTCOME_COLUMNS = (
    SheetColumn(mark("Queue"), _WORDS),
    SheetColumn(mark("Outcome"), _WORDS),
    SheetColumn(mark("Agent"), _WORDS),
    SheetColumn(mark("Calls")),
    SheetColumn(mark("Mean talk"), _SECONDS),
)


def history_sheets(history: History, step: Step, zone: tzinfo) -> tuple[Sheet, ...]:
    """Return four tables: queues by part, agents, breaks by agent and reason, outcomes by queue and agent."""
    return (_queues(history, step, zone), _agents(history), _reasons(history), _outcomes(history))


def _queues(history: History, step: Step, zone: tzinfo) -> Sheet:
    notes = []
    if history.missing:
        notes.append(_without(history.missing))
    rows = tuple(_queue_row(one, history.labels, step, zone) for one in history.queues)
    return Sheet(tr("Queues"), _QUEUE_COLUMNS, rows, tuple(notes))


def _without(missing: Sequence[date]) -> str:
    days, more = ", ".join(day.isoformat() for day in missing[:10]), len(missing) - 10
    if more <= 0:
        return tr("Without {days}: nothing is kept of these days.", days=days)
    return tr_n(
        "Without {days} and {n} more: nothing is kept of these days.",
        "Without {days} and {n} more: nothing is kept of these days.",
        more,
        days=days,
    )


def _queue_row(one: QueueSlice, labels: Mapping[str, str], step: Step, zone: tzinfo) -> tuple[Value, ...]:
    at = one.at.astimezone(zone)
    return (
        labels.get(one.queue, one.queue),
        f"{at:%Y-%m-%d}" if step is Step.DAY else f"{at:%Y-%m-%d %H:%M}",
        one.offered,
        one.answered,
        one.abandoned,
        one.short_abandoned,
        one.timed_out,
        one.service_level,
        ", ".join(level_words(one.level)) if one.level else tr("several formulas"),
        one.mean_wait_s,
        one.mean_handle_s,
        one.handled,
    )


def _agents(history: History) -> Sheet:
    spent: dict[str, dict[AgentState, float]] = defaultdict(lambda: defaultdict(float))
    for one in history.times:
        spent[one.agent][one.state] += one.spent_us / 1e6
    work = {one.agent: one for one in history.work}
    shares = occupancy_of(history.times)
    rows: list[tuple[Value, ...]] = []
    for agent in sorted({*spent, *work}, key=lambda one: (history.names.get(one, one), one)):
        mine = work.get(agent)
        mean = mine.handle_us / mine.handled / 1e6 if mine is not None and mine.handled else None
        times = [spent[agent][state] for state in _STATES]
        handled = mine.handled if mine is not None else 0
        rows.append((history.names.get(agent, agent), handled, mean, shares.get(agent), *times))
    return Sheet(tr("Agents"), _AGENT_COLUMNS, tuple(rows))


def _reasons(history: History) -> Sheet:
    breaks = [one for one in history.times if one.state is AgentState.BREAK]
    breaks.sort(key=lambda one: (history.names.get(one.agent, one.agent), one.reason))
    return Sheet(tr("Breaks"), _REASON_COLUMNS, tuple(_reason_row(one, history.names) for one in breaks))


def _reason_row(one: AgentTime, names: Mapping[str, str]) -> tuple[Value, ...]:
    return names.get(one.agent, one.agent), reason_words(one.reason) or tr("no reason"), one.times, one.spent_us / 1e6


def _outcomes(history: History) -> Sheet:
    rows = tuple(
        (
            history.labels.get(one.queue, one.queue) or tr("no queue"),
            one.outcome or tr("none chosen"),
            one.agent,
            one.count,
            one.talk_s / one.count if one.count else None,
        )
        for one in history.outcomes
    )
    return Sheet(
        tr("Outcomes"), _OUTCOME_COLUMNS, rows, (tr("Calls that somebody talked on, of the customers you may see."),)
    )
