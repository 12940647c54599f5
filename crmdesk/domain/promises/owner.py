"""Who keeps a promise, where the sentence names somebody: "@team" leaves it to the team, "@jabu" asks a colleague."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.quick import dataclass


class Keeper(StrEnum):
    """Who is to keep it. NOBODY_KNOWN: somebody is named whom nobody here is called, or more than one."""

    ME = "me"
    TEAM = "team"
    COLLEAGUE = "colleague"
    NOBODY_KNOWN = "nobody_known"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who keeps it; of a colleague their id and name, of somebody unknown the name as written."""

    keeper: Keeper = Keeper.ME
    colleague: UUID | None = None
    name: str = ""


_NAMED = re.compile(r"(?:^|(?<=\s))@([^\s,;:!?]+)")


def owner_of(text: str, colleagues: Iterable[tuple[UUID, str]], team: str) -> tuple[str, Owner]:
    """Return the sentence without the name, and who keeps it. ``team`` is the word for the team in this language.

    A colleague is named by the beginning of a name or by the whole of it without spaces, in any case.
    """
    found = _NAMED.findall(text)
    if not found:
        return text, Owner()
    rest = " ".join(_NAMED.sub(" ", text).split())
    if len(found) > 1:
        return rest, Owner(Keeper.NOBODY_KNOWN, name=", ".join(f"@{one}" for one in found))
    wanted = found[0].rstrip(".").casefold()
    if wanted == team.casefold():
        return rest, Owner(Keeper.TEAM)
    fitting = [(who, name) for who, name in colleagues if _is_called(name, wanted)]
    if len(fitting) == 1:
        return rest, Owner(Keeper.COLLEAGUE, *fitting[0])
    return rest, Owner(Keeper.NOBODY_KNOWN, name=f"@{found[0]}")


def _is_called(name: str, wanted: str) -> bool:
    folded = name.casefold()
    return folded.replace(" ", "") == wanted or any(part.startswith(wanted) for part in folded.split())
