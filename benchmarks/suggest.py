"""Suggestions by the words of a note: how often the first is right, how often there is one, how often it is noise.

Over made-up notes of calls that were written after keywords and threshold were set (``tests/data/notes/held-out.tsv``;
they and the articles have the same author, so true figures of a house will be lower). ``precision``: of the notes with
a suggestion, the share whose first is the article meant. ``found``: of the notes that mean an article, the share that
gets it. ``noise``: of the notes that mean none, the share that gets one all the same. ``ms``: time for one note of 120
words over ``articles`` articles, and for making the index.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from benchmarks import common
from crmdesk.domain.ids import new_id
from crmdesk.domain.knowledge.edition import Shelf, parted
from crmdesk.domain.knowledge.files import read_folder
from crmdesk.domain.knowledge.suggesting import Paper, Ranking

PRECISION, NOISE = 0.9, 0.05
ARTICLES, NOTES = 500, 200
_ROOT = Path(__file__).parents[1]


def _papers() -> dict[str, Paper]:
    editions = read_folder(_ROOT / "resources" / "demo" / "knowledge")
    return {
        one.code: Paper(new_id(), one.title, parted(one.keywords), one.body)
        for one in editions
        if one.shelf is Shelf.ARTICLE
    }


def _judged(ranking: Ranking, codes: dict[Any, str]) -> dict[str, float]:
    right = wrong = missed = noise = quiet = 0
    for line in (_ROOT / "tests" / "data" / "notes" / "held-out.tsv").read_text(encoding="utf-8").splitlines():
        wanted, note = line.split("\t")
        found = ranking.suggest(note)
        first = codes[found[0].id] if found else ""
        if wanted:
            right += first == wanted
            missed += not first
            wrong += first not in ("", wanted)
        else:
            noise, quiet = noise + bool(first), quiet + (not first)
    return {
        "precision": round(right / max(1, right + wrong), 3),
        "found": round(right / (right + wrong + missed), 3),
        "noise": round(noise / (noise + quiet), 3),
    }


def _timed(papers: list[Paper]) -> dict[str, float]:
    many = [
        Paper(new_id(), f"{paper.title} {number}", tuple(f"{word} {number}" for word in paper.keywords), paper.body)
        for number in range(ARTICLES // len(papers) + 1)
        for paper in papers
    ][:ARTICLES]
    began = perf_counter_ns()
    ranking = Ranking(many)
    made = (perf_counter_ns() - began) / 1e6
    words = " ".join(paper.body for paper in papers).split()
    notes = [" ".join(words[place : place + 120]) for place in range(0, NOTES)]
    taken = common.times_ms(ranking.suggest, notes)
    return {
        "index_ms": round(made, 1),
        "p50_ms": round(common.percentile(taken, 50), 2),
        "p99_ms": round(common.percentile(taken, 99), 2),
    }


def main() -> int:
    """Measure and print."""
    arguments = common.parser("suggest", __doc__).parse_args()
    papers = _papers()
    figures = _judged(Ranking(papers.values()), {paper.id: code for code, paper in papers.items()})
    within = figures["precision"] >= PRECISION and figures["noise"] <= NOISE
    result = {**figures, "articles": ARTICLES, **_timed(list(papers.values())), "within_budget": within}
    return common.report(result, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
