"""The complaint hint: how many real complaints raise it, how often neutral notes do, how long a note takes.

Over narratives and notes that its words were not set on (``tests/data/dissatisfaction``). ``recall``: of the narratives
of real complaints, the share that raises it. ``false_alarms``: of made-up neutral notes, English and German, the share
that does. ``agents``: of made-up short notes on dissatisfied callers, the share that does, by language. ``ms``: one
narrative and one neutral note; ``load_ms``: reading the words, once.
"""

from __future__ import annotations

import sys
from time import perf_counter_ns

from benchmarks import common
from crmdesk.domain.dissatisfaction.lexicon import shipped_lexicon
from crmdesk.domain.dissatisfaction.scoring import judged
from tests.support.dissatisfaction import Part, Verdict, narratives, notes, share_raised

RECALL, FALSE_ALARMS, MS = 0.85, 0.05, 20.0
_ROUNDS = 5


def _texts(verdict: Verdict, language: str = "") -> list[str]:
    rows = notes(Part.HELD_OUT, verdict)
    return [row.note for row in rows if not language or row.language == language]


def _timed() -> dict[str, float]:
    began = perf_counter_ns()
    lexicon = shipped_lexicon()
    loaded = (perf_counter_ns() - began) / 1e6
    long = common.times_ms(lambda text: judged(text, lexicon), list(narratives().values()) * _ROUNDS)
    short = common.times_ms(lambda text: judged(text, lexicon), _texts(Verdict.NEUTRAL) * _ROUNDS)
    return {
        "load_ms": round(loaded, 1),
        "narrative_p50_ms": round(common.percentile(long, 50), 2),
        "narrative_p99_ms": round(common.percentile(long, 99), 2),
        "note_p50_ms": round(common.percentile(short, 50), 2),
        "note_p99_ms": round(common.percentile(short, 99), 2),
    }


def main() -> int:
    """Measure and print."""
    arguments = common.parser("hint", __doc__).parse_args()
    recall = share_raised(list(narratives().values()))
    alarms = share_raised(_texts(Verdict.NEUTRAL))
    timed = _timed()
    result = {
        "recall": round(recall, 3),
        "false_alarms": round(alarms, 3),
        "agents_en": round(share_raised(_texts(Verdict.DISSATISFIED, "en")), 3),
        "agents_de": round(share_raised(_texts(Verdict.DISSATISFIED, "de")), 3),
        "narratives": len(narratives()),
        "neutral": len(_texts(Verdict.NEUTRAL)),
        **timed,
        "within_budget": recall >= RECALL and alarms <= FALSE_ALARMS and timed["narrative_p99_ms"] < MS,
    }
    return common.report(result, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
