"""A sentence taken apart: which of its words tell when, by a language's words and phrases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import timedelta

from crmdesk.domain.promises.language import Code, Figures, Hour, Language, Part, Says, Value
from crmdesk.domain.quick import dataclass

_NUMBERS = (Code.NUMBER, Code.YEAR, Code.COUNT, Code.ORDINAL)
_COUNTED = (Code.UNIT, Code.WEEK)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or the few that mean one thing: where it stands, its letter and what it means."""

    begin: int
    end: int
    code: Code
    value: Value
    large: bool


class Spoken:
    """Words of a sentence that together tell something."""

    def __init__(self, text: str, says: Says, words: Sequence[Word]) -> None:
        self.says, self.words = says, list(words)
        self.text = " ".join(text[words[0].begin : words[-1].end].split())

    def first(self, code: Code) -> Value:
        """Return the value of the first word of this code, None without one."""
        return next((word.value for word in self.words if word.code is code), None)

    def has(self, code: Code) -> bool:
        """Say whether a word of this code is among them."""
        return any(word.code is code for word in self.words)

    def part(self) -> Part:
        """Return the part of the day."""
        found = self.first(Code.PART)
        assert isinstance(found, Part)
        return found

    def span(self) -> timedelta:
        """Return how long from now."""
        whole = self.first(Code.SPAN)
        if isinstance(whole, timedelta):
            return whole
        unit = self.first(Code.UNIT) or self.first(Code.WEEK)
        count = self.first(Code.NUMBER) or self.first(Code.COUNT) or 0
        assert isinstance(unit, timedelta)
        assert isinstance(count, int)
        return unit * count

    def counts_hours(self) -> bool:
        """Say whether a span is counted in hours or minutes, not in days."""
        unit = self.first(Code.SPAN) or self.first(Code.UNIT)
        return isinstance(unit, timedelta) and unit < _DAY

    def hour(self) -> Hour | None:
        """Return the hour that is written, None where the figures are none."""
        for code in (Code.CLOCK, Code.DOTTED):
            if isinstance(found := self.first(code), Hour):
                return found
        meridiem, past = self.first(Code.MERIDIEM), self.first(Code.PAST)
        numbers = [w for w in self.words if w.code in _NUMBERS]
        if not numbers:
            return None
        if len(numbers) > 1 and (self.has(Code.BEFORE) or self.has(Code.AFTER)):
            return _minutes_off(numbers[0], numbers[1], meridiem, before=self.has(Code.BEFORE))
        hour = _hour(numbers[0], meridiem, past if isinstance(past, int) else 0)
        if hour is None or len(numbers) == 1:
            return hour
        minute = numbers[1].value  # 10 Uhr 30
        return Hour(hour.hour, minute, hour.sure) if isinstance(minute, int) and minute < 60 else None


def _hour(number: Word, meridiem: Value, past: int) -> Hour | None:
    assert isinstance(number.value, int)
    figures = number.end - number.begin if number.code is not Code.COUNT else 0
    hour, minute = divmod(number.value, 100) if figures > 2 else (number.value, 0)
    if isinstance(meridiem, int):
        return _half_day(hour, minute, meridiem)
    if past:
        hour, minute = (hour, past) if past > 0 else (hour - 1, 60 + past)
        hour = 12 if hour == 0 else hour
        return Hour(hour, minute) if hour <= 12 else None
    sure = hour == 0 or hour > 12 or (figures in (2, 4) and hour < 10)
    return Hour(hour, minute, sure) if hour < 24 and minute < 60 else None


def _minutes_off(minutes: Word, hour: Word, meridiem: Value, *, before: bool) -> Hour | None:
    assert isinstance(minutes.value, int)
    if not 0 < minutes.value < 60:
        return None
    found = _hour(hour, None, -minutes.value if before else minutes.value)
    if found is None or not isinstance(meridiem, int):
        return found
    return _half_day(found.hour, found.minute, meridiem)


def _half_day(hour: int, minute: int, meridiem: int) -> Hour | None:
    return Hour(hour % 12 + meridiem, minute, sure=True) if 1 <= hour <= 12 and minute < 60 else None


class Sentence:
    """A sentence taken apart: the phrases that tell when, and the rest."""

    def __init__(self, text: str, language: Language) -> None:
        self._text = unicodedata.normalize("NFC", text)
        """As it was written; letters with marks are one character each, as in the words of the language."""
        self._words = list(_words(self._text, language))
        self._phrases = self._find(language)

    def all_of(self, says: Says) -> tuple[Spoken, ...]:
        """Return the phrases that say this."""
        return tuple(phrase for phrase in self._phrases if phrase.says is says)

    def said(self) -> str:
        """Return the phrases of time as written."""
        return ", ".join(phrase.text for phrase in self._phrases)

    def give_back_last(self, phrase: Spoken) -> None:
        """Let the last word of a phrase be one of the rest after all."""
        phrase.words.pop()

    def rest(self) -> str:
        """Return the sentence without its phrases of time."""
        kept, at = [], 0
        for phrase in self._phrases:
            kept.append(self._text[at : phrase.words[0].begin])
            at = phrase.words[-1].end
        kept.append(self._text[at:])
        whole = " ".join(" ".join(kept).split())
        return _STRAY_STOP.sub(r"\1", whole).strip(" ,;:.-–")

    def _find(self, language: Language) -> list[Spoken]:
        letters = "".join(word.code for word in self._words)
        found: list[Spoken] = []
        at, after_a_day = 0, -1
        while at < len(self._words):
            says, end = _longest(language, letters, at)
            if says is Says.BARE_TIME and not self._is_time(at, end, after_a_day, language, letters):
                says = None
            if says is None:
                at += 1
                continue
            if says is Says.MATTER:
                at = end
                continue
            if says is Says.DAY and self._counts(at, end, language):
                says = Says.VAGUE
            phrase = Spoken(self._text, Says.TIME if says is Says.BARE_TIME else says, self._words[at:end])
            if phrase.says is Says.TIME and phrase.hour() is None and not phrase.has(Code.NOON):
                at += 1
                continue
            found.append(phrase)
            at = end
            if says in (Says.DAY, Says.PART, Says.SPAN):
                after_a_day = end
        return found

    def _counts(self, at: int, end: int, language: Language) -> bool:
        """Say whether the number of a day of no month could count the noun behind it: the 3rd visit."""
        follows = self._words[end] if end < len(self._words) else None
        if follows is None or follows.code is not Code.OTHER or not follows.large:
            return False
        return language.large_nouns and self._words[end - 1].code is Code.ORDINAL

    def _is_time(self, at: int, end: int, after_a_day: int, language: Language, letters: str) -> bool:
        """Say whether figures are a time where they stand: after "at", beside a day, or alone."""
        follows = self._words[end] if end < len(self._words) else None
        after_at = self._words[at].code in (Code.AT, Code.BEFORE)
        if follows is not None and follows.code in _COUNTED:
            return False
        if follows is not None and follows.code is Code.OTHER and follows.large:
            return after_at and language.large_nouns
        if after_at or at == after_a_day or (at == 0 and follows is None):
            return True
        return at == 0 and _longest(language, letters, end)[0] in (Says.DAY, Says.PART)


def _longest(language: Language, letters: str, at: int) -> tuple[Says | None, int]:
    best: tuple[Says | None, int] = (None, at)
    for phrase in language.phrases:
        match = phrase.letters.match(letters, at)
        if match is not None and match.end() > best[1]:
            best = (phrase.says, match.end())
    return best


_STRAY_STOP = re.compile(r" ([.,;:!?])(?= |$)")
_WORD = re.compile(r"\S+")
_EDGES = "\"'“”‘’()[]<>,;:!?…"


def _words(text: str, language: Language) -> Iterator[Word]:
    spans = [_trimmed(text, match, language) for match in _WORD.finditer(text)]
    folded = [text[begin:end].casefold() for begin, end in spans]
    at = 0
    while at < len(spans):
        for many in range(min(language.longest, len(spans) - at), 0, -1):
            begin, end = spans[at][0], spans[at + many - 1][1]
            both = language.joined.get(" ".join(text[begin:end].casefold().split()))
            if both is not None:
                yield from _two(text, begin, end, both, language)
                at += many
                break
            known = _meaning(folded[at : at + many], language)
            if known is not None or many == 1:
                code, value = known or (Code.OTHER, None)
                yield Word(begin, end, code, value, text[begin : begin + 1].isupper())
                at += many
                break


def _two(text: str, begin: int, end: int, both: tuple[str, str], language: Language) -> Iterator[Word]:
    """Yield both words of a joined one; the second begins where the letters of the first end."""
    middle = begin + len(both[0])
    for word, first, last in ((both[0], begin, middle), (both[1], middle, end)):
        code, value = language.words[word]
        yield Word(first, last, code, value, text[first : first + 1].isupper())


def _trimmed(text: str, match: re.Match[str], language: Language) -> tuple[int, int]:
    """Return where a word begins and ends without what stands around it; a full stop ends it unless it is within, or
    belongs to the figures before it."""
    begin, end = match.span()
    while end - begin > 1 and text[begin] in _EDGES:
        begin += 1
    own = language.own_stop.match(text, begin) if language.own_stop is not None else None
    if own is not None and not text[own.end() : end].strip(_EDGES):
        return begin, own.end()
    while end - begin > 1 and (text[end - 1] in _EDGES or text[end - 1] == "."):
        end -= 1
    return begin, end


def _meaning(words: Sequence[str], language: Language) -> tuple[Code, Value] | None:
    known = language.words.get(" ".join(words))
    if known is not None or len(words) > 1:
        return known
    for code, pattern in language.figures:
        match = pattern.fullmatch(words[0])
        if match is not None and (value := _figure(code, match.groupdict(), language)) is not None:
            return code, value
    return None


def _figure(code: Code, groups: dict[str, str | None], language: Language) -> Value:
    match code:
        case Code.CLOCK | Code.DOTTED:
            return _written_hour(groups)
        case Code.DATE:
            written = groups.get("year")
            year = int(written) + (2000 if len(written) == 2 else 0) if written else None
            return Figures(int(groups["first"] or 0), int(groups["second"] or 0), year)
        case Code.SPAN:
            unit = language.words[groups["unit"] or ""][1]
            assert isinstance(unit, timedelta)
            return unit * int(groups["amount"] or 0)
    return int(groups["number"] or 0)


def _written_hour(groups: dict[str, str | None]) -> Hour | None:
    written = groups["hour"] or ""
    hour, minute = int(written), int(groups.get("minute") or 0)
    meridiem = groups.get("meridiem")
    if meridiem:
        return _half_day(hour, minute, 12 if meridiem.startswith("p") else 0)
    sure = hour == 0 or hour > 12 or (len(written) == 2 and hour < 10)
    return Hour(hour, minute, sure) if hour < 24 and minute < 60 else None
