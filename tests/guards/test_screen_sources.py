"""What must never be written in code of the screen: one nested loop stops every other task for good."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2] / "crmdesk"
_RAW_TEXT = {"QLabel", "QMessageBox", "QTextBrowser", "QInputDialog", "QErrorMessage"}
_STOPS_THE_LOOP = {"exec", "exec_", "processEvents"}


def _files() -> Iterator[Path]:
    yield from sorted((_ROOT / "ui").rglob("*.py"))
    yield from sorted(_ROOT.glob("app*.py"))


def _called(node: ast.Call) -> str:
    function = node.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def faults(source: str, name: str) -> list[str]:
    """Return what is forbidden in a source, with its line."""
    found: list[str] = []
    in_kit = "/kit/" in name
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = _called(node)
            if isinstance(node.func, ast.Attribute) and called in _STOPS_THE_LOOP:
                found.append(f"{name}:{node.lineno} .{called}( stops the event loop")
            if called == "sleep" and ast.unparse(node.func).startswith("time."):
                found.append(f"{name}:{node.lineno} time.sleep stops the screen")
            if called == "connect" and any(isinstance(argument, ast.Lambda) for argument in node.args):
                found.append(f"{name}:{node.lineno} connect(lambda) keeps what it names alive")
            if called == "connect" and any(_of_a_new_object(argument) for argument in node.args):
                found.append(f"{name}:{node.lineno} connect(New().method) is forgotten at once: signals hold it weakly")
            if called == "setToolTip" and not all(map(_is_plain_tip, node.args)) and "tray" not in name:
                found.append(f"{name}:{node.lineno} a tip may be read as rich text: plain_tip")
            if called == "setStyleSheet":
                found.append(f"{name}:{node.lineno} a style sheet: paint instead")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("PySide6") and not in_kit:
            found += [
                f"{name}:{node.lineno} {alias.name} may show rich text: use the kit"
                for alias in node.names
                if alias.name in _RAW_TEXT
            ]
    return found


def _of_a_new_object(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Attribute) and isinstance(argument.value, ast.Call)


def _is_plain_tip(argument: ast.expr) -> bool:
    if isinstance(argument, ast.IfExp):
        return _is_plain_tip(argument.body) and _is_plain_tip(argument.orelse)
    if isinstance(argument, ast.Call):
        return _called(argument) == "plain_tip"
    return isinstance(argument, ast.Constant) and not argument.value


def test_the_code_of_the_screen_never_stops_the_loop_and_shows_only_plain_text() -> None:
    found = [
        fault
        for path in _files()
        for fault in faults(path.read_text(encoding="utf-8"), path.relative_to(_ROOT.parent).as_posix())
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "dialog.exec()",
        "row.setToolTip(customer.name)",
        "row.setToolTip('' if whole else words)",
        "QApplication.processEvents()",
        "import time\ntime.sleep(1)",
        "button.clicked.connect(lambda: go())",
        "button.clicked.connect(Goer(page).go)",
        "from PySide6.QtWidgets import QWidget, QLabel",
        "widget.setStyleSheet('color: red')",
    ],
)
def test_the_guard_sees_each_of_them(source: str) -> None:
    assert len(faults(source, "crmdesk/ui/pages/x.py")) == 1


def test_the_kit_itself_may_use_a_label() -> None:
    assert faults("from PySide6.QtWidgets import QLabel", "crmdesk/ui/kit/label.py") == []
