"""Sums of money: whole numbers of the smallest unit of a currency (ISO 4217), so that none is ever rounded."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import grouped, tr

MOST = 10**14
"""The largest sum, in the smallest unit: beyond it somebody typed too many digits."""

_WITHOUT_CENTS = frozenset({"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"})
_THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}


def decimals_of(currency: str) -> int:
    """Return how many decimals a currency has (ISO 4217, list one); two where it is not known."""
    return 0 if currency in _WITHOUT_CENTS else 3 if currency in _THOUSANDTHS else 2


def minor_of(typed: str, currency: str) -> int:
    """Return a sum as typed ("640", "640.50", "1,250.00"; with a comma before the decimals too) in the smallest unit.

    Raises UserMistake at ``amount`` for what is no sum, has more decimals than the currency, or is below nothing.
    """
    text = "".join(typed.split()).removeprefix(_SIGNS.get(currency, currency))
    try:
        sum_ = Decimal(_plainly(text))
        whole = sum_.scaleb(decimals_of(currency))
        exact = whole == whole.to_integral_value() and 0 <= whole <= MOST
    except InvalidOperation:
        exact = False
    if not exact:
        raise UserMistake(
            "amount",
            tr("{text} is no sum of money.", text=repr(typed)),
            tr("Write it like {example}.", example="640.50"),
        )
    return int(whole)


def _plainly(text: str) -> str:
    """Return a number without marks between thousands, with a point before its decimals."""
    if not text.isascii() or any(not (c.isdigit() or c in ".,") for c in text):
        raise InvalidOperation
    last = max(text.rfind("."), text.rfind(","))
    marks = {c for c in text if c in ".,"}
    if last < 0:
        return text
    grouping = len(marks) == 1 and (text.count(text[last]) > 1 or (text[last] == "," and len(text) - last == 4))
    whole = text if grouping else text[:last]
    parts = whole.replace(",", ".").split(".")
    if not parts[0] or (len(parts[0]) > 3 < len(whole) and len(parts) > 1) or any(len(part) != 3 for part in parts[1:]):
        raise InvalidOperation
    return "".join(parts) + ("" if grouping else f".{text[last + 1 :]}")


def said(minor: int, currency: str) -> str:
    """Return a sum for reading: "£1,250.00", "CHF 640.50"; one below nothing with a minus before it."""
    decimals = decimals_of(currency)
    whole, rest = divmod(abs(minor), 10**decimals)
    sign = _SIGNS.get(currency) or (f"{currency}\u00a0" if currency else "")
    return f"{'-' if minor < 0 else ''}{sign}{grouped(whole)}" + (f".{rest:0{decimals}d}" if decimals else "")
