"""Makes caller ids nobody should send: the same ones every time."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

REGIONS = ("DE", "US", "GB", "FR", "IT", "HK", "JP", "RU", "BR", "NZ", "IN", "LU", "de", "XX", "", None)

_WHOLE = (
    "+493012345678",
    "03012345678",
    "(201) 555-0123",
    "+447911123456",
    "+39066981234",
    "1-800-356-9377",
    "+81 3-1234-5678",
    "+870773123456",
    "4711",
    "112",
)
_PIECES = (
    *"0123456789",
    *"+-*#().,;:/@<>\"'=%~ \t\r\n\\&|{}[]_",
    *("00", "011", "010", "8~10", "(0)", "+49", "+1", "+39", "030", "49", "1", "0xx", "12345678", "5550123"),
    *("sip:", "sips:", "tel:", "callto:", "@pbx.example.com", ";ext=12", ";phone-context=+49", ";npdi;rn=+49199"),
    *("anonymous", "<unknown>", "x456", " ext. ", "доб.", "Tel.: ", "FLOWERS", "oder", "%2B", "%0d%0a", "%00", "E+11"),
    *("٣", "９", "५", "①", "²", "＋", "–", "\u00ad", "\u200b", "\u202e", "\u2028", "\ufeff", "\ud800", "\x00", "😀"),
)


def hostile_caller_ids(count: int, seed: int) -> Iterator[tuple[str, str | None]]:
    """Yield ``count`` texts with a region each: noise, pieces of caller ids in any order, and damaged numbers."""
    dice = Random(seed)
    kinds = (_noise, _patchwork, _damaged)
    for _ in range(count):
        yield dice.choice(kinds)(dice), dice.choice(REGIONS)


def _noise(dice: Random) -> str:
    return "".join(
        chr(dice.choice((dice.randrange(0x80), dice.randrange(0x3000), dice.randrange(0x110000))))
        for _ in range(dice.randrange(24))
    )


def _patchwork(dice: Random) -> str:
    return "".join(dice.choice(_PIECES) for _ in range(dice.randrange(1, 16)))


def _damaged(dice: Random) -> str:
    text = list(dice.choice(_WHOLE))
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(text) + 1)
        text[at : at + dice.randrange(2)] = dice.choice(_PIECES)
    return "".join(text)
