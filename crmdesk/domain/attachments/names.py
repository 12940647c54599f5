"""What an attached file is called: its own name, made so that every computer can write it and nobody is misled."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from itertools import count

from crmdesk.domain.attachments.limits import LONGEST_NAME, LONGEST_NAME_BYTES

NAMELESS = "file"
"""What a file is called of whose name nothing can be kept."""

_LONGEST_ENDING = 10
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # not shown
"""Unicode's categories of characters that are not seen: controls, turns of the direction, joins of no width, none."""

_NOT_IN_NAMES = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
_DEVICES = frozenset(
    {
        *("con", "prn", "aux", "nul", "conin$", "conout$", "clock$"),
        *(f"{name}{number}" for name in ("com", "lpt") for number in "0123456789\u00b9\u00b2\u00b3"),
    }
)
"""What Windows takes for a device, whatever ending it has (Microsoft, Naming Files, Paths, and Namespaces)."""


def safe_name(name: str) -> str:
    """Return a file's name without folders and without what hides or misleads, in Unicode's form NFC.

    At most ``LONGEST_NAME`` characters and ``LONGEST_NAME_BYTES`` bytes, with its ending kept; never empty. A name that
    is safe already stays as it is.
    """
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    seen = unicodedata.normalize("NFC", _seen(unicodedata.normalize("NFC", last)))
    bare = " ".join(seen.translate(_NOT_IN_NAMES).split()).strip(". ")
    return _no_device(_short(bare)) or NAMELESS


def numbered(name: str, taken: Collection[str]) -> str:
    """Return the name, with the next number before its ending where another of ``taken`` has it: "bill (2).pdf".

    Capital letters make no other name: on many computers they are the same file.
    """
    there = {one.casefold() for one in taken}
    if name.casefold() not in there:
        return name
    stem, ending = _parted(name)
    for number in count(2):
        again = _short(f"{stem}{ending}", f" ({number})")
        if again.casefold() not in there:
            return again
    raise AssertionError("unreachable")


def _seen(name: str) -> str:
    if name.isprintable():
        return name
    spaced = (" " if character.isspace() else character for character in name)
    return "".join(character for character in spaced if unicodedata.category(character) not in _UNSEEN)


def _parted(name: str) -> tuple[str, str]:
    """Return the name without its ending, and the ending with its dot, empty where there is none to keep."""
    stem, dot, ending = name.rpartition(".")
    if stem and dot and 0 < len(ending) <= _LONGEST_ENDING and ending.isascii() and ending.isalnum():
        return stem, f".{ending}"
    return name, ""


def _short(name: str, number: str = "") -> str:
    """Return a name with a number before its ending, its middle cut where it is too long."""
    stem, ending = _parted(name)
    behind = f"{number}{ending}"
    stem = stem[: LONGEST_NAME - len(behind)]
    stem = stem.encode()[: LONGEST_NAME_BYTES - len(behind)].decode(errors="ignore")
    return f"{stem.strip('. ')}{behind}" if behind else stem.strip(". ")


def _no_device(name: str) -> str:
    if name.partition(".")[0].rstrip(" ").casefold() in _DEVICES:
        return _short(f"_{name}")
    return name
