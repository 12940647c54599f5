"""What a draft holds once words were typed before it was read: both of them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def with_typed(kept: Mapping[str, str], typed: Mapping[str, str], prose: Collection[str]) -> dict[str, str]:
    """Return what a draft kept with what was typed before it was read: words go on behind those that were kept, of a
    choice the later one stands."""
    added = {name: joined(kept.get(name, ""), text) if name in prose else text for name, text in typed.items()}
    return {**kept, **added}


def joined(kept: str, since: str) -> str:
    """Return words that were kept and words that were typed before those were read, a blank between them."""
    apart = not kept or not since or kept[-1].isspace() or since[0].isspace()
    return kept + since if apart else f"{kept} {since}"
