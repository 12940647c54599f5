"""``./run.sh translate``: collects the words of the program and brings each translation up to date with them.

What is new or was reworded stands there without a translation until somebody writes one; what nobody says goes.
``--check`` only says what is missing and exits 1. The program reads the compiled catalogue beside each text.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.guards.sources import ROOT, modules, name_of, tree

FOLDER = ROOT / "resources" / "translations"
KEYWORDS = {
    "tr": (None, 0, None),
    "mark": (None, 0, None),
    "tr_n": (None, 0, 1),
    "mark_n": (None, 0, 1),
    "tr_in": (0, 1, None),
    "mark_in": (0, 1, None),
}
"""Of each function that translates or marks: which argument is the context, the message, the form for many."""

_WIDTH = 110


def spoken() -> Catalog:
    """Return every message that the sources hold, with where it is said."""
    found = _new()
    for path in modules("crmdesk"):
        for message, context in said_in(path):
            found.add(message, None, [(str(path.relative_to(ROOT)), 0)], context=context)
    return found


def said_in(path: Path) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Yield the messages of a module in their order, each with its context; also those within f-strings, which the
    usual collectors of messages do not see before Python 3.12."""
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and name_of(node.func) in KEYWORDS]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        texts = [
            part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else None for part in call.args
        ]
        context, one, many = (
            None if place is None or place >= len(texts) else texts[place] for place in KEYWORDS[name_of(call.func)]
        )
        if one:
            yield (one, many) if many is not None else one, context


def _new(locale: str | None = None) -> Catalog:
    return Catalog(
        locale,
        project="crmdesk",
        version="0.1",
        copyright_holder="the authors of crmdesk",
        msgid_bugs_address="see CONTRIBUTING.md",
        last_translator="the authors of crmdesk",
        language_team="crmdesk",
        charset="utf-8",
        fuzzy=False,
        header_comment="# Words of crmdesk. ./run.sh translate keeps them up to date with the program.",
    )


def texts() -> list[Path]:
    """Return the texts of all translations."""
    return sorted(FOLDER.glob("*/LC_MESSAGES/crmdesk.po"))


def read(path: Path) -> Catalog:
    """Return a translation as it was written."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name, charset="utf-8")


def renewed(translation: Catalog, said: Catalog) -> Catalog:
    """Return a translation of exactly what is said now: nothing guessed, nothing that nobody says."""
    translation.update(said, no_fuzzy_matching=True, update_creation_date=False)
    translation.obsolete.clear()
    head = _new()
    for name in ("header_comment", "project", "version", "msgid_bugs_address", "last_translator", "language_team"):
        setattr(translation, name, getattr(head, name))
    return translation


def as_text(catalogue: Catalog) -> bytes:
    """Return a catalogue as it is kept in its text."""
    out = io.BytesIO()
    write_po(out, catalogue, width=_WIDTH, sort_by_file=True, include_lineno=False, omit_header=False)
    return out.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue as the program reads it."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def missing(catalogue: Catalog) -> list[str]:
    """Return the messages without a translation, shortest first."""
    lacking = [message.id for message in catalogue if message.id and not _whole(message.string)]
    return sorted((one if isinstance(one, str) else one[0] for one in lacking), key=len)


def _whole(said: object) -> bool:
    return all(said) if isinstance(said, tuple | list) else bool(said)


def main(arguments: list[str] | None = None) -> int:
    """Bring the translations up to date; return 1 where ``--check`` finds one that is not."""
    parser = argparse.ArgumentParser(prog="run.sh translate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where something is missing")
    parser.add_argument("--new", metavar="CODE", help="begin a translation into another language, such as fr")
    options = parser.parse_args(arguments)
    said = spoken()
    if options.new:
        begun = FOLDER / options.new / "LC_MESSAGES" / "crmdesk.po"
        begun.parent.mkdir(parents=True)
        begun.write_bytes(as_text(_new(options.new)))
    lacking = 0
    for path in texts():
        translation = renewed(read(path), said)
        lacks = missing(translation)
        lacking += len(lacks)
        sys.stdout.write(f"{path.parents[1].name}: {len(translation)} messages, {len(lacks)} without a translation\n")
        for message in lacks[: 20 if options.check else 0]:
            sys.stdout.write(f"  {message}\n")
        if not options.check:
            path.write_bytes(as_text(translation))
            path.with_suffix(".mo").write_bytes(compiled(translation))
    return 1 if options.check and lacking else 0


if __name__ == "__main__":
    sys.exit(main())
