"""German: the words in which an agent writes when something is promised. Nouns are written large, dates with stops."""

# not shown: these words are read, none is said

from __future__ import annotations

import re
from datetime import time, timedelta

from crmdesk.domain.promises.language import (
    Code,
    Examples,
    Figures,
    Language,
    Part,
    Says,
    Words,
    calendar,
    figures,
    phrases,
    same,
    valued,
)

_WEEKDAYS = (
    "montag mo",
    "dienstag di",
    "mittwoch mi",
    "donnerstag do",
    "freitag fr",
    "samstag sonnabend sa",
    "sonntag so",
)
_MONTHS = (
    *("januar jänner jan", "februar feber feb", "märz mär", "april apr", "mai", "juni jun", "juli jul", "august aug"),
    *("september sep sept", "oktober okt", "november nov", "dezember dez"),
)
_NUMBERS = (
    *("ein eins eine einer einem einen", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"),
    *("elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn", "zwanzig"),
)
_UNITS: tuple[tuple[str, timedelta], ...] = (
    ("minute minuten min", timedelta(minutes=1)),
    ("stunde stunden std h", timedelta(hours=1)),
    ("tag tage tagen", timedelta(days=1)),
    ("wochen", timedelta(days=7)),
)
_SPANS: tuple[tuple[str, timedelta], ...] = (
    ("einer halben stunde", timedelta(minutes=30)),
    ("einer viertelstunde", timedelta(minutes=15)),
    ("einer dreiviertelstunde", timedelta(minutes=45)),
    ("anderthalb stunden", timedelta(minutes=90)),
    ("eineinhalb stunden", timedelta(minutes=90)),
)
_ENDINGS = ("", "r", "n", "m", "s")
_MORNING = Part(time(9), 6, 12)
_PARTS: tuple[tuple[str, Part], ...] = (
    ("früh morgens vormittag vormittags", _MORNING),
    ("nachmittag nachmittags", Part(time(14), 12, 18)),
    ("abend abends", Part(time(18), 17, 22)),
)


_JOINED = (
    *(("vormittag", "vormittag"), ("mittag", "mittag"), ("nachmittag", "nachmittag"), ("abend", "abend")),
    *(("früh", "früh"), ("morgen", "am morgen")),
)


def _joined() -> dict[str, tuple[str, str]]:
    """Return days with a part of the day in one word, and "Freitag morgen", which names no tomorrow."""
    found: dict[str, tuple[str, str]] = {}
    for names in _WEEKDAYS:
        for day in (name for name in names.split() if len(name) > 2):
            found |= {f"{day}{part}": (day, word) for part, word in _JOINED}
            found[f"{day} morgen"] = (day, "am morgen")
    return {spelt: parts for word, parts in found.items() for spelt in (word, _without_umlauts(word))}


def _words() -> Words:
    found: Words = {
        "heute": (Code.DAY, 0),
        "morgen": (Code.DAY, 1),
        "übermorgen": (Code.DAY, 2),
        "am morgen": (Code.PART, _MORNING),
        "heute morgen": (Code.PART, Part(time(9), 6, 12, days=0)),
        "woche": (Code.WEEK, timedelta(days=7)),
        "halb": (Code.PAST, -30),
        "vor": (Code.BEFORE, None),
        "nach": (Code.AFTER, None),
        "viertel nach": (Code.PAST, 15),
        "viertel vor": (Code.PAST, -15),
        "dreiviertel": (Code.PAST, -15),
        "in": (Code.WITHIN, None),
        "binnen": (Code.WITHIN, None),
        "erste": (Code.AGAIN, 0),
        "zweite": (Code.AGAIN, 1),
        "uhr": (Code.OCLOCK, None),
    }
    found |= same(("nächster", "nächsten", "nächste"), Code.NEXT)
    found |= same(("dieser", "diesen", "diese", "kommender", "kommenden"), Code.THIS)
    found |= same(("mittag", "mittags"), Code.NOON, time(12))
    found |= same(("um", "gegen", "bis", "ab", "spätestens", "etwa", "ca"), Code.AT)
    found |= same(("am", "an", "den", "der", "dem", "zum"), Code.LINK)
    for week, which in enumerate(("diese", "nächste", "übernächste")):
        found |= same((f"{which} woche", f"{which}r woche", f"{which}n woche"), Code.IN_WEEK, week)
    found |= same(("kommende woche", "kommender woche", "kommenden woche"), Code.IN_WEEK, 1)
    found |= same(("vom", "seit"), Code.SINCE)
    found |= same(("gestern", "vorgestern", "letzte nacht", "letzter nacht"), Code.YESTERDAY)
    found |= same((f"{over}{end}" for over in ("letzte", "vorige", "vergangene") for end in _ENDINGS), Code.LAST)
    found |= same(("heiligabend", "heilig abend", "heiligen abend", "heiliger abend"), Code.DATE, Figures(24, 12))
    found |= same(("silvester",), Code.DATE, Figures(31, 12)) | same(("neujahr",), Code.DATE, Figures(1, 1))
    vague = ("nächsten monat", "nächsten tage", "bald", "später")
    found |= same((*vague, "demnächst", "mitternacht", "heute nacht"), Code.VAGUE)
    found |= same(("übernächster", "übernächsten", "übernächste"), Code.VAGUE)
    unsure = ("werktag", "werktage", "werktagen", "arbeitstag", "arbeitstage", "arbeitstagen")
    found |= same((*unsure, "monat", "monate", "monaten", "monats", "jahr", "jahre", "jahren"), Code.UNSURE_UNIT)
    found |= calendar(_WEEKDAYS, _MONTHS, _NUMBERS) | valued(Code.UNIT, _UNITS) | valued(Code.PART, _PARTS)
    found |= {written: (Code.SPAN, span) for written, span in _SPANS}
    return {spelt: meaning for word, meaning in found.items() for spelt in (word, _without_umlauts(word))}


def _without_umlauts(word: str) -> str:
    return word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")


_FIGURES = figures(
    (Code.CLOCK, r"(?P<hour>\d{1,2})[:h](?P<minute>\d{2})"),
    (Code.DATE, r"(?P<year>\d{4})-(?P<second>\d{2})-(?P<first>\d{2})"),
    (Code.DATE, r"(?P<first>\d{1,2})[./](?P<second>\d{1,2})[./](?P<year>\d{4}|\d{2})"),
    (Code.DATE, r"(?P<first>\d{1,2})\.(?P<second>\d{1,2})\."),
    (Code.DATE, r"(?P<first>\d{1,2})/(?P<second>\d{1,2})"),
    (Code.DOTTED, r"(?P<hour>\d{1,2})\.(?P<minute>\d{2})"),
    (Code.SPAN, r"(?P<amount>\d{1,4})(?P<unit>min|h|std)"),
    (Code.ORDINAL, r"(?P<number>\d{1,2})\."),
    (Code.YEAR, r"(?P<number>20\d{2})"),
    (Code.NUMBER, r"(?P<number>\d{1,4})"),
)
_PHRASES = phrases(
    (Says.VAGUE, "[IL]?V[Ww]?|[IL]*e|I[nq]z|[ILAB]*(?:o[WUwz]|o[xIL]?(?:[NTl]z|V)|lWx?[Mz])"),
    (Says.MATTER, "vL?(?:oMy?|nMy?|o|d|W|D)"),
    (Says.MATTER, "(?:l(?:[Ww]W?|[MzP])|b)P?(?:[AB]*(?:cu?|[nqk]un?|H[nq]u?|X)|[AB]+[nqok])?"),
    (Says.SPAN, "I(?:[nq][Uw]|s)"),
    (Says.DAY, "[LAB]*(?:W[LAB]*)?oMy?"),
    (Says.DAY, "[LAB]*(?:W[LAB]*)?d"),
    (Says.DAY, "(?:[LAB]*W[LAB]*|[LAB]*L)(?:o|n$)"),
    (Says.DAY, "[LAB]*(?:[TN]W|WIqw|W|D)"),
    (Says.DAY, "[LAB]*W[IL]*e|[IL]*e[LAB]*W"),
    (Says.PART, "L?P"),
    (Says.TIME, "[AB]*(?:cu?|[nqk]un?|H[nq]u?|ou)f?|[LAB]*X"),
    (Says.TIME, "A*[nq][BG][nq]u?f?"),
    (Says.BARE_TIME, "[AB]*[nky]f?|[AB]+[qo]"),
)

GERMAN = Language(
    name="de",
    words=_words(),
    figures=_FIGURES,
    phrases=_PHRASES,
    joined=_joined(),
    team="team",
    examples=Examples(
        promise="Rückruf morgen 10 Uhr",
        callback="16:15 die Heizung",
        snooze="16:15, in 2 Stunden, morgen 9 Uhr",
        what="Rückruf",
        day="morgen 10 Uhr",
        weekday="Di 14:30",
        span="in 2 Stunden",
        times=("10:30", "14 Uhr"),
        later="morgen",
    ),
    to_ourselves=(
        "erinner",
        "nachfassen",
        "nachhaken",
        "nachfragen",
        "prüfen",
        "pruefen",
        "wiedervorlage",
        "daran denken",
    ),
    large_nouns=True,
    own_stop=re.compile(r"\d{1,2}\.\d{1,2}\.|\d{1,2}\.(?=\s)"),
)
