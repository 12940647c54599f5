"""What stands around the fields of a form: the head with reference and saved time, the foot with the one button."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout

from crmdesk.domain.language import left_to_right, tr, tr_n
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    Flow,
    Ground,
    Ink,
    Label,
    Panel,
    PaneTitle,
    SavedLabel,
    draw_icon,
)
from crmdesk.ui.kit.mirror import margins, painter_on
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

_HEAD = 51
_WORDS = 160
"""The least room in px for words beside the button."""


class FormHead(Panel):
    """Icon, title, reference; at the end the saved time and the way back."""

    def __init__(self, icon: Icon, title: str) -> None:
        super().__init__(ground=Ground.PLAIN)
        self._icon = icon
        self._reference = Label("", TextRole.BODY, Ink.SECONDARY)
        self.saved = SavedLabel()
        self.aside = Button(tr("Put aside"), ButtonKind.QUIET, size=ButtonSize.SMALL)
        self.setFixedHeight(_HEAD)
        row = QHBoxLayout(self)
        row.setContentsMargins(margins(Space.L + Size.ICON_LANE + 10, 0, Space.L, 0))
        row.setSpacing(Space.S)
        row.addWidget(PaneTitle(title))
        row.addWidget(self._reference)
        row.addStretch(1)
        row.addWidget(self.saved)
        row.addSpacing(Space.S)
        row.addWidget(self.aside)

    def fold(self) -> None:
        """Leave the words of the way back to its tip: in a narrow column the title needs the room."""
        self.aside.set_icon(Icon.X)
        self.aside.fold_words()

    def show_reference(self, reference: str) -> None:
        """Show the record's reference; none yet says so."""
        self._reference.set_text(left_to_right(reference) or tr("no reference yet"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the icon."""
        super().paintEvent(event)
        ink = theme().colors.you.text
        draw_icon(painter_on(self), Space.L, (_HEAD - Size.ICON_LANE) / 2, self._icon, ink, Size.ICON_LANE)


class FormFoot(Panel):
    """What is still missing, or what went wrong, beside the one primary button."""

    def __init__(self, finish: str, icon: Icon) -> None:
        super().__init__(ground=Ground.PLAIN)
        self._words = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        self.button = Button(finish, ButtonKind.PRIMARY, icon)
        row = self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        row.setSpacing(Space.M)
        row.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say the words above the button where they have no room beside it."""
        super().resizeEvent(event)
        beside = self.width() - self.button.sizeHint().width() - 2 * Space.L - Space.M >= _WORDS
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if direction is not self._row.direction():
            self._row.setDirection(direction)

    @property
    def words(self) -> str:
        """What is said beside the button."""
        return self._words.text()

    def show_missing(self, required: int, names: tuple[str, ...]) -> None:
        """Say which required fields are empty, by their names in a sentence."""
        if names:
            self._say(_missing(required, names), Ink.SECONDARY, None)
        else:
            said = tr_n("The {n} required field is filled", "All {n} required fields are filled", required)
            self._say(said, Ink.SECONDARY, Icon.CIRCLE_CHECK)

    def say_problem(self, words: str) -> None:
        """Say what went wrong and what to do."""
        self._say(words.strip(), Voice.LATE, Icon.CIRCLE_ALERT)

    def show_busy(self) -> None:
        """The record is being made."""
        self.button.setEnabled(False)
        self._say(tr("Registering"), Ink.SECONDARY, Icon.LOADER)

    def show_ready(self) -> None:
        """The button can be used."""
        self.button.setEnabled(True)

    def _say(self, words: str, ink: Ink | Voice, icon: Icon | None) -> None:
        self._words.set_icon(icon, Voice.PHONE if icon is Icon.CIRCLE_CHECK else ink)
        self._words.set_ink(ink)
        self._words.set_text(words)


def _missing(required: int, names: tuple[str, ...]) -> str:
    """Return which fields are empty; how many are filled only where there is more than one to fill."""
    listed = ", ".join(names)
    if required == 1:
        return tr("Missing: {names}", names=listed)
    return tr_n(
        "{filled} of {n} required field is filled, missing: {names}",
        "{filled} of {n} required fields are filled, missing: {names}",
        required,
        filled=required - len(names),
        names=listed,
    )
