"""What a text column may hold, declared with the column and read by both sides: the server refuses, the desk warns."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from crmdesk.domain.attachments.limits import LONGEST_NAME
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import grouped, tr

LONGEST_TEXT = 100_000
"""The longest text of one field, in characters, where the column does not say otherwise (``longest``)."""

E164: dict[str, Any] = {
    "form": re.compile(r"\+[1-9][0-9]{6,14}"),
    "form_words": "a number like +442079460172",  # not shown
}
"""A telephone number in the form of ITU-T E.164: plus sign, country code, at most fifteen digits in all."""

DIGEST: dict[str, Any] = {"form": re.compile(r"[0-9a-f]{64}"), "form_words": "a digest"}  # not shown
"""A SHA-256 digest in hexadecimal."""

DIGESTS: dict[str, Any] = {
    "form": re.compile(r"([0-9a-f]{64}( [0-9a-f]{64}){0,99})?"),
    "form_words": "digests parted by spaces",  # not shown
}

REGIME_KEY: dict[str, Any] = {
    "form": re.compile(r"([a-z0-9][a-z0-9-]{0,39})?"),
    "form_words": "the key of a regime",  # not shown
}

CAUSE_CODE: dict[str, Any] = {
    "form": re.compile(r"([a-z0-9][a-z0-9-]{0,39})?"),
    "form_words": "the code of a root cause",  # not shown
}

CURRENCY: dict[str, Any] = {"form": re.compile(r"([A-Z]{3})?"), "form_words": "a currency like GBP"}  # not shown
"""A currency by its three letters (ISO 4217), empty for none."""

MARKS: dict[str, Any] = {
    "form": re.compile(r"([a-z_]{1,40}(,[a-z_]{1,40}){0,20})?"),
    "form_words": "marks parted by commas",  # not shown
}

FILLED: dict[str, Any] = {"filled": True}
"""A text with something in it besides spaces."""

PROSE: dict[str, Any] = {"prose": True}
"""What somebody wrote in their own words, or what the phone system said: taken as it is, control characters too."""

FILE_NAME: dict[str, Any] = {"file_name": True, "longest": LONGEST_NAME}
"""The name of a file as ``domain.attachments.names`` makes it safe."""

CODED: dict[str, Any] = {"coded": True}
"""What no person writes or reads as it is kept."""

REFERENCE: dict[str, Any] = {**FILLED, "longest": 520}
"""What a case is called by everybody: ours are short, those of a file that was imported as long as its lines allow."""

EXTENSION: dict[str, Any] = {"longest": 40}
"""What is dialled behind a number."""

GRADE: dict[str, Any] = {"range": (1, 5)}
"""A grade from 1 to 5."""


def one_of(kind: type[StrEnum]) -> dict[str, Any]:
    """Return the ``info`` of a column that holds a value of an enumeration."""
    return {"one_of": frozenset(member.value for member in kind)}


def longest(column: InstrumentedAttribute[str]) -> int:
    """Return how many characters a text column holds at most."""
    most: int = column.info.get("longest", LONGEST_TEXT)
    return most


def check_length(field: str, words: str, column: InstrumentedAttribute[str]) -> None:
    """Raise UserMistake at ``field`` for a text that the server would refuse as too long."""
    if len(words) > longest(column):
        what = tr(
            "This text has {n} characters; at most {most} are kept.",
            n=grouped(len(words)),
            most=grouped(longest(column)),
        )
        raise UserMistake(field, what, tr("Shorten it, or write the rest as another note."))
