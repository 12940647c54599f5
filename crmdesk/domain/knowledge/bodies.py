"""What the body of an edition must be, by its shelf: checked before it is published, so that every desk can read it."""

from __future__ import annotations

from crmdesk.domain.cases.house import house_from
from crmdesk.domain.cases.letter_templates import tried_out
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.knowledge.edition import NewEdition, Shelf
from crmdesk.domain.knowledge.script import read_script
from crmdesk.domain.language import tr
from crmdesk.domain.learning.causes import CAUSES, tree_from
from crmdesk.domain.sla.regimes import regime_from


def check_body(new: NewEdition) -> None:
    """Raise UserMistake for a body that cannot be read, for a letter's template that tries what it may not, and for a
    regime whose key is not its code."""
    match new.shelf:
        case Shelf.SCRIPT:
            read_script(new.code, new.title, new.body)
        case Shelf.HOUSE_RULES if new.code == CAUSES:
            tree_from(new.body)
        case Shelf.HOUSE_RULES:
            house_from(new.body, 1)
        case Shelf.REGIME:
            key = regime_from(new.body).key
            if key != new.code:
                raise UserMistake(
                    "key",
                    tr("The regime {key} lies in a file called {code}.", key=key, code=new.code),
                    tr("Give the file the name of its key."),
                )
        case Shelf.LETTER_TEMPLATE:
            tried_out(new.code, new.body)
        case Shelf.ARTICLE | Shelf.TEXT_MODULE:
            pass
