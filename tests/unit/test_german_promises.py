"""A promise that was written in German is read as one in English is: from the sentence, and what it lacks is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crmdesk.domain.promises import ENGLISH, GERMAN, Asked, Problem, Understood, language_of, read

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 23, 13, 18, 30, tzinfo=UTC)
"""A Wednesday, 14:18:30 in Berlin."""


def at(text: str, now: datetime = NOW) -> tuple[str, str]:
    """Return day and time as understood, and the words that are left."""
    found = read(text, now, BERLIN, GERMAN)
    assert isinstance(found, Understood), found
    return f"{found.due_at.astimezone(BERLIN):%a %d %b %H:%M}", found.words


@pytest.mark.parametrize(
    ("text", "when", "words"),
    [
        ("Rückruf morgen um 10", "Thu 24 Dec 10:00", "Rückruf"),
        ("Ich rufe morgen um 10 Uhr zurück.", "Thu 24 Dec 10:00", "Ich rufe zurück"),
        ("morgen um 10 Techniker schicken", "Thu 24 Dec 10:00", "Techniker schicken"),
        ("morgen früh zurückrufen", "Thu 24 Dec 09:00", "zurückrufen"),
        ("übermorgen um halb elf", "Fri 25 Dec 10:30", ""),
        ("uebermorgen um halb elf", "Fri 25 Dec 10:30", ""),
        ("morgen viertel vor 10", "Thu 24 Dec 09:45", ""),
        ("morgen viertel nach zehn", "Thu 24 Dec 10:15", ""),
        ("morgen um fünf vor zehn", "Thu 24 Dec 09:55", ""),
        ("morgen zehn vor elf anrufen", "Thu 24 Dec 10:50", "anrufen"),
        ("Freitag um 10 nach 9 Uhr", "Fri 25 Dec 09:10", ""),
        ("morgen vor 10 Uhr", "Thu 24 Dec 10:00", ""),
        ("morgen um zehn vor Ort sein", "Thu 24 Dec 10:00", "vor Ort sein"),
        ("morgen um 10 nach dem Rechten sehen", "Thu 24 Dec 10:00", "nach dem Rechten sehen"),
        ("Freitag Nachmittag", "Fri 25 Dec 14:00", ""),
        ("am Freitag um 15 Uhr 30", "Fri 25 Dec 15:30", ""),
        ("am Freitag um 15.30 Uhr", "Fri 25 Dec 15:30", ""),
        ("Freitag in einer Woche, 9:30", "Fri 01 Jan 09:30", ""),
        ("am 28.12. um 9:30", "Mon 28 Dec 09:30", ""),
        ("um 9:30 am 28.12.", "Mon 28 Dec 09:30", ""),
        ("am 10.12. um 9:30", "Fri 10 Dec 09:30", ""),
        ("am 4. Januar um 10 Uhr", "Mon 04 Jan 10:00", ""),
        ("Montag, den 4. Januar 2027 um 10 Uhr", "Mon 04 Jan 10:00", ""),
        ("in zwei Stunden anrufen", "Wed 23 Dec 16:19", "anrufen"),
        ("in einer halben Stunde", "Wed 23 Dec 14:49", ""),
        ("in 30 Minuten", "Wed 23 Dec 14:49", ""),
        ("in einer Woche um 10", "Wed 30 Dec 10:00", ""),
        ("in 3 Tagen um zehn", "Sat 26 Dec 10:00", ""),
        ("heute Abend", "Wed 23 Dec 18:00", ""),
        ("morgen Nachmittag um 3", "Thu 24 Dec 15:00", ""),
        ("Donnerstag Mittag 9,30 € erstatten", "Thu 24 Dec 12:00", "9,30 € erstatten"),
        ("Bis Freitag 12 Uhr: Gutschrift für Januar-Rechnung", "Fri 25 Dec 12:00", "Gutschrift für Januar-Rechnung"),
        ("Freitagvormittag Rückruf", "Fri 25 Dec 09:00", "Rückruf"),
        ("Freitagnachmittag um halb drei", "Fri 25 Dec 14:30", ""),
        ("am Montagmorgen um 8 anrufen", "Mon 28 Dec 08:00", "anrufen"),
        ("Freitagfrüh", "Fri 25 Dec 09:00", ""),
        ("Freitagfrueh", "Fri 25 Dec 09:00", ""),
        ("Freitag morgen um 10", "Fri 25 Dec 10:00", ""),
        ("Freitag nächster Woche um 10", "Fri 01 Jan 10:00", ""),
        ("nächste Woche Donnerstag, 10 Uhr", "Thu 31 Dec 10:00", ""),
        ("am Dienstag in der nächsten Woche um 10", "Tue 29 Dec 10:00", ""),
        ("übernächste Woche Freitag um 10", "Fri 08 Jan 10:00", ""),
        ("diese Woche Freitag um 10", "Fri 25 Dec 10:00", ""),
        ("am 4.1.27 um 15 Uhr", "Mon 04 Jan 15:00", ""),
        ("4/1/27, 15 Uhr", "Mon 04 Jan 15:00", ""),
        ("u\u0308bermorgen um 15 Uhr zuru\u0308ckrufen", "Fri 25 Dec 15:00", "zurückrufen"),
        ("morgen um 10 wegen der Rechnung vom 3. November", "Thu 24 Dec 10:00", "wegen der Rechnung vom 3. November"),
        ("Kalt seit Montag, Rückruf morgen um 10", "Thu 24 Dec 10:00", "Kalt seit Montag, Rückruf"),
        ("Rückruf am 1. um 15 Uhr", "Fri 01 Jan 15:00", "Rückruf"),
        ("um 15 Uhr am 1. zurückrufen", "Fri 01 Jan 15:00", "zurückrufen"),
        ("um 15 Uhr am 1.", "Fri 01 Jan 15:00", ""),
        ("bis zum 24. um 10", "Thu 24 Dec 10:00", ""),
        ("am 23. um 16 Uhr", "Wed 23 Dec 16:00", ""),
        ("Freitag, den 1. um 15 Uhr", "Fri 01 Jan 15:00", ""),
        ("Rechnung vom 1., Rückruf morgen um 10", "Thu 24 Dec 10:00", "Rechnung vom 1., Rückruf"),
        ("Rückruf morgen 10.", "Thu 24 Dec 10:00", "Rückruf"),
        ("Heiligabend um 15 Uhr", "Thu 24 Dec 15:00", ""),
        ("am Heiligen Abend um 15 Uhr anrufen", "Thu 24 Dec 15:00", "anrufen"),
        ("Silvester, 10 Uhr", "Thu 31 Dec 10:00", ""),
        ("Neujahr um 10 Uhr", "Fri 01 Jan 10:00", ""),
        ("Kalt seit letztem Freitag, Rückruf morgen um 10", "Thu 24 Dec 10:00", "Kalt seit letztem Freitag, Rückruf"),
        ("Rückruf um 16 Uhr, Anruf vom letzten Freitag", "Wed 23 Dec 16:00", "Rückruf, Anruf vom letzten Freitag"),
        ("gestern angerufen, Rückruf um 16 Uhr", "Wed 23 Dec 16:00", "gestern angerufen, Rückruf"),
        ("letzte Mahnung morgen um 10 besprechen", "Thu 24 Dec 10:00", "letzte Mahnung besprechen"),
        ("Rückruf um 16 Uhr. Es geht um die Heizung.", "Wed 23 Dec 16:00", "Rückruf. Es geht um die Heizung"),
    ],
)
def test_it_is_read(text: str, when: str, words: str) -> None:
    assert at(text) == (when, words)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Rückruf", Problem.NO_DAY),
        ("morgen", Problem.NO_TIME),
        ("morgen um 3", Problem.WHICH_HOUR),
        ("morgen um zehn nach drei", Problem.WHICH_HOUR),
        ("nächsten Freitag um 10 Uhr", Problem.WHICH_DAY),
        ("Mittwoch um 10 Uhr", Problem.WHICH_DAY),
        ("nächste Woche", Problem.NO_DAY),
        ("demnächst zurückrufen", Problem.NO_DAY),
        ("nächste Woche um 15 Uhr", Problem.NO_DAY),
        ("u\u0308bernächsten Freitag um 10 Uhr", Problem.NO_DAY),
        ("na\u0308chsten Freitag um 10 Uhr", Problem.WHICH_DAY),
        ("in 3 Werktagen um 15 Uhr", Problem.NO_DAY),
        ("in drei Monaten um 15 Uhr", Problem.NO_DAY),
        ("diese Woche Montag um 15 Uhr", Problem.OVER),
        ("Freitag, morgen um 10", Problem.SEVERAL),
        ("am 30.2. um 10 Uhr", Problem.NO_SUCH_DAY),
        ("Montag, 24.12. um 10 Uhr", Problem.NOT_THAT_WEEKDAY),
        ("heute um 10 Uhr", Problem.OVER),
        ("am 23. um 10 Uhr", Problem.OVER),
        ("am 32. um 15 Uhr", Problem.NO_SUCH_DAY),
        ("Samstag, den 1. um 15 Uhr", Problem.NOT_THAT_WEEKDAY),
        ("am 3. Termin um 15 Uhr", Problem.NO_DAY),
        ("am 1. Werktag um 15 Uhr", Problem.NO_DAY),
        ("am 28. nächsten Monats um 15 Uhr", Problem.NO_DAY),
        ("am 28. des nächsten Monats um 15 Uhr", Problem.NO_DAY),
        ("am 28. im nächsten Monat um 15 Uhr", Problem.NO_DAY),
        ("am 2. Freitag um 15 Uhr", Problem.NO_DAY),
        ("letzten Freitag um 15 Uhr", Problem.NO_DAY),
        ("letzten Freitagnachmittag um 3", Problem.NO_DAY),
        ("letzte Woche Freitag um 15 Uhr", Problem.NO_DAY),
        ("am letzten Freitag im Januar um 15 Uhr", Problem.NO_DAY),
        ("gestern Abend um 20 Uhr", Problem.NO_DAY),
        ("morgen 10 Kartons liefern", Problem.NO_TIME),
    ],
)
def test_what_it_does_not_tell_is_asked(text: str, problem: Problem) -> None:
    found = read(text, NOW, BERLIN, GERMAN)
    assert isinstance(found, Asked), found
    assert found.problem is problem


def test_sentences_are_read_in_the_language_of_the_screen() -> None:
    assert language_of("de") is language_of("de-AT") is GERMAN
    assert language_of("en") is language_of("ar-XB") is ENGLISH


@pytest.mark.parametrize("text", ["Erinnern: Zählerstand", "Nachfassen morgen", "Prüfen, ob die Gutschrift da ist"])
def test_a_reminder_for_the_house_is_no_promise(text: str) -> None:
    assert GERMAN.is_to_ourselves(text)


def test_a_promise_to_the_customer_is_none() -> None:
    assert not GERMAN.is_to_ourselves("Rückruf morgen um 10")
