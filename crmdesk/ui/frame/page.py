"""What a page is to the frame. A page is a module of ``crmdesk.ui.pages`` with a ``PAGE``; nobody edits a list."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from datetime import tzinfo
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from crmdesk.domain.clock import Clock
from crmdesk.domain.people import Role
from crmdesk.domain.quick import dataclass
from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.qt.digits import Digits
from crmdesk.ui.qt.keys import KeyMap
from crmdesk.ui.theme import Icon

if TYPE_CHECKING:
    from crmdesk.runtime.desk import Desk
    from crmdesk.ui.frame.window import MainWindow


@dataclass(frozen=True, slots=True)
class Place:
    """What every page is given: the desk's doors, the window it stands in, keys, digits, clock and the reader's zone.

    ``number`` writes an E.164 number as a person reads it.
    """

    desk: Desk
    window: MainWindow
    keys: KeyMap
    digits: Digits
    clock: Clock
    zone: tzinfo
    number: Callable[[str], str]


class Page(QWidget):
    """One page: built once, hidden, refilled. Override what matters."""

    def arrived(self) -> None:
        """The page came into sight: read again what may be old, put the focus where work goes on."""

    async def shown(self) -> None:
        """Return when the page shows what it is for: somebody who just came can work."""

    async def closing(self) -> None:
        """The program ends: return when everything typed here is on the disk."""

    def folded(self, fold: Fold) -> None:
        """The window has another size class."""

    def panes(self) -> tuple[QWidget, ...]:
        """Return the panes in reading order; F6 goes through them."""
        return (self,)


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page as the frame knows it.

    ``words`` stand on the rail and ``going`` in the palette ("Go to board"); the frame translates both.
    ``letter`` follows Ctrl+J. ``roles`` may see it. ``order`` sorts the rail; from 100 on the item stands at its foot.
    ``attend`` begins what the page does before it was ever gone to (a badge, a key from anywhere); what it makes
    belongs to the window.
    """

    id: str
    words: str
    going: str
    icon: Icon
    letter: str
    order: int
    build: Callable[[Place], Page]
    roles: frozenset[Role] = frozenset(Role)
    on_rail: bool = True
    attend: Callable[[Place], object] | None = None


def pages_of(package: ModuleType) -> tuple[PageSpec, ...]:
    """Return every ``PAGE`` of a package's modules, in the order of the rail."""
    found = []
    for module in pkgutil.iter_modules(package.__path__):
        page = getattr(import_module(f"{package.__name__}.{module.name}"), "PAGE", None)
        if isinstance(page, PageSpec):
            found.append(page)
    return tuple(sorted(found, key=_order))


def _order(page: PageSpec) -> int:
    return page.order
