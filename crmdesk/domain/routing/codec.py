"""Routing rules as the JSON that is kept and sent: what cannot be a rule is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr, tr_n
from crmdesk.domain.routing.conditions import (
    ONE_NUMBER,
    RELATIONS,
    WITHOUT_VALUES,
    Condition,
    Fact,
    Group,
    Mode,
    Relation,
    number_of,
)
from crmdesk.domain.routing.facts import looked_for
from crmdesk.domain.routing.rules import (
    LONGEST,
    MOST_CONDITIONS,
    MOST_RULES,
    MOST_VALUES,
    Place,
    Priority,
    Rule,
    Rules,
    Then,
)
from crmdesk.domain.values import is_unseen, known_or_none

LONGEST_BODY = 1_000_000
"""More characters than any rules within the limits have."""


def written(rules: Rules) -> str:
    """Return rules as JSON, the same text for the same rules."""
    return json.dumps([_rule_out(rule) for rule in rules], ensure_ascii=False, separators=(",", ":"))


def rules_from(text: str) -> Rules:
    """Return the rules of a text; raises UserMistake whose field is ``rules`` or the id of the rule that is wrong."""
    document = _document(text)
    if not isinstance(document, list):
        raise _unreadable("rules")
    rules = tuple(_rule_in(one) for one in document)
    check_rules(rules)
    return rules


def lenient_from(text: str) -> Rules:
    """Return the rules of a draft, which may be unfinished: what cannot be read as a rule at all is left out."""
    try:
        document = _document(text)
    except UserMistake:
        return ()
    found: list[Rule] = []
    for one in document if isinstance(document, list) else ():
        try:
            found.append(_rule_in(one))
        except UserMistake:
            continue  # of an edition of the program that knew more than this one
    return tuple(found)


# Whether they can be published ---------------------------------------------------------------------------------------


def check_rules(rules: Rules) -> None:
    """Raise UserMistake, at the id of the rule, for the first one that cannot be published."""
    if len(rules) > MOST_RULES:
        too_many = tr_n("{n} rule is too many.", "{n} rules are too many.", len(rules))
        raise UserMistake("rules", too_many, tr("Put some of them together."))
    seen: set[UUID] = set()
    for rule in rules:
        place = str(rule.id)
        if rule.id in seen:
            raise UserMistake(place, tr("Two rules have the same id."), tr("Make one of them anew."))
        seen.add(rule.id)
        check_rule(rule)


def check_rule(rule: Rule) -> None:
    """Raise UserMistake for a rule that cannot be published."""
    place = str(rule.id)
    _check_text(place, rule.name)
    if not rule.name.strip():
        raise UserMistake(place, tr("A rule has no name."), tr("Name it after what it is for."))
    if not (rule.then.place or rule.then.priority is not None or rule.then.regime):
        raise UserMistake(
            place,
            tr("“{rule}” decides nothing.", rule=rule.name),
            tr("Say where such cases go, how urgent they are, or by which deadlines."),
        )
    if rule.then.place.team and rule.then.place.owner is not None:
        raise UserMistake(
            place,
            tr("“{rule}” names a team and a person.", rule=rule.name),
            tr("Choose one of them: a case has one place."),
        )
    for text in (rule.then.place.team, rule.then.place.skill, rule.then.place.owner_name, rule.then.regime):
        _check_text(place, text)
    _check_group(rule)


def _check_group(rule: Rule) -> None:
    place = str(rule.id)
    if sum(1 for _ in rule.when.conditions()) > MOST_CONDITIONS:
        raise UserMistake(
            place,
            tr("“{rule}” has more than {n} conditions.", rule=rule.name, n=MOST_CONDITIONS),
            tr("Make two rules of it."),
        )
    for part in rule.when.parts:
        if isinstance(part, Group):
            if not part.parts:
                raise UserMistake(
                    place,
                    tr("“{rule}” has a group without conditions.", rule=rule.name),
                    tr("Add one, or take the group away."),
                )
            if any(isinstance(inner, Group) for inner in part.parts):
                raise UserMistake(
                    place,
                    tr("“{rule}” has groups within groups.", rule=rule.name),
                    tr("Two levels are the most: make two rules of it."),
                )
    for condition in rule.when.conditions():
        check_condition(place, condition)


def check_condition(place: str, condition: Condition) -> None:
    """Raise UserMistake at ``place`` for a condition that asks what cannot be asked, or that names nothing."""
    if condition.relation not in RELATIONS[condition.fact]:
        raise UserMistake(place, tr("This cannot be asked of it."), tr("Choose another one of the list."))
    for value in condition.values:
        _check_text(place, value)
    if condition.relation in WITHOUT_VALUES:
        if condition.values:
            raise UserMistake(place, tr("This condition takes no values."), tr("Take them away."))
    elif condition.relation in ONE_NUMBER:
        if number_of(condition) is None:
            raise UserMistake(place, tr("A condition has no number."), tr("Write one."))
    elif not any(value.strip() for value in condition.values) or len(condition.values) > MOST_VALUES:
        raise UserMistake(place, tr("A condition names nothing."), tr("Write what it asks for, or take it away."))
    elif condition.fact is Fact.WORDS and not all(map(looked_for, condition.values)):
        raise UserMistake(place, tr("There is no word in one of the words."), tr("Write letters or digits."))


def _check_text(place: str, text: str) -> None:
    if len(text) > LONGEST:
        raise UserMistake(place, tr("A text is longer than {n} characters.", n=LONGEST), tr("Make it shorter."))
    if any(map(is_unseen, text)) or "\n" in text or "\x00" in text:
        raise UserMistake(place, tr("A text holds characters that nobody sees."), tr("Type it anew."))


# Out and in ----------------------------------------------------------------------------------------------------------


def condition_out(condition: Condition) -> list[Any]:
    """Return a condition as JSON takes it."""
    return [condition.fact.value, condition.relation.value, *condition.values]


def condition_in(document: object) -> Condition:
    """Return a condition; raises UserMistake at ``rules``."""
    parts = _texts(document)
    fact, relation = (
        (known_or_none(Fact, parts[0]), known_or_none(Relation, parts[1])) if len(parts) > 1 else (None,) * 2
    )
    if fact is None or relation is None:
        raise _unreadable("rules")
    return Condition(fact, relation, tuple(parts[2:]))


def _rule_out(rule: Rule) -> dict[str, Any]:
    then: dict[str, Any] = {
        "team": rule.then.place.team,
        "skill": rule.then.place.skill,
        "owner": None if rule.then.place.owner is None else str(rule.then.place.owner),
        "owner_name": rule.then.place.owner_name,
        "priority": None if rule.then.priority is None else rule.then.priority.value,
        "regime": rule.then.regime,
    }
    told = {name: value for name, value in then.items() if value}
    whole = {"id": str(rule.id), "name": rule.name, "when": _group_out(rule.when), "then": told}
    return {**whole, "paused": True} if rule.paused else whole


def _group_out(group: Group) -> dict[str, Any]:
    parts = [_group_out(part) if isinstance(part, Group) else condition_out(part) for part in group.parts]
    return {group.mode.value: parts}


def _rule_in(document: object) -> Rule:
    whole = _fields(document)
    then = _fields(whole.get("then", {}))
    priority = then.get("priority")
    owner = then.get("owner")
    place = Place(
        _text(then.get("team", "")),
        _text(then.get("skill", "")),
        None if owner is None else _id(owner),
        _text(then.get("owner_name", "")),
    )
    urgency = None if priority is None else known_or_none(Priority, _text(priority))
    if priority is not None and urgency is None:
        raise _unreadable("rules")
    return Rule(
        id=_id(whole.get("id")),
        name=_text(whole.get("name", "")),
        when=_group_in(whole.get("when", {"all": []}), 1),
        then=Then(place, urgency, _text(then.get("regime", ""))),
        paused=whole.get("paused", False) is True,
    )


def _group_in(document: object, level: int) -> Group:
    whole = _fields(document)
    mode = known_or_none(Mode, next(iter(whole), None))
    parts = next(iter(whole.values()), None)
    if mode is None or len(whole) != 1 or not isinstance(parts, list) or level > 2:
        raise _unreadable("rules")
    found = (_group_in(part, level + 1) if isinstance(part, dict) else condition_in(part) for part in parts)
    return Group(mode, tuple(found))


def _document(text: str) -> object:
    if len(text) > LONGEST_BODY:
        raise _unreadable("rules")
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable("rules") from error
    return found


def _fields(document: object) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise _unreadable("rules")
    return document


def _texts(document: object) -> Sequence[str]:
    if not isinstance(document, list) or not all(isinstance(one, str) for one in document):
        raise _unreadable("rules")
    return document


def _text(document: object) -> str:
    if not isinstance(document, str):
        raise _unreadable("rules")
    return document


def _id(document: object) -> UUID:
    try:
        return UUID(_text(document))
    except ValueError as error:
        raise _unreadable("rules") from error


def _unreadable(place: str) -> UserMistake:
    return UserMistake(place, tr("These rules cannot be read."), tr("Write them with the editor of this version."))
