"""Asking whoever sits at the terminal."""

from __future__ import annotations

from collections.abc import Callable

from crmdesk.domain.errors import UserMistake


def asked(ask: Callable[[str], str], question: str) -> str:
    """Return the answer; raises UserMistake where the input ended (Ctrl+D) before there was one."""
    try:
        return ask(question)
    except EOFError as error:
        raise UserMistake("answer", "There was no answer; nothing was done.", "Run it again and type one.") from error
