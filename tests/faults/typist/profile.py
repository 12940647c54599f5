"""The profile in which is typed: signed in, with customers to write about, and a server that never answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from crmdesk.domain.clock import SystemClock
from crmdesk.domain.knowledge.edition import NewEdition, Shelf
from crmdesk.domain.people import Role
from crmdesk.models.local import Setting
from crmdesk.models.people import Agent
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime import keychain, settings
from crmdesk.runtime.profile import STORE
from crmdesk.runtime.session import open_file
from tests.support.desk import ME, a_customer, first_rows
from tests.support.knowledge import row_of

PASSPHRASE = "correct horse battery"
NOWHERE = "http://127.0.0.1:9"
ARTICLE = "refunds"
_WHO = replace(ME, role=Role.SUPERVISOR)


def customer_of(place: str) -> str:
    """Return the name of the customer at whom something is typed in a place."""
    return f"{place.title()} Andersen"


def make_profile(folder: Path, places: tuple[str, ...]) -> None:
    """Make the files of a desk with a customer for each place, whose supervisor was signed in before."""
    folder.mkdir(parents=True)
    engines = open_file(folder / STORE, keychain.key_from_passphrase(PASSPHRASE, folder))
    with Session(engines.write) as session, session.begin():
        uow = UnitOfWork(session, SystemClock(), _WHO.agent_id)
        session.add_all(first_rows())
        session.flush()
        session.get_one(Agent, _WHO.agent_id).role = Role.SUPERVISOR.value
        session.add_all(a_customer(customer_of(place), summary="Policyholder") for place in places)
        session.add(row_of(NewEdition(Shelf.ARTICLE, ARTICLE, "Refunds", "Start it at once.", "refund")))
        settings.device(uow)
        settings.keep_identity(uow, _WHO)
        session.add_all((Setting(key=settings.SERVER, value=NOWHERE), Setting(key=settings.REFRESH_TOKEN, value="t")))
    engines.dispose()


__all__ = ["ARTICLE", "NOWHERE", "PASSPHRASE", "customer_of", "make_profile"]
