"""How a form is declared: its fields with kind, place and options, and the words around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass
from crmdesk.ui.kit import Option
from crmdesk.ui.theme import Icon

TICKED = "yes"
FROM_THE_CALL = mark("from the call")


class FieldKind(StrEnum):
    """WORDS several lines; LINE one; SUGGEST choose or type; ONE_OF a list; SCALE numbered steps; TICK yes or no; TICKS
    any of a few; LINES several lines with one of a list beside each."""

    WORDS = "words"
    LINE = "line"
    SUGGEST = "suggest"
    ONE_OF = "one_of"
    SCALE = "scale"
    TICK = "tick"
    TICKS = "ticks"
    LINES = "lines"


class Need(StrEnum):
    """Whether the record can be made without the field."""

    REQUIRED = "required"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field. Its value is always a text: an option's id for ONE_OF and SCALE, ids parted by commas for TICKS, "yes"
    or nothing for TICK, what ``lines.lines_of`` reads for LINES.

    ``name`` is the one that a ``UserMistake`` carries; ``words`` stand in the empty field, or beside the tick box.
    ``more`` is said by the button that adds a line; one that is ``only_offered`` is shown while there is something to
    choose. ``named`` is the label of a required field as it stands in a sentence: "missing: product". All words are
    marked and in English, those of ``options`` too.
    """

    name: str
    label: str
    kind: FieldKind
    need: Need = Need.OPTIONAL
    hint: str = ""
    words: str = ""
    icon: Icon | None = None
    options: tuple[Option, ...] = ()
    named: str = ""
    more: str = ""
    only_offered: bool = False


def spoken(spec: FieldSpec) -> FieldSpec:
    """Return a field with its words in the language that is spoken."""
    return replace(
        spec,
        label=tr(spec.label),
        hint=tr(spec.hint),
        words=tr(spec.words),
        options=tuple(replace(option, words=tr(option.words)) for option in spec.options),
        named=tr(spec.named),
        more=tr(spec.more),
    )


@dataclass(frozen=True, slots=True)
class FormDesign:
    """A whole form: ``rows`` of one field (full width) or two; ``draft_kind`` names its drafts on the disk.
    ``numbered`` says whether its records have a reference. ``title`` and ``finish`` are marked and in English."""

    title: str
    icon: Icon
    finish: str
    draft_kind: str
    rows: tuple[tuple[FieldSpec, ...], ...]
    numbered: bool = True

    @property
    def fields(self) -> tuple[FieldSpec, ...]:
        """Every field in the order of Tab."""
        return tuple(spec for row in self.rows for spec in row)


@dataclass(frozen=True, slots=True)
class FormSubject:
    """What a form is about: the call, the customer, and the note as it stands (its quoted words may be taken over).

    ``record_id`` is that of the record it is about, where there is one: a complaint, of a step that is taken.
    """

    interaction_id: UUID | None
    customer_id: UUID | None
    customer_name: str = ""
    note: str = ""
    record_id: UUID | None = None

    @property
    def draft_subject(self) -> UUID:
        """The id under which the draft is kept; raises ``ValueError`` for a form about nothing."""
        subject = self.record_id or self.interaction_id or self.customer_id
        if subject is None:
            raise ValueError("a form is about a call or a customer")
        return subject


@dataclass(frozen=True, slots=True)
class Prefill:
    """What a form knows before a key is pressed: a reference, values, and what can be chosen.

    ``sources`` says of a value where it is from, if not from the call, in the language that is spoken. The words of
    ``options`` are shown as they are.
    """

    reference: str
    values: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
