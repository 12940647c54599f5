"""What the status line says, from the states of sync, phone and board: pure, so that every sentence can be tested."""

from __future__ import annotations

from datetime import datetime, tzinfo

from crmdesk.domain import words
from crmdesk.domain.calls.live import Board, PhoneLink, PhoneState, QueueFigures
from crmdesk.domain.language import mark_n, tr, tr_n
from crmdesk.domain.sync_state import OUT_OF_USE, SyncLink, SyncState
from crmdesk.ui.frame.status_model import StatusWords, Tone
from crmdesk.ui.frame.sync_words import progress_share, refused
from crmdesk.ui.theme import Icon, Voice

_MOST_NAMED = 2


def sync_words(state: SyncState | None, zone: tzinfo) -> StatusWords:
    """Return how safe the work is and how the link stands."""
    if state is None:
        return StatusWords(tr("Starting"), Icon.LOADER)
    if state.link is SyncLink.OFFLINE:
        text = tr("Offline since {time}", time=words.clock(state.since, zone))
        return StatusWords(text, Icon.CLOUD_OFF, Voice.REST, Tone.SOLID, _safe(state.unsent, refused(state)))
    if state.link is SyncLink.SIGNED_OUT:
        return StatusWords(tr("Signed out. Sign in to send"), Icon.CLOUD_OFF, Voice.SOON, Tone.SOFT)
    if state.link is SyncLink.LOCKED:
        out = state.detail.startswith(tr(OUT_OF_USE))
        text = tr("This computer was taken out of use") if out else tr("Locked. Sign in to open")
        return StatusWords(text, Icon.LOCK, Voice.LATE, Tone.SOFT)
    if state.link is SyncLink.TOO_OLD:
        text = tr("Too old to write. Install the new version")
        return StatusWords(text, Icon.CLOUD_OFF, Voice.LATE, Tone.SOFT)
    if refused(state):
        both = (_unsent(state.unsent), _refused(refused(state)))
        return StatusWords(", ".join(filter(None, both)), Icon.CLOUD_UPLOAD, Voice.LATE, Tone.SOFT, _link(state))
    if state.snapshot is not None:
        return StatusWords(_link(state), Icon.CLOUD_DOWNLOAD, Voice.YOU, after=_unsent(state.unsent))
    if state.unsent:
        return StatusWords(_unsent(state.unsent), Icon.CLOUD_UPLOAD, Voice.YOU, Tone.SOFT)
    if state.link is SyncLink.CONNECTING:
        return StatusWords(tr("Connecting"), Icon.LOADER)
    return StatusWords(tr("Live, all sent"), Icon.CLOUD, Voice.PHONE)


def _link(state: SyncState) -> str:
    """Return how the link stands beside what was refused: that hides nothing else."""
    if state.snapshot is not None:
        return tr("First copy: {progress}. You can work", progress=progress_share(state.snapshot))
    return tr("Connecting") if state.link is SyncLink.CONNECTING else ""


def _unsent(count: int) -> str:
    return tr_n("{n} unsent", "{n} unsent", count) if count else ""


def _refused(count: int) -> str:
    return tr_n("{n} refused", "{n} refused", count) if count else ""


def _safe(unsent: int, refused: int) -> str:
    one = mark_n("{n} change is safe here and goes out by itself", "{n} changes are safe here and go out by themselves")
    return ", ".join(filter(None, (tr_n(*one, unsent) if unsent else "", _refused(refused))))


def phone_words(state: PhoneState | None, zone: tzinfo) -> StatusWords:
    """Return how the phone system's connection stands."""
    if state is None:
        return StatusWords(tr("Phone not known yet"), Icon.PHONE_OFF)
    since = words.clock(state.since, zone)
    return {
        PhoneLink.CONNECTED: StatusWords(tr("Phone connected"), Icon.PHONE, Voice.PHONE),
        PhoneLink.CONNECTING: StatusWords(tr("Phone connecting"), Icon.LOADER),
        PhoneLink.REFUSED: StatusWords(tr("The phone system refused the sign-in"), Icon.PHONE_OFF, Voice.LATE),
        PhoneLink.UNREACHABLE: StatusWords(tr("No call events since {time}", time=since), Icon.PHONE_OFF, Voice.SOON),
        PhoneLink.NOT_SET_UP: StatusWords(tr("No phone system set up"), Icon.PHONE_OFF),
    }[state.link]


def queue_words(board: Board | None, now: datetime, queues: tuple[str, ...]) -> str:
    """Return the fullest of the agent's own queues: "Heating emergency: 3 waiting, longest 2:41"; "" when none waits.

    ``queues`` are the agent's own; none means all.
    """
    if board is None or board.stale_since is not None:
        return ""
    own = [figures for figures in board.queues if figures.waiting and (not queues or figures.queue in queues)]
    if not own:
        return ""
    fullest = max(own, key=_waiting)
    longest = (now - min(fullest.waiting_since)).total_seconds() if fullest.waiting_since else None
    said = mark_n("{queue}: {n} waiting, longest {time}", "{queue}: {n} waiting, longest {time}")
    return tr_n(*said, fullest.waiting, queue=fullest.label, time=words.running(longest))


def stale_words(board: Board | None, now: datetime, zone: tzinfo) -> str:
    """Return of which queues nothing is heard though others are: "Español: no word for 16 s, figures of 14:23:52"."""
    silent = [figures for figures in board.queues if figures.stale_since] if board is not None else []
    if board is None or board.stale_since is not None or not silent:
        return ""
    names = words.one_of(tuple(figures.label for figures in silent[:_MOST_NAMED]))
    oldest = min(figures.stale_since for figures in silent if figures.stale_since is not None)
    span, time = words.age((now - oldest).total_seconds()), words.clock_seconds(oldest, zone)
    if len(silent) <= _MOST_NAMED:
        return tr("{queues}: no word for {span}, figures of {time}", queues=names, span=span, time=time)
    said = mark_n(
        "{queues} and {n} more: no word for {span}, figures of {time}",
        "{queues} and {n} more: no word for {span}, figures of {time}",
    )
    return tr_n(*said, len(silent) - _MOST_NAMED, queues=names, span=span, time=time)


def _waiting(figures: QueueFigures) -> int:
    return figures.waiting
