"""What folds first as the window becomes narrow or low (VISUAL section 4)."""

from __future__ import annotations

from crmdesk.domain.quick import dataclass
from crmdesk.ui.theme import Size

_TIGHT_BELOW = 820
_FLAT_BELOW = 700


@dataclass(frozen=True, slots=True)
class Fold:
    """How the frame and the pages show themselves at one size of the window.

    ``customer``, ``note`` and ``side`` (a side list in the place of the note) are column widths in px. ``tight``: last
    facts go behind "2 more facts"; ``flat``: what is merely helpful folds into one row. Never folded: lane timers, care
    marker, note, saved state, primary button.
    """

    rail_labels: bool
    queue_summary: bool
    parked_drafts: bool
    card_as_strip: bool
    call_button_words: bool
    find_field: bool
    customer: int
    note: int
    side: int
    tight: bool
    flat: bool


def fold_of(width: int, height: int) -> Fold:
    """Return the fold of a window ``width`` × ``height`` px."""
    roomy = width >= Size.LABELS_OFF
    words = width >= Size.BUTTON_WORDS_OFF
    return Fold(
        rail_labels=roomy,
        queue_summary=roomy,
        parked_drafts=roomy,
        card_as_strip=width < Size.CARD_TO_STRIP,
        call_button_words=words,
        find_field=words,
        customer=Size.CUSTOMER if roomy else Size.CUSTOMER_NARROW,
        note=Size.NOTE if roomy else Size.NOTE_NARROW,
        side=Size.SIDE_LIST if roomy else Size.SIDE_LIST_NARROW,
        tight=height < _TIGHT_BELOW,
        flat=height < _FLAT_BELOW,
    )
