"""How often each root cause is named: counts that roll up the tree, of a period and a product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from crmdesk.domain.language import mark, tr
from crmdesk.domain.learning.causes import Tree
from crmdesk.domain.quick import dataclass

NONE_YET = mark("No cause yet")


@dataclass(frozen=True, slots=True)
class CauseLine:
    """A cause with how many complaints name it (``own``), and it or one that belongs to it (``total``): one that names
    several counts once. ``level`` begins at 1; ``known`` is False for a code that the tree does not have and for the
    line of those without one, whose code is empty."""

    code: str
    title: str
    level: int
    retired: bool
    own: int
    total: int
    known: bool = True


@dataclass(frozen=True, slots=True)
class Span:
    """Which complaints are counted: those received from ``since`` (None: from the first) until before ``until`` (None:
    until now), about one product (empty: about any)."""

    since: datetime | None = None
    until: datetime | None = None
    product: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """The tree with its counts, how many complaints name any cause, and the products that complaints of the time are
    about, by name."""

    tree: Tree
    lines: tuple[CauseLine, ...]
    named: int
    products: tuple[str, ...]


def counted(tree: Tree, named: Iterable[tuple[UUID, str]]) -> tuple[CauseLine, ...]:
    """Return every cause of the tree with its counts, then codes that it does not have, then the complaints without
    any.

    ``named`` are pairs of a complaint and the code that one of its issues names, empty for none; a complaint of which
    another issue has a cause is none without.
    """
    own: dict[str, set[UUID]] = defaultdict(set)
    for complaint, code in named:
        own[code].add(complaint)
    bare = own.pop("", set()).difference(*own.values())
    total: dict[str, set[UUID]] = {code: set(found) for code, found in own.items()}
    for one in reversed(tree.causes):
        if one.under and one.code in total:
            total.setdefault(one.under, set()).update(total[one.code])
    lines = [
        CauseLine(
            code=one.code,
            title=one.title,
            level=len(tree.line_of(one.code)),
            retired=not tree.is_offered(one.code),
            own=len(own.get(one.code, ())),
            total=len(total.get(one.code, ())),
        )
        for one in tree.causes
    ]
    strange = sorted(own.keys() - tree.known.keys())
    lines += [CauseLine(code, code, 1, True, len(own[code]), len(own[code]), False) for code in strange]
    if bare:
        lines.append(CauseLine("", tr(NONE_YET), 1, False, len(bare), len(bare), False))
    return tuple(lines)
