"""Opens a form over the timeline for the spot one is at, and puts it aside when one goes elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.ui.formkit import FormPane, FormSubject
from crmdesk.ui.forms import form_named
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.spot import Spot
from crmdesk.ui.pages.desk.view import DeskView
from crmdesk.ui.qt.tasks import spawn


class FormDesk(QObject):
    """At most one form is open; closing it never loses a word, its draft is kept.

    ``filed`` carries the subject (the call, or the customer) for which a complaint was registered.
    """

    filed = Signal(object)

    def __init__(self, place: Place, view: DeskView, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._view = place, view
        self._form: FormPane | None = None
        self._spot: Spot | None = None
        self._name = ""

    @property
    def form(self) -> FormPane | None:
        """Return the form that is open."""
        return self._form

    def open_complaint(self, spot: Spot, customer_name: str) -> None:
        """Open the complaint form for a call or a customer; a form that is open already gets the keyboard."""
        self._open("complaint", spot, customer_name)

    def open_request(self, kind: RequestKind, spot: Spot, customer_name: str) -> None:
        """Open the form of a request for a call or a customer; one that is open already gets the keyboard."""
        self._open(kind.value, spot, customer_name)

    def open_contact(self, spot: Spot, customer_name: str) -> None:
        """Open the form for a contact that did not come by phone."""
        self._open("contact", spot, customer_name)

    def open_feedback(self, spot: Spot, customer_name: str) -> None:
        """Open the form for a line to the product team."""
        self._open("feedback", spot, customer_name)

    def _open(self, name: str, spot: Spot, customer_name: str) -> None:
        same = self._name == name and self._spot is not None and self._spot.subject == spot.subject
        if self._form is not None and same:
            self._form.setFocus()
            return
        self.put_aside()
        subject = FormSubject(spot.interaction_id, spot.customer_id, customer_name, self._view.call.note.text.text)
        with self._place.keys.together():
            form = form_named(name).build(self._place.desk, self._place.keys, subject)
            form.ready.connect(self._ready)
            form.registered.connect(self._registered)
            form.put_aside.connect(self._close)
            self._form, self._spot, self._name = form, spot, name
            self._view.call.show_form(form)

    def follow(self, spot: Spot | None) -> None:
        """Put the form aside if it belongs to another spot; tell it when the call turns out to be somebody else's."""
        if self._form is None or self._spot is None:
            return
        if spot is None or spot.subject != self._spot.subject:
            self.put_aside()
        else:
            self._form.concern(spot.customer_id, spot.title if spot.customer_id is not None else "")

    def put_aside(self) -> None:
        """Keep what was typed and give the timeline back."""
        if self._form is not None:
            spawn(self, self._form.last_words())
            self._close()

    async def settle(self) -> None:
        """Return when what was typed into the form is on the disk."""
        if self._form is not None:
            await self._form.keep_now()

    def _ready(self) -> None:
        if self._form is not None and self._form.taken_over is not None:
            self._view.call.note.show_taken(*self._form.taken_over)

    def _registered(self, _: object) -> None:
        subject, complaint = self._spot.subject if self._spot is not None else None, self._name == "complaint"
        self._close()
        if complaint:
            self.filed.emit(subject)

    def _close(self) -> None:
        had_keyboard = self._form is not None and self._form.isAncestorOf(QApplication.focusWidget() or self._view)
        self._form, self._spot = None, None
        self._view.call.drop_form()
        self._view.call.note.show_form_closed()
        if had_keyboard:
            self._view.call.note.text.setFocus()
        self._place.keys.refresh()
