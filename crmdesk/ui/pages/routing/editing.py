"""The rules as they are being written: kept on the disk as they change, with every change to be taken back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.ids import derived_id, new_id
from crmdesk.domain.routing.codec import lenient_from, written
from crmdesk.domain.routing.conditions import Group
from crmdesk.domain.routing.difference import merged
from crmdesk.domain.routing.rules import Rule, Rules, Then
from crmdesk.domain.routing.sentences import Names
from crmdesk.domain.routing.views import NOBODY, Book, Household, Published
from crmdesk.runtime.desk import Desk
from crmdesk.runtime.desk.routing import PublishAnswer
from crmdesk.ui.formkit.draft import DraftKeeper

KIND = "routing"
"""The kind of the draft of the next edition."""

SUBJECT = derived_id(datetime(2026, 1, 1, tzinfo=UTC), "routing rules")  # not shown: names the draft
_MOST_STEPS = 200


class Editing(QObject):
    """``changed`` tells that the rules are others, or that the book was read. ``on`` is the edition they began from,
    ``base`` its rules. ``trouble`` is why the book could not be read; what was written is there all the same."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.book: Book | None = None
        self.trouble: CrmdeskError | None = None
        self.rules: Rules = ()
        self.base: Rules = ()
        self.on = 0
        self.brings_back: int | None = None
        self._back: list[Rules] = []
        self._forth: list[Rules] = []
        self._typing: object = None
        self._opened = False
        self._one_at_a_time = asyncio.Lock()
        self.keeper = DraftKeeper(desk, KIND, SUBJECT, self._as_draft, self)

    # Reading ---------------------------------------------------------------------------------------------------------

    async def read(self) -> None:
        """Read the book anew; what is being written stays, else the rules in force are shown."""
        async with self._one_at_a_time:  # of two books the one that was read last is the newer
            await self._read()

    async def _read(self) -> None:
        try:
            self.book, self.trouble = await self._desk.routing.book(), None
        except CrmdeskError as error:
            self.trouble = error
        if not self._opened:
            await self._open()
        elif not self.touched:
            self._begin()
        self.changed.emit()

    async def _open(self) -> None:
        draft = await self._desk.drafts.load(KIND, SUBJECT)
        if draft is not None:
            self.rules = lenient_from(draft.fields.get("rules", "[]"))
            self.base = lenient_from(draft.fields.get("base", "[]"))
            self.on = int(draft.fields.get("on", "0"))
            back = draft.fields.get("brings_back", "")
            self.brings_back = int(back) if back else None
        elif self.book is not None:
            self._begin()
        self._opened = draft is not None or self.book is not None

    def _begin(self) -> None:
        if self.book is not None:
            self.rules = self.base = self.book.rules
            self.on, self.brings_back = self.book.edition, None

    def _as_draft(self) -> tuple[dict[str, str], str]:
        back = "" if self.brings_back is None else str(self.brings_back)
        fields = {"rules": written(self.rules), "base": written(self.base), "on": str(self.on), "brings_back": back}
        return fields, ""

    @property
    def ready(self) -> bool:
        """Return whether there is something to be shown."""
        return self._opened

    @property
    def touched(self) -> bool:
        """Return whether what is written differs from what it began from."""
        return self.rules != self.base

    @property
    def behind(self) -> bool:
        """Return whether somebody published another edition since this one was begun."""
        return self.book is not None and self.book.edition > self.on

    @property
    def household(self) -> Household:
        """Return what rules can name in this house."""
        return NOBODY if self.book is None else self.book.household

    @property
    def names(self) -> Names:
        """Return what sentences need to know of the house."""
        return Names(self.household.currency, dict(self.household.regimes))

    def rule(self, id_: object) -> Rule | None:
        """Return a rule by its id."""
        return next((one for one in self.rules if one.id == id_), None)

    # Changing --------------------------------------------------------------------------------------------------------

    def put(self, rules: Rules, typing: object = None) -> None:
        """Have other rules. What is typed into one rule, named by ``typing``, is taken back as one change."""
        if rules == self.rules:
            return
        if typing is None or typing != self._typing:
            self._back = [*self._back[-_MOST_STEPS:], self.rules]
        self._typing, self._forth = typing, []
        self._show(rules)

    def _show(self, rules: Rules) -> None:
        self.rules = rules
        self.keeper.typed()
        self.changed.emit()

    def undo(self) -> None:
        """Take back the last change."""
        if self._back:
            self._forth.append(self.rules)
            self._typing = None
            self._show(self._back.pop())

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self._forth:
            self._back.append(self.rules)
            self._typing = None
            self._show(self._forth.pop())

    def put_rule(self, rule: Rule) -> None:
        """Have a rule as it is typed."""
        self.put(tuple(rule if one.id == rule.id else one for one in self.rules), typing=rule.id)

    def add(self, place: int, rule: Rule | None = None) -> Rule:
        """Put a rule at a place, 0 first, and return it; an empty one where none is given."""
        made = Rule(new_id(), "", Group(), Then()) if rule is None else rule
        self.put((*self.rules[:place], made, *self.rules[place:]))
        return made

    def move(self, rule: Rule, step: int) -> None:
        """Move a rule up (-1) or down (1)."""
        here = self.rules.index(rule)
        there = here + step
        if 0 <= there < len(self.rules):
            rest = [one for one in self.rules if one is not rule]
            self.put((*rest[:there], rule, *rest[there:]))

    def remove(self, rule: Rule) -> None:
        """Take a rule away."""
        self.put(tuple(one for one in self.rules if one.id != rule.id))

    def bring_back(self, older: Published) -> None:
        """Have the rules of an older edition."""
        self.brings_back = older.edition.number
        self.put(older.rules)

    def take_in(self, theirs: Published) -> tuple[str, ...]:
        """Put what somebody published meanwhile to what is written here, and return the names of the rules that both
        changed: theirs stands paused behind ours. Nothing of either is lost, and all of it can be taken back."""
        found = merged(self.base, self.rules, theirs.rules)
        self._back, self._forth, self._typing = [*self._back[-_MOST_STEPS:], self.rules], [], None
        self.base, self.on = theirs.rules, theirs.edition.number
        self._show(found.rules)
        return found.both

    # Publishing ------------------------------------------------------------------------------------------------------

    async def publish(self, why: str) -> PublishAnswer:
        """Publish what is written; the draft is gone with that. Raises as ``RoutingDesk.publish`` does."""
        await self.keeper.keep_now()
        sent = self.rules
        answer = await self._desk.routing.publish(sent, self.on, why, self.brings_back)
        if answer.made is not None:
            self.base, self.on, self.brings_back = sent, answer.made.number, None
            if self.rules == sent:
                await self._forget()
            await self.read()
        return answer

    async def discard(self) -> None:
        """Begin again from the rules in force; what was written can be taken back while the page is open."""
        if self.book is not None and self.touched:
            self.put(self.book.rules)
            self.base, self.on, self.brings_back = self.book.rules, self.book.edition, None
            await self._forget()
            self.changed.emit()

    async def _forget(self) -> None:
        self.keeper.forget()
        await self._desk.drafts.discard(KIND, SUBJECT)
