"""Where the bundled program begins."""

import sys

from crmdesk.__main__ import main

sys.exit(main())
