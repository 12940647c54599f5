"""How our code reads: explained modules, no swallowed errors, no SQL glued from strings, nothing of one machine."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.guards.sources import ROOT, files, modules, name_of, place, tree

_MAKES_TABLES = {
    "crmdesk/models/search_schema.py": "DDL from the declarations of full-text tables",
    "crmdesk/sync/engine/rows.py": "statements made once from the names of declared columns",
}
"""Modules that may put names (never values) into SQL, and why; migrations may too."""

_ERROR_SINKS = {"crmdesk/ui/qt/errors.py"}
_RUNS_SQL = {"text", "execute", "executemany", "executescript", "exec_driver_sql", "scalar", "scalars"}
_ONE_MACHINE = re.compile(
    "|".join(
        (r"pypi" + r"\.org", r"pythonhosted" + r"\.org", r"(?<![\w.])/(?:home|root|work|Users)/\w", r"\bshared" + "/")
    )
)


def test_every_module_says_what_it_is_for() -> None:
    silent = [place(path, tree(path)) for folder in ("crmdesk", "benchmarks") for path in modules(folder)
              if not ast.get_docstring(tree(path))]  # fmt: skip
    assert not silent


def test_every_folder_of_modules_is_a_package() -> None:
    """One without ``__init__.py`` works from a checkout and is left out of the build, which walks packages."""
    folders = {path.parent for folder in ("crmdesk", "benchmarks", "tests") for path in modules(folder)}
    lacking = [str(folder) for folder in folders if not (folder / "__init__.py").exists()]
    assert lacking == []


def test_no_error_is_swallowed() -> None:
    found = [
        place(path, node)
        for path in modules("crmdesk")
        if str(path.relative_to(ROOT)) not in _ERROR_SINKS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node.type) and not _passes_on(node)
    ]
    assert not found, "except Exception belongs to the error sink alone"


def _catches_everything(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_catches_everything(one) for one in caught.elts)
    return caught is None or name_of(caught) in ("Exception", "BaseException")


def _passes_on(handler: ast.ExceptHandler) -> bool:
    """Return True if a handler only tidies up and raises the same error again."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_no_sql_is_glued_from_strings() -> None:
    found = [
        place(path, node)
        for folder in ("crmdesk", "benchmarks")
        for path in modules(folder)
        if "migrations" not in path.parts and str(path.relative_to(ROOT)) not in _MAKES_TABLES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and name_of(node.func) in _RUNS_SQL and node.args and _is_glued(node.args[0])
    ]
    assert not found, "bind values as parameters"


def _is_glued(sql: ast.expr) -> bool:
    """Return True for a text with something put in.

    Constants of a module (UPPER_CASE) are no more than text, and PRAGMA takes no parameters.
    """
    if isinstance(sql, ast.JoinedStr):
        first = sql.values[0]
        if isinstance(first, ast.Constant) and str(first.value).startswith("PRAGMA "):
            return False
        holes = (part.value for part in sql.values if isinstance(part, ast.FormattedValue))
        return not all(name_of(hole).isupper() for hole in holes)
    if isinstance(sql, ast.BinOp) and isinstance(sql.op, ast.Add | ast.Mod):
        return any(isinstance(side, ast.Constant | ast.JoinedStr) for side in (sql.left, sql.right))
    return isinstance(sql, ast.Call) and name_of(sql.func) == "format"


def test_the_guard_against_glued_sql_sees_each_way_of_glueing() -> None:
    ways = ("f'select {x}'", "'select ' + x", "'select %s' % x", "'select {}'.format(x)")
    assert all(_is_glued(ast.parse(way, mode="eval").body) for way in ways)
    assert not _is_glued(ast.parse("f'set role {ROLE}'", mode="eval").body)


def test_every_exception_for_making_tables_is_still_needed() -> None:
    assert [name for name in _MAKES_TABLES if not (ROOT / name).exists()] == []


def test_what_messages_look_like_is_learnt_before_threads_read_them() -> None:
    """msgspec (0.22) ends the process when two threads come upon a new class at once: decoders are made on import."""
    found = [
        place(path, node)
        for path in modules("crmdesk")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and name_of(node.func) == "decode" and any(k.arg == "type" for k in node.keywords)
    ]
    assert not found, "make a Decoder once, as sync/wire.py does"


def test_nothing_in_the_tree_belongs_to_one_machine() -> None:
    here = Path(__file__)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in files()
        if path != here
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if _ONE_MACHINE.search(line)
    ]
    assert not found


def test_every_command_module_adds_its_command() -> None:
    lacking = [
        path.name
        for path in modules("crmdesk/cli")
        if not path.name.startswith("_")
        and not any(isinstance(node, ast.FunctionDef) and node.name == "add" for node in tree(path).body)
    ]
    assert not lacking


def test_dataclasses_come_from_the_quick_module() -> None:
    """The library's cost a start five times as much (docs/adr/0032)."""
    found = [
        place(path, node)
        for path in modules("crmdesk")
        if path.relative_to(ROOT) != Path("crmdesk/domain/quick.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
        and any(one.name == "dataclass" for one in node.names)
    ]  # fmt: skip
    assert not found, "import dataclass from crmdesk.domain.quick"
