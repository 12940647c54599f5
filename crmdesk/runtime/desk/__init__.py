"""What the screens may ask for: typed, asynchronous, one door per area, frozen values in and out."""

from __future__ import annotations

from crmdesk.domain.clock import Clock
from crmdesk.domain.people import Identity
from crmdesk.domain.quick import dataclass
from crmdesk.runtime.bus import Bus, SignedIn
from crmdesk.runtime.database import Database
from crmdesk.runtime.desk.actions import ActionsDesk
from crmdesk.runtime.desk.attachments import AttachmentsDesk
from crmdesk.runtime.desk.beside import Beside
from crmdesk.runtime.desk.board import BoardDesk
from crmdesk.runtime.desk.callbacks import CallbacksDesk
from crmdesk.runtime.desk.card import CardDesk
from crmdesk.runtime.desk.causes import CausesDesk
from crmdesk.runtime.desk.complaints import CasesDesk, ComplaintsDesk
from crmdesk.runtime.desk.conflicts import ConflictsDesk
from crmdesk.runtime.desk.customers import CustomersDesk
from crmdesk.runtime.desk.duplicates import DuplicatesDesk
from crmdesk.runtime.desk.elsewhere import Elsewhere
from crmdesk.runtime.desk.feedback import FeedbackDesk
from crmdesk.runtime.desk.handset import Handset
from crmdesk.runtime.desk.interactions import DraftsDesk, InteractionsDesk
from crmdesk.runtime.desk.knowledge import KnowledgeDesk, ScriptsDesk
from crmdesk.runtime.desk.letters import LettersDesk
from crmdesk.runtime.desk.lock import LockDesk
from crmdesk.runtime.desk.phone import PhoneDesk
from crmdesk.runtime.desk.preferences import PreferencesDesk
from crmdesk.runtime.desk.radar import RadarDesk
from crmdesk.runtime.desk.requests import RequestsDesk
from crmdesk.runtime.desk.returns import ReturnsDesk
from crmdesk.runtime.desk.routing import RoutingDesk
from crmdesk.runtime.desk.search import SearchDesk
from crmdesk.runtime.desk.sync import SyncDesk
from crmdesk.runtime.desk.tasks import TasksDesk


@dataclass(slots=True)
class Desk:
    """Every door of one desk. ``identity`` is None until somebody signed in; ``region`` is the house's country.

    ``server`` is the address of the server it belongs to, empty before the first sign-in.
    """

    bus: Bus
    clock: Clock
    region: str
    customers: CustomersDesk
    card: CardDesk
    interactions: InteractionsDesk
    drafts: DraftsDesk
    complaints: ComplaintsDesk
    cases: CasesDesk
    requests: RequestsDesk
    letters: LettersDesk
    causes: CausesDesk
    actions: ActionsDesk
    attachments: AttachmentsDesk
    feedback: FeedbackDesk
    search: SearchDesk
    phone: PhoneDesk
    handset: Handset
    sync: SyncDesk
    elsewhere: Elsewhere
    conflicts: ConflictsDesk
    duplicates: DuplicatesDesk
    callbacks: CallbacksDesk
    tasks: TasksDesk
    knowledge: KnowledgeDesk
    scripts: ScriptsDesk
    beside: Beside
    board: BoardDesk
    radar: RadarDesk
    returns: ReturnsDesk
    routing: RoutingDesk
    preferences: PreferencesDesk
    lock: LockDesk
    identity: Identity | None = None
    server: str = ""

    def signed_in(self, identity: Identity, database: Database) -> None:
        """Let everything be done in this person's name from now on."""
        database.actor = identity.agent_id
        self.identity = identity
        self.bus.publish(SignedIn(identity))


def open_desk(database: Database, bus: Bus, clock: Clock, region: str) -> Desk:
    """Return the doors onto one open file."""
    elsewhere = Elsewhere(database, bus)
    phone = PhoneDesk(database, bus, clock)
    return Desk(
        bus=bus,
        clock=clock,
        region=region,
        customers=CustomersDesk(database, region, elsewhere),
        card=CardDesk(database, region),
        interactions=InteractionsDesk(database),
        drafts=DraftsDesk(database, bus),
        complaints=ComplaintsDesk(database),
        cases=CasesDesk(database),
        requests=RequestsDesk(database),
        letters=LettersDesk(database),
        causes=CausesDesk(database),
        actions=ActionsDesk(database),
        attachments=AttachmentsDesk(database),
        feedback=FeedbackDesk(database),
        search=SearchDesk(database, region, elsewhere),
        phone=phone,
        handset=Handset(bus, clock, phone),
        sync=SyncDesk(database, bus, clock),
        elsewhere=elsewhere,
        conflicts=ConflictsDesk(database),
        duplicates=DuplicatesDesk(database, region, bus, elsewhere),
        callbacks=CallbacksDesk(database, region),
        tasks=TasksDesk(database),
        knowledge=KnowledgeDesk(database),
        scripts=ScriptsDesk(database),
        beside=Beside(phone, region, clock),
        board=BoardDesk(),
        radar=RadarDesk(database, clock),
        returns=ReturnsDesk(database),
        routing=RoutingDesk(),
        preferences=PreferencesDesk(database, bus),
        lock=LockDesk(database, clock),
    )


__all__ = ["Desk", "open_desk"]
