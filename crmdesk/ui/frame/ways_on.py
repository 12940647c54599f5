"""What a person does with a change that the server did not take: send again, keep as a note, let go, settle."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from crmdesk.domain.language import tr, tr_in
from crmdesk.domain.sync_state import UnsentChange
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.frame.unsent_list import Doing, UnsentList
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.qt.tasks import spawn


class WaysOn(QObject):
    """Serves one list. ``done`` tells that something was done: read the list again."""

    done = Signal()

    def __init__(self, place: Place, listed: UnsentList, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._list = place, listed
        bindings = (
            place.keys.bind(commands.CHANGE_IT, self._change, listed),
            place.keys.bind(commands.ASK, self._ask, listed),
            place.keys.bind(commands.KEEP_AS_NOTE, self._keep_as_note, listed),
            place.keys.bind(commands.LET_GO, self._let_go, listed),
        )
        doings = (Doing.CHANGE, Doing.ASK, Doing.KEEP_AS_NOTE, Doing.LET_GO)
        self._bindings = dict(zip(doings, bindings, strict=True))
        for binding in bindings:
            binding.changed.connect(self._keys_changed)
        listed.wanted.connect(self._wanted)

    def _keys_changed(self) -> None:
        caps = {doing: cap_text(binding.chord) for doing, binding in self._bindings.items() if binding.works}
        self._list.show_keys(caps)

    def _change(self) -> None:
        self._list.do(Doing.CHANGE)

    def _ask(self) -> None:
        self._list.do(Doing.ASK)

    def _keep_as_note(self) -> None:
        self._list.do(Doing.KEEP_AS_NOTE)

    def _let_go(self) -> None:
        self._list.do(Doing.LET_GO)

    def _wanted(self, change: object, doing: object) -> None:
        if isinstance(change, UnsentChange) and isinstance(doing, Doing):
            spawn(self, self._do(change, doing))

    async def _do(self, change: UnsentChange, doing: Doing) -> None:
        sync, window = self._place.desk.sync, self._place.window
        match doing:
            case Doing.SETTLE:
                window.settle_wanted.emit(change.conflict_id)
                return
            case Doing.CHANGE:
                window.go_to("unsent")
                window.change_wanted.emit(change)
                return
            case Doing.ASK:
                await sync.ask_supervisor(change.seq)
                where = tr("It is among the callbacks of the team. The change stays here.")
                window.tell(tr("A supervisor is asked"), where)
            case Doing.SEND_AGAIN:
                await sync.try_again(change.seq)
                sync.try_now()
            case Doing.KEEP_AS_NOTE:
                await sync.keep_as_note(change.seq)
                window.tell(tr("Kept as a note"), tr("The change itself was let go."))
            case Doing.LET_GO:
                said = await sync.let_go(change.seq)
                if said:
                    QGuiApplication.clipboard().setText(said)
                window.tell(tr_in("a change", "Let go"), tr("What it said can be pasted.") if said else "")
        await sync.refresh()
        self.done.emit()
