"""What the gateway counts, in the text form that Prometheus reads (exposition format 0.0.4). No customer's data, ever.

An own writer of a hundred lines: the format is a line per number, and the client library keeps its numbers in globals.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk import __version__
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.server.loopback import is_loopback
from crmdesk.sync.wire import PushReply

if TYPE_CHECKING:
    from crmdesk.server.gateway import Gateway

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds of the histogram's buckets; 0.2 and 0.3 are the budgets of a push and of a look-up."""

_PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")

Labels = tuple[tuple[str, str], ...]


class Metrics:
    """What happened since this gateway started. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[Labels] = Counter()
        self._mutations: Counter[str] = Counter()
        self._buckets: Counter[tuple[str, float]] = Counter()
        self._seconds: dict[str, float] = {}
        self._times: Counter[str] = Counter()
        self._sign_in_failures = 0

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Count one request of ``step``, how long the block takes and how it ends."""
        began, outcome = time.perf_counter(), "failed"
        try:
            yield
            outcome = "ok"
        except Refused:
            outcome = "refused"
            raise
        except Unavailable:
            outcome = "unavailable"
            raise
        finally:
            self._note(step, outcome, time.perf_counter() - began)

    def _note(self, step: str, outcome: str, seconds: float) -> None:
        bound = next((b for b in BOUNDS_S if seconds <= b), float("inf"))
        with self._lock:
            self._requests[(("step", step), ("outcome", outcome))] += 1
            self._buckets[(step, bound)] += 1
            self._times[step] += 1
            self._seconds[step] = self._seconds.get(step, 0.0) + seconds

    def pushed(self, reply: PushReply) -> None:
        """Count what became of mutations."""
        with self._lock:
            self._mutations.update(result.status.value for result in reply.results)

    def sign_in_failed(self) -> None:
        """Count a sign-in that was turned away."""
        with self._lock:
            self._sign_in_failures += 1

    def told(self, gateway: Gateway) -> str:
        """Return everything, with how the gateway stands now."""
        with self._lock:
            lines = [*self._counted()]
        return "\n".join([*lines, *_standing(gateway), ""])

    def _counted(self) -> Iterator[str]:
        yield from _family("crmdesk_requests_total", "counter", "Requests by step and outcome.", self._requests.items())
        yield "# HELP crmdesk_request_seconds How long requests took, without waiting for their turn."
        yield "# TYPE crmdesk_request_seconds histogram"
        for step, times in sorted(self._times.items()):
            below = 0
            for bound in BOUNDS_S:
                below += self._buckets[(step, bound)]
                yield f'crmdesk_request_seconds_bucket{{step="{step}",le="{bound}"}} {below}'
            yield f'crmdesk_request_seconds_bucket{{step="{step}",le="+Inf"}} {times}'
            yield f'crmdesk_request_seconds_sum{{step="{step}"}} {self._seconds[step]:.6f}'
            yield f'crmdesk_request_seconds_count{{step="{step}"}} {times}'
        by_result = [((("result", result),), count) for result, count in self._mutations.items()]
        yield from _family("crmdesk_mutations_total", "counter", "Changes that desks sent, by result.", by_result)
        yield from _single(
            "crmdesk_sign_in_failures_total", "counter", "Sign-ins that were turned away.", self._sign_in_failures
        )


def may_read(token: str, address: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request is this computer's own (not one that a proxy on it passes on), or has the token.

    ``headers`` has its names in small letters.
    """
    given = headers.get("authorization", "").removeprefix("Bearer ")
    if token and compare_digest(given.encode(), token.encode()):
        return True
    return is_loopback(address) and not any(name in headers for name in _PASSED_ON)


def _standing(gateway: Gateway) -> Iterator[str]:
    watch, hub = gateway.feed, gateway.hub
    yield from _family("crmdesk_info", "gauge", "The version of this gateway.", [((("version", __version__),), 1)])
    yield from _single("crmdesk_desks", "gauge", "Desks that are connected.", len(hub))
    yield from _single("crmdesk_hints_total", "counter", "Hints given to desks.", hub.hints)
    turned_away = [
        ((("step", "push"),), gateway.pushes.turned_away),
        ((("step", "pull"),), gateway.pulls.turned_away),
        ((("step", "snapshot"),), gateway.snapshots.turned_away),
        ((("step", "ack"),), gateway.acks.turned_away),
    ]
    yield from _family("crmdesk_turned_away_total", "counter", "Requests told to come back later.", turned_away)
    yield from _single("crmdesk_watermark", "gauge", "The transaction below which all is decided.", watch.watermark)
    yield from _single(
        "crmdesk_watermark_lag_seconds",
        "gauge",
        "How long committed changes have waited for others.",
        watch.still_for_s,
    )
    yield from _single("crmdesk_feed_stalled", "gauge", "1 while one transaction holds all up.", int(watch.stalled))
    yield from _single("crmdesk_database_away", "gauge", "1 while the database serves nobody.", int(bool(watch.away)))
    yield from _single("crmdesk_restores_total", "counter", "Restores of the database noticed here.", watch.restores)
    yield from _single("process_resident_memory_bytes", "gauge", "Resident memory.", _resident_bytes())
    yield from _single("process_cpu_seconds_total", "counter", "Processor time.", round(time.process_time(), 3))


def _single(name: str, kind: str, words: str, value: float) -> Iterator[str]:
    return _family(name, kind, words, [((), value)])


def _family(name: str, kind: str, words: str, values: Iterable[tuple[Labels, float]]) -> Iterator[str]:
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} {kind}"
    for labels, value in values:
        yield f"{name}{_braced(dict(labels))} {round(value, 3)}"


def _braced(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}" if labels else ""


def _resident_bytes() -> int:
    """Return the memory of this process in bytes, 0 where the system does not tell (Linux does)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
