"""The small structure of an article's text: headings, points, numbered steps, warnings, paragraphs. Never markup.

A line that begins with ``# `` is a heading, with ``- `` a point, with ``! `` a warning, with a number and a full stop a
step; every other line is a paragraph's, and an empty one ends it. Nothing else has a meaning, so any text is safe.
"""

from __future__ import annotations

import re
from enum import StrEnum

from crmdesk.domain.quick import dataclass

_STEP = re.compile(r"(\d{1,2})\. (.*)")


class BlockKind(StrEnum):
    """What a part of an article is."""

    HEADING = "heading"
    TEXT = "text"
    POINT = "point"
    STEP = "step"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Block:
    """One part of an article; ``mark`` is the number of a step."""

    kind: BlockKind
    text: str
    mark: str = ""


def blocks_of(body: str) -> tuple[Block, ...]:
    """Return the parts of an article in their order."""
    found: list[Block] = []
    paragraph: list[str] = []

    def end_paragraph() -> None:
        if paragraph:
            found.append(Block(BlockKind.TEXT, " ".join(paragraph)))
            paragraph.clear()

    for line in (raw.strip() for raw in body.splitlines()):
        made = _special(line)
        if made is None and line:
            paragraph.append(line)
            continue
        end_paragraph()
        if made is not None:
            found.append(made)
    end_paragraph()
    return tuple(found)


def _special(line: str) -> Block | None:
    for begin, kind in (("# ", BlockKind.HEADING), ("- ", BlockKind.POINT), ("! ", BlockKind.WARNING)):
        if line.startswith(begin):
            return Block(kind, line[len(begin) :].strip())
    step = _STEP.fullmatch(line)
    return Block(BlockKind.STEP, step[2].strip(), step[1]) if step is not None else None


def gist_of(body: str, most: int = 110) -> str:
    """Return the first words of an article that are no heading, cut at a word."""
    for block in blocks_of(body):
        if block.kind is not BlockKind.HEADING:
            return _cut(block.text, most)
    return ""


def _cut(words: str, most: int) -> str:
    if len(words) <= most:
        return words
    return words[:most].rsplit(" ", 1)[0].rstrip(",;:") + "…"
