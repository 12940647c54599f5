"""What stood in a field when somebody began to type in it: against that, their words are told from a colleague's."""

from __future__ import annotations

from collections.abc import Mapping

_BEFORE, _OFFERED = "before", "offered"


class Basis:
    """``text`` is what stood there. While words are being written, the record may hold them already or not: a draft of
    that moment tells both, so that what was written once is never taken for a colleague's."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self._offered: str | None = None

    def offer(self, words: str) -> None:
        """These words are being written."""
        self._offered = words

    def withdraw(self) -> None:
        """The words that were offered could not be written."""
        self._offered = None

    def lay(self, text: str) -> None:
        """This stands there now; what is typed from here on is told from it."""
        self.text, self._offered = text, None

    def as_draft(self) -> Mapping[str, str]:
        """Return the fields of a draft that tell it."""
        offered = {} if self._offered is None else {_OFFERED: self._offered}
        return {_BEFORE: self.text, **offered}

    def of_draft(self, fields: Mapping[str, str], kept: str) -> str:
        """Return what a draft was begun on, where the record holds ``kept`` now; what stands there where it tells
        nothing."""
        if fields.get(_OFFERED) == kept:
            return kept
        return fields.get(_BEFORE, self.text)
