"""The return for the regulator: how many complaints were open, came, ended, how, and in time; and whether it adds up.

A complaint ends, for the return, when it is answered for good: by a final response, a summary resolution, or because it
needed none (FCA Handbook, DISP 1.10.7R). One that is opened again, or goes to its second stage, is counted again on its
own line, so that start + opened + opened again - ended = end holds for every period, whatever happened since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass


class Figure(StrEnum):
    """A line of the return. Each names a set of complaints, which ``sync.engine.returns.behind`` lists."""

    START = "start"
    OPENED = "opened"
    OPENED_AGAIN = "opened_again"
    ENDED = "ended"
    END = "end"
    ENDED_EARLY = "ended_early"
    ENDED_IN_TIME = "ended_in_time"
    ENDED_LATE = "ended_late"
    UPHELD = "upheld"
    REJECTED = "rejected"
    NO_DECISION = "no_decision"
    VULNERABLE = "vulnerable"
    OVERDUE = "overdue"


FIGURE_WORDS = {
    Figure.START: mark("Open at the start"),
    Figure.OPENED: mark("Opened"),
    Figure.OPENED_AGAIN: mark("Opened again"),
    Figure.ENDED: mark("Ended in the period"),
    Figure.END: mark("Open at the end"),
    Figure.ENDED_EARLY: mark("Ended early, within the first limit"),
    Figure.ENDED_IN_TIME: mark("Ended later, within the limit for an answer"),
    Figure.ENDED_LATE: mark("Ended after the limit for an answer"),
    Figure.UPHELD: mark("Upheld, wholly or in part"),
    Figure.REJECTED: mark("Rejected, goodwill among them"),
    Figure.NO_DECISION: mark("Ended without a decision"),
    Figure.VULNERABLE: mark("Opened by customers marked as vulnerable"),
    Figure.OVERDUE: mark("Open at the end and past the limit for an answer"),
}
"""What each line is called, to be translated where it is shown. Upheld in part counts as upheld, and rejected with a
goodwill payment as rejected (FCA Handbook, DISP 1.10)."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days of the house, both among it."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Part:
    """The complaints about one product in one category: opened, ended and upheld in the period."""

    product: str
    category: str
    opened: int
    ended: int
    upheld: int


@dataclass(frozen=True, slots=True)
class Given:
    """Redress of one kind (a ``domain.complaints.RedressKind`` value, "" for what was decided and not put down by kind)
    in one currency ("" for what is no money): how many times, and its sum in the smallest unit."""

    kind: str
    currency: str
    count: int
    minor: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Of which complaints a return is: under which regime, of which legal entity (its key; "": the whole house), in
    which period."""

    regime: str
    period: Period
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """Which complaints of a return are wanted: those of a figure, or with None all that were opened or ended; only
    those of one product and category, or with redress of one kind ("": not put down by kind), where these are told."""

    figure: Figure | None = None
    part: tuple[str, str] | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """A return: of which complaints, its figures, the redress that was decided for what ended (in the smallest unit by
    currency) and of which kinds it is, and the parts by product and category."""

    scope: Scope
    figures: Mapping[Figure, int]
    redress: Mapping[str, int]
    given: tuple[Given, ...]
    parts: tuple[Part, ...]

    @property
    def adds_up(self) -> bool:
        """Return whether start + opened + opened again - ended = end."""
        of = self.figures
        return of[Figure.START] + of[Figure.OPENED] + of[Figure.OPENED_AGAIN] - of[Figure.ENDED] == of[Figure.END]

    @property
    def upheld_share(self) -> float | None:
        """Return the share of upheld among the decided ones, 0 to 1; None where nothing was decided."""
        decided = self.figures[Figure.UPHELD] + self.figures[Figure.REJECTED]
        return self.figures[Figure.UPHELD] / decided if decided else None

    def document(self) -> str:
        """Return the return as JSON that is the same for the same figures: what is signed and kept."""
        return json.dumps(
            {
                "regime": self.scope.regime,
                "entity": self.scope.entity,
                "from": self.scope.period.first.isoformat(),
                "to": self.scope.period.last.isoformat(),
                "figures": {figure.value: self.figures[figure] for figure in Figure},
                "redress": dict(sorted(self.redress.items())),
                "given": [[g.kind, g.currency, g.count, g.minor] for g in self.given],
                "parts": [[p.product, p.category, p.opened, p.ended, p.upheld] for p in self.parts],
            },
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )

    def digest(self) -> str:
        """Return the SHA-256 digest of the document, in hexadecimal."""
        return digest_of(self.document())


def digest_of(document: str) -> str:
    """Return the SHA-256 digest of a return's document, in hexadecimal."""
    return sha256(document.encode("utf-8")).hexdigest()


def return_from(document: str) -> Return:
    """Return the return of a document that ``Return.document`` made."""
    told = json.loads(document)
    period = Period(date.fromisoformat(told["from"]), date.fromisoformat(told["to"]))
    return Return(
        Scope(told["regime"], period, told.get("entity", "")),
        {figure: int(told["figures"].get(figure.value, 0)) for figure in Figure},
        {currency: int(sum_) for currency, sum_ in told["redress"].items()},
        tuple(Given(*one) for one in told.get("given", ())),
        tuple(Part(*one) for one in told["parts"]),
    )


def differences(now: Return, before: Return) -> tuple[tuple[Figure, int, int], ...]:
    """Return the figures that are others now, each with what it was and what it is."""
    return tuple(
        (figure, before.figures[figure], now.figures[figure])
        for figure in Figure
        if before.figures[figure] != now.figures[figure]
    )


@dataclass(frozen=True, slots=True)
class Signature:
    """That somebody signed a return: who, when (UTC), and the digest of its document."""

    name: str
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class ReturnShown:
    """A return as it is shown and written: with what its regime and its entity ("" for the whole house) are called, the
    one of the same scope that was signed last, and all signatures under this scope, the newest first."""

    one: Return
    regime: str
    entity: str = ""
    before: Return | None = None
    signatures: tuple[Signature, ...] = ()

    @property
    def signed(self) -> tuple[Signature, ...]:
        """Return the signatures under these very figures, the first one first."""
        digest = self.one.digest()
        return tuple(reversed([one for one in self.signatures if one.digest == digest]))


@dataclass(frozen=True, slots=True)
class CaseBehind:
    """A complaint behind a figure, in one of the times in which it was open: ids and names only where whoever asks may
    see them."""

    id: UUID
    reference: str
    product: str
    category: str
    opened_at: datetime
    ended_at: datetime | None
    outcome: str
    again: bool
    customer: str = ""


@dataclass(frozen=True, slots=True)
class CasesBehind:
    """The complaints behind a figure in the order in which they were opened, as many as are sent at once, and how many
    there are."""

    cases: tuple[CaseBehind, ...]
    count: int
