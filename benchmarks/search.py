"""Search at the screen among a million customers: from the key pressed to the page with the answer painted (p99 50 ms).

The whole desktop runs. Names, Latin names and numbers are typed key by key into the search field, each key once the
answer to the one before is on the screen: what a fast typist skips is measured as well.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from benchmarks import common
from benchmarks._profile import PASSPHRASE, profile
from benchmarks._store import CUSTOMERS, KEY, store
from benchmarks.pop import desk_page
from benchmarks.typeahead import typed

BUDGET_MS = 50.0
_WORDS, _WARM_UP, _RUNS = 60, 10, 3
_LIMIT_S = 10.0


def _whole(customers: int, count: int) -> list[str]:
    """Return what is typed to its end: names, Latin names and numbers in turn, always the same."""
    from crmdesk.models.engine import open_store

    engines = open_store(store(customers, 0)[0], KEY)
    with Session(engines.read) as session:
        kinds = [_ends(texts) for kind, texts in typed(session).items() if kind != "misspelt"]
    engines.dispose()
    return [words for together in zip(*kinds, strict=False) for words in together][:count]


def _ends(texts: Sequence[str]) -> list[str]:
    following = [*texts[1:], ""]
    return [text for text, after in zip(texts, following, strict=True) if not after.startswith(text)]


async def _measure(found: list[list[float]], words: Sequence[str], runs: int, desktop: Any) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent, Qt
    from PySide6.QtGui import QKeyEvent

    await desk_page(desktop)
    desktop.window.resize(1366, 768)
    desktop.window.go_to("search")
    page = desktop.window.page("search")
    painted: asyncio.Queue[tuple[str, float]] = asyncio.Queue()

    def paint(answer: Any) -> None:
        page.repaint()
        painted.put_nowait((answer.text, time.perf_counter()))

    page.finder.found.connect(paint)

    async def type_all(texts: Sequence[str]) -> list[float]:
        taken = []
        for text in texts:
            page.field.clear()
            page.field.setFocus()
            for end, key in enumerate(text, start=1):
                began = time.perf_counter()
                pressed = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, key)
                QCoreApplication.sendEvent(page.field, pressed)
                if not text[:end].strip():
                    continue
                seen = ""
                while seen != text[:end]:
                    seen, at = await asyncio.wait_for(painted.get(), _LIMIT_S)
                taken.append((at - began) * 1000)
        return taken

    await type_all(words[:_WARM_UP])
    found.extend([await type_all(words[_WARM_UP:]) for _ in range(runs)])


def main(argv: Sequence[str] | None = None) -> int:
    """Measure several runs and print their medians."""
    parser = common.parser("search", __doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--words", type=int, default=_WORDS)
    parser.add_argument("--runs", type=int, default=_RUNS)
    arguments = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    logging.disable(logging.WARNING)
    folder, _ = profile(arguments.customers, 0)
    words = _whole(arguments.customers, arguments.words + _WARM_UP)
    from crmdesk import app

    found: list[list[float]] = []
    app.run(app.DesktopOptions(folder, passphrase=PASSPHRASE), partial(_measure, found, words, arguments.runs))
    figures = common.middle(
        [{"p50_ms": common.percentile(r, 50), "p99_ms": common.percentile(r, 99), "max_ms": max(r)} for r in found]
    )
    result = {"bench": "search", "customers": arguments.customers, "keys": len(found[0]), **figures}
    result |= {"budget_p99_ms": BUDGET_MS, "within_budget": figures["p99_ms"] <= BUDGET_MS}
    return common.report(result, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
