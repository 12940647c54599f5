"""Skills by name: which there are, who has one, and which was meant by a name that nobody knows. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from crmdesk.domain.language import tr, tr_n


def skills_in(written: str) -> tuple[str, ...]:
    """Return the skills of an agent, as they are kept in one text."""
    return tuple(dict.fromkeys(skill for part in written.split(",") if (skill := " ".join(part.split()))))


def counted(kept: Iterable[str]) -> dict[str, int]:
    """Return how many people have each skill, by what is kept of each of them, in the order of their names."""
    found: dict[str, int] = {}
    for one in kept:
        for skill in skills_in(one):
            found[skill] = found.get(skill, 0) + 1
    return dict(sorted(found.items()))


def having(skill: str, skilled: Mapping[str, int]) -> int:
    """Return how many people have a skill, however it is capitalised."""
    return sum(n for name, n in skilled.items() if name.casefold() == skill.casefold())


def meant(skill: str, known: Collection[str]) -> str:
    """Return the skill that is probably meant by a name, "" where none is near; one that is written alike is it."""
    names = {name.casefold(): name for name in sorted(known)}
    near = get_close_matches(skill.casefold(), names, n=1, cutoff=0.7)
    return names[near[0]] if near else ""


def skill_words(skill: str, skilled: Mapping[str, int]) -> str:
    """Return how many people who work here have a skill; where nobody does, which one may be meant, or which exist."""
    if n := having(skill, skilled):
        return tr_n("{n} person has this skill.", "{n} people have this skill.", n)
    nobody = tr("Nobody who works here has the skill “{skill}”.", skill=skill)
    if near := meant(skill, skilled.keys()):
        return f"{nobody} {tr('Is “{skill}” meant?', skill=near)}"
    return f"{nobody} {tr('There are: {skills}.', skills=', '.join(skilled))}" if skilled else nobody
