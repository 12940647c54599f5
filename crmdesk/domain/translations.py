"""Which languages the program can be read in: those whose words were shipped, beside English."""

from __future__ import annotations

from crmdesk.domain.language import ENGLISH, MIRRORED
from crmdesk.domain.shipped import shipped


def translations() -> tuple[str, ...]:
    """Return the tags of the languages that the program can be read in, English first."""
    return (ENGLISH, *sorted(path.parents[1].name for path in shipped("translations").glob("*/LC_MESSAGES/*.mo")))


def translation_named(chosen: str) -> str | None:
    """Return the tag of the language that somebody named, also as a shell does (de_DE.UTF-8); None if there is none."""
    tag = chosen.partition(".")[0].replace("_", "-").casefold()
    known = {code.casefold(): code for code in (MIRRORED, *translations())}
    for wanted in (tag, tag.partition("-")[0]):
        if wanted in known:
            return known[wanted]
    return None
