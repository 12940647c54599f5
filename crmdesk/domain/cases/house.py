"""The house's own rules for complaints: its calendar, which regime holds for what, when a second person approves.

A TOML file with ``title``, ``regime`` (the key of the one that holds where no product says otherwise), ``calendar`` (as
``sla.documents`` describes, without a version: the edition is its version) and, where they apply, ``subdivision``,
``currency``, ``second_person_above``, ``silent_days``, ``silent_owner_days``, ``cause_at_close``, a list of
``product``, each with its ``name`` and ``regime``, and a list of ``entity``: the legal entities of the house, each with
its ``key``, ``title`` and the ``products`` that it answers for. Of requests it may have a table ``requests`` (which
regime holds for service requests, returns, information requests and access to one's own data) and a list of
``returns`` (``requests.return_terms``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.money import minor_of
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.return_terms import ReturnTerms, terms_from
from crmdesk.domain.sla.calendars import WorkCalendar
from crmdesk.domain.sla.documents import calendar_from, fields, toml_of, typed
from crmdesk.domain.sla.targets import MOST_DAYS

SILENT_DAYS = 28
"""After how many days without a word an answered complaint may be closed, where the house does not say."""

REQUESTS = {
    "service": "service-requests",
    "return": "product-returns",
    "information": "information-requests",
    "own_data": "gdpr-access",
}
"""The keys of the regimes that hold for requests where the house does not say otherwise."""

_POSSIBLE = (
    *("subdivision", "currency", "second_person_above", "silent_days", "silent_owner_days", "cause_at_close"),
    *("product", "entity", "requests", "returns"),
)

NO_ENTITY = "none"
"""The key of the complaints about products that no legal entity names."""

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Entity:
    """A legal entity of the house, for which a return is made on its own: it answers for complaints about
    ``products``, named in small letters."""

    key: str
    title: str
    products: frozenset[str]


@dataclass(frozen=True, slots=True)
class House:
    """A house's rules.

    ``second_person_above`` is in the smallest unit of ``currency``, None for no limit; ``silent_owner_days`` after how
    many days without a step a complaint is taken from its handler, None for never; ``cause_at_close`` whether each
    issue that was upheld needs a root cause before a complaint is closed; ``products`` are the regimes of single
    products by their names in small letters; ``requests`` the regimes of requests by kind, ``returns`` the terms for
    goods that come back."""

    title: str
    regime: str
    calendar: WorkCalendar
    subdivision: str
    currency: str
    second_person_above: int | None
    silent_days: int
    silent_owner_days: int | None
    products: Mapping[str, str]
    requests: Mapping[str, str]
    cause_at_close: bool = False
    entities: tuple[Entity, ...] = ()
    returns: tuple[ReturnTerms, ...] = ()

    def entity_of(self, product: str) -> str:
        """Return the key of the legal entity that answers for complaints about a product, ``NO_ENTITY`` for none."""
        name = product.strip().casefold()
        return next((one.key for one in self.entities if name in one.products), NO_ENTITY)

    def regime_of(self, product: str) -> str:
        """Return the key of the regime that holds for complaints about a product."""
        return self.products.get(product.strip().casefold(), self.regime)


def house_from(text: str, version: int) -> House:
    """Return the rules of a file's text, in the edition ``version``; raises ``UserMistake`` that names the place."""
    whole = fields(toml_of(text), "house", ("title", "regime", "calendar"), _POSSIBLE)
    calendar = typed(whole["calendar"], dict, "calendar")
    currency = typed(whole.get("currency", ""), str, "currency")
    if len(currency) not in (0, 3) or not currency.isascii() or currency.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        raise UserMistake("currency", tr("This is no currency."), tr("Write its three letters, like GBP."))
    above, silent_owner = whole.get("second_person_above"), whole.get("silent_owner_days")
    return House(
        title=typed(whole["title"], str, "title"),
        regime=typed(whole["regime"], str, "regime"),
        calendar=calendar_from({**calendar, "version": version}),
        subdivision=typed(whole.get("subdivision", ""), str, "subdivision"),
        currency=currency,
        second_person_above=None if above is None else minor_of(typed(above, str, "second_person_above"), currency),
        silent_days=_days(whole.get("silent_days", SILENT_DAYS), "silent_days", 0),
        silent_owner_days=None if silent_owner is None else _days(silent_owner, "silent_owner_days", 1),
        cause_at_close=typed(whole.get("cause_at_close", False), bool, "cause_at_close"),
        products=dict(_product(one) for one in typed(whole.get("product", []), list, "product")),
        entities=_entities(whole.get("entity", [])),
        requests={**REQUESTS, **_requests(whole.get("requests", {}))},
        returns=terms_from(whole.get("returns", [])),
    )


def _days(document: object, place: str, least: int) -> int:
    days = typed(document, int, place)
    if days < least:
        raise UserMistake(place, tr("A target of {n} is none.", n=days), tr("Give at least {n}.", n=least))
    if days > MOST_DAYS:
        raise UserMistake(place, tr("A target of {n} is none.", n=days), tr("Give at most {n} days.", n=MOST_DAYS))
    return days


def _product(document: object) -> tuple[str, str]:
    whole = fields(document, "product", ("name", "regime"), ())
    return typed(whole["name"], str, "name").strip().casefold(), typed(whole["regime"], str, "regime")


def _entities(document: object) -> tuple[Entity, ...]:
    """Return the legal entities; raises UserMistake where two have one key or answer for one product."""
    found = tuple(_entity(one) for one in typed(document, list, "entity"))
    keys = [one.key for one in found]
    for one in found:
        if keys.count(one.key) > 1:
            raise UserMistake("entity", tr("Two entities have the key {key}.", key=one.key), tr("Give each its own."))
    products = [product for one in found for product in one.products]
    for product in products:
        if products.count(product) > 1:
            what = tr("Two entities answer for {product}.", product=product)
            raise UserMistake("entity", what, tr("Name it at one of them."))
    return found


def _entity(document: object) -> Entity:
    whole = fields(document, "entity", ("key", "title", "products"), ())
    key = typed(whole["key"], str, "key")
    if key == NO_ENTITY or not _KEY.fullmatch(key):
        what = tr("{key} cannot be the key of an entity.", key=repr(key))
        raise UserMistake("entity", what, tr("Use small letters, digits and hyphens."))
    names = (typed(name, str, "products") for name in typed(whole["products"], list, "products"))
    return Entity(key, typed(whole["title"], str, "title"), frozenset(name.strip().casefold() for name in names))


def _requests(document: object) -> dict[str, str]:
    whole = fields(document, "requests", (), tuple(REQUESTS))
    return {name: typed(key, str, name) for name, key in whole.items()}
