"""The program in another of its languages, for the length of a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from gettext import GNUTranslations, NullTranslations

from crmdesk.domain.language import ENGLISH, speak
from tests.support.translating import FOLDER


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language that is shipped."""
    with (FOLDER / code / "LC_MESSAGES" / "crmdesk.mo").open("rb") as file:
        speak(code, GNUTranslations(file))
    try:
        yield
    finally:
        speak(ENGLISH, NullTranslations())
