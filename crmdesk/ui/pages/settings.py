"""Settings: the look of this desk, who is signed in, how the server stands; no more than that yet."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.ui.frame.page import Page, PageSpec, Place
from crmdesk.ui.frame.sync_words import server_words
from crmdesk.ui.kit import Choice, Flow, Ground, Ink, Label, Option, Panel, PaneTitle, SectionTitle
from crmdesk.ui.theme import Icon, SchemeChoice, Space, TextRole, theme

_WIDTH = 460
_SCHEMES = (
    Option(SchemeChoice.LIGHT, "Light"),
    Option(SchemeChoice.DARK, "Dark"),
    Option(SchemeChoice.SYSTEM, "As the system"),
)


class SettingsPage(Page):
    """Light or dark at once, for the whole window; the window tells the choice to whoever keeps it."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.scheme = Choice("Colours", _SCHEMES)
        self.scheme.choose(theme().choice)
        self.scheme.chosen.connect(self._chosen)
        self.who = Label("", TextRole.BODY)
        self.server = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self._lay_out()

    def _lay_out(self) -> None:
        card = Panel()
        card.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(card)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.XS)
        for title, control in (("Colours", self.scheme), ("Signed in", self.who), ("Server", self.server)):
            column.addWidget(SectionTitle(title))
            column.addWidget(control)
            column.addSpacing(Space.M)
        ground = Panel(self, Ground.WINDOW)
        page = QVBoxLayout(ground)
        page.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        page.setSpacing(Space.M)
        page.addWidget(PaneTitle("Settings"))
        page.addWidget(card)
        page.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)

    def arrived(self) -> None:
        """Show who is signed in and how the server stands."""
        self.scheme.choose(theme().choice)
        me = self._place.desk.identity
        phone = f", extension {me.extension}" if me is not None and me.extension else ""
        self.who.set_text(f"{me.display_name} ({me.login}){phone}" if me is not None else "Nobody")
        address = self._place.desk.server
        stands = server_words(self._place.desk.sync.state, self._place.zone)
        self.server.set_text(f"{address}\n{stands}" if address else stands)

    def panes(self) -> tuple[QWidget, ...]:
        """The choices."""
        return (self.scheme,)

    def _chosen(self, choice: str) -> None:
        theme().choose(SchemeChoice(choice))
        self._place.window.scheme_chosen.emit(SchemeChoice(choice))


PAGE = PageSpec("settings", "Settings", Icon.SETTINGS, "S", 110, SettingsPage)
