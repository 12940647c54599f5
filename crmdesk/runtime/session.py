"""Who works at this desk: signing in, being recognised the next time, and the link that runs meanwhile."""

from __future__ import annotations

import asyncio
import platform
from contextlib import ExitStack, suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from crmdesk import __version__
from crmdesk.domain.clock import Clock, SystemClock
from crmdesk.domain.errors import DamagedStore, Refused, UserMistake
from crmdesk.domain.language import mark, mark_n, tr, tr_n
from crmdesk.domain.people import Identity
from crmdesk.domain.quick import dataclass
from crmdesk.domain.server_address import check_server_url
from crmdesk.domain.sync_state import SyncLink
from crmdesk.models.engine import StoreEngines, open_store
from crmdesk.models.keeping import Keeper, bring_in_step
from crmdesk.models.kept import FILE as SECOND_FILE
from crmdesk.models.kept_batch import Contents
from crmdesk.models.local import Cursor
from crmdesk.models.standing import standing
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.models.upgrade import upgrade
from crmdesk.runtime import settings
from crmdesk.runtime.bus import Bus, SyncChanged
from crmdesk.runtime.damage import damage
from crmdesk.runtime.database import Database
from crmdesk.runtime.desk import Desk, open_desk
from crmdesk.runtime.profile import machine_mark
from crmdesk.sync.client.forking import Forked, become_new_device, says_fork
from crmdesk.sync.client.lease import Lease, OutOfUse, lease
from crmdesk.sync.client.versions import too_old
from crmdesk.sync.wire import Refresh, Session, SignIn

if TYPE_CHECKING:
    from crmdesk.sync.transports.http import GatewayClient

NETWORK = "crmdesk.runtime.link"
"""Loaded beside the work, not before it: whoever comes back sees customers before anything of the network is there."""

LEASE_RAN_OUT = mark(
    "The server has not heard from this computer for too long, so its records are locked. Sign in while the server can "
    "be reached: everything is here, also what was not sent yet."
)
LOOK_AT_LEASE_S = 30.0
"""Seconds between two looks at whether the lease ran out while the file is open."""

BROUGHT_BACK = mark(
    "Your records are fetched again. What you had written and not sent was kept in a second file and is here; it is "
    "sent when you sign in."
)
BOTH_DAMAGED = mark(
    "Both files of this profile were damaged and are set aside in its folder. What was not sent yet could not be "
    "brought back; everything that the server has is fetched again."
)

_UNHEARD = (SyncLink.OFFLINE, SyncLink.SIGNED_OUT, SyncLink.LOCKED)


@dataclass(frozen=True, slots=True)
class LastTime:
    """What this profile remembers: never a password.

    ``has_records`` says whether the server was ever heard; ``may_open`` is False where the file is not to be shown
    before it was; ``why`` says in words what the person should know before they sign in.
    """

    server: str
    login: str
    identity: Identity | None
    can_resume: bool
    has_records: bool = True
    may_open: bool = True
    why: str = ""


def open_file(path: Path, key: bytes) -> StoreEngines:
    """Open the profile's file and bring it to the newest schema; raises DamagedStore, Refused or Unavailable."""
    keeper = Keeper(path.with_name(SECOND_FILE), key, _bring_back)
    with ExitStack() as unless_open:
        try:
            opened = open_store(path, key)
        except DamagedStore as error:
            raise damage(path, key) from error
        engines = replace(opened, keeper=keeper)
        unless_open.callback(engines.dispose)
        if upgrade(engines.write) and keeper.path.exists():
            # A new main file beside a second one that was there before: who this desk is has to be known at once.
            bring_in_step(engines.write, SystemClock(), keeper)
        unless_open.pop_all()
    return engines


def _bring_back(uow: UnitOfWork, kept: Contents) -> None:
    from crmdesk.sync.client.replaying import bring_back  # needed once in the life of a profile, if ever

    bring_back(uow, kept)


def _last_time(uow: UnitOfWork) -> LastTime:
    server, login = settings.get(uow, settings.SERVER) or "", settings.get(uow, settings.LOGIN) or ""
    token = settings.get(uow, settings.REFRESH_TOKEN)
    stands = lease(uow)
    return LastTime(
        server,
        login,
        settings.identity(uow),
        bool(token and server),
        has_records=uow.session.get(Cursor, 1) is not None,
        may_open=not stands.ran_out,
        why=_why_locked(uow, stands),
    )


def _why_locked(uow: UnitOfWork, stands: Lease) -> str:
    if not stands.out_of_use:
        return tr(LEASE_RAN_OUT) if stands.ran_out else ""
    now, said = standing(uow.session), OutOfUse()
    kept = now.unsent + now.refused
    safe = mark_n(
        "{n} change that the server does not have: safe in the locked file.",
        "{n} changes that the server does not have: safe in the locked file.",
    )
    return " ".join((said.what, said.next_step, *((tr_n(*safe, kept),) if kept else ())))


def _mark_differs(uow: UnitOfWork, folder: Path) -> bool:
    """Return whether this profile was made, or last used, at another place than this."""
    kept = settings.get(uow, settings.MACHINE_MARK)
    return kept is not None and kept != machine_mark(folder, settings.device(uow)[1])


def _keep_mark(uow: UnitOfWork, folder: Path) -> None:
    found = machine_mark(folder, settings.device(uow)[1])
    if settings.get(uow, settings.MACHINE_MARK) != found:
        settings.put(uow, settings.MACHINE_MARK, found)


def _move_in(uow: UnitOfWork, folder: Path) -> None:
    """Be a new device at this place: the profile may go on being used at the other."""
    become_new_device(uow)
    _keep_mark(uow, folder)


class DeskSession:
    """One open profile: its database, its doors, and at most one link to a server."""

    def __init__(
        self,
        engines: StoreEngines,
        clock: Clock,
        bus: Bus,
        region: str,
        ca_file: str | None = None,
        look_s: float = LOOK_AT_LEASE_S,
    ) -> None:
        """``look_s`` are the seconds between two looks at the lease, which may end while nothing else happens."""
        self._engines = engines
        self._look_s = look_s
        self._moved = asyncio.Event()
        bus.subscribe(SyncChanged, self._sync_moved)
        self._folder = engines.path.parent
        self._why = ""
        self.database = Database(engines, clock, bus)
        self.desk: Desk = open_desk(self.database, bus, clock, region)
        self._ca_file = ca_file
        self._client: GatewayClient | None = None
        self._link: asyncio.Task[None] | None = None
        self._reconnects_to = ""

    async def last_time(self) -> LastTime:
        """Return who was here last."""
        last = await self.database.read(_last_time)
        why = last.why or self._why or self._what_happened(last)
        return replace(last, why=why, may_open=last.may_open and why != tr(BROUGHT_BACK))

    def _what_happened(self, last: LastTime) -> str:
        keeper = self._engines.keeper
        if keeper is None or last.can_resume:
            return ""
        if keeper.has_brought_back and not last.has_records:
            return tr(BROUGHT_BACK)
        return tr(BOTH_DAMAGED) if keeper.was_damaged and last.identity is None else ""

    async def damage(self) -> DamagedStore:
        """Return what to say where the main file turned out damaged at work."""
        return await asyncio.to_thread(damage, self._engines.path, self._engines.key)

    async def sign_in(self, server: str, login: str, password: str) -> Identity:
        """Sign a person in at a server and let the desk work in their name.

        Raises UserMistake at the field that is wrong, Unavailable when the server does not answer, Refused when it
        says no, or when this profile holds another person's work.
        """
        await asyncio.to_thread(import_module, NETWORK)
        from crmdesk.sync.transports.http import GatewayClient

        url = check_server_url(server)
        if not login.strip():
            raise UserMistake("login", tr("The login is missing."), tr("Type the name you were given."))
        last = await self.last_time()
        if last.identity is not None and last.identity.login.casefold() != login.strip().casefold():
            raise Refused(
                tr("This profile belongs to {name}.", name=last.identity.display_name),
                tr("Start crmdesk with a profile of your own."),
            )
        client = GatewayClient(url, self._keep, self._ca_file)
        with ExitStack() as unless_signed_in:
            unless_signed_in.callback(client.close)
            try:
                session, device_id, nonce = await self._signed_in(client, login.strip(), password)
            except Refused as error:
                if not says_fork(error):
                    raise
                await self.database.write(_move_in, self._folder)
                session, device_id, nonce = await self._signed_in(client, login.strip(), password)
            unless_signed_in.pop_all()
        self._why = ""
        await self.database.write(settings.put, settings.SERVER, url)
        await self.database.write(_keep_mark, self._folder)
        await self.desk.lock.learn(password)
        await self._begin(client, session.identity, device_id, nonce)
        return session.identity

    async def _signed_in(self, client: GatewayClient, login: str, password: str) -> tuple[Session, UUID, UUID]:
        device_id, nonce = await self.database.write(settings.device)
        message = SignIn(login, password, device_id, nonce, platform.node(), __version__)
        return await asyncio.to_thread(client.sign_in, message), device_id, nonce

    async def resume(self) -> Identity | None:
        """Go on as the person who was here last, also when the server is away; None if nobody was, or if nothing may
        be shown before the server was heard.

        ``connect`` follows when there is time for it. A profile that stands at another place than before becomes a new
        device: its person signs in again.
        """
        last = await self.last_time()
        who = last.identity
        if who is None or not last.may_open:
            return None
        if await self.database.read(_mark_differs, self._folder):
            await self.database.write(_move_in, self._folder)
            forked = Forked()
            self._why = f"{forked.what} {forked.next_step}"
            last = replace(last, can_resume=False, why=self._why)
        self.database.read_only = await self.database.read(too_old)
        await self.desk.lock.read()
        self.desk.server = last.server
        self.desk.signed_in(who, self.database)
        if last.can_resume:
            await self.desk.sync.refresh(SyncLink.CONNECTING)
            self._reconnects_to = last.server
        else:
            await self.desk.sync.refresh(SyncLink.SIGNED_OUT, last.why or tr("Sign in to send and receive."))
        return who

    def connect(self) -> None:
        """Begin the link of a person who came back; does nothing for anybody else."""
        if self._reconnects_to:
            self._link = asyncio.create_task(self._reconnect(self._reconnects_to), name="link")
            self._reconnects_to = ""

    async def _reconnect(self, server: str) -> None:
        await asyncio.to_thread(import_module, NETWORK)
        from crmdesk.sync.transports.http import GatewayClient

        device_id, nonce = await self.database.write(settings.device)
        token: str = await self.database.read(settings.get, settings.REFRESH_TOKEN)
        self._client = await asyncio.to_thread(GatewayClient, server, self._keep, self._ca_file)
        self._client.remember(Refresh(token, device_id, nonce))
        await self._run_link(self._client, device_id, nonce)

    async def signed_out(self) -> None:
        """Return when the server no longer lets this desk in (at once when there is no link)."""
        if self._link is not None:
            link = self._link
            await asyncio.wait([link])
            if not link.cancelled():
                link.result()

    async def locked(self) -> None:
        """Return when nothing of the file may be shown any more; the sync state says why then.

        Where the server is heard, it decides; a desk that does not hear it goes by its lease.
        """
        while True:
            self._moved.clear()
            link = self.desk.sync.state.link
            stands = await self.database.read(lease)
            if stands.out_of_use or (stands.ran_out and link in _UNHEARD):
                why = await self.database.read(_why_locked, stands)
                await self._end_link()
                await self.desk.sync.refresh(SyncLink.LOCKED, why)
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(self._look_s):
                    await self._moved.wait()

    def _sync_moved(self, _: SyncChanged) -> None:
        self._moved.set()

    async def close(self) -> None:
        """End the link, finish what is being written, close the file."""
        self.desk.beside.close()
        await self._end_link()
        await asyncio.to_thread(self.database.close)

    async def _begin(self, client: GatewayClient, identity: Identity, device_id: UUID, nonce: UUID) -> None:
        await self._end_link()
        self._client = client
        self.desk.server = client.url
        self.desk.signed_in(identity, self.database)
        await self.desk.sync.refresh(SyncLink.CONNECTING)
        self._link = asyncio.create_task(self._run_link(client, device_id, nonce), name="link")

    async def _run_link(self, client: GatewayClient, device_id: UUID, nonce: UUID) -> None:
        from crmdesk.runtime.link import ServerLink
        from crmdesk.sync.client.cycle import Device

        await ServerLink(client, self.database, self.desk, Device(device_id, nonce, __version__)).run()

    async def _end_link(self) -> None:
        if self._link is not None:
            self._link.cancel()
            await asyncio.gather(self._link, return_exceptions=True)
            self._link = None
        if self._client is not None:
            await asyncio.to_thread(self._client.close)
            self._client = None

    def _keep(self, session: Session) -> None:
        """Keep the new refresh token; called on the thread that asked for it."""
        self.database.write_now(settings.put, settings.REFRESH_TOKEN, session.refresh_token)
        self.database.write_now(settings.keep_identity, session.identity)
