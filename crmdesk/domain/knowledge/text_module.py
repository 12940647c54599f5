"""Text modules: found by their shortcut while one types, filled in from the call, what is unknown left to be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from crmdesk.domain.knowledge.edition import TextModule
from crmdesk.domain.quick import dataclass

BEGINS = ";"
_TYPED = re.compile(r"(?:^|(?<=[\s(]));([^\s;]{0,40})$")
PLACEHOLDER = r"\{[^{}\n]{1,40}\}"
_OPEN = re.compile(PLACEHOLDER)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text, as character positions."""

    begin: int
    end: int


def typed_shortcut(before_caret: str) -> str | None:
    """Return the shortcut that is being typed at the end of a line (";vul" is "vul"), None where none is."""
    found = _TYPED.search(before_caret)
    return found[1] if found is not None else None


def fitting(modules: Iterable[TextModule], typed: str, most: int = 6) -> tuple[TextModule, ...]:
    """Return the modules whose shortcut begins so, shortest first, then those with such a word in the title."""
    wanted = typed.casefold()
    by_code: list[TextModule] = []
    by_title: list[TextModule] = []
    for module in modules:
        if module.shortcut.casefold().startswith(wanted):
            by_code.append(module)
        elif wanted and any(word.startswith(wanted) for word in module.title.casefold().split()):
            by_title.append(module)
    by_code.sort(key=_shortest_first)
    by_title.sort(key=_shortest_first)
    return tuple((by_code + by_title)[:most])


def _shortest_first(module: TextModule) -> tuple[int, str]:
    return len(module.shortcut), module.shortcut


def filled(body: str, known: Mapping[str, str]) -> str:
    """Return the text with ``{name}`` replaced by what is known under this name; the others stay as they are."""

    def value(found: re.Match[str]) -> str:
        return known.get(found[0][1:-1].strip().casefold(), "") or found[0]

    return _OPEN.sub(value, body)


def open_places(text: str) -> tuple[Span, ...]:
    """Return where a text still has placeholders, in their order."""
    return tuple(Span(found.start(), found.end()) for found in _OPEN.finditer(text))


def lines_in(body: str) -> int:
    """Return how many lines a module puts into a note."""
    return body.strip("\n").count("\n") + 1
