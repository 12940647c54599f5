"""``python -m crmdesk``, and what the ``crmdesk`` script runs."""

from __future__ import annotations

import gc
import sys

_INTERRUPTED = 130
"""The exit code of a program that Ctrl+C ended, as shells have it: 128 and the signal's number."""

_YOUNG_OBJECTS = 50_000
"""So many before they are looked through: what is loaded stays, and looking through it at each 700 took a fifth of a
start."""


def main() -> int:
    """Run the command line and return its exit code; Ctrl+C ends it without a trace."""
    try:
        return _run()
    except KeyboardInterrupt:
        if sys.stderr is not None and sys.stderr.isatty():
            sys.stderr.write("\n")  # what the shell says next begins a line
        return _INTERRUPTED


def _run() -> int:
    """Run the command line; the desk hears of a call before a command line is loaded."""
    gc.set_threshold(_YOUNG_OBJECTS)
    if sys.argv[1:2] == ["pop"]:
        from crmdesk.runtime.doorbell import tell_at_once

        if tell_at_once(sys.argv[2:]):
            return 0
    from crmdesk.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
