"""A supervisor sends somebody on a break, or back to work, from the board: whom, then why. Nobody's call is touched."""

from __future__ import annotations

from functools import cached_property, partial

from PySide6.QtCore import QObject

from crmdesk.domain.board_figures import STATES_SHOWN
from crmdesk.domain.calls.control import Pause, Ready
from crmdesk.domain.calls.live import Ability, AgentState, AgentStatus
from crmdesk.domain.language import tr, tr_in
from crmdesk.ui.frame.page import Place
from crmdesk.ui.handset.card import PickCard
from crmdesk.ui.handset.picks import Pick, people, reasons, typed_reason
from crmdesk.ui.qt.tasks import spawn
from crmdesk.ui.theme import Icon

_ORDER = tuple(reversed(STATES_SHOWN))


class OthersBreaks(QObject):
    """Two cards, one after the other. Offered where the phone system can pause and the person may."""

    def __init__(self, place: Place, parent: QObject) -> None:
        super().__init__(parent)
        self._place = place
        self._agents: tuple[AgentStatus, ...] = ()
        self._whom: AgentStatus | None = None

    @cached_property
    def chooser(self) -> PickCard:
        """Return the card of those who are signed on."""
        card = PickCard(tr("Break for somebody else"), tr("Name or extension"), Icon.COFFEE, self._place.window)
        card.taken.connect(self._chosen)
        return card

    @cached_property
    def reasons(self) -> PickCard:
        """Return the card of reasons."""
        card = PickCard(tr("Break"), tr("Why? Choose or type"), Icon.COFFEE, self._place.window)
        card.taken.connect(self._pause)
        return card

    @property
    def possible(self) -> bool:
        """Say whether the phone system can be asked for it now."""
        return Ability.PAUSE in self._place.desk.handset.abilities

    def begin(self, agents: tuple[AgentStatus, ...]) -> None:
        """Offer those who are signed on, whoever is on a break first: most often one is to come back."""
        if not self.possible:
            self._place.window.tell(
                tr("This phone system cannot be asked for breaks now"), tr("They are taken at the phone.")
            )
            return
        signed_on = (agent for agent in agents if agent.state is not AgentState.OFFLINE)
        self._agents = tuple(sorted(signed_on, key=lambda agent: (_ORDER.index(agent.state), agent.name)))
        self.chooser.open_over(self._place.window.middle(), tr("Or back to work"), tr_in("button", "Choose"))
        self.chooser.offer(people(self._agents), _nobody, tr("Nobody who is signed on has this name."))

    def _chosen(self, extension: object) -> None:
        self._whom = next((agent for agent in self._agents if agent.extension == extension), None)
        if self._whom is None:
            return
        if self._whom.state is AgentState.BREAK:
            spawn(self, self._ask(Ready(self._whom.extension)))
            return
        self.reasons.open_over(
            self._place.window.middle(),
            tr("{name} gets no calls", name=self._whom.name),
            tr("Send on a break"),
            rows=5,
        )
        known = self._place.desk.handset.reasons
        self.reasons.offer(reasons(known), partial(typed_reason, known))

    def _pause(self, reason: object) -> None:
        if self._whom is not None and isinstance(reason, str):
            spawn(self, self._ask(Pause(reason, self._whom.extension)))

    async def _ask(self, request: Pause | Ready) -> None:
        await self._place.desk.handset.ask(request)


def _nobody(_: str) -> tuple[Pick | None, str]:
    return None, ""
