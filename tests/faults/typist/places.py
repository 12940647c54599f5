"""Every place in which a person types words that are not a record yet: how one comes there, what stands there."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from functools import partial
from typing import ClassVar
from uuid import UUID

from PySide6.QtWidgets import QWidget
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from crmdesk.demo.hands import Hands
from crmdesk.demo.steps import STEPS
from crmdesk.domain.calls.live import Phase
from crmdesk.domain.card import FieldRef
from crmdesk.domain.changes import Kind
from crmdesk.models.base import Synced
from crmdesk.models.complaint import Complaint, ComplaintIssue, ComplaintStep
from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Note
from crmdesk.models.knowledge import Article
from crmdesk.models.learning import Feedback
from crmdesk.models.message import Message
from crmdesk.models.request import Request, RequestStep
from crmdesk.models.task import Task
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime import doorbell
from crmdesk.runtime.desk.phone import PhoneDesk
from crmdesk.ui.formkit import FormPane
from crmdesk.ui.pages.articles.page import ArticlesPage
from crmdesk.ui.pages.cases.issues import IssueCard
from crmdesk.ui.pages.cases.page import CasesPage
from crmdesk.ui.pages.cases.step_form import SnugForm
from crmdesk.ui.pages.desk import DeskPage
from crmdesk.ui.pages.desk.card_editor import CardEditor
from crmdesk.ui.pages.search.page import SearchPage
from tests.faults.typist.profile import A_COMPLAINT, A_REQUEST, AN_ISSUE, ARTICLE, customer_of
from tests.support.desk import known_id

_BETWEEN = " | "
_DEEPEST = 10
"""Questions that one place asks of the file one after the other until everything stands there."""
_MOST_DRAFTS = 16
_MOST_TABS = 30
_FIRST_FREE = 900


class Keys(ABC):
    """The keys at which a place is gone to and left."""

    hands: Hands

    @abstractmethod
    async def press(self, *chords: str) -> None:
        """Press keys, each as written on its cap."""

    @abstractmethod
    async def type(self, words: str) -> None:
        """Type words where the keyboard is."""


class Spot(ABC):
    """A place of this kind. ``name`` is what the report says, ``lines`` how a new line is begun, empty where there is
    one only."""

    name: ClassVar[str]
    lines: ClassVar[str] = ""
    record: ClassVar[tuple[type[Synced], str]]
    """Where the words of a record made here stand: table and column."""
    stays: ClassVar[bool] = False
    """Whether what became a record still stands here, to be changed again."""

    def __init__(self, keys: Keys) -> None:
        self.keys, self.hands = keys, keys.hands

    @abstractmethod
    async def go(self) -> None:
        """Come here as a person does, and wait until what was kept stands here."""

    @abstractmethod
    def text(self) -> str | None:
        """Return what stands here, None while there is nothing to type in."""

    def saved(self) -> bool:
        """Say whether the screen says that this is saved."""
        return False

    @abstractmethod
    async def begin(self) -> None:
        """Put the keyboard where words are typed."""

    async def finish(self, word: str) -> None:
        """Write something with this word in the place of what stands here, up to the last key before it is a record."""
        raise NotImplementedError

    last_key: ClassVar[str] = "Ctrl+Return"

    def finished(self) -> bool:
        """Say whether the screen says that it is a record."""
        raise NotImplementedError

    # Helpers ---------------------------------------------------------------------------------------------------------

    @property
    def desk(self) -> DeskPage:
        """Return the desk page."""
        page = self.hands.window.page("desk")
        assert isinstance(page, DeskPage)
        return page

    async def to_customer(self, place: str) -> None:
        """Open this place's customer: by the search, if somebody else is shown."""
        name = customer_of(place)
        if self._shows(name) and self.hands.window.current == "desk":
            return
        await STEPS["search"](self.hands, name.lower(), name)
        page = self.hands.window.page("search")
        assert isinstance(page, SearchPage)
        await self.hands.see("the answer to all that was typed", lambda: not page.finder.waiting)
        await self.keys.press("Return")
        await self.hands.see(f"{name} on the desk", lambda: self._shows(name))
        await self.settled()

    def _shows(self, name: str) -> bool:
        spot, card = self.desk.walk.spot, self.desk.reader.card
        return spot is not None and spot.title == name and card is not None and card.name == name

    async def settled(self) -> None:
        """Wait until what was asked of the file has come to the screen."""
        session = self.hands.desktop.session
        assert session is not None
        database = session.database
        for _ in range(_DEEPEST):
            await asyncio.gather(database.read(_nothing), database.read(_nothing), database.write(_nothing))
            await asyncio.sleep(0)

    async def tab_to(self, widget: QWidget) -> None:
        """Press Tab until the keyboard is there."""
        for _ in range(_MOST_TABS):
            if self.hands.keyboard_in(widget):
                return
            await self.keys.press("Tab")
        raise AssertionError(f"no Tab leads to {widget.accessibleName()}")


def _is_at(phone: PhoneDesk, phase: Phase) -> bool:
    return any(call.phase is phase for call in phone.calls)


def _nobody_found(page: SearchPage, number: str) -> bool:
    told = page.nobody.number == number  # and not yet what was typed before its last digit
    return told and page.stack.currentWidget() is page.nobody and not page.finder.waiting


def _nothing(_: UnitOfWork) -> None:
    """Read nothing: what was asked before has been answered then."""


class NoteSpot(Spot):
    """The note about a customer."""

    name = "note"
    lines = "Return"
    record = (Note, "body")

    async def go(self) -> None:
        await self.to_customer(self.name)

    async def begin(self) -> None:
        await self.keys.press("Ctrl+N")
        await self.hands.see("the keyboard in the note", lambda: self.hands.keyboard_in(self.desk.view.call.note.text))

    def text(self) -> str:
        return self.desk.view.call.note.text.text

    def saved(self) -> bool:
        return self.desk.view.call.note.saved.text().startswith("Saved")

    async def finish(self, word: str) -> None:
        await self.keys.press("Ctrl+A")
        await self.keys.type(f"done {word}")

    def finished(self) -> bool:
        return not self.text()


class CallSpot(NoteSpot):
    """The note on a call; after the program was killed, of a call that waits for its wrap-up."""

    name = "note on a call"

    async def go(self) -> None:
        if self.hands.window.current != "desk":
            await self.keys.press("Ctrl+J", "D")
            await self.hands.see("the desk", lambda: self.hands.window.current == "desk")
        await self.settled()
        for _ in range(_MOST_DRAFTS):
            if self._is_here():
                break
            await self.keys.press("Ctrl+Tab")
            await self.settled()
        else:
            await self._ring()
        await self.settled()

    def _is_here(self) -> bool:
        spot = self.desk.walk.spot
        return spot is not None and spot.interaction_id is not None

    async def _ring(self) -> None:
        session = self.hands.desktop.session
        assert session is not None
        folder = self.hands.desktop.options.folder
        for event, phase in (("ring", Phase.RINGING), ("answer", Phase.TALKING)):
            message = doorbell.message_of({"number": "+44 7700 900777", "event": event})
            assert message is not None
            assert await asyncio.to_thread(doorbell.ring, folder, message), "nobody opens the door"
            await self.hands.see(f"the call, {event}", partial(_is_at, session.desk.phone, phase))
        await self.keys.press("Ctrl+L")  # who types in another field is not taken away from there
        await self.hands.see("the call on the desk", self._is_here)

    async def finish(self, word: str) -> None:
        await super().finish(word)
        folder = self.hands.desktop.options.folder
        message = doorbell.message_of({"number": "+44 7700 900777", "event": "end"})
        assert message is not None
        await asyncio.to_thread(doorbell.ring, folder, message)
        await self.hands.see("the wrap-up", self.desk.notes.wraps_up)
        await self.settled()

    def finished(self) -> bool:
        return not self._is_here()


class _Card(Spot):
    field: ClassVar[str]
    stays = True
    last_key = "Return"

    async def go(self) -> None:
        await self.to_customer(self.name)
        customer = self.desk.reader.customer
        if self._editor is None and customer is not None:
            self.desk.card.edit_target(FieldRef(Kind.CUSTOMER, customer, self.field))  # as a click does
            await self.hands.see("the field", lambda: self._editor is not None and self._editor.isVisible())
        await self.settled()

    @property
    def _editor(self) -> CardEditor | None:
        return self.desk.card.editor

    async def begin(self) -> None:
        await self.keys.press("F2")
        await self.hands.see(
            "the keyboard in the field", lambda: self._editor is not None and self._editor.has_keyboard()
        )

    def text(self) -> str | None:
        return self._editor.text if self._editor is not None else None

    async def finish(self, word: str) -> None:
        await self.keys.press("Ctrl+A")
        await self.keys.type(f"done {word}")

    def finished(self) -> bool:
        return self._editor is None


class CardLineSpot(_Card):
    """A field of the card."""

    name = "card"
    field = "care"
    record = (Customer, "care")


class CardLinesSpot(_Card):
    """A field of several lines of the card."""

    name = "card text"
    field = "preferences"
    lines = "Shift+Return"
    record = (Customer, "preferences")


class PromiseSpot(Spot):
    """The line in which something is promised."""

    name = "promise"
    record = (Task, "words")
    last_key = "Return"

    async def go(self) -> None:
        await self.to_customer(self.name)

    async def begin(self) -> None:
        await self.keys.press("Ctrl+P")
        await self.hands.see(
            "the keyboard in the line", lambda: self.hands.keyboard_in(self.desk.view.call.note.promise)
        )

    def text(self) -> str:
        return self.desk.view.call.note.promise.text

    async def finish(self, word: str) -> None:
        await self.keys.press("Ctrl+A")
        await self.keys.type(f"call back tomorrow 10 about {word}")

    def finished(self) -> bool:
        return not self.text()


def _is_open(form: FormPane | None) -> bool:
    """Return whether a form is there and holds what its draft held."""
    return form is not None and form._opened


class _Form(Spot):
    chord: ClassVar[str]
    words_in: ClassVar[str]

    async def go(self) -> None:
        await self.to_customer(self.name)
        if self._form is None:
            await self.keys.press(self.chord)
        await self.hands.see("the form as it was left", lambda: _is_open(self._form))
        await self.settled()

    @property
    def _form(self) -> FormPane | None:
        return self.desk.forms.form

    async def begin(self) -> None:
        form = self._form
        assert form is not None
        form.setFocus()
        await self.tab_to(form.body.input(self.words_in))

    def text(self) -> str | None:
        if self._form is None:
            return None
        values = self._form.body.values
        return (
            _BETWEEN.join(values.values()) if values[self.words_in] else ""
        )  # the rest may be the form's own proposal

    def saved(self) -> bool:
        return self._form is not None and self._form.head.saved.text().startswith("Saved")

    async def choose(self, field: str, keys: str) -> None:
        """Type into a field where nothing stands yet."""
        form = self._form
        assert form is not None
        await self.tab_to(form.body.input(field))
        if not form.body.input(field).filled:
            await self.keys.type(keys)

    def finished(self) -> bool:
        return self._form is None


class ComplaintSpot(_Form):
    """The words of a complaint."""

    name = "complaint"
    chord = "Ctrl+R"
    words_in = "verbatim"
    lines = "Return"
    record = (Complaint, "verbatim")

    async def finish(self, word: str) -> None:
        await self.keys.press("Ctrl+A")
        await self.keys.type(f"done {word}")
        await self.choose("product", "Boiler cover")
        await self.choose("category", "b")
        await self.choose("severity", "2")


class ServiceSpot(_Form):
    """What is wrong, of a service request."""

    name = "service request"
    chord = "Ctrl+S"
    words_in = "verbatim"
    lines = "Return"
    record = (Request, "verbatim")

    async def finish(self, word: str) -> None:
        await self.keys.press("Ctrl+A")
        await self.keys.type(f"done {word}")
        await self.choose("product", "Boiler cover")
        await self.choose("urgency", "2")


class ReturnSpot(_Form):
    """Why something comes back."""

    name = "product return"
    chord = "Ctrl+Shift+P"
    words_in = "verbatim"
    lines = "Return"
    record = (Request, "verbatim")

    async def finish(self, word: str) -> None:
        await self.keys.press("Ctrl+A")
        await self.keys.type(f"done {word}")
        await self.choose("product", "Kettle")
        await self.choose("category", "Kettles")
        await self.choose("bought_on", "2026-03-12")


class QuestionSpot(_Form):
    """A question."""

    name = "information request"
    chord = "Ctrl+Shift+I"
    words_in = "verbatim"
    lines = "Return"
    record = (Request, "verbatim")

    async def finish(self, word: str) -> None:
        await self.keys.press("Ctrl+A")
        await self.keys.type(f"done {word}")
        await self.choose("category", "a")


class ContactSpot(_Form):
    """A letter that is written down."""

    name = "other contact"
    chord = "Ctrl+O"
    words_in = "body"
    lines = "Return"
    record = (Message, "body")

    async def finish(self, word: str) -> None:
        await self.keys.press("Ctrl+A")
        await self.keys.type(f"done {word}")
        await self.choose("channel", "l")
        await self.choose("from", "f")
        await self.choose("subject", "letter")


class FeedbackSpot(_Form):
    """A line to the product team."""

    name = "feedback"
    chord = "Ctrl+Shift+F"
    words_in = "words"
    lines = "Return"
    record = (Feedback, "words")

    async def finish(self, word: str) -> None:
        await self.keys.press("Ctrl+A")
        await self.keys.type(f"done {word}")
        form = self._form
        assert form is not None
        form.setFocus()
        await self.choose("product", "Boiler cover")


class _OfACase(Spot):
    """Something on the page of cases, of a case whose reference is ``case``."""

    lines = "Return"
    case: ClassVar[str]

    async def _to_case(self) -> None:
        if self.hands.window.current != "cases":
            await self.keys.press("Ctrl+J", "C")
        page = await self.hands.see("the cases", lambda: self.hands.part(CasesPage))
        wanted = known_id(self.case)
        await self.hands.see(self.case, lambda: page.rows.find(wanted) >= 0)
        if self._shown() != wanted:
            page.list.view.select(page.rows.find(wanted))  # as a click does
            await self.hands.see(f"{self.case} whole", lambda: self._shown() == wanted)
            await self.settled()

    def _shown(self) -> UUID | None:
        line = self._page.pane.line
        return None if line is None else line.id

    @property
    def _page(self) -> CasesPage:
        page = self.hands.window.page("cases")
        assert isinstance(page, CasesPage)
        return page

    async def finish(self, word: str) -> None:
        await self.keys.press("Ctrl+A")
        await self.keys.type(f"done {word}")


class _StepForm(_OfACase):
    """The form of a step: a note, which may be written in any state."""

    async def go(self) -> None:
        await self._to_case()
        if self._form is None:
            self._page.list.take_keyboard()
            await self.keys.press("N")
        await self.hands.see("the form as it was left", lambda: _is_open(self._form))
        await self.settled()

    @property
    def _form(self) -> SnugForm | None:
        return self._page.pane.form if self._shown() == known_id(self.case) else None

    async def begin(self) -> None:
        form = self._form
        assert form is not None
        form.setFocus()
        await self.tab_to(form.body.input("words"))

    def text(self) -> str | None:
        return self._form.body.values["words"] if self._form is not None else None

    def saved(self) -> bool:
        return self._form is not None and self._form.head.saved.text().startswith("Saved")

    def finished(self) -> bool:
        return self._form is None


class AnswerSpot(_OfACase):
    """The answer to an issue, which is written as soon as its field is left."""

    name = "answer to an issue"
    case = AN_ISSUE
    record = (ComplaintIssue, "answer")
    stays = True

    async def go(self) -> None:
        await self._to_case()
        await self.hands.see("the issue", lambda: self._card is not None)
        await self.settled()

    @property
    def _card(self) -> IssueCard | None:
        cards = self._page.pane.about.issues.cards if self._shown() == known_id(self.case) else {}
        return next(iter(cards.values()), None)

    async def begin(self) -> None:
        card = self._card
        assert card is not None
        self._page.list.take_keyboard()
        await self.keys.press("I")
        await self.hands.see("the keyboard in the answer", lambda: self.hands.keyboard_in(card.answer))

    def text(self) -> str | None:
        return self._card.answer.text if self._card is not None else None

    def finished(self) -> bool:
        return self._card is not None and not self._card.saved.isVisible()


class ComplaintStepSpot(_StepForm):
    """A note in the life of a complaint."""

    name = "complaint step"
    case = A_COMPLAINT
    record = (ComplaintStep, "details")


class RequestStepSpot(_StepForm):
    """A note in the life of a request."""

    name = "request step"
    case = A_REQUEST
    record = (RequestStep, "details")


class ArticleSpot(Spot):
    """The next version of an article."""

    name = "article"
    lines = "Return"
    record = (Article, "body")
    stays = True

    async def go(self) -> None:
        if self.hands.window.current != "articles":
            await self.keys.press("Ctrl+J", "A")
        page = await self.hands.see("the articles", lambda: self.hands.part(ArticlesPage))
        await self.hands.see("the article", lambda: page.pane.view is not None and page.pane.view.code == ARTICLE)
        await self.settled()
        if page.editor is None or not page.editor.isVisible():
            await self.keys.press("F2")
            await self.hands.see("the editor", lambda: page.editor is not None and page.editor.isVisible())
        await self.settled()

    @property
    def _page(self) -> ArticlesPage:
        page = self.hands.window.page("articles")
        assert isinstance(page, ArticlesPage)
        return page

    async def begin(self) -> None:
        editor = self._page.editor
        assert editor is not None
        await self.tab_to(editor.text)

    def text(self) -> str | None:
        editor = self._page.editor
        return editor.text.text if editor is not None and editor.isVisible() else None

    def saved(self) -> bool:
        editor = self._page.editor
        return editor is not None and editor.isVisible() and editor.saved.text().startswith("Saved")

    async def finish(self, word: str) -> None:
        await self.keys.press("Ctrl+A")
        await self.keys.type(f"done {word}")

    def finished(self) -> bool:
        editor = self._page.editor
        return editor is None or not editor.isVisible()


class NewcomerSpot(Spot):
    """The name of a customer who is not on file, where the search found nobody."""

    name = "new customer"
    record = (Customer, "name")
    last_key = "Return"

    async def go(self) -> None:
        await self.keys.press("Ctrl+F")
        page = await self.hands.see("the search page", lambda: self.hands.part(SearchPage))
        await self.keys.press("Ctrl+A")
        number = f"+44 20 7946 0{_FIRST_FREE + await self._made()}"
        await self.keys.type(number)
        await self.hands.see("that nobody is found", partial(_nobody_found, page, number))
        await self.keys.press("Ctrl+Return")
        await self.settled()

    async def _made(self) -> int:
        """Return how many customers were made here: each has a number that is nobody's any more."""
        session = self.hands.desktop.session
        assert session is not None
        return await session.database.read(records, self.record, "Done ")

    @property
    def _page(self) -> SearchPage:
        page = self.hands.window.page("search")
        assert isinstance(page, SearchPage)
        return page

    async def begin(self) -> None:
        await self.hands.see("the keyboard in the name", lambda: self.hands.keyboard_in(self._page.nobody.name))

    def text(self) -> str | None:
        name = self._page.nobody.name
        return name.text if name.isVisible() else None

    async def finish(self, word: str) -> None:
        await self.keys.press("Ctrl+A")
        await self.keys.type(f"Done {word}")

    def finished(self) -> bool:
        card = self.desk.reader.card
        return self.hands.window.current == "desk" and card is not None and card.name.startswith("Done")


SPOTS: tuple[type[Spot], ...] = (
    NoteSpot,
    CallSpot,
    CardLineSpot,
    CardLinesSpot,
    PromiseSpot,
    ComplaintSpot,
    *(ServiceSpot, ReturnSpot, QuestionSpot),
    ContactSpot,
    FeedbackSpot,
    *(ComplaintStepSpot, RequestStepSpot, AnswerSpot),
    ArticleSpot,
    NewcomerSpot,
)


def records(uow: UnitOfWork, record: tuple[type[Synced], str], word: str) -> int:
    """Return how many records have a word; of articles, how many versions."""
    model, name = record
    column: InstrumentedAttribute[str] = getattr(model, name)
    return (
        uow.session.scalar(select(func.count()).select_from(model).where(column.contains(word, autoescape=True))) or 0
    )
