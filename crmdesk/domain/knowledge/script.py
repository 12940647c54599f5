"""Call scripts: questions, the kinds of answers they take, and where each answer leads; what makes one fit to be used.

A script is written as JSON: ``{"start": "smell", "steps": {"smell": {"ask": "Do you smell gas?", "answers": [["Yes",
"leave"], ["No", "flame"]]}, ...}}``. A step with ``answers`` is a choice; one with ``"kind": "text"`` or ``"number"``
takes what is typed and leads to ``then``; ``"say"`` is read out and leads to ``then``; ``"end"`` ends the script.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.domain.quick import dataclass

MOST_ANSWERS = 9
"""As many as there are number keys."""

SAID = mark("Said")
"""How an answer is kept to a step that is only read out; where answers are shown, it is translated."""


def answer_words(answer: str) -> str:
    """Return an answer for the screen: what stands for having read out a step in the language that is spoken."""
    return tr(SAID) if answer == SAID else answer


class StepKind(StrEnum):
    """What a step takes: one of several answers, words, a number, nothing (it is read out), or it ends the script."""

    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    SAY = "say"
    END = "end"


@dataclass(frozen=True, slots=True)
class Way:
    """An answer and the step it leads to."""

    words: str
    then: str


@dataclass(frozen=True, slots=True)
class Step:
    """One question. ``hint`` is for the agent's eyes; ``ways`` are the answers of a choice, else the one way on."""

    id: str
    kind: StepKind
    ask: str
    hint: str = ""
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """A script that passed ``objections``."""

    edition: str
    title: str
    start: str
    steps: Mapping[str, Step]

    def step(self, id_: str) -> Step | None:
        """Return a step, None where the script has ended."""
        return self.steps.get(id_)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it was stored, in the order given."""

    id: UUID
    run_id: UUID
    script: str
    title: str
    step: str
    question: str
    answer: str
    leads_to: str
    at: datetime
    who: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a run stands: the answers that count, and the step to be asked next."""

    path: tuple[Answered, ...]
    step: str


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it is given: of the run ``run_id`` (None: it begins one), to a step, by number or in words."""

    interaction_id: UUID
    run_id: UUID | None
    script: Script
    step: str
    number: int = 0
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A script and where its run on a call stands; ``id`` is None before the first answer."""

    id: UUID | None
    script: Script
    standing: Standing


# Reading -------------------------------------------------------------------------------------------------------------


def read_script(edition: str, title: str, body: str) -> Script:
    """Return the script that JSON describes; raises UserMistake that names everything that is wrong with it."""
    script = _parsed(edition, title, body)
    found = objections(script)
    if found:
        what = tr("The script {title} cannot be used: {reasons}", title=repr(title), reasons=" ".join(found))
        raise UserMistake("body", what, tr("Correct its file."))
    return script


def _parsed(edition: str, title: str, body: str) -> Script:
    try:
        told = json.loads(body)
        steps = {str(id_): _step(str(id_), step) for id_, step in told["steps"].items()}
        return Script(edition, title, str(told["start"]), steps)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        what = tr("The script {title} cannot be read.", title=repr(title))
        raise UserMistake("body", what, tr("Look at its JSON: {error}", error=repr(error))) from error


def _step(id_: str, told: Mapping[str, Any]) -> Step:
    kind = StepKind(told.get("kind", StepKind.CHOICE))
    ways: tuple[Way, ...] = ()
    if kind is StepKind.CHOICE:
        ways = tuple(Way(str(words), str(then)) for words, then in told["answers"])
    elif kind is not StepKind.END:
        ways = (Way("", str(told["then"])),)
    return Step(id_, kind, str(told["ask"]).strip(), str(told.get("hint", "")).strip(), ways)


# The rule ------------------------------------------------------------------------------------------------------------


def objections(script: Script) -> list[str]:
    """Return in words what makes a script unfit, nothing for one that can be followed to an end whatever is answered.

    No way leads to a step that is not there; every step can be come to; from every step an end can be reached, so that
    no loop is without a way out.
    """
    found = list(_of_each_step(script))
    if script.start not in script.steps:
        return [*found, tr("It starts at {step}, which is not there.", step=repr(script.start))]
    missing = sorted({way.then for step in script.steps.values() for way in step.ways} - script.steps.keys())
    if missing:
        return [*found, *(tr("An answer leads to {step}, which is not there.", step=repr(id_)) for id_ in missing)]
    reached = _reached({script.start}, {step.id: {way.then for way in step.ways} for step in script.steps.values()})
    found += [tr("Nobody can come to {step}.", step=repr(id_)) for id_ in script.steps if id_ not in reached]
    ends = {step.id for step in script.steps.values() if step.kind is StepKind.END}
    back: dict[str, set[str]] = {id_: set() for id_ in script.steps}
    for step in script.steps.values():
        for way in step.ways:
            back[way.then].add(step.id)
    ending = _reached(ends, back)
    found += [tr("From {step} no end can be reached.", step=repr(id_)) for id_ in script.steps if id_ not in ending]
    return found


def _of_each_step(script: Script) -> Iterable[str]:
    for step in script.steps.values():
        if not step.ask:
            yield tr("The step {step} asks nothing.", step=repr(step.id))
        if step.kind is StepKind.CHOICE and not 1 <= len(step.ways) <= MOST_ANSWERS:
            yield tr_n(
                "The step {step} has {n} answer; 1 to {most} are possible.",
                "The step {step} has {n} answers; 1 to {most} are possible.",
                len(step.ways),
                step=repr(step.id),
                most=MOST_ANSWERS,
            )
        if step.kind is StepKind.CHOICE and not all(way.words.strip() for way in step.ways):
            yield tr("The step {step} has an answer without words.", step=repr(step.id))


def _reached(first: set[str], leads: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = sorted(first)
    while waiting:
        id_ = waiting.pop()
        if id_ not in reached:
            reached.add(id_)
            waiting.extend(leads.get(id_, ()))
    return reached


# Following -----------------------------------------------------------------------------------------------------------


def answered(step: Step, number: int = 0, typed: str = "") -> Way:
    """Return what was answered and where it leads: the ``number``-th way of a choice (from 1), or what was typed.

    Raises UserMistake for an answer that the step does not take.
    """
    match step.kind:
        case StepKind.CHOICE:
            if not 1 <= number <= len(step.ways):
                raise UserMistake("answer", tr("There is no such answer."), tr("Press 1 to {n}.", n=len(step.ways)))
            return step.ways[number - 1]
        case StepKind.SAY:
            return Way(SAID, step.ways[0].then)
        case StepKind.END:
            raise UserMistake("answer", tr("The script has ended."))
    words = typed.strip()
    if not words:
        raise UserMistake("answer", tr("Nothing was written."), tr("Write the answer, then press Enter."))
    if step.kind is StepKind.NUMBER and _number(words) is None:
        raise UserMistake("answer", tr("This is not a number."), tr("Write it in digits, as 12 or 12.5."))
    return Way(words, step.ways[0].then)


def _number(words: str) -> float | None:
    try:
        return float(words.replace(",", "."))
    except ValueError:
        return None


def standing(start: str, answers: Sequence[Answered]) -> Standing:
    """Return where a run stands after its answers, in the order given.

    An answer to a step that was answered before, and is not the one that was due, is given by somebody who went back:
    it takes the place of that answer and of all after it.
    """
    path: list[Answered] = []
    due = start
    for answer in answers:
        if answer.step != due:
            places = [place for place, before in enumerate(path) if before.step == answer.step]
            if places:
                del path[places[-1] :]
        path.append(answer)
        due = answer.leads_to
    return Standing(tuple(path), due)
