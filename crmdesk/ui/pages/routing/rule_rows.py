"""Rules in the list: number, name and what became of it over its sentence, and how many cases it would take."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from crmdesk.domain import words
from crmdesk.domain.language import tr, tr_in, tr_n
from crmdesk.domain.quick import dataclass
from crmdesk.domain.routing.difference import Kind
from crmdesk.domain.routing.dry_run import OfRule
from crmdesk.domain.routing.rules import Rule
from crmdesk.domain.routing.sentences import Names, rule_words
from crmdesk.ui.kit import (
    ChipSpec,
    RowDelegate,
    RowLook,
    RowState,
    chip_width,
    draw_chip,
    draw_text,
)
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

_FIRST, _SECOND, _LINE, _NUMBER = 6, 27, 22, 28


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule, its place counted from 1, what became of it since the edition it began from, and what a dry run of it as
    it stands said (None: it was not tried)."""

    rule: Rule
    place: int
    names: Names
    became: Kind | None = None
    tried: OfRule | None = None


def key_of(row: object) -> object:
    """Return what tells a row apart."""
    return row.rule.id if isinstance(row, RuleRow) else None


def chips_of(row: RuleRow) -> tuple[ChipSpec, ...]:
    """Return the chips at the end of the first line."""
    chips: list[ChipSpec] = []
    if row.became is Kind.ADDED:
        chips.append(ChipSpec(tr_in("a rule", "New"), Voice.YOU))
    elif row.became is not None:
        moved = row.became is Kind.MOVED
        chips.append(ChipSpec(tr_in("a rule", "Moved") if moved else tr_in("a rule", "Changed"), Voice.YOU))
    if row.rule.paused:
        chips.append(ChipSpec(tr_in("a rule", "Rests"), Voice.REST, Icon.PAUSE))
    elif row.tried is not None:
        never = row.tried.never
        said = tr("never") if never else tr_n("{n} case", "{n} cases", row.tried.takes)
        chips.append(ChipSpec(said, Voice.SOON if never else Voice.REST))
    return tuple(chips)


def name_of(rule: Rule) -> str:
    """Return the name of a rule, also of one that has none yet."""
    return rule.name or tr("A rule without a name")


def spoken(row: object) -> str:
    """Return a rule as it is read aloud."""
    if not isinstance(row, RuleRow):
        return ""
    chips = ", ".join(chip.text for chip in chips_of(row))
    parts = (words.count(row.place), name_of(row.rule), rule_words(row.rule, row.names), chips)
    return ", ".join(part for part in parts if part)


class RuleDelegate(RowDelegate):
    """Paints a rule on two lines."""

    def __init__(self) -> None:
        super().__init__(Size.ROW_TWO_LINES)

    def look(self, row: object) -> RowLook:
        """A rule that rests is paler."""
        return RowLook.STALE if isinstance(row, RuleRow) and row.rule.paused else RowLook.NORMAL

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint number, name and chips over the sentence."""
        if not isinstance(row, RuleRow):
            return
        colors = theme().colors
        ink = colors.text.secondary if row.rule.paused else colors.text.primary
        first = QRectF(rect.left(), rect.top() + _FIRST, rect.width(), _LINE)
        draw_text(painter, first, words.count(row.place), TextRole.SMALL, colors.text.muted)
        for chip in reversed(chips_of(row)):
            width = chip_width(chip)
            draw_chip(painter, first.right() - width, first.center().y(), chip)
            first.setRight(first.right() - width - Space.CHIP_GAP)
        draw_text(painter, first.adjusted(_NUMBER, 0, 0, 0), name_of(row.rule), TextRole.BODY_STRONG, ink)
        second = QRectF(rect.left() + _NUMBER, rect.top() + _SECOND, rect.width() - _NUMBER, _LINE - 2)
        draw_text(painter, second, rule_words(row.rule, row.names), TextRole.SMALL, colors.text.secondary)
