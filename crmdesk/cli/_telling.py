"""How a command says on standard error what went wrong: what happened, and what to do next."""

from __future__ import annotations

import sys

from crmdesk.domain.errors import CrmdeskError

MISTYPED = 2
"""The exit code of a command whose words cannot be taken, as ``argparse`` has it."""


def tell(trouble: CrmdeskError) -> None:
    """Say what happened and, on a line of its own, what the person can do."""
    print(trouble.what, file=sys.stderr)
    if trouble.next_step:
        print(trouble.next_step, file=sys.stderr)
