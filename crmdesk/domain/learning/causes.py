"""Root causes as a tree of the house: at most four levels, codes that never change, and retired ones that stay
readable.

A TOML file with ``title`` and a list of ``cause``, each with its ``code``, its ``title``, ``under`` (the code of the
one that it belongs to, left out at the top) and ``retired = true`` for one that is not chosen any more."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import field, replace

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.knowledge.edition import EditionState, check_code
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.documents import fields, toml_of, typed

CAUSES = "causes"
"""The code under which the tree is published, beside the house's rules."""

MOST_LEVELS = 4
MOST_CAUSES = 2_000
_LONGEST_CODE = 40
_PARTS = re.compile(r"[a-z0-9]+")
BETWEEN = " › "
"""What parts the levels of a path where it is shown and typed."""

Published = tuple[str, int, str, str]
"""An edition: its code, its version, its state and its text."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause: its code, what it is called, the code of the one it belongs to (empty at the top), whether it is no
    longer to be chosen."""

    code: str
    title: str
    under: str = ""
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """The causes, each one before those that belong to it, also by their code (``known``). ``version`` is that of the
    edition, 0 where there is none.

    Made by ``tree_of`` alone, which brings them into this order and refuses what is no tree.
    """

    title: str
    causes: tuple[Cause, ...]
    version: int = 0
    known: Mapping[str, Cause] = field(default_factory=dict, compare=False, repr=False)

    def line_of(self, code: str) -> tuple[Cause, ...]:
        """Return a cause with those above it, the highest first; nothing for a code that is not here."""
        found: list[Cause] = []
        while (one := self.known.get(code)) is not None:
            found.append(one)
            code = one.under
        return tuple(reversed(found))

    def path(self, code: str) -> str:
        """Return where a cause is as it is shown: "How we work › Hand-over"; the code itself where nobody knows it."""
        return BETWEEN.join(one.title for one in self.line_of(code)) or code

    def below(self, code: str) -> frozenset[str]:
        """Return the code with those of all that belong to it."""
        found = {code}
        for one in self.causes:  # each comes after the one that it belongs to
            if one.under in found:
                found.add(one.code)
        return frozenset(found)

    def is_offered(self, code: str) -> bool:
        """Return whether a cause may be chosen: it is here, and neither it nor one above it is retired."""
        line = self.line_of(code)
        return bool(line) and not any(one.retired for one in line)

    def offered(self) -> tuple[Cause, ...]:
        """Return what may be chosen, in the order of the tree."""
        return tuple(one for one in self.causes if self.is_offered(one.code))

    def meant(self, typed_path: str) -> str | None:
        """Return the code of what may be chosen and is written so, as a path, a title that only one has, or a code;
        None for anything else."""
        words = _plain(typed_path)
        exact = [one.code for one in self.offered() if words in (_plain(self.path(one.code)), one.code)]
        if exact:
            return exact[0]
        titled = [one.code for one in self.offered() if _plain(one.title) == words]
        return titled[0] if len(titled) == 1 else None


NO_TREE = Tree("", ())


def tree_of(title: str, causes: Iterable[Cause], version: int = 0) -> Tree:
    """Return the tree of some causes; raises UserMistake at ``code``, ``title`` or ``under`` for what is none."""
    given = tuple(causes)
    if len(given) > MOST_CAUSES:
        what = tr("These are {n} causes; at most {most} are kept.", n=len(given), most=MOST_CAUSES)
        raise UserMistake("cause", what, tr("Fewer causes are chosen more surely."))
    known: dict[str, Cause] = {}
    for one in given:
        check_code(one.code)
        if one.code in known:
            raise UserMistake("code", tr("The code {code} is there twice.", code=one.code), tr("Choose another one."))
        if not one.title.strip():
            raise UserMistake(
                "title", tr("The cause {code} has no name.", code=one.code), tr("Write it in a few words.")
            )
        if BETWEEN.strip() in one.title:
            what = tr("The name of {code} has a sign that parts levels.", code=one.code)
            raise UserMistake("title", what, tr("Leave out the “{sign}”.", sign=BETWEEN.strip()))
        known[one.code] = one
    for one in given:
        _check_place(known, one)
    _check_names(given)
    ordered = tuple(_in_order(given))
    return Tree(title, ordered, version, {one.code: one for one in ordered})


def _check_place(known: Mapping[str, Cause], one: Cause) -> None:
    levels, at = 1, one
    while at.under:
        if at.under not in known:
            what = tr("The cause {code} belongs to {under}, which is not there.", code=at.code, under=at.under)
            raise UserMistake("under", what, tr("Name one of the tree, or none."))
        at, levels = known[at.under], levels + 1
        if at.code == one.code:
            raise UserMistake(
                "under", tr("The cause {code} belongs to itself.", code=one.code), tr("Name another one.")
            )
        if levels > MOST_LEVELS:
            what = tr("The cause {code} lies deeper than {n} levels.", code=one.code, n=MOST_LEVELS)
            raise UserMistake("under", what, tr("Put it under a higher one."))


def _check_names(given: Iterable[Cause]) -> None:
    named: set[tuple[str, str]] = set()
    for one in given:
        if (one.under, _plain(one.title)) in named:
            what = tr("The name {title} is there twice in one place.", title=one.title)
            raise UserMistake("title", what, tr("Choose another one, or bring back the retired one."))
        named.add((one.under, _plain(one.title)))


def _in_order(given: Iterable[Cause]) -> list[Cause]:
    under: dict[str, list[Cause]] = defaultdict(list)
    for one in given:
        under[one.under].append(one)
    found: list[Cause] = []
    waiting = list(reversed(under[""]))
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += reversed(under[one.code])
    return found


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()


def tree_from(text: str, version: int = 0) -> Tree:
    """Return the tree of a file's text; raises UserMistake that names the place."""
    whole = fields(toml_of(text), "causes", ("title", "cause"), ())
    found = typed(whole["cause"], list, "cause")
    return tree_of(typed(whole["title"], str, "title"), map(_cause, found), version)


def _cause(document: object) -> Cause:
    whole = fields(document, "cause", ("code", "title"), ("under", "retired"))
    return Cause(
        typed(whole["code"], str, "code"),
        " ".join(typed(whole["title"], str, "title").split()),
        typed(whole.get("under", ""), str, "under"),
        typed(whole.get("retired", False), bool, "retired"),
    )


def written(tree: Tree) -> str:
    """Return a tree as ``tree_from`` reads it."""
    parts = [f"title = {_quoted(tree.title)}"]
    for one in tree.causes:
        lines = ["[[cause]]", f"code = {_quoted(one.code)}", f"title = {_quoted(one.title)}"]
        lines += [f"under = {_quoted(one.under)}"] if one.under else []
        lines += ["retired = true"] if one.retired else []
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _quoted(words: str) -> str:
    """Return a text as a basic string of TOML, whose escapes are those of JSON and one more."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def newest_tree(editions: Iterable[Published]) -> Tree:
    """Return the tree in force, an empty one where none was published; raises UserMistake for a text that cannot be
    read, which publishing refuses."""
    last = max((one for one in editions if one[0] == CAUSES), key=_version, default=None)
    if last is None:
        return NO_TREE
    _, version, state, body = last
    return tree_from(body, version) if state == EditionState.PUBLISHED else replace(NO_TREE, version=version)


def _version(edition: Published) -> int:
    return edition[1]


def check_follows(before: Tree, after: Tree) -> None:
    """Raise UserMistake where a code that was published is no longer there: complaints name it for good."""
    for one in before.causes:
        if one.code not in after.known:
            what = tr("The cause {code} is not there any more.", code=one.code)
            raise UserMistake("code", what, tr("Retire it: complaints name it for good."))


def with_cause(tree: Tree, cause: Cause) -> Tree:
    """Return the tree with a cause, in place of the one of its code or new; raises UserMistake as ``tree_of`` does."""
    kept = [cause if one.code == cause.code else one for one in tree.causes]
    if cause.code not in tree.known:
        kept.append(cause)
    return tree_of(tree.title or tr("Root causes"), kept, tree.version)


def code_for(tree: Tree, title: str, under: str) -> str:
    """Return a code for a new cause: made of its name below that of the one it belongs to, and of no other cause."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    own = "-".join(_PARTS.findall(plain)) or "cause"  # not shown: a code
    stem = f"{under}-{own}" if under else own
    code, number = stem[:_LONGEST_CODE].rstrip("-"), 2
    while code in tree.known:
        code, number = f"{stem[: _LONGEST_CODE - 5].rstrip('-')}-{number}", number + 1
    return code
