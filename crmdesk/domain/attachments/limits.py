"""How much may be attached: the desk says no before anything is kept, the server whatever a desk says."""

from __future__ import annotations

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of one file: a letter scanned at 300 dpi or a photograph of a telephone; not a film."""

MOST_FILES = 20
"""Files of one case that were not taken back."""

LONGEST_NAME = 120
"""Characters of a file's name, with its ending."""

LONGEST_NAME_BYTES = 200
"""Bytes of a file's name in UTF-8: file systems take 255, and a number or ".part" may come behind it."""

PART = 512 * 1024
"""Bytes that travel at once: on a line of 256 kbit/s some 16 s, a quarter of what is waited for an answer."""

WAITING_AT_MOST = 256 * 1024 * 1024
"""Bytes on one desk that the server does not have yet; they lie in both of its files."""

CACHE_AT_MOST = 128 * 1024 * 1024
"""Bytes of fetched files that a desk keeps; the longest unused go first."""
