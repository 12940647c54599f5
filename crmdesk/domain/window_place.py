"""Where a window stood, and where it may stand on the screens of today: never lost beyond an edge, never too large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crmdesk.domain.quick import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the desktop in px of its coordinates; ``x`` and ``y`` may be negative beside the first screen."""

    x: int
    y: int
    width: int
    height: int

    def shared_with(self, other: Area) -> int:
        """Return how many px both cover."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(0, across) * max(0, down)


@dataclass(frozen=True, slots=True)
class WindowPlace:
    """Where a window stands while it is not maximised, and whether it is."""

    area: Area
    maximised: bool = False


def fitted(place: WindowPlace, screens: Sequence[Area]) -> WindowPlace:
    """Return the place on the screen that shows most of it, moved and made smaller until nothing is beyond its edge.

    A screen that is gone gives its window to the first of ``screens``, in the middle. There is at least one.
    """
    was = place.area
    screen = max(screens, key=was.shared_with)
    width, height = min(was.width, screen.width), min(was.height, screen.height)
    if not was.shared_with(screen):
        x, y = screen.x + (screen.width - width) // 2, screen.y + (screen.height - height) // 2
    else:
        x = min(max(was.x, screen.x), screen.x + screen.width - width)
        y = min(max(was.y, screen.y), screen.y + screen.height - height)
    return replace(place, area=Area(x, y, width, height))
