"""A cause of the tree that is new or gets another name or place: kept as one types, published when it is finished."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from PySide6.QtWidgets import QWidget

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import derived_id
from crmdesk.domain.language import mark, tr
from crmdesk.domain.learning.causes import Cause, Tree, code_for
from crmdesk.ui.formkit import FieldKind, FieldSpec, FormDesign, FormPane, FormSubject, Need, Prefill
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import Option
from crmdesk.ui.theme import Icon

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_TITLE = FieldSpec("title", mark("Name"), FieldKind.LINE, Need.REQUIRED, named=mark("the name"))
_UNDER = FieldSpec(
    "under", mark("Belongs to"), FieldKind.SUGGEST, hint=mark("empty at the top"), words=mark("Type a part of its name")
)
_CODE = FieldSpec("code", mark("Code"), FieldKind.LINE, hint=mark("empty: made of the name; never changes afterwards"))
_NEW = FormDesign(mark("New cause"), Icon.PLUS, mark("Publish"), "cause", ((_TITLE,), (_UNDER, _CODE)), numbered=False)
_CHANGED = FormDesign(
    mark("Change a cause"), Icon.PENCIL, mark("Publish"), "cause", ((_TITLE,), (_UNDER,)), numbered=False
)


class CauseForm(FormPane):
    """The form of one cause; ``cause`` None for a new one, which begins below ``under``."""

    def __init__(
        self, place: Place, tree: Tree, cause: Cause | None, under: str = "", parent: QWidget | None = None
    ) -> None:
        self.tree, self.cause, self._under = tree, cause, under
        code = "" if cause is None else cause.code
        subject = FormSubject(None, None, record_id=derived_id(_BEGINNING, f"cause {code}"))
        super().__init__(place.desk, place.keys, subject, _NEW if cause is None else _CHANGED, parent)

    async def prefill(self, reference: str | None) -> Prefill:
        """Return what the cause is now, and the causes that it may belong to."""
        self.tree = await self.desk.causes.tree()
        now, under = self.cause, self._under if self.cause is None else self.cause.under
        values = {"under": self.tree.path(under)} if under else {}
        if now is not None:
            values["title"] = now.title
        kept_out = frozenset() if now is None else self.tree.below(now.code)
        offered = (one.code for one in self.tree.offered() if one.code not in kept_out)
        options = tuple(Option(code, self.tree.path(code)) for code in offered)
        return Prefill("", values, {"under": options}, dict.fromkeys(values, ""))

    async def finish(self, values: Mapping[str, str]) -> UUID:
        """Publish the tree with it; raises UserMistake at a field, Refused for somebody who does not lead."""
        for one in self.body.missing:
            raise UserMistake(one.spec.name, tr("{label} is missing.", label=one.spec.label), tr("Fill this in."))
        title, under = " ".join(values["title"].split()), self._meant(values["under"])
        if self.cause is None:
            code = values["code"].strip() or code_for(self.tree, title, under)
            if code in self.tree.known:
                what = tr("The code {code} is there twice.", code=code)
                raise UserMistake("code", what, tr("Choose another one."))
            made = Cause(code, title, under)
        else:
            made = Cause(self.cause.code, title, under, self.cause.retired)
        return await self.desk.causes.put(self.tree, made, self.draft_key)

    def _meant(self, typed: str) -> str:
        if not typed.strip():
            return ""
        if self.cause is not None and self.cause.under and typed == self.tree.path(self.cause.under):
            return self.cause.under
        code = self.tree.meant(typed)
        if code is None:
            what = tr("There is no such cause.")
            raise UserMistake("under", what, tr("Type a part of its name and choose it, or leave it empty."))
        return code
