"""``crmdesk server status``, ``restored``, ``revoke`` and ``readmit``: looking after a server that runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crmdesk.cli import _erasures
from crmdesk.cli._database import ready

if TYPE_CHECKING:
    from crmdesk.sync.engine.status import DeviceStatus, Guilty, MailStatus, ServerStatus


def add(action: Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]) -> None:
    """Add the actions; ``action`` makes one by its name, what it does and what is said of it."""
    status = action("status", _status, "say how the server, its gateways and its desks stand")
    status.add_argument("--json", action="store_true", help="one line of JSON")
    restored = action("restored", _restored, "say that the database was put back from a backup")
    _erasures.add_option(restored)
    revoke = action("revoke", _revoke, "take a computer out of use: it removes its records at its next contact")
    revoke.add_argument("number", type=int, metavar="DEVICE-NUMBER", help="as crmdesk server status shows it")
    readmit = action("readmit", _readmit, "let a computer be used again")
    readmit.add_argument("number", type=int, metavar="DEVICE-NUMBER", help="as crmdesk server status shows it")


def _restored(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine.restoring import begin_anew

    journal = _erasures.journal(arguments)
    with ready(arguments) as engine:
        count = engine.run(lambda conn: begin_anew(conn, journal))
    print(f"A new epoch begins: desks send again what they kept and fetch everything. {count} records erased again.")
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine.devices import revoke

    with ready(arguments) as engine:
        name = engine.run(lambda conn: revoke(conn, arguments.number))
    print(f"Device {arguments.number} ({name}) is out of use. It removes its records at its next contact.")
    return 0


def _readmit(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine.devices import readmit

    with ready(arguments) as engine:
        name = engine.run(lambda conn: readmit(conn, arguments.number))
    print(f"Device {arguments.number} ({name}) may be used again; its person signs in.")
    return 0


# Status ------------------------------------------------------------------------------------------------------------


def _status(arguments: argparse.Namespace) -> int:
    import msgspec

    from crmdesk.sync.engine.status import server_status

    with ready(arguments) as engine:
        found = engine.run(server_status)
    if arguments.json:
        print(msgspec.json.encode(found).decode())
    else:
        print("\n".join(_told(found, datetime.now(UTC))))
    return 0


def _told(status: ServerStatus, now: datetime) -> Iterator[str]:
    restored = f"restored {_ago(status.restored_at, now)} ago" if status.restored_at else "never restored"
    yield f"Schema {status.schema}, PostgreSQL {status.postgres.split(' ')[0]}, {restored}."
    if status.must_be_synchronous:
        yield f"Commits wait for a standby; {status.synchronous_standbys} of them connected."
    yield _feed(status)
    total = sum(d.unsent for d in status.devices), sum(d.refused for d in status.devices)
    conflicts = sum(d.conflicts for d in status.devices)
    yield f"Desks told of {total[0]} unsent and {total[1]} refused changes, and {conflicts} open conflicts."
    yield _erasures_told(status)
    yield from _mails_told(status.mails, now)
    yield ""
    yield f"Gateways at work: {len(status.gateways)}"
    yield from _table(
        ("host", "process", "version", "up", "desks"),
        [(g.host, str(g.pid), g.version, _ago(g.started_at, now), str(g.desks)) for g in status.gateways],
    )
    yield ""
    yield f"Devices: {len(status.devices)}"
    heads = ("no.", "person", "name", "version", "seen", "lacks", "behind", "lease", "unsent", "refused", "conflicts")
    yield from _table((*heads, ""), [_device(d, now) for d in status.devices])


def _feed(status: ServerStatus) -> str:
    if status.guilty is None:
        return f"The feed moves (watermark {status.watermark})."
    return f"The feed stands still at {status.watermark}: {_accused(status.guilty)}"


def _accused(guilty: Guilty) -> str:
    who = f"process {guilty.pid}" if guilty.pid else "a prepared transaction"
    by = f" ({guilty.application})" if guilty.application else ""
    doing = f": {guilty.doing}" if guilty.doing else ""
    return f"{who} of {guilty.user}{by} in {guilty.database} is {guilty.state} for {_span(guilty.age_s)}{doing}"


def _erasures_told(status: ServerStatus) -> str:
    waiting = [(str(number), count) for number, count in status.erasures_pending.items()]
    if not waiting:
        return f"Erased rows: {status.erased}, confirmed by every device that held them."
    by = ", ".join(f"device {number} ({count})" for number, count in waiting)
    return f"Erased rows: {status.erased}; not confirmed yet by {by}."


def _mails_told(mails: MailStatus, now: datetime) -> Iterator[str]:
    if mails.waiting and mails.since is not None:
        yield f"Letters by e-mail: {mails.waiting} wait, the first since {_ago(mails.since, now)}."
    if mails.unknown:
        yield f"Letters by e-mail: of {mails.unknown} nobody knows whether they went out; their handlers are asked."


def _device(device: DeviceStatus, now: datetime) -> tuple[str, ...]:
    from crmdesk.sync.engine.status import MOST_COUNTED

    lacks = f"{MOST_COUNTED}+" if device.lacks >= MOST_COUNTED else str(device.lacks)
    since = f" since {_ago(device.unsent_since, now)}" if device.unsent and device.unsent_since else ""
    return (
        *(str(device.number), device.login, device.name, device.version, f"{_ago(device.seen_at, now)} ago"),
        *(lacks, _span(device.lag_s) if device.lacks else "", _lease(device, now), f"{device.unsent}{since}"),
        *(str(device.refused), str(device.conflicts), _state(device, now)),
    )


def _lease(device: DeviceStatus, now: datetime) -> str:
    if device.lease_until is None:
        return "none"
    left = (device.lease_until - now).total_seconds()
    return _span(left) if left > 0 else "over"


def _state(device: DeviceStatus, now: datetime) -> str:
    if device.revoked_at is not None:
        return f"revoked {_ago(device.revoked_at, now)} ago"
    return "account closed" if device.disabled else ""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    widths = [max(len(row[n]) for row in (heads, *rows)) for n in range(len(heads))]
    for row in (heads, *rows):
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _ago(then: datetime, now: datetime) -> str:
    return _span((now - then).total_seconds())


def _span(seconds: float) -> str:
    """Return a length of time in the largest unit of which there are two, as people say it."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
