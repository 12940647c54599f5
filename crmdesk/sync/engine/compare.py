"""Compare and set, field by field: what one mutation does to one row. Pure, so that a model can drive it.

A field keeps the version of its last change by a person (``fver``; never set is version 0). A mutation that was made
on an older version of a field does not overwrite it: equal values are nothing, different ones a conflict that keeps
the server's value. Clocks never decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from crmdesk.domain.quick import dataclass
from crmdesk.sync.wire import Theirs


class Hand(Enum):
    """Who writes. A person's change raises the field's version. A machine's (the gateway's, about a call) does not:
    persons are compared with persons only, so that the phone system never makes an agent's own edit a conflict."""

    PERSON = auto()
    MACHINE = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the server holds it: values in wire form without the columns that the server keeps."""

    values: Mapping[str, Any]
    scope: int
    ver: int
    fver: Mapping[str, int]


def created(defaults: Mapping[str, Any], wanted: Mapping[str, Any], scope: int, hand: Hand) -> Row:
    """Return the first version of a row. An empty value at creation does not count as set by anybody."""
    stamped = {name: 1 for name, value in wanted.items() if value is not None} if hand is Hand.PERSON else {}
    return Row({**defaults, **wanted}, scope, 1, stamped)


def changed(
    row: Row, wanted: Mapping[str, Any], base: Mapping[str, Any], base_ver: int, hand: Hand
) -> tuple[Row, dict[str, Theirs]]:
    """Return the row with the wanted values that may be taken, and the conflicts by field.

    ``base_ver`` is the version of the row that the writer saw, 0 for nothing; ``base`` the values seen. A field that
    still holds the value seen is taken also when its version rose meanwhile: so a desk's second edit of a field,
    queued behind its first, is no conflict with itself, and neither raises a version without looking at the value.
    """
    taken: dict[str, Any] = {}
    conflicts: dict[str, Theirs] = {}
    for name, value in wanted.items():
        theirs = row.values[name]
        if theirs == value:
            continue
        version = row.fver.get(name, 0)
        if version <= base_ver or (name in base and base[name] == theirs):
            taken[name] = value
        else:
            conflicts[name] = Theirs(theirs, version)
    if not taken:
        return row, conflicts
    ver = row.ver + 1
    stamped = dict.fromkeys(taken, ver) if hand is Hand.PERSON else {}
    return Row({**row.values, **taken}, row.scope, ver, {**row.fver, **stamped}), conflicts


def joined(row: Row, wanted: Mapping[str, Any], hand: Hand) -> tuple[Row, dict[str, Theirs]]:
    """Return the row after somebody else made the same row too (a desk and the gateway, of the same call).

    What a machine stated of it stands, empty fields are filled, and what another person set is a conflict.
    """
    open_to = {name: v for name, v in wanted.items() if row.fver.get(name, 0) or row.values[name] in (None, "")}
    return changed(row, open_to, {}, 0, hand)
