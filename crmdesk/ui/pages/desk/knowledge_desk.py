"""Knowledge beside the call: the article that fits the note, the script of the call's queue, one key for both."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from PySide6.QtCore import QObject, Qt, QTimer

from crmdesk.domain import words
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.knowledge.article import gist_of
from crmdesk.domain.knowledge.edition import ArticleView, ScriptLine
from crmdesk.domain.knowledge.script import Run
from crmdesk.domain.lane import DeskCall, Stage
from crmdesk.domain.language import left_to_right, tr, tr_n
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.knowledge.typing import NoteModules
from crmdesk.ui.pages.desk.article_desk import ArticleDesk
from crmdesk.ui.pages.desk.columns import CallDesk
from crmdesk.ui.pages.desk.reader import CustomerReader
from crmdesk.ui.pages.desk.script_desk import ScriptDesk
from crmdesk.ui.pages.desk.spot import Spot
from crmdesk.ui.pop.calls import CallBook
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.tasks import InTurn, cancel_all, spawn
from crmdesk.ui.theme import Icon

AFTER_LAST_KEY_MS = 400


class KnowledgeDesk(QObject):
    """Ties articles, scripts and text modules to the note and the middle of the desk."""

    def __init__(self, place: Place, call: CallDesk, book: CallBook, reader: CustomerReader, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._call, self._book, self._reader = place, call, book, reader
        self._spot: Spot | None = None
        self._suggested: ArticleView | None = None
        self._script: ScriptLine | None = None
        self._run: Run | None = None
        self._asking = QObject(self)
        self._reading = QObject(self)
        self._modules_read = InTurn(self, self._read_modules)
        self.articles = ArticleDesk(place, call, self)
        self.scripts = ScriptDesk(place, call, self)
        self.modules = NoteModules(call.note.text, self.known, self)
        self._after_key = QTimer(self)
        self._after_key.setSingleShot(True)
        self._after_key.setInterval(AFTER_LAST_KEY_MS)
        self._after_key.timeout.connect(self._suggest)
        call.note.edited.connect(self._after_key.start)
        self._open = place.keys.bind(commands.INFORMATION, self.open_next, call)
        self._open.drive(call.note.look)
        self._open.forbid()
        self._start = place.keys.bind(commands.SCRIPT, self.choose_script, call)
        call.note.look.clicked.connect(self.open_next)
        book.changed.connect(self._call_changed)
        self.scripts.moved.connect(self._ran)
        self.articles.moved.connect(self._show)
        listen(self, place.desk.bus, Changes, self._changed)
        self._modules_read.ask()

    # Where the agent is ----------------------------------------------------------------------------------------------

    def follow(self, spot: Spot | None) -> None:
        """Take note of where the desk went: what belonged to the spot before is put away, nothing of it is lost."""
        if spot is not None and self._spot is not None and spot.subject == self._spot.subject:
            self._spot = spot
            return
        self._spot = spot
        self._suggested, self._script, self._run = None, None, None
        self.put_away()
        self.scripts.follow(spot.interaction_id if spot is not None else None)
        self._show()
        self._read_again()

    def _read_again(self) -> None:
        cancel_all(self._reading)
        if self._spot is not None:
            spawn(self._reading, self._read(self._spot))
            self._after_key.start()

    async def _read(self, spot: Spot) -> None:
        """Read which script is half way in this call, and which belongs to its queue."""
        call = spot.interaction_id
        if call is None or self._rings():
            return  # a ring has no answers yet
        doors = self._place.desk.scripts
        run = await doors.under_way(call)
        case = self._book.case(spot.key)
        queue = case.call.queue if case is not None else None
        followed = await doors.followed(call)
        lines = await doors.all()
        if spot.subject == self._subject:
            fit = (line for line in lines if queue and line.queue == queue and line.edition not in followed)
            self._run, self._script = run, next(fit, None)
            self._show()

    def _rings(self) -> bool:
        case = self._book.case(self._spot.key) if self._spot is not None else None
        return case is not None and case.stage is Stage.RINGING

    def _call_changed(self, case: DeskCall, before: DeskCall | None) -> None:
        here = self._spot is not None and self._spot.key == case.key
        if here and (before is None or before.stage is not case.stage):
            self._read_again()

    @property
    def _subject(self) -> UUID | None:
        return self._spot.subject if self._spot is not None else None

    def _changed(self, changes: Changes) -> None:
        self.scripts.erased(changes.erased)
        if changes.touches(Kind.TEXT_MODULE):
            self._modules_read.ask()
        if changes.touches(Kind.SCRIPT, Kind.SCRIPT_ANSWER, Kind.ARTICLE):
            self._read_again()

    async def _read_modules(self) -> None:
        self.modules.offer(await self._place.desk.knowledge.text_modules())

    # The line under the note -----------------------------------------------------------------------------------------

    def _suggest(self) -> None:
        cancel_all(self._asking)
        if self._spot is not None:
            spawn(self._asking, self._ask(self._spot.subject, self._call.note.text.text))

    async def _ask(self, subject: UUID, note: str) -> None:
        found = await self._place.desk.knowledge.suggest(note) if note.strip() else ()
        if subject == self._subject:
            self._suggested = found[0] if found else None
            self._show()

    def _ran(self) -> None:
        self._read_again()
        self._show()

    def _next(self) -> ArticleView | Run | ScriptLine | None:
        """Return what Ctrl+I opens: a script left half way, else the article that fits, else the script of the queue;
        what is open already is left out."""
        script_open = self.scripts.is_open
        if self._run is not None and not script_open:
            return self._run
        if self._suggested is not None and self.articles.shown != self._suggested.id:
            return self._suggested
        return self._script if self._run is None and not script_open else None

    def _show(self) -> None:
        offered, note = self._next(), self._call.note
        if isinstance(offered, ArticleView):
            gist = gist_of(offered.body, 70)
            which = {"code": left_to_right(offered.code), "version": offered.version}
            note.offer_look(
                Icon.BOOK_OPEN, offered.title, tr("Article {code}, version {version}: {gist}", **which, gist=gist)
            )
        elif isinstance(offered, Run):
            left = tr_n(
                "The script was left half way, after {n} answer.",
                "The script was left half way, after {n} answers.",
                len(offered.standing.path),
            )
            note.offer_to_go_on(offered.script.title, left)
        elif isinstance(offered, ScriptLine):
            note.offer_look(Icon.LIST_CHECKS, offered.title, tr("The script of this queue, one question at a time."))
        else:
            note.offer_nothing()
        if offered is not None or self.articles.is_open or self.scripts.is_open:
            self._open.allow()
        else:
            self._open.forbid()

    def open_next(self) -> None:
        """Open what the line under the note names; without one the keyboard goes to what is open."""
        offered = self._next()
        if isinstance(offered, ArticleView):
            self.articles.show_article(offered)
        elif isinstance(offered, Run):
            self.scripts.go_on(offered)
        elif isinstance(offered, ScriptLine):
            self.scripts.begin(offered.edition)
        elif self.articles.is_open:
            self.articles.pane.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.scripts.is_open:
            self.scripts.pane.take_focus()

    def choose_script(self) -> None:
        """Ask which script is to be followed in the call shown."""
        if self._spot is None or self._spot.interaction_id is None or self._rings():
            what, next_step = (
                tr("A script is followed in a call."),
                tr("Answer or open the call, then choose it again."),
            )
            self._place.window.tell(what, next_step)
            return
        if self._run is not None:
            self.scripts.go_on(self._run)
        else:
            self.scripts.choose()

    def open_article(self, article_id: UUID) -> None:
        """Open an article beside the call (the search asks for it)."""
        self.articles.open(article_id)

    def put_away(self) -> bool:
        """Put away what is beside the call and return whether something was."""
        open_now = self.articles.is_open or self.scripts.is_open
        self.articles.close()
        self.scripts.close()
        return open_now

    async def settle(self) -> None:
        """Return when an answer that is being written is on the disk."""
        await self.scripts.settle()

    # Placeholders ----------------------------------------------------------------------------------------------------

    def known(self) -> Mapping[str, str]:
        """Return what placeholders of text modules are filled with here and now.

        A reference is known where one complaint is open; of several nobody can tell which is meant.
        """
        spot, card, now = self._spot, self._reader.card, self._place.clock.now()
        me = self._place.desk.identity
        case = self._book.case(spot.key) if spot is not None else None
        number = spot.number if spot is not None else ""
        complaints = card.open_complaints if card is not None else ()
        customer = card.name if card is not None else ""
        if case is not None and case.undecided:
            customer = ""  # it is not said yet who calls
        return {
            "customer": customer,
            "agent": me.display_name if me is not None else "",
            "date": words.lasting_day(now.astimezone(self._place.zone).date()),
            "time": words.clock(now, self._place.zone),
            "number": self._place.number(number) if number else "",
            "product": card.product if card is not None else "",
            "city": card.city if card is not None else "",
            "reference": complaints[0].reference if len(complaints) == 1 else "",
        }
