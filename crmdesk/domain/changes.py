"""What a command changed, so that each screen re-reads only what concerns it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.quick import dataclass


class Kind(StrEnum):
    """A family of records, by the name of its table."""

    AGENT = "agent"
    QUEUE = "queue"
    DISPOSITION = "disposition"
    CUSTOMER = "customer"
    CONTACT_POINT = "contact_point"
    INTERACTION = "interaction"
    NOTE = "note"
    CALL_LEG = "call_leg"
    COMPLAINT = "complaint"
    CALLBACK = "callback"
    RELATIONSHIP = "relationship"
    TAG = "tag"
    MESSAGE = "message"
    TASK = "task"
    ARTICLE = "article"
    SCRIPT = "script"
    TEXT_MODULE = "text_module"
    SCRIPT_ANSWER = "script_answer"
    NOT_DUPLICATE = "not_duplicate"
    COMPLAINT_ISSUE = "complaint_issue"
    COMPLAINT_STEP = "complaint_step"
    REDRESS = "redress"
    LETTER = "letter"
    REGIME = "regime"
    HOUSE_RULES = "house_rules"
    LETTER_TEMPLATE = "letter_template"
    CORRECTIVE_ACTION = "corrective_action"
    FEEDBACK = "feedback"
    FEEDBACK_ANSWER = "feedback_answer"
    REQUEST = "request"
    REQUEST_STEP = "request_step"
    COMPLAINT_ATTACHMENT = "complaint_attachment"
    REQUEST_ATTACHMENT = "request_attachment"
    DUPLICATE_PAIR = "duplicate_pair"
    DRAFT = "draft"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Changes:
    """Records that a command or a pull changed: pairs of kind and id.

    ``everything`` is True after a change too large to list (a first pull); screens then re-read what they show.
    ``erased`` are the records erased for good (GDPR art. 17), always listed: screens let go of what they hold of them.
    """

    rows: frozenset[tuple[Kind, UUID]] = frozenset()
    everything: bool = False
    erased: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, kind: Kind, *ids: UUID) -> Changes:
        """Return the changes of some rows of one kind."""
        return cls(frozenset((kind, row_id) for row_id in ids))

    @classmethod
    def merged(cls, parts: Iterable[Changes]) -> Changes:
        """Return one value that says all that ``parts`` say."""
        rows: set[tuple[Kind, UUID]] = set()
        erased: set[UUID] = set()
        everything = False
        for part in parts:
            rows |= part.rows
            erased |= part.erased
            everything = everything or part.everything
        return cls(frozenset(rows), everything, frozenset(erased))

    def __or__(self, other: Changes) -> Changes:
        return Changes.merged((self, other))

    def __bool__(self) -> bool:
        return self.everything or bool(self.rows) or bool(self.erased)

    def touches(self, *kinds: Kind) -> bool:
        """Return True if any row of these kinds changed."""
        return self.everything or any(kind in kinds for kind, _ in self.rows)

    def has(self, kind: Kind, row_id: UUID) -> bool:
        """Return True if this row changed."""
        return self.everything or (kind, row_id) in self.rows
