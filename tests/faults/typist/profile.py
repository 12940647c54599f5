"""The profile in which is typed: signed in, with customers to write about, and a server that never answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from crmdesk.domain.clock import SystemClock
from crmdesk.domain.knowledge.edition import NewEdition, Shelf
from crmdesk.domain.people import Role
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.models.local import Setting
from crmdesk.models.people import Agent
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime import keychain, settings
from crmdesk.runtime.profile import STORE
from crmdesk.runtime.session import open_file
from tests.support.cases import an_issue
from tests.support.desk import ME, a_complaint, a_customer, first_rows, known_id
from tests.support.knowledge import row_of
from tests.support.requests import a_request

PASSPHRASE = "correct horse battery"
NOWHERE = "http://127.0.0.1:9"
ARTICLE = "refunds"
A_COMPLAINT, A_REQUEST, AN_ISSUE = "CP-26-09001", "SR-26-09002", "CP-26-09003"
"""The cases in whose lives something is written."""
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
        session.add(a_complaint(A_COMPLAINT, known_id(customer_of("complaint step")), uow.clock.now()))
        session.add(a_complaint(AN_ISSUE, known_id(customer_of("answer to an issue")), uow.clock.now()))
        session.add(an_issue(AN_ISSUE, 1, "The bill came twice"))
        asked = (RequestKind.SERVICE, known_id(customer_of("request step")), uow.clock.now(), "repair")
        session.add(a_request(A_REQUEST, *asked))
        session.add(row_of(NewEdition(Shelf.ARTICLE, ARTICLE, "Refunds", "Start it at once.", "refund")))
        settings.device(uow)
        settings.keep_identity(uow, _WHO)
        session.add_all((Setting(key=settings.SERVER, value=NOWHERE), Setting(key=settings.REFRESH_TOKEN, value="t")))
    engines.dispose()


__all__ = ["ARTICLE", "A_COMPLAINT", "A_REQUEST", "AN_ISSUE", "NOWHERE", "PASSPHRASE", "customer_of", "make_profile"]
