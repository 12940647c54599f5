"""Which complaints an action is about, and how many of them there were before and after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crmdesk.domain.learning.actions import Concern
from crmdesk.domain.learning.causes import Tree
from crmdesk.domain.quick import dataclass
from crmdesk.domain.radar.names import alike, product_name


@dataclass(frozen=True, slots=True)
class Counted:
    """A complaint as it is counted: when it came (UTC), what it is about and where, and the causes that it names."""

    received_at: datetime
    product: str
    category: str
    lot: str
    area: str
    causes: frozenset[str]


def concerns(concern: Concern, product: str, category: str, lot: str, area: str) -> bool:
    """Return whether a complaint with these particulars is one that an action is about, whatever its cause.

    Case and spaces do not matter, nor what follows a product's name ("HomeCover Plus, renews 4 Mar").
    """
    return (
        alike(product_name(product)) == alike(product_name(concern.product))
        and (not concern.category or alike(category) == alike(concern.category))
        and (not concern.lot or alike(lot) == alike(concern.lot))
        and (not concern.area or alike(area) == alike(concern.area))
    )


def measured(concern: Concern, tree: Tree, complaints: Iterable[Counted], done_at: datetime) -> tuple[int, int, int]:
    """Return how many complaints came before ``done_at``, how many after, and how many of those after may count too.

    By category where the action names one: that is known on the day of receipt. By cause (or one that belongs to it)
    only where it names no category; then those after it that name no cause yet may turn out to be of it.
    """
    before = after = unknown = 0
    by_cause = tree.below(concern.cause) if concern.cause and not concern.category else frozenset()
    for one in complaints:
        if not concerns(concern, one.product, one.category, one.lot, one.area):
            continue
        later = one.received_at >= done_at
        if by_cause and not by_cause & one.causes:
            unknown += later and not one.causes
            continue
        after += later
        before += not later
    return before, after, unknown
