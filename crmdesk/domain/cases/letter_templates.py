"""Templates of letters: a head that says for what they are, and plain text that Jinja2 fills in, without any power.

A template may name the values of ``letter_values``, ask whether they are there and go through the lists among them, two
deep. Everything else is refused when it is published, with its line: it reaches nothing, and it ends. What is left is
still rendered in Jinja2's sandbox, and no letter grows beyond ``letters.MOST_WORDS``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from crmdesk.domain.cases.letter_values import EXAMPLES, VALUES, Shape
from crmdesk.domain.cases.letters import MOST_WORDS, LetterKind
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.knowledge.edition import EditionState, NewEdition, Shelf, check_code, edition_of
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.values import known_or_none

if TYPE_CHECKING:
    from jinja2 import Environment, Template, nodes

MOST_TEMPLATE = 20_000
"""The longest template, in characters."""

_HEADS = ("title", "kind", "regime", "language", "state")
_FILTERS = ("length", "lower", "upper")
_DEEPEST = 2
_MOST_NESTED = 40
"""So deep may one thing lie in another: Python compiles no code that is nested much deeper, and some of it slowly."""

_LOOP: Shape = {"index": "", "first": "", "last": ""}
_BLANK = re.compile(r"\n{3,}")
_ALLOWED = frozenset(
    {
        *("template", "output", "templatedata", "name", "const", "getattr", "if", "for", "condexpr", "filter"),
        *("compare", "operand", "and", "or", "not"),
    }
)


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """A template: for which kind of letter, which regime (empty: any that has none of its own) and which language (a
    tag of BCP 47). ``edition`` names its version; ``first_line`` is where ``body`` begins in the file, from 1."""

    edition: str
    title: str
    kind: LetterKind
    regime: str
    language: str
    body: str
    first_line: int
    state: EditionState = EditionState.PUBLISHED


def template_from(code: str, version: int, text: str) -> LetterTemplate:
    """Return the template of a file's text; raises UserMistake that names the line for one that asks for something
    unknown or tries what is not allowed."""
    head, gap, body = text.replace("\r\n", "\n").partition("\n\n")
    told: dict[str, str] = {}
    for line in filter(None, head.splitlines()):
        name, colon, value = line.partition(":")
        if not colon or name.strip() not in _HEADS:
            known = tr("Known are: {names}.", names=", ".join(_HEADS))
            raise UserMistake("head", tr("The line {line} says nothing.", line=repr(line)), known)
        told[name.strip()] = value.strip()
    kind = known_or_none(LetterKind, told.get("kind", ""))
    if kind is None:
        kinds = ", ".join(one.value for one in LetterKind)
        raise UserMistake("head", tr("The kind of letter is missing."), tr("Use one of {names}.", names=kinds))
    state = known_or_none(EditionState, told.get("state", EditionState.PUBLISHED.value))
    if not (told.get("title") and told.get("language") and body.strip()) or state is None:
        advice = tr("Write title, kind and language, an empty line, then the letter.")
        raise UserMistake("head", tr("Title, language or text is missing."), advice)
    first = (head + gap).count("\n") + 1
    edition, regime = edition_of(code, version), told.get("regime", "")
    found = LetterTemplate(edition, told["title"], kind, regime, told["language"], body, first, state)
    _check(found)
    return found


def tried_out(code: str, text: str) -> LetterTemplate:
    """Return a template that was rendered on each of the ``letter_values.EXAMPLES``, as before it is published;
    raises UserMistake as ``template_from`` does, and for one that fails on them."""
    found = template_from(code, 1, text)
    compiled = _compiled(found)
    for values in EXAMPLES:
        _render(found, compiled, values)
    return found


def edition_from(code: str, text: str) -> NewEdition:
    """Return a file's template as it is published; raises UserMistake as ``tried_out`` does."""
    check_code(code)
    found = tried_out(code, text)
    return NewEdition(
        Shelf.LETTER_TEMPLATE, code, found.title, text.strip(), language=found.language, state=found.state
    )


def fitting(templates: Iterable[LetterTemplate], kind: LetterKind, regime: str, language: str) -> LetterTemplate | None:
    """Return the template for a letter: in its language before any other, then English; for its regime before one for
    all. None where there is none of this kind."""
    possible = [one for one in templates if one.kind is kind and one.regime in ("", regime)]
    return max(possible, key=lambda one: (_spoken(one, language), one.regime == regime, one.edition), default=None)


def _spoken(template: LetterTemplate, language: str) -> int:
    base = language.partition("-")[0]
    wanted = (language, base, "en")
    return len(wanted) - wanted.index(template.language) if template.language in wanted else 0


def rendered(template: LetterTemplate, values: Mapping[str, Any]) -> str:
    """Return a letter's words; raises UserMistake for a template that fails on these values or writes too much."""
    return _render(template, _compiled(template), values)


def _compiled(template: LetterTemplate) -> Template:
    return _environment().from_string(template.body)


def _render(template: LetterTemplate, compiled: Template, values: Mapping[str, Any]) -> str:
    from jinja2 import TemplateError

    parts: list[str] = []
    room = MOST_WORDS
    try:
        for part in compiled.generate(values):
            room -= len(part)
            if room < 0:
                raise _at(template, 1, tr("The letter gets longer than {n} characters.", n=MOST_WORDS))
            parts.append(part)
    except (TemplateError, TypeError, ValueError, RecursionError) as error:
        raise _at(template, 1, tr("The template fails: {reason}", reason=str(error))) from error
    return _BLANK.sub("\n\n", "".join(parts)).strip()


def _check(template: LetterTemplate) -> None:
    from jinja2 import TemplateSyntaxError

    if len(template.body) > MOST_TEMPLATE:
        raise _at(template, 1, tr("The template has more than {n} characters.", n=MOST_TEMPLATE))
    try:
        tree = _environment().parse(template.body)
    except TemplateSyntaxError as error:
        raise _at(template, error.lineno, str(error.message)) from error
    except (ValueError, RecursionError) as error:
        raise _at(template, 1, tr("The template fails: {reason}", reason=str(error))) from error
    try:
        _Checker(template).walk(tree, VALUES, 0)
    except RecursionError as error:
        raise _at(template, 1, tr("The template fails: {reason}", reason=str(error))) from error


def _environment() -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True, cache_size=0
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in _FILTERS}
    return made


def _at(template: LetterTemplate, line: int, what: str) -> UserMistake:
    said = tr("Line {n}: {what}", n=line + template.first_line - 1, what=what)
    return UserMistake("body", said, tr("Correct it, as docs/complaints.md describes."))


class _Checker:
    """Goes through a template with what each name in reach holds."""

    def __init__(self, template: LetterTemplate) -> None:
        self._template = template

    def walk(self, node: nodes.Node, scope: Mapping[str, Shape], depth: int, nested: int = 0) -> None:
        """Check a node and what is in it; ``depth`` counts the lists that it lies in, ``nested`` everything."""
        if nested > _MOST_NESTED:
            raise self._mistake(node, tr("This is nested too deep."))
        kind = type(node).__name__.lower()
        if kind not in _ALLOWED:
            raise self._mistake(node, tr("{what} is not allowed in a letter.", what=kind))
        if kind == "for":
            self._loop(node, scope, depth, nested)
        elif kind in ("name", "getattr"):
            self._shape(node, scope)
        else:
            if kind == "filter" and getattr(node, "name", "") not in _FILTERS:
                raise self._mistake(node, tr("There is no filter {name}.", name=getattr(node, "name", "")))
            for child in node.iter_child_nodes():
                self.walk(child, scope, depth, nested + 1)

    def _loop(self, node: Any, scope: Mapping[str, Shape], depth: int, nested: int) -> None:
        shape = self._shape(node.iter, scope)
        if not isinstance(shape, tuple):
            raise self._mistake(node, tr("Only a list can be gone through."))
        if depth == _DEEPEST or node.recursive or type(node.target).__name__.lower() != "name":
            raise self._mistake(node, tr("This way of going through a list is not allowed."))
        if node.test is not None:
            self.walk(node.test, {**scope, node.target.name: shape[0]}, depth, nested + 1)
        inner = {**scope, node.target.name: shape[0], "loop": _LOOP}
        for child in (*node.body, *node.else_):
            self.walk(child, inner, depth + 1, nested + 1)

    def _shape(self, node: Any, scope: Mapping[str, Shape]) -> Shape:
        kind = type(node).__name__.lower()
        name = node.name if kind == "name" else getattr(node, "attr", "")
        inside: Shape = scope
        if kind == "getattr":
            inside = self._shape(node.node, scope)
        elif kind != "name":
            raise self._mistake(node, tr("Only a list can be gone through."))
        if not isinstance(inside, Mapping) or name not in inside:
            what = tr("There is no value {name}; known are {names}.", name=name, names=_names(inside))
            raise self._mistake(node, what)
        return inside[name]

    def _mistake(self, node: Any, what: str) -> UserMistake:
        return _at(self._template, node.lineno, what)


def _names(shape: Shape) -> str:
    return ", ".join(sorted(shape)) if isinstance(shape, Mapping) else "-"
