"""Draws every part of the kit in both schemes, to look at: ``python -m tests.support.gallery FOLDER``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.ui.kit import (
    Align,
    Banner,
    Bar,
    Button,
    ButtonKind,
    ButtonSize,
    Cell,
    CheckBox,
    Chip,
    ChipRow,
    ChipSpec,
    ChipStyle,
    Choice,
    Column,
    Combo,
    EmptyState,
    Entrance,
    Field,
    Flow,
    Ground,
    Hint,
    Ink,
    Label,
    Notice,
    Option,
    Panel,
    PaneTitle,
    RowLook,
    RowsModel,
    SavedLabel,
    SectionTitle,
    Skeleton,
    Table,
    TableDelegate,
    Tabs,
    TextPane,
)
from crmdesk.ui.theme import STYLE, Icon, SchemeChoice, Space, TextRole, Voice, install_theme


@dataclass(frozen=True, slots=True)
class Sample:
    """A row of the sample table."""

    name: str
    what: str
    look: RowLook = RowLook.NORMAL
    late: bool = False


SAMPLES = (
    Sample("Anita Sharma", "rest"),
    Sample("Margaret Ellison", "selected"),
    Sample("Renée Thibodeaux", "unsent, 9 s", RowLook.UNSENT),
    Sample("Español", "", RowLook.STALE),
    Sample("Billing", "", late=True),
)


def sample_cells(row: object) -> tuple[Cell, ...]:
    """Return the cells of a sample row."""
    assert isinstance(row, Sample)
    if row.late:
        end = Cell(chips=(ChipSpec("5:12", Voice.LATE, Icon.TRIANGLE_ALERT),))
    elif row.look is RowLook.STALE:
        end = Cell(chips=(ChipSpec("stale, 14:23:52", Voice.REST, Icon.UNPLUG),))
    else:
        ink = Voice.YOU if row.look is RowLook.UNSENT else Ink.MUTED
        end = Cell(row.what, TextRole.SMALL, ink)
    strong = TextRole.BODY if row.look is RowLook.STALE else TextRole.BODY_STRONG
    return Cell(row.name, strong, after="अनीता शर्मा" if row.what == "rest" else ""), end


def sample_look(row: object) -> RowLook:
    """Return how a sample row stands."""
    assert isinstance(row, Sample)
    return row.look


def sample_table() -> Table:
    """Return a table with rows in every state."""
    columns = (Column("Name"), Column("State", width=170, align=Align.TRAILING))
    model: RowsModel[object] = RowsModel(key=lambda row: row, words=str)
    model.show_rows(SAMPLES)
    table = Table("Sample", model, TableDelegate(columns, sample_cells, sample_look))
    model.setParent(table)
    table.fit_rows()
    table.view.select(1)
    return table


def buttons() -> QWidget:
    """Return buttons of every kind."""
    place = QWidget()
    grid = QGridLayout(place)
    grid.setContentsMargins(0, 0, 0, 0)
    row = (
        Button("Finish", ButtonKind.PRIMARY, Icon.CHECK, "Ctrl+Enter"),
        Button("Hold", ButtonKind.SECONDARY, Icon.PAUSE, "Ctrl+Shift+H"),
        Button("Open", ButtonKind.QUIET, key="Enter"),
    )
    for column, button in enumerate(row):
        grid.addWidget(button, 0, column)
    off = Button("Open")
    off.setEnabled(False)
    pressed = Button("Open", ButtonKind.QUIET, key="Enter")
    pressed.setDown(True)
    end = Button("End", ButtonKind.DANGER, Icon.PHONE_OFF)
    folded = Button("Hold", icon=Icon.PAUSE, key="Ctrl+Shift+H")
    folded.fold_words()
    for column, button in enumerate((pressed, off, end, folded)):
        grid.addWidget(button, 1, column)
    small = Button("Settle", ButtonKind.QUIET, key="Ctrl+J, U", size=ButtonSize.SMALL)
    focused = Button("Focus here")
    focused.setObjectName("focused")
    spread = Button("New customer", icon=Icon.USER_PLUS, key="N", align=Align.LEADING)
    for column, button in enumerate((small, focused, spread)):
        grid.addWidget(button, 2, column)
    grid.setColumnStretch(4, 1)
    return place


def fields() -> QWidget:
    """Return fields in every state."""
    place = QWidget()
    grid = QGridLayout(place)
    grid.setContentsMargins(0, 0, 0, 0)
    rest = Field("Rest")
    rest.set_text("14 Alder Court")
    prefilled = Field("Prefilled", hint="may be changed", icon=Icon.SHIELD_CHECK)
    prefilled.prefill("HomeCover Plus")
    unsaved = Field("Unsaved change")
    unsaved.set_text("16 Alder Court")
    unsaved.show_unsaved()
    wrong = Field("Phone")
    wrong.set_text("020 7946 01")
    wrong.show_problem("Two digits are missing")
    off = Field("Not allowed")
    off.set_text("14 Alder Court")
    off.setEnabled(False)
    placeholder = Field("Find", "Find anything", icon=Icon.SEARCH)
    placeholder.edit.set_key("Ctrl+F")
    for index, field in enumerate((rest, prefilled, unsaved, wrong, off, placeholder)):
        grid.addWidget(field, index // 2, index % 2)
    severity = Choice("Severity", tuple(Option(str(n), "4 High" if n == 4 else str(n)) for n in range(1, 6)))
    severity.choose("4")
    combo = Combo("Rules", (Option("a", "UK FCA DISP, insurance"), Option("b", "None")))
    combo.choose("a")
    grid.addWidget(severity, 3, 0)
    grid.addWidget(combo, 3, 1)
    tick = CheckBox("Somebody may be harmed")
    tick.setChecked(True)
    grid.addWidget(tick, 4, 0)
    grid.addWidget(CheckBox("Life event"), 4, 1)
    return place


def chips() -> QWidget:
    """Return chips and a folding row."""
    place = QWidget()
    column = QVBoxLayout(place)
    column.setContentsMargins(0, 0, 0, 0)
    deadlines = (
        ChipSpec("Wed 3 Feb", icon=Icon.CLOCK),
        ChipSpec("Today 17:30", Voice.SOON, Icon.CLOCK),
        ChipSpec("1 day late", Voice.LATE, Icon.CLOCK_ALERT),
        ChipSpec("Paused 2 days", icon=Icon.PAUSE),
        ChipSpec("Met, 10 Nov", Voice.PHONE, Icon.CIRCLE_CHECK),
        ChipSpec("Thu 24 Dec", Voice.WORD, Icon.HANDSHAKE),
    )
    markers = (
        ChipSpec("Oxygen at home", icon=Icon.HEART_PULSE, style=ChipStyle.SOLID),
        ChipSpec("Internal", icon=Icon.LOCK, style=ChipStyle.OUTLINE),
        ChipSpec("Customer sees this", Voice.WORD, Icon.EYE),
        ChipSpec("From customer", icon=Icon.ARROW_DOWN_LEFT, style=ChipStyle.OUTLINE),
        ChipSpec("Priority", icon=Icon.STAR),
        ChipSpec("3rd call in 7 days", Voice.SOON, Icon.ROTATE_CW),
    )
    column.addWidget(ChipRow(deadlines))
    column.addWidget(ChipRow(markers))
    column.addWidget(Chip(ChipSpec("You chose her 3 of 9 times", icon=Icon.HISTORY)))
    return place


def note() -> QWidget:
    """Return a note with its words of safety, and a hint."""
    place = QWidget()
    column = QVBoxLayout(place)
    column.setContentsMargins(0, 0, 0, 0)
    head = QHBoxLayout()
    saved = SavedLabel()
    saved.show_saved("14:23:09")
    head.addWidget(PaneTitle("Note on this call"), 1)
    head.addWidget(saved)
    column.addLayout(head)
    pane = TextPane("Note")
    pane.put("Third call. Nobody came on 21 and 22 Dec, she stayed in both days. Flat is 12 °C.\nWants a named person.")
    pane.setObjectName("note")
    column.addWidget(pane, 1)
    register = Button("Register", ButtonKind.QUIET, key="Ctrl+R", size=ButtonSize.SMALL)
    words = "“Nobody came”, “stayed in both days”, “say sorry in writing”"
    column.addWidget(Hint(Icon.MESSAGE_SQUARE_WARNING, "Is this a complaint?", words, Voice.SOON, register))
    column.addWidget(Button("Wrap up", ButtonKind.PRIMARY, Icon.CHECK, "Ctrl+Enter"))
    return place


def telling() -> QWidget:
    """Return banner, notice, bar, empty place and skeleton."""
    place = QWidget()
    column = QVBoxLayout(place)
    column.setContentsMargins(0, 0, 0, 0)
    banner = Banner(Icon.GIT_COMPARE)
    banner.say("Two versions of a text", "Yours and Petra’s")
    banner.offer(Button("Settle", ButtonKind.QUIET, key="Ctrl+J, U", size=ButtonSize.SMALL))
    column.addWidget(banner)
    room = QWidget()
    room.setFixedHeight(80)
    notice = Notice(room, Icon.ALARM_CLOCK)
    notice.say("Callback in 5 min", "Margaret Ellison")
    notice.offer(Button("Snooze", ButtonKind.QUIET, size=ButtonSize.SMALL))
    notice.place_card(18, 14, 420, 44)
    notice.appear(Entrance.AT_ONCE)
    column.addWidget(room)
    bar = Bar("Likelihood", Voice.PHONE)
    bar.show_share(0.82)
    column.addWidget(bar)
    column.addWidget(Tabs("Kinds", (Option("all", "All"), Option("calls", "Calls"), Option("mine", "Mine", key="M"))))
    column.addWidget(
        EmptyState(
            Icon.LIST_CHECKS,
            "Nothing is due",
            "No callbacks, complaints or promises with you today. The team list has 5 callbacks that anybody may take.",
            (Button("Show team list", key="T"), Button("Find a customer", ButtonKind.QUIET, Icon.SEARCH, "Ctrl+F")),
        ),
        1,
    )
    column.addWidget(Skeleton((0.7, 0.8, 0.5)))
    return place


class Sheet(Panel):
    """The whole sheet."""

    def __init__(self) -> None:
        super().__init__(ground=Ground.PLAIN)
        grid = QGridLayout(self)
        grid.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        grid.setHorizontalSpacing(28)
        for index, (title, part) in enumerate(
            (
                ("Buttons", buttons()),
                ("Chips", chips()),
                ("Fields", fields()),
                ("Note", note()),
                ("List rows", sample_table()),
                ("Telling", telling()),
            )
        ):
            column = QVBoxLayout()
            column.setSpacing(Space.S)
            column.addWidget(SectionTitle(title))
            column.addWidget(part)
            column.addStretch(1)
            grid.addLayout(column, index // 2, index % 2)
        grid.addWidget(self._words(), 3, 0, 1, 2)

    def _words(self) -> QWidget:
        place = QWidget()
        row = QHBoxLayout(place)
        for role in (TextRole.TILE, TextRole.NAME, TextRole.TIMER, TextRole.TITLE, TextRole.BODY, TextRole.CAPTION):
            row.addWidget(Label(f"{role} 4:12", role))
        row.addWidget(Label("wrapped words\nΜαρία 丸山 मारिया ماريا <b>x</b>", flow=Flow.WRAP), 1)
        return place


def picture(widget: QWidget, path: Path) -> None:
    """Draw a widget to a file once its events were handled."""
    widget.ensurePolished()
    widget.grab().save(str(path))


def main(folder: Path) -> None:
    """Draw the sheet in both schemes."""
    app = QApplication.instance() or QApplication([*sys.argv, *STYLE])
    assert isinstance(app, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    look = install_theme(app)
    for choice in (SchemeChoice.LIGHT, SchemeChoice.DARK):
        look.choose(choice)
        sheet = Sheet()
        sheet.resize(1200, 1100)
        sheet.show()
        focused = sheet.findChild(QWidget, "note")
        if focused is not None:
            focused.setFocus(Qt.FocusReason.TabFocusReason)
        app.sendPostedEvents()
        picture(sheet, folder / f"parts-{choice}.png")
        sheet.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
