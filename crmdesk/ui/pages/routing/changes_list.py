"""What differs between two editions of rules, a sentence each."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.domain.language import mark, tr
from crmdesk.domain.routing.difference import Difference, Kind
from crmdesk.domain.routing.rules import Rule
from crmdesk.domain.routing.sentences import Names, rule_words
from crmdesk.ui.kit import Flow, Ink, Label
from crmdesk.ui.pages.routing.rule_rows import name_of
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_WORDS = {
    Kind.ADDED: mark("New: {n}. {rule}"),
    Kind.REMOVED: mark("Gone: {n}. {rule}"),
    Kind.CHANGED: mark("Changed: {n}. {rule}"),
    Kind.MOVED: mark("Moved to place {n}: {rule}"),
}
_ICONS = {Kind.ADDED: Icon.PLUS, Kind.REMOVED: Icon.MINUS, Kind.CHANGED: Icon.PENCIL, Kind.MOVED: Icon.ARROW_UP}


class ChangesList(QWidget):
    """The differences, in order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Label] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.XS)

    def show_changes(self, changes: tuple[Difference, ...], names: Names) -> None:
        """Show what differs; nothing where nothing does."""
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [line for change in changes for line in _lines_of(change, names)]
        for line in self._lines:
            self._column.addWidget(line)

    @property
    def texts(self) -> list[str]:
        """Return the lines in words."""
        return [line.text() for line in self._lines]


def _lines_of(change: Difference, names: Names) -> list[Label]:
    rule = change.is_now or change.was
    assert rule is not None
    head = tr(_WORDS[change.kind], n=change.place, rule=name_of(rule))
    lines = [Label(head, TextRole.BODY_STRONG, Ink.PRIMARY, Flow.WRAP, _ICONS[change.kind])]
    if change.kind is Kind.MOVED:
        return lines
    if change.was is not None:
        was = tr("It was: {rule}", rule=_whole(change.was, names))
        lines.append(Label(was, TextRole.SMALL, Ink.SECONDARY, Flow.WRAP))
    if change.is_now is not None:
        voice = Voice.REST if change.is_now.paused else Ink.SECONDARY
        said = _whole(change.is_now, names)
        now = tr("It is: {rule}", rule=said) if change.was is not None else said
        lines.append(Label(now, TextRole.SMALL, voice, Flow.WRAP))
    return lines


def _whole(rule: Rule, names: Names) -> str:
    said = rule_words(rule, names)
    return tr("{rule} (rests)", rule=said) if rule.paused else said
