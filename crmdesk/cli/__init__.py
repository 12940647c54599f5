"""The command line: each module of this package adds one command."""

from __future__ import annotations

import argparse
import os
import pkgutil
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from crmdesk import __version__
from crmdesk.cli._telling import tell
from crmdesk.domain.errors import CrmdeskError

_DEFAULT_COMMAND = "desktop"
_OWN_HELPERS = frozenset({"fetch_snapshot"})
"""Commands that programs of ours start and nobody types: no list shows them."""

_NOBODY_READS = 141
"""The exit code of a program that a closed pipe ended, as shells have it: 128 and the signal's number."""


def _modules(command: str) -> list[str]:
    # The module named like the command is enough: nobody waits for, or stumbles over, what he did not ask for.
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
    wanted = command.replace("-", "_")
    return [name for name in names if name.rstrip("_") == wanted] or sorted(set(names) - _OWN_HELPERS)


def _parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="crmdesk",
        description="The agent desktop for call centres. Without a command it opens the desktop.",
        epilog="crmdesk COMMAND --help tells more of each. README.md leads through the first steps of an installation.",
    )
    parser.add_argument("--version", action="version", version=f"crmdesk {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in _modules(command):
        import_module(f"{__name__}.{name}").add(commands)
    _describe(commands)
    return parser


def _describe(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Let each command whose help tells nothing more begin with what its list says of it."""
    for listed in commands._choices_actions:  # argparse has no other way to the words of its lists
        parser = commands.choices[listed.dest]
        if not parser.description and listed.help:
            parser.description = f"{listed.help[:1].upper()}{listed.help[1:]}."
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                _describe(action)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; foreseen trouble is told in two plain sentences on stderr."""
    words = list(sys.argv[1:] if argv is None else argv) or [_DEFAULT_COMMAND]
    try:
        return _run(words)
    except CrmdeskError as trouble:
        tell(trouble)
        return 1
    except BrokenPipeError:
        # Whoever read what is printed has enough (head); at its end the interpreter would try once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NOBODY_READS


def _run(words: Sequence[str]) -> int:
    arguments = _parser(words[0]).parse_args(words)
    run: Callable[[argparse.Namespace], int] = arguments.func
    code = run(arguments)
    if sys.stdout is not None:  # a program without a terminal may have none
        sys.stdout.flush()
    return code
