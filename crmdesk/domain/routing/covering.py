"""Whether an earlier rule takes every case that a later one would: then the later one never fires."""

from __future__ import annotations

from crmdesk.domain.routing.conditions import RELATIONS, Condition, Fact, Group, Mode, Relation, number_of
from crmdesk.domain.routing.deciding import Answer
from crmdesk.domain.routing.facts import alike, looked_for
from crmdesk.domain.routing.rules import Rule, Rules


def covers(earlier: Group, later: Group) -> bool:
    """Return True where every case that fits ``later`` is known to fit ``earlier``.

    Never wrongly True; it may be False where a closer look at the values would show that it is so.
    """
    if not earlier.parts:
        return True
    if not later.parts:
        return False
    if later.mode is Mode.ANY:
        return all(covers(earlier, _alone(part)) for part in later.parts)
    # All of ``later`` hold: one of them that implies what is asked is enough.
    asked = (any(_implies(given, part) for given in later.parts) for part in earlier.parts)
    return all(asked) if earlier.mode is Mode.ALL else any(asked)


def covered_by(rules: Rules, place: int) -> Rule | None:
    """Return the earlier rule that leaves nothing to decide for the rule at ``place``, None where none is known to."""
    rule = rules[place]
    wanted = says(rule)
    for earlier in rules[:place]:
        if not earlier.paused and wanted <= says(earlier) and covers(earlier.when, rule.when):
            return earlier
    return None


def says(rule: Rule) -> frozenset[Answer]:
    """Return of what a rule says something."""
    then = rule.then
    told = {
        Answer.PLACE: bool(then.place),
        Answer.PRIORITY: then.priority is not None,
        Answer.REGIME: bool(then.regime),
    }
    return frozenset(answer for answer, said in told.items() if said)


def _alone(part: Condition | Group) -> Group:
    return part if isinstance(part, Group) else Group(Mode.ALL, (part,))


def _implies(given: Condition | Group, asked: Condition | Group) -> bool:
    if isinstance(given, Condition) and isinstance(asked, Condition):
        return _condition_implies(given, asked)
    return covers(_alone(asked), _alone(given))


def _condition_implies(given: Condition, asked: Condition) -> bool:
    if given.fact is not asked.fact or not {given.relation, asked.relation} <= set(RELATIONS[given.fact]):
        return False
    mine, theirs = (frozenset(map(alike, one.values)) for one in (given, asked))
    match given.relation, asked.relation:
        case Relation.IS, Relation.IS:
            return mine <= theirs
        case Relation.IS, Relation.IS_NOT:
            return not mine & theirs
        case Relation.IS_NOT, Relation.IS_NOT:
            return theirs <= mine
        case Relation.IS, Relation.YES:
            return given.fact is Fact.VULNERABLE
        case (Relation.AT_LEAST, Relation.AT_LEAST) | (Relation.AT_MOST, Relation.AT_MOST):
            return _tighter(given, asked)
        case (Relation.CONTAINS, Relation.CONTAINS) | (Relation.LACKS, Relation.LACKS):
            return _words_imply(given, asked)
        case one, other:
            return one is other and one in (Relation.YES, Relation.NO, Relation.UNKNOWN)


def _tighter(given: Condition, asked: Condition) -> bool:
    mine, theirs = number_of(given), number_of(asked)
    if mine is None or theirs is None:
        return mine is None  # it fits nothing, and so implies everything
    return mine >= theirs if given.relation is Relation.AT_LEAST else mine <= theirs


def _words_imply(given: Condition, asked: Condition) -> bool:
    mine = [words for value in given.values if (words := looked_for(value))]
    theirs = [words for value in asked.values if (words := looked_for(value))]
    if given.relation is Relation.CONTAINS:
        return all(any(word in found for word in theirs) for found in mine)
    return all(any(word in wanted for word in mine) for wanted in theirs)
