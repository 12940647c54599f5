"""A folder of knowledge: ``articles/*.txt``, ``texts/*.txt`` and ``scripts/*.json``.

Each file is one thing, and its name is the code.
A text file begins with lines such as ``title: No heat`` and ``keywords: no heat``, then an empty line, then the body.
A script's JSON has ``title``, and may have ``queue``, beside what ``script`` reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.knowledge.edition import EditionState, NewEdition, Shelf, check_code
from crmdesk.domain.knowledge.script import read_script
from crmdesk.domain.language import tr
from crmdesk.domain.values import known_or_none

_FOLDERS = (
    ("articles", Shelf.ARTICLE, ".txt"),
    ("texts", Shelf.TEXT_MODULE, ".txt"),
    ("scripts", Shelf.SCRIPT, ".json"),
)
_HEADS = frozenset({"title", "keywords", "language", "state"})


def read_folder(folder: Path) -> list[NewEdition]:
    """Return everything in a folder; raises UserMistake that names the file which cannot be taken."""
    if not folder.is_dir():
        raise UserMistake("folder", tr("There is no folder {folder}.", folder=folder), tr("Name one that is there."))
    found = [edition for name, shelf, ending in _FOLDERS for edition in _read(folder / name, shelf, ending)]
    if not found:
        what = tr("There is nothing in {folder}.", folder=folder)
        raise UserMistake("folder", what, tr("It has the folders articles, texts and scripts."))
    return found


def _read(folder: Path, shelf: Shelf, ending: str) -> Iterator[NewEdition]:
    for path in sorted(folder.glob(f"*{ending}")):
        try:
            check_code(path.stem)
            words = path.read_text(encoding="utf-8")
            yield of_script(path.stem, words) if shelf is Shelf.SCRIPT else of_text(shelf, path.stem, words)
        except UnicodeDecodeError as error:
            what = tr("{file} is not UTF-8.", file=path.name)
            raise UserMistake("folder", what, tr("Save it as UTF-8 and try again.")) from error
        except UserMistake as mistake:
            raise UserMistake("folder", f"{path.name}: {mistake.what}", mistake.next_step) from mistake


def of_text(shelf: Shelf, code: str, words: str) -> NewEdition:
    """Return what an article's or a text module's file says; raises UserMistake."""
    head, _, body = words.replace("\r\n", "\n").partition("\n\n")
    told: dict[str, str] = {}
    for line in filter(None, head.splitlines()):
        name, colon, value = line.partition(":")
        if not colon or name.strip() not in _HEADS:
            known = tr("Known are: {names}.", names=", ".join(sorted(_HEADS)))
            raise UserMistake("head", tr("The line {line} says nothing.", line=repr(line)), known)
        told[name.strip()] = value.strip()
    if not told.get("title") or not body.strip():
        advice = tr("Write title: …, an empty line, then the text.")
        raise UserMistake("head", tr("A title or the text is missing."), advice)
    state = _state(told.get("state", ""))
    return NewEdition(
        shelf, code, told["title"], body.strip(), told.get("keywords", ""), "", told.get("language", ""), state
    )


def of_script(code: str, words: str) -> NewEdition:
    """Return what a script's file says; raises UserMistake, also for a script that cannot be followed to an end."""
    try:
        told = json.loads(words)
        title, queue = str(told["title"]), str(told.get("queue", ""))
        body = json.dumps({"start": told["start"], "steps": told["steps"]}, ensure_ascii=False, indent=1)
        state = _state(str(told.get("state", "")))
        language = str(told.get("language", ""))
    except json.JSONDecodeError as error:
        what = tr("Line {line}, column {column} is no JSON.", line=error.lineno, column=error.colno)
        raise UserMistake(
            "body", what, tr("Correct it there, or shortly before: a comma, a quotation mark.")
        ) from error
    except KeyError as error:
        what = tr("This script has no {name}.", name=error.args[0])
        raise UserMistake("body", what, tr("It has title, start and steps.")) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise UserMistake("body", tr("This is no script."), tr("It has title, start and steps.")) from error
    read_script(code, title, body)
    return NewEdition(Shelf.SCRIPT, code, title, body, "", queue, language, state)


def _state(told: str) -> EditionState:
    state = known_or_none(EditionState, told or EditionState.PUBLISHED.value)
    if state is None:
        raise UserMistake("state", tr("{word} is no state.", word=repr(told)), tr("Write published or withdrawn."))
    return state
