"""What the desk's side of sync needs of the thread that writes the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from crmdesk.domain.changes import Changes
from crmdesk.models.unit_of_work import UnitOfWork

P = ParamSpec("P")
T = TypeVar("T")


class Writer(Protocol):
    """Runs a use case on the writing thread and waits (``runtime.database.Database.write_now``)."""

    def __call__(
        self, use_case: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> tuple[T, Changes]:
        """Run ``use_case`` in one transaction."""
        ...
