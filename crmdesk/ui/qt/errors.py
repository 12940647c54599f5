"""The one place where errors of the screen end: their type decides what the agent sees (DESIGN section 7)."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, Signal

from crmdesk.domain.errors import Bug, CrmdeskError, Unavailable, UserMistake
from crmdesk.domain.quick import dataclass

_PROPERTY = "crmdesk.errors"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BugReport:
    """A fault of ours as it may be sent: where it happened, never what was on the screen.

    ``reference`` is the same for the same place in the program. ``kind`` is the type of the error; its words are left
    out unless we wrote them ourselves, because they may quote a customer.
    """

    reference: str
    at: datetime
    kind: str
    what: str
    frames: tuple[str, ...]

    def text(self) -> str:
        """Return the report as it is copied and sent."""
        instant, python = f"{self.at:%Y-%m-%d %H:%M:%S} UTC", sys.version.split()[0]
        head = f"Reference {self.reference}\n{instant}\nPython {python}"  # not shown: read by who mends it
        return "\n".join((head, self.kind, self.what, *self.frames)).replace("\n\n", "\n")


def report_of(error: BaseException) -> BugReport:
    """Return the report of an error: its type and the lines it came through, no values."""
    import hashlib  # only a fault needs these two; the first paint does not
    import traceback

    frames = tuple(
        f"{frame.filename.rsplit('crmdesk', 1)[-1].lstrip('/')}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    )
    kind = type(error).__name__
    digest = hashlib.sha256("|".join((kind, *frames)).encode()).hexdigest()[:4].upper()
    what = error.what if isinstance(error, Bug) else ""
    return BugReport(f"E-{digest}", datetime.now(UTC), kind, what, frames)


class ErrorSink(QObject):
    """Takes every error that nobody else dealt with and tells the window.

    ``mistaken`` carries a ``UserMistake`` without a field on the screen, ``unavailable`` an ``Unavailable``,
    ``refused`` any other foreseen error, ``broken`` a ``BugReport``.
    """

    mistaken = Signal(object)
    unavailable = Signal(object)
    refused = Signal(object)
    broken = Signal(object)

    def take(self, error: BaseException) -> None:
        """Tell what happened, by the type of the error."""
        if isinstance(error, UserMistake):
            self.mistaken.emit(error)
        elif isinstance(error, Unavailable):
            log.info("unavailable: %s", type(error).__name__)
            self.unavailable.emit(error)
        elif isinstance(error, CrmdeskError) and not isinstance(error, Bug):
            log.info("refused: %s", type(error).__name__)
            self.refused.emit(error)
        else:
            report = report_of(error)
            log.error("bug %s: %s at %s", report.reference, report.kind, " < ".join(reversed(report.frames[-6:])))
            self.broken.emit(report)

    def hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Take what a slot raised; the composition root puts this into ``sys.excepthook``."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.take(error.with_traceback(trace))


def error_sink() -> ErrorSink:
    """Return the error sink of the running program, made at the first call."""
    app = QCoreApplication.instance()
    if app is None:
        raise Bug("The error sink was asked for before the program began.")
    present = app.property(_PROPERTY)
    if isinstance(present, ErrorSink):
        return present
    sink = ErrorSink(app)
    app.setProperty(_PROPERTY, sink)
    return sink
