"""Which names there are, said to an administrator who named none of them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

_ALL_TOLD = 20
_NEAREST = 5


def there_are(names: Sequence[str], given: str) -> str:
    """Return a sentence with the names that there are; of many, those that are most like the one that was given."""
    if not names:
        return "There are none yet."
    if len(names) <= _ALL_TOLD:
        return f"There are: {', '.join(names)}."
    return f"The nearest of {len(names)}: {', '.join(get_close_matches(given, names, _NEAREST, cutoff=0.0))}."
