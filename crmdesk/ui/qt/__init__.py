"""What Qt needs to live with asyncio and with us: tasks, errors, keys, digits, dialogs, events, the frame watch."""

from __future__ import annotations
