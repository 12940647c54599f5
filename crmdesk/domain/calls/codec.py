"""Call events as plain dictionaries and back, so that a store can keep them and the day's boards be rebuilt."""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from crmdesk.domain.calls.events import CallEvent

_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(CallEvent)}


def to_plain(event: CallEvent) -> dict[str, Any]:
    """Return the event as a dictionary of JSON values: ``event`` names its kind, what is at its default is left out."""
    return {"event": type(event).__name__, **_plain_fields(event)}


def from_plain(plain: dict[str, Any]) -> CallEvent:
    """Return the event that :func:`to_plain` wrote; raises ValueError for anything else."""
    kind = _KINDS.get(str(plain.get("event")))
    if kind is None:
        raise ValueError(f"no call event is named {plain.get('event')!r}")
    try:
        return cast(CallEvent, _reader(cast(Hashable, kind))({k: v for k, v in plain.items() if k != "event"}))
    except (TypeError, KeyError, AttributeError) as fault:
        raise ValueError(f"not a {kind.__name__}: {fault}") from fault


def _plain_fields(value: Any) -> dict[str, Any]:
    out = {}
    for field in fields(value):
        item = getattr(value, field.name)
        if field.default is MISSING or item != field.default:
            out[field.name] = _plain(item)
    return out


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return _plain_fields(value)
    return value


@cache
def _reader(kind: Hashable) -> Callable[[Any], Any]:
    if get_origin(kind) in (Union, types.UnionType):
        inner = _reader(next(arg for arg in get_args(kind) if arg is not type(None)))
        return lambda value: None if value is None else inner(value)
    if get_origin(kind) is tuple:
        item = _reader(get_args(kind)[0])
        return lambda value: tuple(item(one) for one in value)
    if kind is datetime:
        return datetime.fromisoformat
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return lambda value: cast(Any, kind)(**{k: _reader(hints[k])(v) for k, v in value.items()})
    return lambda value: value
