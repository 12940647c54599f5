"""The desk with a customer: who at the left, what happened in the middle, what I do at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain.language import tr
from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import Entrance, FloatingCard, Ground, Line, Panel
from crmdesk.ui.kit.mirror import visual
from crmdesk.ui.pages.desk.customer import CustomerPane
from crmdesk.ui.pages.desk.hand_over import HandOverCard
from crmdesk.ui.pages.desk.note import NotePane
from crmdesk.ui.pages.desk.story import StoryCard
from crmdesk.ui.pages.desk.strip import CustomerStrip
from crmdesk.ui.pages.desk.timeline import TimelinePane
from crmdesk.ui.pages.desk.timeline_rows import Reading
from crmdesk.ui.pages.desk.unknown import NumberPane
from crmdesk.ui.pop.chooser import ChooserStrip
from crmdesk.ui.theme import Size, Space

_FACTS_HEIGHT = 520


class CallDesk(QWidget):
    """Three columns; below 1280 px the customer is a strip over the timeline and a card on demand."""

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        me = place.desk.identity.display_name if place.desk.identity is not None else ""
        self.chooser = ChooserStrip()
        self.customer = CustomerPane(place.zone, place.number)
        self.number = NumberPane(place.desk, place.keys, place.digits)
        self.strip = CustomerStrip()
        self.hand_over = HandOverCard()
        self.story = StoryCard()
        self.timeline = TimelinePane(Reading(place.zone, place.clock.now(), me))
        self.note = NotePane(place.zone)
        self.who = QStackedWidget()
        self.who.addWidget(self.customer)
        self.who.addWidget(self.number)
        self.middle = QStackedWidget()
        self.facts = FloatingCard(self)
        self._form: QWidget | None = None
        self._beside: list[QWidget] = []
        self._strip_wanted = False
        self._lay_out()
        self.strip.all_facts.connect(self.show_facts)
        self.strip.open.installEventFilter(self)

    def _lay_out(self) -> None:
        stream = Panel(ground=Ground.WINDOW)
        column = QVBoxLayout(stream)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self._hand_over_room = QWidget()
        room = QVBoxLayout(self._hand_over_room)
        room.setContentsMargins(Space.L, Space.M, Space.L, 0)
        room.addWidget(self.hand_over)
        self._hand_over_room.hide()
        column.addWidget(self._hand_over_room)
        self._story_room = QWidget()
        room = QVBoxLayout(self._story_room)
        room.setContentsMargins(Space.L, Space.M, Space.L, 0)
        room.addWidget(self.story)
        column.addWidget(self._story_room)
        column.addWidget(self.timeline, 1)
        self._stream = stream
        self.middle.addWidget(stream)
        centre = QVBoxLayout()
        centre.setSpacing(0)
        centre.addWidget(self.strip)
        centre.addWidget(self.middle, 1)
        self._columns = QHBoxLayout()
        self._columns.setSpacing(0)
        self._columns.addWidget(self.who)
        self._columns.addLayout(centre, 1)
        self._columns.addWidget(Line(Qt.Orientation.Vertical))
        self._columns.addWidget(self.note)
        body = QVBoxLayout(self.facts.body)
        body.setContentsMargins(1, Space.S, 1, Space.S)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.chooser)
        layout.addLayout(self._columns, 1)
        self.strip.hide()

    def fold(self, fold: Fold) -> None:
        """Take the widths of a size of the window; put the customer into a strip where there is no room."""
        self.who.setFixedWidth(fold.customer)
        self.note.setFixedWidth(fold.note)
        if fold.card_as_strip != self._strip_wanted:
            self._strip_wanted = fold.card_as_strip
            self.facts.go()
            body = self.facts.body.layout()
            if fold.card_as_strip and body is not None:
                body.addWidget(self.who)
            else:
                self._columns.insertWidget(0, self.who)
                self.who.show()
            self.strip.setVisible(fold.card_as_strip)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the facts when F6 comes to the strip: the pane it stands for."""
        came = isinstance(event, QFocusEvent) and event.reason() is Qt.FocusReason.ShortcutFocusReason
        if came and self.strip.open.hasFocus() and not self.facts.isVisible():
            self.show_facts()
        return False

    @property
    def as_strip(self) -> bool:
        """Say whether the customer is shown as a strip."""
        return self._strip_wanted

    def show_facts(self) -> None:
        """Show all facts of the customer over the timeline, or put them away."""
        if self.facts.isVisible():
            self.facts.go()
            return
        at = self.strip.mapTo(self, QPoint(0, self.strip.height()))
        height = min(_FACTS_HEIGHT, self.height() - at.y() - Space.S)
        place = visual(self, QRect(Space.S, at.y() + 2, Size.CUSTOMER, height))
        self.facts.place_card(place.x(), place.y(), place.width(), place.height())
        self.facts.appear(Entrance.FADE)
        if self.who.currentWidget() is self.number:
            self.number.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_customer(self) -> None:
        """The caller is somebody on file."""
        self.strip.open.set_words(tr("All facts"))
        self.who.setCurrentWidget(self.customer)

    def show_guess(self, words: str) -> None:
        """Say with the name that it is not said yet whether this is the caller; empty where it is."""
        self.customer.show_guess(words)
        self.strip.show_guess(words)

    def show_number(self) -> None:
        """The caller is only a number."""
        self.strip.open.set_words(tr("Who is it?"))
        self.who.setCurrentWidget(self.number)
        self.hide_story()

    def show_hand_over(self) -> None:
        """A colleague handed this caller on."""
        self._hand_over_room.show()

    def hide_hand_over(self) -> None:
        """Nothing was handed on, or it was taken note of: it takes no room."""
        self._hand_over_room.hide()

    def show_story(self) -> None:
        """There is something to tell."""
        self._story_room.show()

    def hide_story(self) -> None:
        """There is nothing to tell: it takes no room."""
        self._story_room.hide()

    def show_form(self, form: QWidget) -> None:
        """Put a form where the timeline is; customer, call and note stay."""
        self.drop_form()
        self._form = form
        self.middle.addWidget(form)
        self.middle.setCurrentWidget(form)
        form.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def form(self) -> QWidget | None:
        """Return the form in the middle, None while the timeline is there."""
        return self._form

    def drop_form(self) -> None:
        """Put the timeline back."""
        form, self._form = self._form, None
        if form is not None:
            self.middle.removeWidget(form)
            form.hide()
            form.deleteLater()
        self.middle.setCurrentWidget(self._stream)

    def keep_beside(self, pane: QWidget) -> None:
        """Take in a pane that is shown in the middle on demand: customer, call and note stay."""
        self._beside.append(pane)
        self.middle.addWidget(pane)

    @property
    def beside(self) -> QWidget | None:
        """Return the pane in the middle that was shown on demand, None while timeline or form are there."""
        shown = self.middle.currentWidget()
        return shown if shown in self._beside else None

    def show_beside(self, pane: QWidget) -> None:
        """Show a pane in the middle; a form that is open waits behind it."""
        self.middle.setCurrentWidget(pane)

    def close_beside(self) -> None:
        """Put form or timeline back."""
        self.middle.setCurrentWidget(self._form or self._stream)

    def panes(self) -> tuple[QWidget, ...]:
        """Return the panes in reading order."""
        return (self.who, self.strip, self.beside or self._form or self.timeline, self.note)
