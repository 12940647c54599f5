"""The grammar of a number as it is written: labels before it, grouping in it, an extension behind it."""

from __future__ import annotations

import re

from crmdesk.domain.quick import dataclass

_LABELS = (
    "telephone|telefon|teléfono|telefono|téléphone|telefone|telefoon|puhelin|телефон|tel|tlf|tél|tfn|fon|phone|ph|"
    "mobile|mobil|móvil|movil|mob|cellular|cell|cel|handy|gsm|natel|portable|fax|telefax|direct|direkt|office|work|"
    "home|büro|privat|dienst|call|whatsapp|sms|тел|моб|電話|电话|tel|p|t|m|f|c|h|w"
)
_LABEL = re.compile(
    rf"(?:{_LABELS})(?:\.|\b)(?:[\s-]*(?:nr|no|number|nummer|num|phone)(?:\.|\b))?[\s.:]*(?=[+0-9(\[])",
    re.IGNORECASE,
)
_SIGNS = "☎☏✆📞📱📲📠 "
_REMARK = re.compile(r"\(\s*[^\W\d_][^\d()]*\)")
_LABEL_BEHIND = re.compile(
    r"\s(?:mobile|mobil|móvil|mob|cell|handy|fax|telefax|office|work|home|büro|privat|dienstlich)\.?$",
    re.IGNORECASE,
)
# RFC 3966 and ITU-T E.123 name "ext."; the other words are those of PBXs and letterheads in several languages.
_EXTENSION_WORD = (
    r"(?:e?xt(?:ensi(?:[oó]n?|on|ones))?n?|extens[aã]o|durchwahl|dw|apparat|app|nebenstelle|nst|anexo|anx|poste|"
    r"interno|intern|int|toestel|tst|доб|вн|wew|x{1,2})"
)
# A word may be followed by twenty digits (RFC 3966 as libphonenumber reads it); without one, as many as cannot be
# taken for a second number. ",," and "p" are pauses before digits dialled on.
_EXTENSION = re.compile(
    rf"(?:[\s,(-]*(?<![^\W\d_]){_EXTENSION_WORD}[\s.:,]*(?P<worded>[0-9]{{1,20}})[#)]?"
    r"|\s*(?:#|,,+|[pw])\s*(?P<paused>[0-9]{1,15})#?"
    r"|\s*[,;]\s+(?P<listed>[0-9]{1,5})"
    r"|\s*[- ]\s*(?P<closed>[0-9]{1,6})#)",
    re.IGNORECASE,
)
_EXTENSION_ONLY = re.compile(rf"{_EXTENSION_WORD}\s*[.:]?\s*([0-9]{{1,6}})", re.IGNORECASE)
_GROUPED = re.compile(r"[(\[ ]*(\+*)[()\[\] ]*[0-9][0-9 ./()\[\]~-]*")
_CARRIER_BLANK = re.compile(r"\A(\(?0(?:11)?)xx(?=[0-9) ])", re.IGNORECASE)  # (0xx11): any carrier, Brazil
_OPTIONAL_ZERO = re.compile(r"[(\[]\s*0\s*[)\]]")
_VANITY = re.compile(r"\+?[0-9][0-9 ()-]*[ -]?[A-Za-z][A-Za-z0-9 -]*")
_KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")  # ITU-T E.161
_ADDRESS = re.compile(r"(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}")
_DATE = re.compile(r"(?:19|20)\d\d([-/.])[01]\d\1[0-3]\d|[0-3]?\d([-/.])[0-3]?\d\2(?:19|20)\d\d")
_FLOAT = re.compile(r"(\d{7,15})\.0")


@dataclass(frozen=True, slots=True)
class Dialled:
    """Digits ready for a numbering plan.

    ``plus`` says that they begin with a country code. ``around_zero`` are the digits before and behind a "(0)", which
    is not dialled from abroad. ``before_slash`` are the digits left of a
    slash, ``first_group`` is the number of digits before the first separator, ``area_marked`` says that a slash or
    brackets set an area code apart, ``vanity`` that letters were turned into keys.
    """

    digits: str
    plus: bool
    around_zero: tuple[str, str] | None = None
    extension: str | None = None
    before_slash: str | None = None
    first_group: int = 0
    area_marked: bool = False
    vanity: bool = False


def strip_label(text: str) -> str:
    """Return ``text`` without a word like "Tel.:" before the number and a remark like "(office)" behind it."""
    text = text.strip().rstrip(",; ")
    if text.startswith("'"):  # how a spreadsheet is told to keep a leading zero
        text = text[1:].removesuffix("'").lstrip()
    text = text.lstrip(_SIGNS)
    label = _LABEL.match(text)
    text = text[label.end() :] if label else text
    if text.endswith(")") and "(" in text:
        start = text.rindex("(")
        if _REMARK.fullmatch(text, start):
            text = text[:start]
    return _LABEL_BEHIND.sub("", text).strip()


def extension_only(text: str) -> str | None:
    """Return the digits of "ext. 288" or "x1001", which name a telephone in the house and nothing else."""
    found = _EXTENSION_ONLY.fullmatch(text)
    return found[1] if found else None


def read_dialled(text: str) -> Dialled | None:
    """Return the digits written in ``text`` (without label); ``None`` when anything in it is not part of one number."""
    if _ADDRESS.fullmatch(text) and any(len(group) != 2 for group in text.split(".")):
        return None  # 192.168.1.10; but 12.34.56.78 is how Denmark groups a number
    if _DATE.fullmatch(text):
        return None
    exact = _FLOAT.fullmatch(text)
    if exact:  # a spreadsheet column read as floating point: below 2^53, no digit is lost
        text = exact[1]
    body, extension = _split_extension(_CARRIER_BLANK.sub(r"\1", text, count=1))
    grouped = _GROUPED.fullmatch(body)
    if grouped is None:
        return None
    plus = bool(grouped[1])
    digits = re.sub(r"\D", "", body)
    country, zero, rest = _split_optional_zero(body)
    left, slash, _ = body.partition("/")
    before_slash = re.sub(r"\D", "", left) if slash else None
    first_group = len(re.split(r"[^0-9]", body.lstrip("([ +"), maxsplit=1)[0])
    return Dialled(
        digits,
        plus,
        (country, rest) if zero else None,
        extension,
        before_slash,
        first_group,
        bool(slash) or ")" in body,
    )


def read_vanity(text: str) -> Dialled | None:
    """Return the keys to press for a number that ends in a word (1-800-FLOWERS); ``None`` when it is none."""
    if len(text) > 32 or not _VANITY.fullmatch(text):
        return None
    letters = {c for c in text.upper() if c.isalpha()}
    if sum(c.isalpha() for c in text) < 3 or letters <= set("X"):  # 030 12XX is masked, not spelled
        return None
    digits = re.sub(r"\D", "", text.upper().translate(_KEYS))
    return Dialled(digits, text.startswith("+"), vanity=True)


def _split_optional_zero(body: str) -> tuple[str, bool, str]:
    zero = _OPTIONAL_ZERO.search(body)
    if zero is None:
        return "", False, ""
    return re.sub(r"\D", "", body[: zero.start()]), True, re.sub(r"\D", "", body[zero.end() :])


def _split_extension(text: str) -> tuple[str, str | None]:
    # Searching from the last digit run keeps this linear: the extension is at the end or nowhere.
    tail = max(0, len(text) - 48)
    for found in _EXTENSION.finditer(text, tail):
        if found.end() == len(text) and re.search(r"[0-9]", text[: found.start()]):
            return text[: found.start()], found[found.lastgroup or 0]
    return text, None
