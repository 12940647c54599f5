"""The words by which phone systems say that there is no number to show."""

from __future__ import annotations

# What Asterisk, SIP (RFC 3323), caller-id services and telephones write; the first line was seen in recorded traces.
_NO_NUMBER = frozenset(
    """
    anonymous|unavailable|unknown|restricted|private|withheld|s
    anonym|anonymer anrufer|unbekannt|unterdrückt|rufnummer unterdrückt|nummer unterdrückt|privat|keine rufnummer
    anonyme|inconnu|numéro inconnu|masqué|numéro masqué|privé|numéro privé|appel masqué|secret
    anónimo|anonimo|desconocido|número desconocido|oculto|número oculto|privado|número privado|particular
    sconosciuto|numero sconosciuto|nascosto|privato|numero privato|desconhecido|não identificado
    anoniem|onbekend|afgeschermd|privénummer|anonymt|okänt|skyddat nummer|ukendt|hemmeligt|ukjent|skjult
    prywatny|numer prywatny|nieznany|zastrzeżony|numer zastrzeżony|neznámé|skryté|неизвестно|неизвестный|скрытый номер
    анонимно|gizli numara|bilinmeyen|非通知|匿名|未知|未知号码|私人号码|發信者番号非通知|발신번호표시제한|알 수 없음
    caller unknown|unknown caller|unknown number|unknown name|private number|private caller|private call|private name
    number withheld|withheld number|number unavailable|not available|number not available|name unavailable
    caller id unavailable|caller id blocked|caller id withheld|caller id restricted|no caller id|no caller-id
    no callerid|no number|no id|id withheld|id unavailable|id restricted|blocked|blocked number|blocked caller
    hidden|hidden number|restricted number|restricted call|suppressed|out of area|out-of-area|coin phone|payphone
    anonymous caller|anonymous call|presentation restricted|user unavailable|interaction with other service|p|o
    """.replace("\n", "|").split("|")  # not shown
)
_WORDS = frozenset(word.strip() for word in _NO_NUMBER)
# A name that only says that nobody looked it up; the number beside it is a real one.
_NO_NAME = frozenset(
    {"unavailable", "unknown", "not available", "out of area", "unknown name", "unknown caller", ""}  # not shown
)
# RESTRICTED, BLOCKED, UNKNOWN, ANONYMOUS and UNAVAILABLE typed on a telephone's keys: how a telephone service that must
# send digits (Twilio) says so.
_SPELLED = frozenset({"+7378742833", "+2562533", "+8656696", "+266696687", "+86282452253"})
_PRIVATE_HOSTS = frozenset({"anonymous.invalid", "unknown.invalid"})


def names_no_number(text: str) -> bool:
    """Tell whether ``text`` says that there is no number (empty text does)."""
    if text in _SPELLED:
        return True
    return " ".join(text.strip("<>\"'()[] .*-_").casefold().replace("_", " ").split()) in _WORDS


def hides_the_number(name: str | None, host: str) -> bool:
    """Tell whether the display name or the domain (RFC 3323) asks that a number beside it is not shown."""
    words = " ".join((name or "").casefold().split())
    return host in _PRIVATE_HOSTS or (words in _WORDS and words not in _NO_NAME and len(words) > 1)


def given_name(name: str | None) -> str | None:
    """Return ``name`` unless it only says that nobody knows it."""
    return None if " ".join((name or "").casefold().split()) in _NO_NAME else name
