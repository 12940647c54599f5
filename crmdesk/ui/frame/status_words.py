"""What the status line says, from the states of sync, phone and board: pure, so that every sentence can be tested."""

from __future__ import annotations

from datetime import datetime, tzinfo

from crmdesk.domain import words
from crmdesk.domain.calls.live import Board, PhoneLink, PhoneState, QueueFigures
from crmdesk.domain.sync_state import OUT_OF_USE, SyncLink, SyncState
from crmdesk.ui.frame.status_model import StatusWords, Tone
from crmdesk.ui.frame.sync_words import progress_share, refused
from crmdesk.ui.theme import Icon, Voice

_MOST_NAMED = 2


def sync_words(state: SyncState | None, zone: tzinfo) -> StatusWords:
    """Return how safe the work is and how the link stands."""
    if state is None:
        return StatusWords("Starting", Icon.LOADER)
    if state.link is SyncLink.OFFLINE:
        text = f"Offline since {words.clock(state.since, zone)}"
        return StatusWords(text, Icon.CLOUD_OFF, Voice.REST, Tone.SOLID, _safe(state.unsent, refused(state)))
    if state.link is SyncLink.SIGNED_OUT:
        return StatusWords("Signed out. Sign in to send", Icon.CLOUD_OFF, Voice.SOON, Tone.SOFT)
    if state.link is SyncLink.LOCKED:
        out = state.detail.startswith(OUT_OF_USE)
        text = "This computer was taken out of use" if out else "Locked. Sign in to open"
        return StatusWords(text, Icon.LOCK, Voice.LATE, Tone.SOFT)
    if state.link is SyncLink.TOO_OLD:
        return StatusWords("Too old to write. Install the new version", Icon.CLOUD_OFF, Voice.LATE, Tone.SOFT)
    if refused(state):
        text = f"{words.count(state.unsent)} unsent, {words.count(refused(state))} refused"
        text = text if state.unsent else f"{words.count(refused(state))} refused"
        return StatusWords(text, Icon.CLOUD_UPLOAD, Voice.LATE, Tone.SOFT, _link(state))
    if state.snapshot is not None:
        after = f"{words.count(state.unsent)} unsent" if state.unsent else ""
        return StatusWords(_link(state), Icon.CLOUD_DOWNLOAD, Voice.YOU, after=after)
    if state.unsent:
        return StatusWords(f"{words.count(state.unsent)} unsent", Icon.CLOUD_UPLOAD, Voice.YOU, Tone.SOFT)
    if state.link is SyncLink.CONNECTING:
        return StatusWords("Connecting", Icon.LOADER)
    return StatusWords("Live, all sent", Icon.CLOUD, Voice.PHONE)


def _link(state: SyncState) -> str:
    """Return how the link stands beside what was refused: that hides nothing else."""
    if state.snapshot is not None:
        return f"First copy: {progress_share(state.snapshot)}. You can work"
    return "Connecting" if state.link is SyncLink.CONNECTING else ""


def _safe(unsent: int, refused: int) -> str:
    no = f"{words.count(refused)} refused" if refused else ""
    if not unsent:
        return no
    one = "1 change is safe here and goes out by itself"
    many = f"{words.count(unsent)} changes are safe here and go out by themselves"
    return ", ".join(filter(None, (one if unsent == 1 else many, no)))


def phone_words(state: PhoneState | None, zone: tzinfo) -> StatusWords:
    """Return how the phone system's connection stands."""
    if state is None:
        return StatusWords("Phone not known yet", Icon.PHONE_OFF)
    since = words.clock(state.since, zone)
    return {
        PhoneLink.CONNECTED: StatusWords("Phone connected", Icon.PHONE, Voice.PHONE),
        PhoneLink.CONNECTING: StatusWords("Phone connecting", Icon.LOADER),
        PhoneLink.REFUSED: StatusWords("The phone system refused the sign-in", Icon.PHONE_OFF, Voice.LATE),
        PhoneLink.UNREACHABLE: StatusWords(f"No call events since {since}", Icon.PHONE_OFF, Voice.SOON),
        PhoneLink.NOT_SET_UP: StatusWords("No phone system set up", Icon.PHONE_OFF),
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
    return f"{fullest.label}: {words.count(fullest.waiting)} waiting, longest {words.running(longest)}"


def stale_words(board: Board | None, now: datetime, zone: tzinfo) -> str:
    """Return of which queues nothing is heard though others are: "Español: no word for 16 s, figures of 14:23:52"."""
    silent = [figures for figures in board.queues if figures.stale_since] if board is not None else []
    if board is None or board.stale_since is not None or not silent:
        return ""
    names = words.one_of(tuple(figures.label for figures in silent[:_MOST_NAMED]))
    more = f" and {len(silent) - _MOST_NAMED} more" if len(silent) > _MOST_NAMED else ""
    oldest = min(figures.stale_since for figures in silent if figures.stale_since is not None)
    age = words.age((now - oldest).total_seconds())
    return f"{names}{more}: no word for {age}, figures of {words.clock_seconds(oldest, zone)}"


def _waiting(figures: QueueFigures) -> int:
    return figures.waiting
