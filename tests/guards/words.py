"""Finds words for people that stand in the code without being translated: ``python -m tests.guards.words FOLDER...``.

What looks like words: two of them in a row, or one with a capital. Not words for people are docstrings, log lines, what
an error of the program's own making says to who wrote it, names of objects, chords of keys (``cap_text`` makes words of
them), what stands in ``__all__``, and lines that end in ``# not shown``. A line
``# not shown: why`` excuses a whole module.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.guards.sources import name_of, place, tree

SAID = frozenset({"tr", "tr_n", "tr_in", "mark", "mark_in", "mark_n"})
_TOLD_TO_US = frozenset(
    {
        *("debug", "info", "warning", "error", "exception", "getLogger", "setObjectName", "property", "setProperty"),
        *(
            "ValueError",
            "TypeError",
            "AssertionError",
            "LookupError",
            "KeyError",
            "RuntimeError",
            "NotImplementedError",
            "AttributeError",
            "FileNotFoundError",
            "Bug",
        ),
        *("TypeVar", "ParamSpec", "NewType", "cast", "text", "compile", "strftime", "import_module", "cap_text"),
    }
)
_LOOKS_LIKE_WORDS = re.compile(r"[A-Za-z’']{2,} [a-zA-Z]{2,}|^[A-Z][a-z’']+\b(?!\w*[_/<+]|[\w-]*[.:]\w)")
_EXCUSED = "# not shown"


def bare(path: Path) -> Iterator[tuple[str, str]]:
    """Yield where words stand bare in a module, and the words."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if any(line.startswith(f"{_EXCUSED}:") for line in lines):
        return
    for node, words in _strings(tree(path)):
        ends = lines[node.lineno - 1] + lines[(node.end_lineno or node.lineno) - 1]
        if _LOOKS_LIKE_WORDS.search(words) and _EXCUSED not in ends:
            yield place(path, node), words


def _strings(module: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call) and name_of(node.func) in SAID | _TOLD_TO_US:
            waiting += [keyword.value for keyword in node.keywords]
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Assign) and "__all__" in map(name_of, node.targets):
            continue
        if isinstance(node, ast.AnnAssign) and name_of(node.annotation) == "TypeAlias":
            continue
        if isinstance(node, ast.Assert):
            waiting.append(node.test)
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, node.value
        elif isinstance(node, ast.JoinedStr):
            yield node, "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
            waiting += [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        else:
            waiting += _children(node)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands below a node but annotations, which may be written as strings."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST):
                yield each


def main() -> int:
    """Print what stands bare under the folders named."""
    for folder in sys.argv[1:]:
        root = Path(folder).resolve()
        for path in [root] if root.is_file() else sorted(root.rglob("*.py")):
            for where, words in bare(path):
                sys.stdout.write(f"{where}: {words[:100]!r}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
