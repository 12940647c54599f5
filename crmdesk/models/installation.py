"""Who this profile is to the server: a device id and a nonce, both made here, and never used at two computers."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from crmdesk.domain.ids import new_id
from crmdesk.models.local import Setting

DEVICE_ID, NONCE = "device_id", "install_nonce"
REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of a setting, not a secret


def installation(session: Session) -> tuple[UUID, UUID]:
    """Return the device id and the install nonce, made at first use."""
    known = session.get(Setting, DEVICE_ID), session.get(Setting, NONCE)
    if known[0] is not None and known[1] is not None:
        return UUID(known[0].value), UUID(known[1].value)
    return become_another(session)


def become_another(session: Session) -> tuple[UUID, UUID]:
    """Be a new device from now on: nobody has signed in at it yet."""
    made = new_id(), uuid4()
    session.merge(Setting(key=DEVICE_ID, value=made[0].hex))
    session.merge(Setting(key=NONCE, value=made[1].hex))
    token = session.get(Setting, REFRESH_TOKEN)
    if token is not None:
        session.delete(token)
    session.flush()
    return made
