"""What the guards read: the project's files and their syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FOLDERS = ("crmdesk", "tests", "benchmarks", "docs", "packaging", "resources", ".ci")
_TEXT = {".py", ".md", ".sh", ".toml", ".lock", ".spec", ".sql", ".csv", ".json", ".txt", ".desktop", ".svg", ""}


def files() -> Iterator[Path]:
    """Yield every text file of the project: in its folders, and beside run.sh."""
    for folder in _FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix in _TEXT:
                yield path
    yield from (path for path in sorted(ROOT.iterdir()) if path.is_file() and path.suffix in _TEXT - {""})


def modules(folder: str) -> Iterator[Path]:
    """Yield the Python files under a folder of the project."""
    yield from sorted((ROOT / folder).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def place(path: Path, node: ast.AST) -> str:
    """Return where a node stands, as an editor understands it."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def name_of(node: ast.expr) -> str:
    """Return the last part of a dotted name, "" for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
