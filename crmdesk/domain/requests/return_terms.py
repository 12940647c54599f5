"""The house's terms for returns, as its rules tell them: windows and warranties by kind of goods, versioned by date.

In ``house.toml`` a list of ``returns``: each ``begins`` on a day of purchase and has a list of ``goods``, each with a
``name``, and where they are given ``window_days`` (in which goods are taken back), ``warranty_months`` and
``products``, the names of products that are such goods.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.documents import fields, typed
from crmdesk.domain.sla.targets import MOST_DAYS

MOST_MONTHS = 1_200
"""The longest warranty: a hundred years."""


@dataclass(frozen=True, slots=True)
class GoodsTerms:
    """What holds for one kind of goods: days from the day of purchase in which they are taken back (0: not at all),
    months of warranty (0: none), and the products, in small letters, that are such goods."""

    name: str
    window_days: int
    warranty_months: int
    products: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReturnTerms:
    """What holds for goods bought from the day ``begins`` on."""

    begins: date
    goods: tuple[GoodsTerms, ...]

    def of(self, name: str) -> GoodsTerms | None:
        """Return what holds for a kind of goods, None where the house says nothing of it."""
        wanted = name.strip().casefold()
        return next((one for one in self.goods if one.name.casefold() == wanted), None)

    def of_product(self, product: str) -> GoodsTerms | None:
        """Return what holds for a product, None where the house does not say what goods it is."""
        wanted = product.strip().casefold()
        return next((one for one in self.goods if wanted in one.products), None)


def terms_from(document: object) -> tuple[ReturnTerms, ...]:
    """Return the terms of a document in the order of their days; raises ``UserMistake`` that names the place."""
    found = sorted((_terms(one) for one in typed(document, list, "returns")), key=lambda one: one.begins)
    if len({one.begins for one in found}) < len(found):
        raise UserMistake("returns", tr("Two terms begin on the same day."), tr("Give each its own day."))
    return tuple(found)


def terms_at(terms: Sequence[ReturnTerms], bought_on: date) -> ReturnTerms | None:
    """Return the terms under which something was bought, None for a day before the first."""
    held = [one for one in terms if one.begins <= bought_on]
    return held[-1] if held else None


def _terms(document: object) -> ReturnTerms:
    whole = fields(document, "returns", ("begins", "goods"), ())
    begins = typed(whole["begins"], date, "begins")
    if isinstance(begins, datetime):
        raise UserMistake("begins", tr("Terms begin on a day, not at a time."), tr("Write 2026-04-01."))
    goods = tuple(_goods(one) for one in typed(whole["goods"], list, "goods"))
    if len({one.name.casefold() for one in goods}) < len(goods):
        raise UserMistake("goods", tr("Two kinds of goods have the same name."), tr("Give one another name."))
    return ReturnTerms(begins, goods)


def _goods(document: object) -> GoodsTerms:
    whole = fields(document, "goods", ("name",), ("window_days", "warranty_months", "products"))
    name = typed(whole["name"], str, "name").strip()
    if not name:
        raise UserMistake("name", tr("These goods have no name."), tr("Name them."))
    products = (typed(one, str, "products") for one in typed(whole.get("products", []), list, "products"))
    return GoodsTerms(
        name,
        _number(whole.get("window_days", 0), "window_days", MOST_DAYS),
        _number(whole.get("warranty_months", 0), "warranty_months", MOST_MONTHS),
        frozenset(one.strip().casefold() for one in products),
    )


def _number(document: object, place: str, most: int) -> int:
    number = typed(document, int, place)
    if not 0 <= number <= most:
        raise UserMistake(
            place, tr("{name} cannot be {value}.", name=repr(place), value=number), tr("Use 0 to {n}.", n=most)
        )
    return number
