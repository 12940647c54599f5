"""Notes and narratives on which the complaint hint is set and measured; see ``tests/data/dissatisfaction``."""

from __future__ import annotations

import csv
from enum import StrEnum
from functools import cache
from pathlib import Path

from crmdesk.domain.dissatisfaction.lexicon import Lexicon, shipped_lexicon
from crmdesk.domain.dissatisfaction.scoring import judged
from crmdesk.domain.quick import dataclass

DATA = Path(__file__).parents[1] / "data" / "dissatisfaction"


class Part(StrEnum):
    """The notes the words were set on, and those they are measured on."""

    TUNING = "tuning"
    HELD_OUT = "held-out"


class Verdict(StrEnum):
    """What a person says of a note."""

    NEUTRAL = "neutral"
    DISSATISFIED = "dissatisfied"


@dataclass(frozen=True, slots=True)
class Judged:
    """A note with a person's verdict; ``language`` is "en" or "de"."""

    verdict: Verdict
    language: str
    note: str


def notes(part: Part, verdict: Verdict) -> list[Judged]:
    """Return the made-up notes of a part with a verdict."""
    lines = (DATA / f"notes-{part}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [Judged(Verdict(said), language, note) for said, language, note in (line.split("\t") for line in lines)]
    return [row for row in rows if row.verdict is verdict]


def narratives() -> dict[str, str]:
    """Return the narratives held out, by complaint number."""
    with (DATA / "narratives-held-out.csv").open(encoding="utf-8", newline="") as file:
        return {row["complaint_id"]: row["narrative"] for row in csv.DictReader(file)}


@cache
def lexicon() -> Lexicon:
    """Return the words that come with the program."""
    return shipped_lexicon()


def share_raised(texts: list[str]) -> float:
    """Return the share of texts, 0..1, that raise the hint."""
    return sum(judged(text, lexicon()).raised for text in texts) / len(texts)
