"""What a person is told of a main file that cannot be read: what is kept, and what is fetched again."""

from __future__ import annotations

from pathlib import Path

from crmdesk.domain.errors import DamagedStore
from crmdesk.domain.language import mark, mark_n, tr, tr_n
from crmdesk.domain.words import one_of
from crmdesk.models.kept import FILE as SECOND_FILE
from crmdesk.models.rescue import Rescue, SecondFile, look_into

DAMAGED = mark("The file of your desk cannot be read: it is damaged.")
DAMAGED_OR_KEY = mark("The file of your desk cannot be read: it is damaged or its key is another.")
_FETCHED = mark("It is set aside, never deleted, and everything that the server has is fetched again.")


def damage(path: Path, key: bytes) -> DamagedStore:
    """Return what happened to the main file at ``path`` and what becomes of what was written, for the sheet.

    It looks into the second file, so it takes as long as reading that does: call it on a thread.
    """
    found = look_into(path.with_name(SECOND_FILE), key)
    return DamagedStore(tr(DAMAGED if found.file is SecondFile.WHOLE else DAMAGED_OR_KEY), next_step(found))


def next_step(found: Rescue) -> str:
    """Return what is kept and what is fetched again, by what the second file has."""
    if found.file is SecondFile.WHOLE:
        return f"{tr(_FETCHED)} {_kept(found)}"
    if found.file is SecondFile.BUSY:
        kept = tr("What you had not sent is kept in a second file, which does not open now. Try again first.")
        return f"{tr(_FETCHED)} {kept}"
    if found.file is SecondFile.UNREADABLE:
        return tr(
            "The second file, which keeps what you had not sent, cannot be read either. Both are set aside, never "
            "deleted: ask your administrator before you go on if work was not sent. Everything that the server has is "
            "fetched again."
        )
    nowhere = tr("There is no second file: what you had not sent is in the file set aside and nowhere else.")
    return f"{tr(_FETCHED)} {nowhere}"


def _kept(found: Rescue) -> str:
    counted = (
        (
            found.changes,
            mark_n("{n} change that the server does not have", "{n} changes that the server does not have"),
        ),
        (found.drafts, mark_n("{n} draft", "{n} drafts")),
        (found.conflicts, mark_n("{n} text with two versions", "{n} texts with two versions")),
        (found.files, mark_n("{n} file", "{n} files")),
    )
    said = tuple(tr_n(*forms, count) for count, forms in counted if count)
    if not said:
        return tr("Nothing waited to be sent, as the second file says.")
    return tr("Safe in the second file, to be brought back: {what}.", what=one_of(said))
