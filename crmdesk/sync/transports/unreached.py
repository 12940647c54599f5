"""Why a server was not reached, as far as it can be told: who signs in for the first time can mend what is named."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import left_to_right, tr


def mistrusted(error: httpx.HTTPError) -> Unavailable | None:
    """Return what to say where the server's certificate is not trusted here; None where something else went wrong."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = left_to_right(cause.verify_message.rstrip("."))
            return Unavailable(
                tr("The server's certificate is not trusted here: {reason}.", reason=reason),
                tr("Tell your administrator. A certificate of your own authority is made known by --ca-file."),
            )
    return None


def unreached(error: httpx.HTTPError, url: str) -> Unavailable:
    """Return what to say where nobody has worked yet, so that the address may be wrong."""
    parts = urlsplit(url)
    host = left_to_right(parts.hostname or "")
    check = tr("Check the server's address and this computer's network.")
    if any(isinstance(cause, socket.gaierror) for cause in _causes(error)):
        return Unavailable(tr("No computer named {host} is known here.", host=host), check)
    if isinstance(error, httpx.TimeoutException):
        return Unavailable(tr("{host} does not answer.", host=host), check)
    if any(isinstance(cause, ssl.SSLError) for cause in _causes(error)) or isinstance(error, httpx.ProtocolError):
        return Unavailable(
            tr("What answers at {address} is no server of crmdesk.", address=left_to_right(url)),
            tr("Check port and https:// in the server's address."),
        )
    return Unavailable(
        tr("Nothing answers at {address}.", address=left_to_right(url)),
        tr("Check the server's address; if it is right, tell your administrator that no gateway runs there."),
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
