"""What goes wrong at the server, at its commands and in the desk's runtime says what the person can do next."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.guards.sources import modules, name_of, place, tree

TOLD_TO_PEOPLE = ("crmdesk/cli", "crmdesk/server", "crmdesk/runtime", "crmdesk/sync/engine")
_STEP_STANDS = {
    **dict.fromkeys(("CrmdeskError", "Unavailable", "Refused", "DamagedStore", "AlreadyRunning"), 1),
    **dict.fromkeys(("UserMistake", "Rejection"), 2),
}
"""The kinds of trouble, and which of their arguments says what to do."""

_NO_STEPS = ("", "Try again.", "Try again later.")


def without_a_step(path: Path) -> list[str]:
    """Return the places in a module where trouble is told and nothing is said that helps."""
    return [
        place(path, node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and (at := _STEP_STANDS.get(name_of(node.func))) and not _helps(node, at)
    ]


def _helps(call: ast.Call, at: int) -> bool:
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return True
    named = [keyword.value for keyword in call.keywords if keyword.arg == "next_step"]
    steps = [*call.args[at : at + 1], *named]
    words = [node.value for step in steps for node in ast.walk(step) if isinstance(node, ast.Constant)]
    return bool(steps) and not (words and all(word in _NO_STEPS for word in words))


@pytest.mark.parametrize("folder", TOLD_TO_PEOPLE)
def test_trouble_says_what_to_do_next(folder: str) -> None:
    assert [where for path in modules(folder) for where in without_a_step(path)] == []


def test_the_finder_sees_trouble_without_a_way_on(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_text(
        'raise Refused("No.")\nraise UserMistake("name", "No.", tr("Try again."))\nraise Unavailable("No.", "Wait.")\n',
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.guards.sources.ROOT", tmp_path)
        assert without_a_step(source) == ["module.py:1", "module.py:2"]
