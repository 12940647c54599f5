"""The history of queues and agents as tables: one for the screen, CSV and XLSX alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import tzinfo

from crmdesk.domain.board_figures import level_words
from crmdesk.domain.calls.history import AgentTime, History, QueueSlice, Step, occupancy_of
from crmdesk.domain.calls.live import AgentState
from crmdesk.domain.sheets import Sheet, SheetColumn, Unit, Value

_WORDS, _SECONDS = Unit.WORDS, Unit.SECONDS
_STATES = (
    AgentState.READY,
    AgentState.RINGING,
    AgentState.TALKING,
    AgentState.HELD,
    AgentState.WRAP_UP,
    AgentState.BREAK,
)
_QUEUE_COLUMNS = (
    SheetColumn("Queue", _WORDS),
    SheetColumn("From", _WORDS),
    SheetColumn("Offered"),
    SheetColumn("Answered"),
    SheetColumn("Abandoned"),
    SheetColumn("Short"),
    SheetColumn("Timed out"),
    SheetColumn("Service level", Unit.SHARE),
    SheetColumn("Formula", _WORDS),
    SheetColumn("ASA", _SECONDS),
    SheetColumn("AHT", _SECONDS),
    SheetColumn("Handled"),
)
_AGENT_COLUMNS = (
    SheetColumn("Agent", _WORDS),
    SheetColumn("Handled"),
    SheetColumn("AHT", _SECONDS),
    SheetColumn("Occupancy", Unit.SHARE),
    *(SheetColumn(state.value.replace("_", "-").capitalize(), _SECONDS) for state in _STATES),
)
_REASON_COLUMNS = (
    SheetColumn("Agent", _WORDS),
    SheetColumn("Reason", _WORDS),
    SheetColumn("Breaks"),
    SheetColumn("Time", _SECONDS),
)


_OUTCOME_COLUMNS = (
    SheetColumn("Queue", _WORDS),
    SheetColumn("Outcome", _WORDS),
    SheetColumn("Agent", _WORDS),
    SheetColumn("Calls"),
    SheetColumn("Mean talk", _SECONDS),
)


def history_sheets(history: History, step: Step, zone: tzinfo) -> tuple[Sheet, ...]:
    """Return four tables: queues by part, agents, breaks by agent and reason, outcomes by queue and agent."""
    return (_queues(history, step, zone), _agents(history), _reasons(history), _outcomes(history))


def _queues(history: History, step: Step, zone: tzinfo) -> Sheet:
    notes = []
    if history.missing:
        days = ", ".join(day.isoformat() for day in history.missing[:10])
        more = f" and {len(history.missing) - 10} more" if len(history.missing) > 10 else ""
        notes.append(f"Without {days}{more}: nothing is kept of these days.")
    rows = tuple(_queue_row(one, history.labels, step, zone) for one in history.queues)
    return Sheet("Queues", _QUEUE_COLUMNS, rows, tuple(notes))


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
        ", ".join(level_words(one.level)) if one.level else "several formulas",
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
    return Sheet("Agents", _AGENT_COLUMNS, tuple(rows))


def _reasons(history: History) -> Sheet:
    breaks = [one for one in history.times if one.state is AgentState.BREAK]
    breaks.sort(key=lambda one: (history.names.get(one.agent, one.agent), one.reason))
    return Sheet("Breaks", _REASON_COLUMNS, tuple(_reason_row(one, history.names) for one in breaks))


def _reason_row(one: AgentTime, names: Mapping[str, str]) -> tuple[Value, ...]:
    return names.get(one.agent, one.agent), one.reason or "no reason", one.times, one.spent_us / 1e6


def _outcomes(history: History) -> Sheet:
    rows = tuple(
        (
            history.labels.get(one.queue, one.queue) or "no queue",
            one.outcome or "none chosen",
            one.agent,
            one.count,
            one.talk_s / one.count if one.count else None,
        )
        for one in history.outcomes
    )
    return Sheet("Outcomes", _OUTCOME_COLUMNS, rows, ("Calls that somebody talked on, of the customers you may see.",))
