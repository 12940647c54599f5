"""A note as words with their places, sentences and clauses. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from crmdesk.domain.quick import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:st|nd|rd|th)?\b")
_ENDS_SENTENCE = re.compile(r"[.!?;\n](?!\w)|\n")
_ENDS_CLAUSE = re.compile(r"[,:()–\n]|[.!?;](?!\w)|\s-\s")
_SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "'": "", "’": ""})


@dataclass(frozen=True, slots=True)
class Text:
    """The words of a note: folded, where each stands in the note, and which sentence and clause it is in."""

    words: Sequence[str]
    begins: Sequence[int]
    ends: Sequence[int]
    sentences: Sequence[int]
    clauses: Sequence[int]


def folded(word: str) -> str:
    """Return a word without case and apostrophes; "ä" and "ß" as they are typed without a German keyboard."""
    return unicodedata.normalize("NFC", word).casefold().translate(_SPELLINGS)


def read(note: str) -> Text:
    """Return a note as words. Full stops within numbers and abbreviations ("8.30", "e.g.") end no sentence."""
    words: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    sentences: list[int] = []
    clauses: list[int] = []
    sentence = clause = before = 0
    for found in _WORD.finditer(note):
        begin, end = found.span()
        between = note[before:begin] + note[begin : begin + 1]
        if words and _ENDS_CLAUSE.search(between):
            clause += 1
            sentence += bool(_ENDS_SENTENCE.search(between))
        words.append(folded(found[0]))
        begins.append(begin)
        ends.append(end)
        sentences.append(sentence)
        clauses.append(clause)
        before = end
    return Text(words, begins, ends, sentences, clauses)
