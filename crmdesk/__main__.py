"""``python -m crmdesk``."""

from __future__ import annotations

import sys

from crmdesk.cli import main

if __name__ == "__main__":
    sys.exit(main())
