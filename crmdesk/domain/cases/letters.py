"""Letters about a complaint: which kinds there are, what each one's sending does, and their words as they are kept.

A letter is plain text. ``**`` around words makes them bold, and ``[[…]]`` is a gap that somebody has to fill before the
letter can go out.
"""

from __future__ import annotations

import re
from enum import StrEnum
from hashlib import sha256

from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass

MOST_WORDS = 50_000
"""The longest letter, in characters: its step keeps all of it."""

GAP = re.compile(r"\[\[[^\[\]\n]{1,200}\]\]")
"""A gap with its brackets."""

BOLD = "**"
"""The mark before and after words that are bold."""


class LetterKind(StrEnum):
    """What a letter is for."""

    ACKNOWLEDGEMENT = "acknowledgement"
    PROGRESS = "progress"
    HOLDING = "holding"
    SUMMARY_RESOLUTION = "summary_resolution"
    FINAL_RESPONSE = "final_response"


LETTER_WORDS = {
    LetterKind.ACKNOWLEDGEMENT: mark("Acknowledgement"),
    LetterKind.PROGRESS: mark("Progress letter"),
    LetterKind.HOLDING: mark("Holding letter"),
    LetterKind.SUMMARY_RESOLUTION: mark("Summary resolution"),
    LetterKind.FINAL_RESPONSE: mark("Final response"),
}
"""What each kind is called, to be translated where it is shown."""

SENT_BY = {
    LetterKind.ACKNOWLEDGEMENT: StepKind.ACKNOWLEDGED,
    LetterKind.PROGRESS: StepKind.PROGRESS_SENT,
    LetterKind.HOLDING: StepKind.HOLDING_SENT,
    LetterKind.SUMMARY_RESOLUTION: StepKind.RESOLVED_EARLY,
    LetterKind.FINAL_RESPONSE: StepKind.RESPONSE_SENT,
}
"""The step that sending a letter of each kind is."""


class SentBy(StrEnum):
    """How a letter went out."""

    POST = "post"
    EMAIL = "email"
    PORTAL = "portal"
    BY_HAND = "by_hand"


SENT_BY_WORDS = {
    SentBy.POST: mark("By post"),
    SentBy.EMAIL: mark("By e-mail"),
    SentBy.PORTAL: mark("Through a portal"),
    SentBy.BY_HAND: mark("Handed over"),
}
"""What each way is called, to be translated where it is shown."""


@dataclass(frozen=True, slots=True)
class Run:
    """Some of a line's words that look the same."""

    text: str
    bold: bool


def digest_of(words: str) -> str:
    """Return the digest of a letter's words, by which a letter that was changed after its approval is known."""
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def gaps(words: str) -> tuple[str, ...]:
    """Return what still has to be filled in, without its brackets, in order."""
    return tuple(found[0][2:-2].strip() for found in GAP.finditer(words))


def runs(line: str) -> tuple[Run, ...]:
    """Return a line parted into what is bold and what is not; a mark that nothing ends stays as it was typed."""
    parts = line.split(BOLD)
    if len(parts) % 2 == 0:
        parts[-2:] = [BOLD.join(parts[-2:])]
    found = (Run(text, bool(place % 2)) for place, text in enumerate(parts))
    return tuple(run for run in found if run.text)
