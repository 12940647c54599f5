"""The sum that a complainant asks for, read from what would put it right in their words."""

from __future__ import annotations

import re

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.money import minor_of

_SUM = r"\d[\d.,]{0,20}\d|\d"
_NAMES = {
    "GBP": ("£", "gbp", "pounds", "pound", "quid"),
    "EUR": ("€", "eur", "euros", "euro"),
    "USD": ("$", "usd", "dollars", "dollar"),
    "CHF": ("chf", "francs", "franken", "fr."),
}


def asked_in(words: str, currency: str) -> int | None:
    """Return the largest sum in a currency that is named in the words, in its smallest unit; None where none is.

    A number counts only where the currency stands right before or behind it: "12 weeks" asks for no money. Sums in
    other currencies are not converted, and so not known.
    """
    if not currency:
        return None
    names = "|".join(re.escape(name) for name in _NAMES.get(currency, (currency.lower(),)))
    found = re.finditer(
        rf"(?:(?:{names})\s?(?P<behind>{_SUM}))|(?:(?P<before>{_SUM})\s?(?:{names})(?!\w))", words.lower()
    )
    sums = [_sum(match["behind"] or match["before"], currency) for match in found]
    return max((one for one in sums if one is not None), default=None)


def _sum(written: str, currency: str) -> int | None:
    try:
        return minor_of(written, currency)
    except UserMistake:
        return None
