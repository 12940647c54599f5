"""Names as people type them, brought together for counting: the same in any case and spacing, without what follows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

_BEHIND = re.compile(r"[,;(\n]")


def alike(name: str) -> str:
    """Return what two spellings of one name have in common."""
    return " ".join(name.split()).casefold()


def product_name(written: str) -> str:
    """Return the product in what was written of it: "HomeCover Plus, renews 4 Mar" is about HomeCover Plus."""
    first = " ".join(_BEHIND.split(written, maxsplit=1)[0].split())
    return first or " ".join(written.split())


def spellings(names: Iterable[str]) -> Mapping[str, str]:
    """Return for what names have in common the spelling most often used; of equals the first by its letters."""
    counted: dict[str, Counter[str]] = {}
    for name in names:
        plain = " ".join(name.split())
        counted.setdefault(alike(plain), Counter())[plain] += 1
    return {common: min(used, key=lambda name: (-used[name], name)) for common, used in counted.items()}
