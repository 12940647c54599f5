"""Values of a condition as one line: parted by semicolons, offered below, in the language that is spoken."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit

from crmdesk.domain.complaints import CATEGORIES, Channel, Vulnerability
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.money import minor_of, said
from crmdesk.domain.routing.conditions import ONE_NUMBER, WITHOUT_VALUES, Condition, Fact, Relation, number_of
from crmdesk.domain.routing.sentences import KIND_WORDS, value_words
from crmdesk.domain.routing.views import Household
from crmdesk.domain.words import sentence

SEPARATOR = ";"
_SHOWN = 10


def offered(fact: Fact, household: Household) -> tuple[str, ...]:
    """Return the values of a fact that are offered, as they are kept: ours first, then those the house has had."""
    match fact:
        case Fact.KIND:
            return tuple(KIND_WORDS)
        case Fact.CATEGORY:
            return tuple(dict.fromkeys((*CATEGORIES, *household.categories)))
        case Fact.PRODUCT:
            return household.products
        case Fact.CHANNEL:
            return tuple(one.value for one in Channel)
        case Fact.VULNERABLE:
            return tuple(one.value for one in Vulnerability)
        case Fact.LANGUAGE:
            return household.languages
        case Fact.TIER:
            return household.tiers
        case Fact.SEGMENT:
            return household.segments
        case Fact.SEVERITY:
            return ("1", "2", "3", "4", "5")
        case _:
            return ()


def typed_of(condition: Condition, currency: str) -> str:
    """Return the values of a condition as they stand in the line."""
    if condition.fact is Fact.ASKED and condition.relation in ONE_NUMBER:
        number = number_of(condition)
        if number is None:
            return "".join(condition.values)
        return "".join(c for c in said(number, currency) if c.isdigit() or c in ".,")
    return f"{SEPARATOR} ".join(shown_as(condition.fact, value) for value in condition.values)


def shown_as(fact: Fact, value: str) -> str:
    """Return a value as it stands in the line: ours with a capital, what somebody wrote as it was written."""
    said_so = value_words(fact, value)
    return sentence(said_so) if fact is Fact.KIND else said_so


def values_from(fact: Fact, relation: Relation, typed: str, currency: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the values that stand in the line, as they are kept; what cannot be read is kept as it is typed."""
    if relation in WITHOUT_VALUES:
        return ()
    if fact is Fact.ASKED:
        try:
            return (str(minor_of(typed, currency)),)
        except UserMistake:
            return (typed.strip(),)
    kept = {shown_as(fact, value).casefold(): value for value in known}
    parts = (part.strip() for part in typed.split(SEPARATOR))
    return tuple(kept.get(part.casefold(), part) for part in parts if part)


class ValueList(QCompleter):
    """Offers values below a line, each for the last part of it. Down opens the whole list."""

    def __init__(self, edit: QLineEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._words = QStringListModel(self)
        self.setModel(self._words)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setMaxVisibleItems(_SHOWN)
        self._several = True
        edit.setCompleter(self)
        edit.installEventFilter(self)

    def offer(self, words: tuple[str, ...], *, several: bool = True) -> None:
        """Offer other values, one or several of them."""
        self._several = several
        self._words.setStringList(list(words))

    def splitPath(self, path: str) -> list[str]:
        """Return what is looked for: the last part of the line."""
        return [path.rpartition(SEPARATOR)[2].strip() if self._several else path.strip()]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """Return the line once a value was chosen: the parts before it stay."""
        chosen = str(index.data())
        before = self._edit.text().rpartition(SEPARATOR)[0].strip() if self._several else ""
        return f"{before}{SEPARATOR} {chosen}" if before else chosen

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the whole list at Down."""
        if (
            watched is self._edit
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Down
            and self._words.rowCount()
        ):
            self.setCompletionPrefix("")
            self.complete()
            return True
        return super().eventFilter(watched, event)
