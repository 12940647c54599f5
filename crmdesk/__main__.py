"""``python -m crmdesk``, and what the ``crmdesk`` script runs."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit code; the desk hears of a call before a command line is loaded."""
    if sys.argv[1:2] == ["pop"]:
        from crmdesk.runtime.doorbell import tell_at_once

        if tell_at_once(sys.argv[2:]):
            return 0
    from crmdesk.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
