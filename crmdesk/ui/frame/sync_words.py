"""What the sync popover and the Unsent page say, from the state of sync: pure, so that every sentence can be tested."""

from __future__ import annotations

from datetime import datetime, tzinfo

from crmdesk.domain import words
from crmdesk.domain.changes import Kind
from crmdesk.domain.language import mark, mark_n, tr, tr_in, tr_n
from crmdesk.domain.sync_state import SnapshotProgress, SyncLink, SyncState, UnsentChange, UnsentState
from crmdesk.ui.theme import Icon

FACTS = (mark("Server"), mark("Last received"), mark("This computer"), mark("Second file"))
_ICONS = {
    Kind.NOTE: Icon.PEN_LINE,
    Kind.CALLBACK: Icon.LIST_CHECKS,
    Kind.COMPLAINT: Icon.SCALE,
    Kind.REQUEST: Icon.WRENCH,
    Kind.CUSTOMER: Icon.USER,
    Kind.CONTACT_POINT: Icon.LINK,
    Kind.INTERACTION: Icon.PHONE,
}


def refused(state: SyncState) -> int:
    """Return how many changes the server did not take; what has two versions is not among them."""
    return max(0, state.refused - state.conflicts)


def headline(state: SyncState) -> tuple[str, str]:
    """Return the first line: what it is called, and whether the work is safe."""
    count = state.unsent + refused(state)
    if not count and not state.conflicts:
        return tr("Everything is sent"), tr("nothing waits here")
    if not count:
        to_settle = mark_n("{n} to settle, both versions are kept", "{n} to settle, both versions are kept")
        return tr("Everything is sent"), tr_n(*to_settle, state.conflicts)
    safe = mark_n("{n} change, safe on this computer", "{n} changes, safe on this computer")
    once = mark_n(
        "{n} change, safe on this computer, kept once only", "{n} changes, safe on this computer, kept once only"
    )
    return tr("Not sent yet"), tr_n(*(once if state.second_file else safe), count)


def server_words(state: SyncState, zone: tzinfo) -> str:
    """Return how the link to the server stands."""
    since = words.clock(state.since, zone)
    said = {
        SyncLink.LIVE: tr("Live since {time}", time=since),
        SyncLink.CONNECTING: tr("Connecting"),
        SyncLink.OFFLINE: tr("Not reached since {time}; tried again by itself", time=since),
        SyncLink.SIGNED_OUT: tr("Signed out; sign in to send"),
        SyncLink.LOCKED: tr("Locked"),
        SyncLink.TOO_OLD: tr("Asks for a newer version of this program"),
    }[state.link]
    return f"{said}. {state.detail}" if state.detail else said


def received_words(state: SyncState, now: datetime, zone: tzinfo) -> str:
    """Return when something was last received."""
    if state.last_received_at is None:
        return words.NO_BASIS
    span = words.age((now - state.last_received_at).total_seconds())
    return tr("{time}, {span} ago", time=words.clock_seconds(state.last_received_at, zone), span=span)


def progress_words(progress: SnapshotProgress) -> str:
    """Return how far the first copy is: "Fetching customers, 312,000 of 1,000,000"."""
    if progress.rows >= progress.total:
        fetched = mark_n("Fetched {n} record, making it searchable", "Fetched {n} records, making them searchable")
        return tr_n(*fetched, progress.rows)
    rows, total = words.count(progress.rows), words.count(progress.total)
    return tr("Fetching records, {n} of about {total}", n=rows, total=total)


def progress_share(progress: SnapshotProgress) -> str:
    """Return how far the first copy is, for the status line: "412,000 of 1,000,000"."""
    if progress.rows >= progress.total:
        return tr("making it searchable")
    return tr("{n} of {total}", n=words.count(progress.rows), total=words.count(progress.total))


def holding_words(state: SyncState, queues: int) -> str:
    """Return what this computer holds; ``queues`` are how many the agent has, 0 where all."""
    if state.snapshot is not None:
        return f"{progress_words(state.snapshot)}. {tr('You can work: others are looked up at the server')}"
    if state.last_received_at is None:
        return tr("Nothing from the server yet")
    return (
        tr_n("All you need for {n} queue", "All you need for {n} queues", queues)
        if queues
        else tr("All records of your teams")
    )


def facts(state: SyncState, now: datetime, zone: tzinfo, queues: int) -> tuple[str, ...]:
    """Return the words of each of ``FACTS``; an empty one takes no room."""
    second = f"{state.second_file} {tr('Everything is in the first file.')}" if state.second_file else ""
    return server_words(state, zone), received_words(state, now, zone), holding_words(state, queues), second


def icon_of(change: UnsentChange) -> Icon:
    """Return the icon of a change: what it is while it waits, why it is here otherwise."""
    if change.state is UnsentState.CONFLICT:
        return Icon.GIT_COMPARE
    if change.state is UnsentState.REFUSED:
        return Icon.CIRCLE_ALERT
    return _ICONS.get(change.kind, Icon.CLOUD_UPLOAD) if change.kind is not None else Icon.CLOUD_UPLOAD


def why(change: UnsentChange, now: datetime, zone: tzinfo) -> str:
    """Return the second line of a change: why it is still here."""
    written = words.moment(change.made_at, now, zone)
    if change.reason:
        return f"{change.reason} {tr('Written {when}', when=written)}"
    if change.kind is Kind.CALLBACK:
        return tr("Written {when}, unconfirmed until the server answers", when=written)
    return tr("Written {when}, waits for its turn", when=written)


def spoken(row: object) -> str:
    """Return a change as it is read aloud."""
    if not isinstance(row, UnsentChange):
        return ""
    state = {
        UnsentState.WAITING: tr_in("a change", "waits"),
        UnsentState.REFUSED: tr_in("a change", "refused"),
        UnsentState.CONFLICT: tr_in("a change", "two versions"),
    }
    return ". ".join(part for part in (f"{row.what}, {state[row.state]}", row.reason) if part)


def urgency(change: UnsentChange) -> tuple[int, int]:
    """Return the place in the list: refused ones first, then what is to settle, then what waits, oldest first."""
    order = (UnsentState.REFUSED, UnsentState.CONFLICT, UnsentState.WAITING)
    return order.index(change.state), change.seq
