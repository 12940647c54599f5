"""How long the desktop's event loop did not answer, and how much of that the machine was busy with other programs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from operator import itemgetter
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

from benchmarks import common

BUDGET_GAP_MS = 50.0
_TICK_MS = 5


def memory_mb(pid: int, what: str) -> float:
    """Return a figure of a process's memory in MB (Linux), 0 elsewhere."""
    try:
        words = Path(f"/proc/{pid}/status").read_text(encoding="ascii").split(what + ":")[1].split()
    except (OSError, IndexError):
        return 0.0
    return round(int(words[0]) / 1024, 1)


def children(what: bytes) -> list[int]:
    """Return the processes begun by this one whose command line holds ``what`` (Linux; none elsewhere)."""
    tasks = Path("/proc/self/task").glob("*/children")
    pids = [pid for task in tasks for pid in task.read_text(encoding="ascii").split()]
    return [int(pid) for pid in pids if what in Path(f"/proc/{pid}/cmdline").read_bytes()]


class _Queue:
    """How long the thread that made this was ready and had no processor (Linux; 0 elsewhere): what other programs on
    the machine cost. The kernel's file stays open, as opening it at each tick would be a part of what is measured."""

    def __init__(self) -> None:
        path = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._file = path.open("rb", buffering=0) if path.exists() else None

    def waited_ms(self) -> float:
        """Return the time so far."""
        if self._file is None:
            return 0.0
        return int(os.pread(self._file.fileno(), 64, 0).split()[1]) / 1e6

    def close(self) -> None:
        """Ask no more."""
        if self._file is not None:
            self._file.close()


def _nothing() -> tuple[float, float]:
    return 0.0, 0.0


class GapWatch:
    """Asks the loop of this thread every five milliseconds, from its making to ``stop``.

    ``aside`` returns how many ms so far, and how many of the processor's, whoever measures took of this thread
    themselves: no gap of the desktop's.
    """

    def __init__(self, owner: Any, aside: Callable[[], tuple[float, float]] = _nothing) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._began = self._last = perf_counter()
        self._queue, self._aside = _Queue(), aside
        self._queued, self._set_aside = self._queue.waited_ms(), aside()
        self._gaps: list[float] = []
        self._own: list[float] = []
        self._worked: list[float] = []
        self._cpu = thread_time()
        self._late: list[tuple[float, int, int]] = []
        self._timer = QTimer(owner)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(_TICK_MS)

    def stop(self) -> dict[str, Any]:
        """End and return the figures in ms; ``gap_without_queue_max_ms`` leaves out the waiting for a processor.

        ``gap_cpu_max_ms`` is what this thread computed in a gap: it depends least on what else the machine does.
        """
        self._timer.stop()
        self._queue.close()
        return {
            "gap_max_ms": round(max(self._gaps), 1),
            "gap_p999_ms": round(common.percentile(self._gaps, 99.9), 1),
            "gap_p99_ms": round(common.percentile(self._gaps, 99), 1),
            "gap_p50_ms": round(common.percentile(self._gaps, 50), 1),
            "ticks": len(self._gaps),
            "gap_without_queue_max_ms": round(max(self._own), 1),
            "gap_without_queue_p999_ms": round(common.percentile(self._own, 99.9), 1),
            "gap_without_queue_p99_ms": round(common.percentile(self._own, 99), 1),
            "gap_cpu_max_ms": round(max(self._worked), 1),
            "gap_cpu_p999_ms": round(common.percentile(self._worked, 99.9), 1),
            "over_50_ms": len(self._late),
            "worst_s_ms_own": sorted(self._late, key=itemgetter(2), reverse=True)[:20],
        }

    def _tick(self) -> None:
        now, cpu, waited, aside = perf_counter(), thread_time(), self._queue.waited_ms(), self._aside()
        self._gaps.append((now - self._last) * 1000 - (aside[0] - self._set_aside[0]))
        self._worked.append((cpu - self._cpu) * 1000 - (aside[1] - self._set_aside[1]))
        self._own.append(self._gaps[-1] - (waited - self._queued))
        if self._gaps[-1] > BUDGET_GAP_MS:
            self._late.append((round(now - self._began, 1), round(self._gaps[-1]), round(self._own[-1])))
        self._last, self._cpu, self._queued, self._set_aside = now, cpu, waited, aside
