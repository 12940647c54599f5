"""Forms of a corrective action: its particulars, what shows that it was done, and the task that customers are given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from PySide6.QtWidgets import QWidget

from crmdesk.domain.complaints import CATEGORIES, category_words
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import derived_id
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.domain.learning.actions import USUAL_CHECK_DAYS, ActionView, Concern, NewAction
from crmdesk.domain.learning.affected import WAY_WORDS, Affected, Way, planned
from crmdesk.domain.learning.causes import NO_TREE
from crmdesk.domain.learning.counting import Span
from crmdesk.domain.values import known
from crmdesk.ui.formkit import FieldKind, FieldSpec, FormDesign, FormPane, FormSubject, Need, Prefill
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import Ink, Label, Option
from crmdesk.ui.qt.zone import zone_name
from crmdesk.ui.theme import Icon, Space, TextRole

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_SOON_DAYS, _TASK_DAYS = 14, 7
_END_OF_WORK = time(17, 0)
_PART = mark("Type a part of its name")
_ROWS = (
    (
        FieldSpec(
            "words",
            mark("What is to be done"),
            FieldKind.LINE,
            Need.REQUIRED,
            words=mark("In one line"),
            named=mark("what is to be done"),
        ),
    ),
    (
        FieldSpec("product", mark("Product"), FieldKind.SUGGEST, Need.REQUIRED, named=mark("the product")),
        FieldSpec("cause", mark("Against the cause"), FieldKind.SUGGEST, words=_PART),
    ),
    (
        FieldSpec("category", mark("Category"), FieldKind.SUGGEST, hint=mark("empty: counted by cause")),
        FieldSpec("area", mark("Area"), FieldKind.LINE, hint=mark("empty: everywhere")),
    ),
    (
        FieldSpec("lot", mark("Lot"), FieldKind.LINE, hint=mark("empty: any")),
        FieldSpec(
            "owner",
            mark("Who does it"),
            FieldKind.ONE_OF,
            Need.REQUIRED,
            words=mark("First letters choose"),
            named=mark("who does it"),
        ),
    ),
    (
        FieldSpec("due_on", mark("Until"), FieldKind.LINE, Need.REQUIRED, words="2027-01-31", named=mark("until when")),
        FieldSpec("check_days", mark("Effect looked at after"), FieldKind.LINE, hint=mark("days")),
    ),
)


def _design(title: str, icon: Icon, finish: str, draft: str, rows: tuple[tuple[FieldSpec, ...], ...]) -> FormDesign:
    return FormDesign(title=title, icon=icon, finish=finish, draft_kind=draft, rows=rows, numbered=False)


_NEW = _design(mark("New action"), Icon.PLUS, mark("Begin the action"), "action", _ROWS)
_CHANGED = _design(mark("Change the action"), Icon.PENCIL, mark("Save the action"), "action", _ROWS)


class ActionForm(FormPane):
    """The particulars of an action; ``action`` None for a new one, which begins with ``cause``."""

    def __init__(self, place: Place, action: ActionView | None, cause: str = "", parent: QWidget | None = None) -> None:
        self.place, self.action, self._cause = place, action, cause
        self._tree = NO_TREE
        subject = FormSubject(None, None, record_id=derived_id(_BEGINNING, "action") if action is None else action.id)
        super().__init__(place.desk, place.keys, subject, _NEW if action is None else _CHANGED, parent)

    async def prefill(self, reference: str | None) -> Prefill:
        """Return what the action says now, and what can be chosen."""
        counts = await self.desk.causes.counts(Span())
        self._tree = counts.tree
        me = self.desk.identity
        people = await self.desk.tasks.colleagues()
        mine = () if me is None else (Option(str(me.agent_id), me.display_name),)
        options = {
            "product": tuple(Option(name, name) for name in counts.products),
            "cause": tuple(Option(one.code, counts.tree.path(one.code)) for one in counts.tree.offered()),
            "category": tuple(Option(name, category_words(name)) for name in CATEGORIES),
            "owner": (*mine, *(Option(str(id_), name) for id_, name in people)),
        }
        values = {name: value for name, value in self._values().items() if value}
        return Prefill("", values, options, dict.fromkeys(values, ""))

    def _values(self) -> dict[str, str]:
        one = self.action
        if one is None:
            today = self.place.clock.now().astimezone(self.place.zone).date()
            cause = self._tree.path(self._cause) if self._cause else ""
            due = (today + timedelta(days=_SOON_DAYS)).isoformat()
            return {"cause": cause, "due_on": due, "check_days": str(USUAL_CHECK_DAYS)}
        about = one.concern
        return {
            "words": one.words,
            "product": about.product,
            "cause": one.cause_path,
            "category": category_words(about.category) if about.category else "",
            "area": about.area,
            "lot": about.lot,
            "owner": "" if one.owner_id is None else str(one.owner_id),
            "due_on": one.due_on.isoformat(),
            "check_days": str(one.check_days),
        }

    async def finish(self, values: Mapping[str, str]) -> UUID:
        """Begin the action or change it; raises UserMistake at a field."""
        for one in self.body.missing:
            raise UserMistake(one.spec.name, tr("{label} is missing.", label=one.spec.label), tr("Fill this in."))
        new = NewAction(
            words=values["words"],
            concern=Concern(
                values["product"],
                _category(values["category"].strip()),
                self._meant(values["cause"].strip()),
                values["lot"],
                values["area"],
            ),
            owner_id=UUID(values["owner"]),
            due_on=_day(values["due_on"].strip()),
            check_days=_days(values["check_days"].strip() or str(USUAL_CHECK_DAYS), "check_days"),
        )
        if self.action is None:
            return await self.desk.actions.begin(new, self.draft_key)
        return await self.desk.actions.change(self.action.id, new, self.draft_key)

    def _meant(self, typed: str) -> str:
        if not typed:
            return ""
        if self.action is not None and typed == self.action.cause_path:
            return self.action.concern.cause
        code = self._tree.meant(typed)
        if code is None:
            what = tr("There is no such cause.")
            raise UserMistake("cause", what, tr("Type a part of its name and choose it, or leave it empty."))
        return code


def _category(typed: str) -> str:
    """Return a category as it is kept: in English where it is one of ours."""
    return next((name for name in CATEGORIES if category_words(name).casefold() == typed.casefold()), typed)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise UserMistake("due_on", tr("This is no day."), tr("Write it as {day}.", day="2027-01-31")) from error


def _days(typed: str, field: str) -> int:
    if not typed.isascii() or not typed.isdigit() or len(typed) > len("400"):
        raise UserMistake(field, tr("This is no number of days."), tr("Write it in digits."))
    return int(typed)


# What shows it -------------------------------------------------------------------------------------------------------

_SHOWN = FieldSpec(
    "evidence", mark("What shows it"), FieldKind.WORDS, words=mark("Where it can be seen, who tried it, since when")
)
_DONE = _design(mark("The action is done"), Icon.CHECK, mark("It is done"), "action.done", ((_SHOWN,),))
_MORE = _design(mark("What shows it"), Icon.PEN_LINE, mark("Save it"), "action.done", ((_SHOWN,),))


class EvidenceForm(FormPane):
    """What shows that an action was done; an open one is done with that."""

    def __init__(self, place: Place, action: ActionView, finishes: FormDesign, parent: QWidget | None = None) -> None:
        self.action, self._finishes = action, finishes
        super().__init__(place.desk, place.keys, FormSubject(None, None, record_id=action.id), finishes, parent)

    @classmethod
    def done(cls, place: Place, action: ActionView) -> EvidenceForm:
        """Return the form that says that an action is done."""
        return cls(place, action, _DONE)

    @classmethod
    def more(cls, place: Place, action: ActionView) -> EvidenceForm:
        """Return the form for words about an action, done or not."""
        return cls(place, action, _MORE)

    async def prefill(self, reference: str | None) -> Prefill:
        """Return what stands there."""
        values = {"evidence": self.action.evidence} if self.action.evidence else {}
        return Prefill("", values, {}, dict.fromkeys(values, ""))

    async def finish(self, values: Mapping[str, str]) -> UUID:
        """Write it down."""
        write = self.desk.actions.done if self._finishes is _DONE else self.desk.actions.write_evidence
        return await write(self.action.id, values["evidence"], self.action.evidence, self.draft_key)


# A task for each -----------------------------------------------------------------------------------------------------

_TASKS = _design(
    mark("A task for each customer"),
    Icon.LIST_CHECKS,
    mark("Give the tasks"),
    "action.tasks",
    (
        (
            FieldSpec(
                "way",
                mark("How they are told"),
                FieldKind.ONE_OF,
                Need.REQUIRED,
                words=mark("First letters choose"),
                options=tuple(Option(way.value, said) for way, said in WAY_WORDS.items()),
                named=mark("how"),
            ),
            FieldSpec("days", mark("Within"), FieldKind.LINE, hint=mark("days")),
        ),
        (
            FieldSpec(
                "words",
                mark("What is told to them"),
                FieldKind.LINE,
                Need.REQUIRED,
                words=mark("In one line"),
                named=mark("what is told"),
            ),
        ),
    ),
)


class TasksForm(FormPane):
    """Gives each customer of a list a task, after saying how many that will be."""

    def __init__(
        self,
        place: Place,
        action: ActionView,
        rows: tuple[Affected, ...],
        since: datetime | None,
        parent: QWidget | None = None,
    ) -> None:
        self.place, self.action, self.rows, self._since = place, action, rows, since
        self.plan = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.plan.setContentsMargins(Space.L, Space.S, Space.L, 0)
        self.given = 0
        super().__init__(place.desk, place.keys, FormSubject(None, None, record_id=action.id), _TASKS, parent)
        self.body.edited.connect(self._show_plan)
        self.ready.connect(self._show_plan)
        self._show_plan()

    def pinned(self) -> QWidget:
        """Return how many would be given one now."""
        return self.plan

    @property
    def _way(self) -> Way:
        return known(Way, self.body.values["way"], Way.WRITE)

    def _show_plan(self) -> None:
        self.plan.set_text(plan_words(self.rows, self._way))

    async def prefill(self, reference: str | None) -> Prefill:
        """Return the usual words."""
        values = {"days": str(_TASK_DAYS), "words": f"{self.action.concern.product}: {self.action.words}"}
        return Prefill("", values, {}, dict.fromkeys(values, ""))

    async def finish(self, values: Mapping[str, str]) -> UUID:
        """Give the tasks; raises UserMistake at a field."""
        for one in self.body.missing:
            raise UserMistake(one.spec.name, tr("{label} is missing.", label=one.spec.label), tr("Fill this in."))
        days = _days(values["days"].strip() or str(_TASK_DAYS), "days")
        day = self.place.clock.now().astimezone(self.place.zone).date() + timedelta(days=max(1, days))
        due = datetime.combine(day, _END_OF_WORK, self.place.zone)
        self.given = await self.desk.actions.give_tasks(
            self.action.id, self._since, self._way, values["words"], due, zone_name(), self.draft_key
        )
        return self.action.id


def plan_words(rows: tuple[Affected, ...], way: Way) -> str:
    """Return who would be given a task: "12 customers get a task, 1 has one already, 2 asked not to be called"."""
    plan = planned(rows, way)
    parts = [tr_n("{n} customer gets a task", "{n} customers get a task", len(plan.customers))]
    if plan.given:
        parts.append(tr_n("{n} has one already", "{n} have one already", plan.given))
    if plan.not_called:
        parts.append(tr_n("{n} asked not to be called", "{n} asked not to be called", plan.not_called))
    return ", ".join(parts)
