"""Settings: how this desk looks, when it locks, what closing does, who is signed in, how the server stands."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.domain.language import left_to_right, mark, tr
from crmdesk.domain.people import Identity
from crmdesk.domain.preferences import Preferences
from crmdesk.domain.translations import translations
from crmdesk.ui import look
from crmdesk.ui.frame.page import Page, PageSpec, Place
from crmdesk.ui.frame.sync_words import server_words
from crmdesk.ui.kit import Choice, Flow, Ground, Ink, Label, Option, Panel, PaneTitle, SectionTitle, scrolled
from crmdesk.ui.language import own_name
from crmdesk.ui.qt.tasks import spawn
from crmdesk.ui.theme import Density, Icon, MotionChoice, SchemeChoice, Space, TextRole, theme
from crmdesk.ui.tray import Tray

_WIDTH = 460
_SCHEMES = (
    Option(SchemeChoice.LIGHT, mark("Light")),
    Option(SchemeChoice.DARK, mark("Dark")),
    Option(SchemeChoice.SYSTEM, mark("As the system")),
)
_DENSITIES = (
    Option(Density.COMPACT, mark("Compact")),
    Option(Density.NORMAL, mark("Normal")),
    Option(Density.ROOMY, mark("Roomy")),
)
_FULL = Option(MotionChoice.FULL, mark("Cards fade in"))
_REDUCED = Option(MotionChoice.REDUCED, mark("Nothing moves"))
_LOCK_AFTER = (
    Option("5", mark("5 min")),
    Option("10", mark("10 min")),
    Option("15", mark("15 min")),
    Option("30", mark("30 min")),
    Option("0", mark("Only by key")),
)
_NEXT_START = mark("From the next start on.")
_CLOSING = (Option("end", mark("Close crmdesk")), Option("tray", mark("Go on in the tray")))
_CLOSES = mark("In the tray it is still there for calls, and comes up when the phone rings.")
_LOCKS = mark(
    "Never while a call or its wrap-up goes on. Your sign-in password opens it, also while the server is away."
)
_CANNOT_LOCK = mark("The desk locks once you have signed in again: the password you type then opens it.")
_AS_THE_SYSTEM = Option(MotionChoice.SYSTEM, mark("As the system"))


class SettingsPage(Page):
    """What is chosen holds at once, in the whole window, and is kept."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self._language_before = self._now.language
        self.scheme = Choice(tr("Colours"), _spoken(_SCHEMES))
        self.density = Choice(tr("Rows of lists"), _spoken(_DENSITIES))
        told = theme().system_tells_motion
        motions = (_FULL, _REDUCED, _AS_THE_SYSTEM) if told else (_FULL, _REDUCED)
        self.motion = Choice(tr("Motion"), _spoken(motions))
        languages = (Option("", tr("As the system")), *(Option(code, own_name(code)) for code in translations()))
        self.language = Choice(tr("Language"), languages)
        self.language_holds = Label(tr(_NEXT_START), TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        self.lock_after = Choice(tr("Lock when nobody uses it"), _spoken(_LOCK_AFTER))
        self.on_close = Choice(tr("When the window is closed"), _spoken(_CLOSING))
        self.closes = Label(tr(_CLOSES), TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        self.locks = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        self.who = Label("", TextRole.BODY)
        self.skills = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self.skills.hide()
        self.server = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self._show_chosen()
        self.scheme.chosen.connect(self._scheme_chosen)
        self.density.chosen.connect(self._density_chosen)
        self.motion.chosen.connect(self._motion_chosen)
        self.language.chosen.connect(self._language_chosen)
        self.lock_after.chosen.connect(self._lock_after_chosen)
        self.on_close.chosen.connect(self._on_close_chosen)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.M)
        column.addWidget(PaneTitle(tr("Settings")))
        looks = ((tr("Colours"), self.scheme), (tr("Rows of lists"), self.density), (tr("Motion"), self.motion))
        column.addWidget(_card(*looks))
        column.addWidget(_card((tr("Language"), self.language), ("", self.language_holds)))
        column.addWidget(_card((tr("Lock when nobody uses it"), self.lock_after), ("", self.locks)))
        self.close_card = _card((tr("When the window is closed"), self.on_close), ("", self.closes))
        self.close_card.setVisible(Tray.is_there())
        column.addWidget(self.close_card)
        column.addWidget(_card((tr("Signed in"), self.who), ("", self.skills), (tr("Server"), self.server)))
        column.addStretch(1)
        ground = Panel(None, Ground.WINDOW)
        ground.setLayout(column)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(ground))

    def arrived(self) -> None:
        """Show what holds, who is signed in and how the server stands."""
        self._show_chosen()
        self.who.set_text(_who(self._place.desk.identity))
        spawn(self, self._tell_skills())
        address = left_to_right(self._place.desk.server)
        stands = server_words(self._place.desk.sync.state, self._place.zone)
        self.server.set_text(f"{address}\n{stands}" if address else stands)
        self.scheme.take_focus()

    async def _tell_skills(self) -> None:
        found = await self._place.desk.cases.my_skills()
        self.skills.set_text(tr("Skills: {skills}", skills=", ".join(found)) if found else "")
        self.skills.setVisible(bool(found))

    def panes(self) -> tuple[QWidget, ...]:
        """The choices."""
        panes = (self.scheme, self.density, self.motion, self.language, self.lock_after, self.on_close)
        return tuple(pane for pane in panes if not pane.isHidden())

    # What is chosen --------------------------------------------------------------------------------------------------

    @property
    def _now(self) -> Preferences:
        return self._place.desk.preferences.now

    def _show_chosen(self) -> None:
        present = theme()
        self.scheme.choose(present.choice)
        self.density.choose(present.density)
        system = present.motion is MotionChoice.SYSTEM and not present.system_tells_motion
        self.motion.choose(MotionChoice.FULL if system else present.motion)
        self.on_close.choose("tray" if self._now.close_to_tray else "end")
        self._show_lock()
        self._show_language()

    def _show_language(self) -> None:
        chosen = self._now.language
        self.language.choose(chosen if chosen in translations() else "")
        self.language_holds.setVisible(chosen != self._language_before)

    def _show_lock(self) -> None:
        minutes = self._now.lock_after_min
        offered = (int(option.id) for option in _LOCK_AFTER if option.id != "0")
        nearest = min(offered, key=lambda each: abs(each - minutes)) if minutes else 0
        self.lock_after.choose(str(nearest))
        self.locks.set_text(tr(_LOCKS if self._place.desk.lock.can_lock else _CANNOT_LOCK))

    def _scheme_chosen(self, choice: str) -> None:
        self._choose(replace(self._now, scheme=SchemeChoice(choice)))

    def _density_chosen(self, choice: str) -> None:
        self._choose(replace(self._now, density=Density(choice)))

    def _motion_chosen(self, choice: str) -> None:
        self._choose(replace(self._now, motion=MotionChoice(choice)))

    def _language_chosen(self, code: str) -> None:
        self._choose(replace(self._now, language=code))
        self._show_language()

    def _lock_after_chosen(self, choice: str) -> None:
        self._choose(replace(self._now, lock_after_min=int(choice)))

    def _on_close_chosen(self, choice: str) -> None:
        self._choose(replace(self._now, close_to_tray=choice == "tray"))

    def _choose(self, preferences: Preferences) -> None:
        look.choose(self, self._place.desk.preferences, preferences)


def _spoken(options: tuple[Option, ...]) -> tuple[Option, ...]:
    """Return options in the language that is spoken."""
    return tuple(replace(option, words=tr(option.words)) for option in options)


def _who(me: Identity | None) -> str:
    """Return who is signed in, with login and extension."""
    if me is None:
        return tr("Nobody")
    name, login = me.display_name, left_to_right(me.login)
    if not me.extension:
        return f"{name} ({login})"
    return tr("{name} ({login}), extension {extension}", name=name, login=login, extension=me.extension)


def _card(*groups: tuple[str, QWidget]) -> Panel:
    card = Panel()
    card.setMaximumWidth(_WIDTH)
    column = QVBoxLayout(card)
    column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
    column.setSpacing(Space.XS)
    for place, (title, control) in enumerate(groups):
        if place and title:
            column.addSpacing(Space.M)
        if title:
            column.addWidget(SectionTitle(title))
        column.addWidget(control)
    return card


PAGE = PageSpec("settings", mark("Settings"), mark("Go to settings"), Icon.SETTINGS, "S", 110, SettingsPage)
