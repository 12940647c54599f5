"""The head of the board: the time, whether the figures are live, stale or of a past moment, and what can be done."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.board_figures import Freshness
from crmdesk.domain.language import tr, tr_in
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, Chip, ChipSpec, Ink, Label, PaneTitle
from crmdesk.ui.theme import Icon, Space, TextRole, Voice


class BoardHead(QWidget):
    """The page binds the buttons and says which of them are there."""

    def __init__(self, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self.clock = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.state = Chip(ChipSpec(tr("Live"), Voice.YOU, Icon.RADIO))
        self.live_button = _quiet(tr("Live"), Icon.RADIO)
        self.back_button = _quiet(tr_in("button", "Look back"), Icon.HISTORY)
        self.team_button = _quiet(tr("All teams"), None)
        self.break_button = _quiet(tr("Break"), Icon.COFFEE)
        self.break_button.setAccessibleName(tr("Break or ready for somebody else"))
        self.wall_button = Button(tr("Wallboard"), ButtonKind.SECONDARY, Icon.MAXIMIZE, size=ButtonSize.SMALL)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(PaneTitle(tr("Queues")))
        row.addWidget(self.clock)
        row.addStretch(1)
        buttons = (self.live_button, self.back_button, self.team_button, self.break_button, self.wall_button)
        for part in (self.state, *buttons):
            row.addWidget(part)

    def show_time(self, now: datetime, fresh: Freshness) -> None:
        """Show the time, and of when the figures are."""
        today = now.astimezone(self._zone).date()
        day, time = words.long_day(today, today), words.clock_seconds(now, self._zone)
        self.clock.set_text(tr_in("day and time in the head of the board", "{day}, {time}", day=day, time=time))
        at = words.clock_seconds(fresh.as_of, self._zone)
        if fresh.past:
            self.state.show_spec(ChipSpec(tr("as of {time}", time=at), Voice.REST, Icon.HISTORY))
        elif fresh.stale:
            self.state.show_spec(ChipSpec(tr("stale, {time}", time=at), Voice.REST, Icon.UNPLUG))
        else:
            self.state.show_spec(ChipSpec(tr("Live"), Voice.YOU, Icon.RADIO))

    def show_team(self, team: str) -> None:
        """Name the team whose agents are shown, "" for all."""
        self.team_button.set_words(team or tr("All teams"))


def _quiet(text: str, icon: Icon | None) -> Button:
    return Button(text, ButtonKind.QUIET, icon, size=ButtonSize.SMALL)
