"""Opens what a number comes wrapped in: a display name, a SIP or tel URI, its parameters."""

from __future__ import annotations

import re

from crmdesk.domain.phone.text import decode_percent
from crmdesk.domain.quick import dataclass

# RFC 3261 section 25.1: name-addr = [ display-name ] LAQUOT addr-spec RAQUOT, then header parameters.
_QUOTED_NAME = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(.*)', re.DOTALL)
_ANGLES = re.compile(r"([^<>]*)<([^<>]*)>\s*(?:;.*)?")
_SCHEME = re.compile(r"(?<![^\W\d_])(sips?|tel|callto):(?://)?", re.IGNORECASE)
_PARAMETER = re.compile(r"\s*([A-Za-z-]+)\s*(?:=([^;]*))?")
_CONTEXT_NUMBER = re.compile(r"\+[0-9().-]*[0-9][0-9().-]*")
_DOMAIN_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A caller id taken apart.

    ``address`` is what was dialled, ``context`` the digits that a local number continues (RFC 3966 section
    5.1.5), ``extension`` the ``ext`` parameter. ``host`` is the domain of a SIP address. ``uri`` tells that the
    address came as a URI, where letters are a name and never keys to press.
    """

    name: str | None
    address: str
    context: str | None = None
    extension: str | None = None
    host: str = ""
    uri: bool = False


def open_envelope(text: str) -> Envelope | None:
    """Return the parts of a folded caller id, or ``None`` where its wrapping is broken or holds two addresses."""
    name, rest = _split_name(text)
    if rest is None:
        return None
    scheme = _SCHEME.search(rest)
    if scheme is None:
        at_host = "@" in rest and not rest.startswith("@")
        return _open_sip(name, rest) if at_host else _open_plain(name, rest)
    if any(c.isdecimal() for c in rest[: scheme.start()]):
        return None
    address = rest[scheme.end() :]
    return _open_sip(name, address) if scheme[1].lower().startswith("sip") else _open_tel(name, address)


def _split_name(text: str) -> tuple[str | None, str | None]:
    name: str | None = None
    quoted = _QUOTED_NAME.fullmatch(text)
    if quoted is not None:
        name, text = re.sub(r"\\(.)", r"\1", quoted[1]), quoted[2]
        if not text:  # only the quotes: a number as a spreadsheet exports it
            return None, name.strip()
    if "<" not in text and ">" not in text:
        return _tidy(name), text.strip()
    angles = _ANGLES.fullmatch(text)
    if angles is None or (name is not None and angles[1].strip()):
        return None, None
    return _tidy(angles[1] if name is None else name), angles[2].strip()


def _tidy(name: str | None) -> str | None:
    name = " ".join((name or "").split()).strip("'\" ")
    return name if any(c.isalpha() for c in name) else None


def _open_plain(name: str | None, text: str) -> Envelope | None:
    address, *parameters = text.split(";")
    if not all(_PARAMETER.fullmatch(p) for p in parameters):
        return Envelope(name, text)
    return _with_parameters(name, address, parameters, Envelope(name, address))


def _open_tel(name: str | None, text: str) -> Envelope | None:
    address, *parameters = text.split(";")
    return _with_parameters(name, address, parameters, Envelope(name, address, uri=True))


def _open_sip(name: str | None, text: str) -> Envelope | None:
    # RFC 3261 section 19.1.1: sip:user:password@host:port;uri-parameters?headers, the user part of a telephone
    # number being that of a tel URI with its parameters.
    user, at, host = text.partition("@")
    if "@" in host:
        return None
    if not at:
        host_only = re.split(r"[;?]", user, maxsplit=1)[0]
        if "." in host_only:
            return None
        user = host_only
    user, *parameters = user.split(";")
    user = user.partition(":")[0]
    domain = re.split(r"[;?:]", host, maxsplit=1)[0].lower()
    return _with_parameters(name, user, parameters, Envelope(name, user, host=domain, uri=True))


def _with_parameters(name: str | None, address: str, parameters: list[str], found: Envelope) -> Envelope | None:
    values: dict[str, str] = {}
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        values.setdefault(key.strip().lower(), value.strip())
    decoded = decode_percent(address)
    extension = values.get("ext")
    if decoded is None or (extension is not None and not _is_extension(extension)):
        return None
    context: str | None = None
    if "phone-context" in values and not decoded.lstrip().startswith("+"):
        context = decode_percent(values["phone-context"])
        if context is None or not (_CONTEXT_NUMBER.fullmatch(context) or _is_domain(context)):
            return None
        context = re.sub(r"\D", "", context) if context.startswith("+") else None
    digits = re.sub(r"\D", "", extension) if extension else None
    return Envelope(name, decoded.strip(), context, digits, found.host, found.uri)


def _is_extension(value: str) -> bool:
    return re.fullmatch(r"[0-9().-]{1,20}", value) is not None


def _is_domain(text: str) -> bool:
    labels = text.removesuffix(".").split(".")
    return all(_DOMAIN_LABEL.fullmatch(label) for label in labels) and labels[-1][0].isalpha()
