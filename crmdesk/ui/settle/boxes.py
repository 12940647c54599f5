"""Boxes of the side list: one side's version, the merged text, and the mark beside a field with two versions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from crmdesk.domain.language import mark, tr
from crmdesk.domain.merge3 import Overlap, Piece
from crmdesk.ui.kit import Flow, Ink, Label, box, fill, leading_edge, outline
from crmdesk.ui.kit.field import field_box
from crmdesk.ui.kit.mirror import margins, painter_on
from crmdesk.ui.settle.marked import MarkedText
from crmdesk.ui.settle.merged_text import MergedText
from crmdesk.ui.theme import Icon, Radius, Space, TextRole, Voice, theme

_PAD, _PAD_END, _PAD_UP = 12, 5, 8
_LEAST, _MOST = 64, 148
_KEPT = mark("Both are kept until you settle it.")
_LEAST_MERGED, _MOST_MERGED = 96, 248


class VersionBox(QWidget):
    """One side's version, to be read and copied, in the colour of its side; a long one scrolls."""

    def __init__(self, name: str, voice: Voice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._voice = voice
        self._other: VersionBox | None = None
        self._wanted = _LEAST
        self.text = MarkedText(name)
        self.text.setReadOnly(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(margins(_PAD, _PAD_UP, _PAD_END, _PAD_UP))
        layout.addWidget(self.text)
        self.setFocusProxy(self.text)
        self.text.installEventFilter(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_pieces(self, name: str, pieces: Sequence[Piece | Overlap]) -> None:
        """Show another version; ``name`` says whose it is."""
        self.text.setAccessibleName(name)
        self.text.put_pieces(pieces)
        self._fit()

    def beside(self, other: VersionBox) -> None:
        """Be as high as another box, and it as this one."""
        self._other, other._other = other, self

    def _fit(self) -> None:
        self._wanted = self.text.content_height(self.width() - _PAD - _PAD_END) + 2 * _PAD_UP + 2
        wanted = max(self._wanted, self._other._wanted if self._other is not None else 0)
        for one in (self, self._other):
            if one is not None:
                one.setFixedHeight(min(_MOST, max(_LEAST, wanted)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the words at another width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def eventFilter(self, watched: object, event: object) -> bool:
        """Redraw the ring when the keyboard comes or goes."""
        if isinstance(event, QFocusEvent):
            self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box."""
        painter = painter_on(self)
        colors = theme().colors
        rect = QRectF(self.rect())
        line = colors.voice(self._voice).line
        box(painter, rect, colors.bg.panel, line, Radius.CONTROL)
        leading_edge(painter, rect, line, Radius.CONTROL)
        if self.text.hasFocus():
            outline(painter, rect, colors.you.line, Radius.CONTROL, 2)


class MergedBox(QWidget):
    """The text made of both, to be changed at will."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = MergedText(tr("Merged text"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(margins(_PAD, _PAD_UP, _PAD_END, _PAD_UP))
        layout.addWidget(self.text)
        self.setFocusProxy(self.text)
        self.text.installEventFilter(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.text.textChanged.connect(self.fit)

    def fit(self) -> None:
        """Be as high as the words need, within bounds; a long text scrolls."""
        wanted = self.text.content_height(self.width() - _PAD - _PAD_END) + 2 * _PAD_UP + 2
        self.setFixedHeight(min(_MOST_MERGED, max(_LEAST_MERGED, wanted)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the words at another width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit()

    def eventFilter(self, watched: object, event: object) -> bool:
        """Redraw the ring when the keyboard comes or goes."""
        if isinstance(event, QFocusEvent):
            self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field."""
        colors = theme().colors
        ground = colors.bg.window if self.text.isReadOnly() else colors.bg.panel
        painter = painter_on(self)
        field_box(painter, QRectF(self.rect()), colors.line.control, ground, focused=self.text.hasFocus())


class ValueBox(QPushButton):
    """One side's value of a plain field; a press chooses it."""

    def __init__(self, voice: Voice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._voice = voice
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.words = Label("", TextRole.BODY_STRONG, flow=Flow.WRAP)
        self.words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_PAD, 10, _PAD, 10)
        layout.addWidget(self.words)

    def show_value(self, whose: str, value: str) -> None:
        """Show a value; an empty one is said in words."""
        self.words.set_text(value or tr("Nothing"))
        self.words.set_ink(Ink.PRIMARY if value else Ink.SECONDARY)
        self.setAccessibleName(tr("{version}: {value}", version=whose, value=value or tr("nothing")))
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(max(44, self.words.heightForWidth(self.width() - 2 * _PAD) + 20))

    def sizeHint(self) -> QSize:
        """Return a useful width."""
        return QSize(160, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the words at another width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box: the chosen one on the soft ground of its side."""
        painter = painter_on(self)
        colors = theme().colors
        tone = colors.voice(self._voice)
        rect = QRectF(self.rect())
        box(painter, rect, tone.soft if self.isChecked() else colors.bg.panel, tone.line, Radius.CONTROL)
        leading_edge(painter, rect, tone.line, Radius.CONTROL)
        if self.hasFocus():
            outline(painter, rect, colors.you.line, Radius.CONTROL, 2)


class VersionsMark(QPushButton):
    """Says in the customer pane that a field has two versions; a press leads to where it is settled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.title = Label("", TextRole.SECTION, Ink.SECONDARY)
        self.title.set_icon(Icon.GIT_COMPARE, Voice.SOON)
        self.first = Label(tr("Two versions of this"), TextRole.BODY_STRONG, Voice.SOON)
        self.second = Label(tr(_KEPT), TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.title)
        layout.addSpacing(Space.XS + 7)
        inner = QVBoxLayout()
        inner.setContentsMargins(11, 0, 11, 8)
        inner.setSpacing(0)
        inner.addWidget(self.first)
        inner.addWidget(self.second)
        layout.addLayout(inner)
        for label in (self.title, self.first, self.second):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_field(self, label: str, is_text: bool, key: str) -> None:
        """Name the field; ``key`` leads to where it is settled."""
        self.title.set_text(label)
        self.first.set_text(tr("Two versions of this text") if is_text else tr("Two versions of this field"))
        whole = key.replace(", ", ",\u00a0")
        kept = tr("Both are kept until you settle it ({key}).", key=whole) if key else tr(_KEPT)
        self.second.set_text(kept)
        self.setAccessibleName(tr("{field}: two versions, both are kept until you settle it", field=label))
        self._fit()

    def _fit(self) -> None:
        second = self.second.heightForWidth(max(80, self.width() - 22))
        self.setFixedHeight(self.title.sizeHint().height() + Space.XS + 7 + 20 + second + 8)

    def sizeHint(self) -> QSize:
        """Return a useful width."""
        return QSize(200, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the words at another width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the pointer."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go dark again."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box under the title."""
        painter = painter_on(self)
        colors = theme().colors
        tone = colors.voice(Voice.SOON)
        top = self.title.geometry().bottom() + 1 + Space.XS
        rect = QRectF(0, top, self.width(), self.height() - top)
        fill(painter, rect, tone.soft, Radius.CONTROL)
        outline(painter, rect, tone.line, Radius.CONTROL, 2 if self.underMouse() else 1)
        if self.hasFocus():
            outline(painter, rect, colors.you.line, Radius.CONTROL, 2)
