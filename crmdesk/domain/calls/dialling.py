"""Whether a number may be dialled from the desk, and what speaks against it just now."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from crmdesk.domain.calls.control import Caution
from crmdesk.domain.calls.live import QuietHours
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.domain.phone import PhoneKind, PhoneNumber, country_of, normalise
from crmdesk.domain.phone.zones import zone_of_area, zones_of
from crmdesk.domain.quick import dataclass


@dataclass(frozen=True, slots=True)
class There:
    """What time it is where a number rings; two times where its country has several and nobody knows which."""

    earliest: time
    latest: time

    @property
    def certain(self) -> bool:
        """Say whether there is one time only."""
        return self.earliest == self.latest


def dialled_number(text: str, region: str | None) -> str:
    """Return what is dialled for a number as it was written: E.164, or an extension of the house.

    Raises UserMistake for what is no number of a person. Emergency and service numbers (112, 911, short codes) are
    among them on purpose: such a call must come from the phone itself, at once and with its own location, and no slip
    in a list may place it (47 CFR 9.16 asks for direct dialling).
    """
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
        raise UserMistake("number", tr("That is no number that can be dialled."), tr("Type it on one line."))
    number = normalise(text, region)
    check_no_service(number)
    if number.kind is PhoneKind.NUMBER and number.e164 is not None:
        return number.e164
    if number.kind is PhoneKind.INTERNAL and number.extension is not None and number.extension.isdecimal():
        return number.extension
    raise UserMistake(
        "number", tr("That is no number that can be dialled."), tr("With its area or country code, for example.")
    )


def check_no_service(number: PhoneNumber) -> None:
    """Raise UserMistake for an emergency or service number; ``dialled_number`` says why."""
    if number.kind is PhoneKind.SERVICE:
        raise UserMistake(
            "number", tr("Emergency and service numbers are not dialled from here."), tr("Dial it on your phone.")
        )


def there(number: str, now: datetime) -> There | None:
    """Return the time of day where a number rings, None inside the house or where its country is not known.

    Times come from the number's country: a country with several zones has them all.
    """
    clocks = [now.astimezone(ZoneInfo(zone)) for zone in _zones(number)]
    if not clocks:
        return None
    by_offset = sorted(clocks, key=_offset)
    return There(by_offset[0].time(), by_offset[-1].time())


def _offset(clock: datetime) -> timedelta:
    return clock.utcoffset() or timedelta(0)


def is_quiet(number: str, now: datetime, quiet: QuietHours) -> bool:
    """Say whether somebody may sleep where a number rings: in any zone of its country."""
    return any(quiet.covers(now.astimezone(ZoneInfo(zone)).time()) for zone in _zones(number))


def _zones(number: str) -> tuple[str, ...]:
    country = country_of(number) if number.startswith("+") else None
    return zone_of_area(number) or zones_of(country or "")


def cautions(number: str, now: datetime, quiet: QuietHours, *, do_not_call: bool) -> frozenset[Caution]:
    """Return what speaks against ringing a number now; the agent sees it and may go on, which is written down."""
    found = {Caution.QUIET_HOURS} if is_quiet(number, now, quiet) else set()
    return frozenset(found | {Caution.DO_NOT_CALL}) if do_not_call else frozenset(found)
