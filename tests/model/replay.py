"""Plays steps as the machine printed them, and reduces them to the few that matter.

A seed gives the same steps only while Hypothesis and the rules are the same; the printed steps are the same for good.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from typing import Any

from tests.model.desk import Fate
from tests.model.machine import Machine

_NAMES = re.compile(r"UUID\('[^']*'\)|\d+")


def steps_in(text: str) -> list[str]:
    """Return the steps among other printed lines, without the end, which comes by itself."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line.startswith("state.") and line != "state.teardown()"]


def understood(step: str) -> tuple[str, dict[str, Any]]:
    """Return the rule and the arguments of a printed step; raises ValueError for anything else."""
    match ast.parse(step, mode="eval").body:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="state"), attr=rule), args=[], keywords=keywords):
            return rule, {str(keyword.arg): _argument(keyword.value) for keyword in keywords}
    raise ValueError(f"this is no step of the machine: {step}")


def _argument(node: ast.expr) -> Any:
    match node:
        case ast.Attribute(value=ast.Name(id="Fate"), attr=name):
            return Fate[name]
    return ast.literal_eval(node)


def played(machine: type[Machine], steps: Sequence[str]) -> str | None:
    """Play steps on a new machine, let everything heal, and return the broken promise, None for none.

    A step that cannot be at its time is left out, so that any of them can be taken away. Raises ValueError for one
    that the machine does not have.
    """
    calls = [understood(step) for step in steps]
    state = machine()
    conditions = {rule.function.__name__: rule.preconditions for rule in state.rules}
    unknown = [rule for rule, _ in calls if rule not in conditions]
    found: str | None = None
    try:
        for rule, arguments in [] if unknown else calls:
            if all(condition(state) for condition in conditions[rule]):
                getattr(state, rule)(**arguments)
    except AssertionError as error:
        found = _first_line(error)
    try:
        state.teardown()
    except AssertionError as error:
        found = found or _first_line(error)
    if unknown:
        raise ValueError(f"the machine has no such rules: {', '.join(unknown)}")
    return found


def _first_line(error: AssertionError) -> str:
    return f"AssertionError: {str(error).split(chr(10))[0][:300]}"


def kind_of(found: str | None) -> str | None:
    """Return a broken promise without ids and numbers, which differ each time."""
    return None if found is None else _NAMES.sub("#", found)


def reduced(steps: Sequence[str], breaks: Callable[[Sequence[str]], bool]) -> list[str]:
    """Return steps of which none can be taken away without ``breaks`` being False: ever smaller runs are tried."""
    left = list(steps)
    size = max(1, len(left) // 2)
    while size:
        at = 0
        while at < len(left):
            fewer = left[:at] + left[at + size :]
            if breaks(fewer):
                left = fewer
            else:
                at += size
        size //= 2
    return left
