"""The parts every screen is made of. Import from here; paint nothing by hand that is in this list.

Words      Label(text, role, ink, flow, icon, align)  set_text set_ink set_icon    always plain text; Flow.WRAP wraps
           PaneTitle(text)  SectionTitle(text)  muted(text)  label_row(label, hint, trailing)
Acting     Button(words, kind, icon, key, size, align)  clicked; set_words set_icon set_key fold_words unfold_words
           KeyCap(key)        (bind keys with ui.qt.keys; Binding.drive(button) draws the cap only while the key works)
Marks      Chip(ChipSpec(text, voice, icon, style))  ChipRow(specs).show_chips(specs)  Bar(name, voice).show_share(0..1)
Typing     Field(label, placeholder, hint, icon)  text set_text prefill show_unsaved show_saved show_problem
           edited finished clear_problem
           LineEdit(placeholder, icon, key)   TextPane(name, placeholder)  text put insert edited left lock
           SavedLabel()  show_ready show_unsaved show_saved("14:23:09") show_failed
Choosing   Choice(name, options)  Tabs(name, options)  Combo(name, options)  CheckBox(words)
           Option(id, words, icon, key)  .value .choose(id) .chosen / Combo.picked
Lists      RowsModel(key, words)  show_rows add_rows more_wanted;  ListView(name, model, delegate)
           opened current_changed  row  select(place)
           RowDelegate(height).paint_row(painter, rect, row, state) look(row)
           Table(name, model, TableDelegate(columns, cells)).fit_rows();
           ListBehind(back, name, columns, cells, key, spoken)  title note rows table opened closed say
           Column(title, width, stretch, align)  Cell(text, role, ink, icon, after, chips, matched)
Surfaces   Panel(ground)  FloatingCard(parent).body place_card appear(Entrance) go closed   Popover(parent).open_at
           scrolled(widget) -> QScrollArea   Line(orientation)
Telling    Banner(icon, voice).say .offer(button)   Notice(parent, icon)   Hint(icon, title, text, ink, button)
           EmptyState(icon, title, text, buttons)   Skeleton((0.6, 0.8))
           plain_tip(text) for tool tips
Painting   draw_text draw_icon draw_chip draw_chips draw_key draw_bar draw_marked fill outline box
           (colours from ``theme().colors``: bg.panel, text.muted, line.soft, voice(Voice.LATE).text ...)

The look comes from ``crmdesk.ui.theme`` (theme, Icon, Voice, TextRole, Size, Space, Radius). Never a style sheet.
A part is loaded when its name is first asked for: the first paint needs few of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmdesk.ui.kit.behind import ListBehind
    from crmdesk.ui.kit.button import Button, ButtonKind, ButtonSize, KeyCap
    from crmdesk.ui.kit.cards import Entrance, FloatingCard, Ground, Panel, Popover
    from crmdesk.ui.kit.chip import Chip, ChipRow, draw_chips, fitting
    from crmdesk.ui.kit.choice import Choice, Option, Tab, Tabs
    from crmdesk.ui.kit.combo import CheckBox, Combo
    from crmdesk.ui.kit.field import Field, FieldState, LineEdit, label_row, muted
    from crmdesk.ui.kit.label import Flow, Ink, Label, PaneTitle, SectionTitle, ink_color, plain_tip
    from crmdesk.ui.kit.listview import ListView, Table, TableHead
    from crmdesk.ui.kit.notices import Banner, Bar, EmptyState, Hint, Line, Notice, Skeleton
    from crmdesk.ui.kit.painting import (
        Align,
        ChipSpec,
        ChipStyle,
        KeyTone,
        box,
        chip_width,
        draw_bar,
        draw_chip,
        draw_icon,
        draw_key,
        draw_marked,
        draw_text,
        elided,
        fill,
        key_width,
        leading_edge,
        outline,
        text_width,
    )
    from crmdesk.ui.kit.rows import (
        ROW_ROLE,
        Cell,
        Column,
        RowDelegate,
        RowLook,
        RowsModel,
        RowState,
        TableDelegate,
        column_rects,
        paint_cell,
    )
    from crmdesk.ui.kit.scroll import ScrollBar, scrolled
    from crmdesk.ui.kit.textpane import SavedLabel, TextPane

_PARTS = {
    "behind": ("ListBehind",),
    "button": ("Button", "ButtonKind", "ButtonSize", "KeyCap"),  # not shown
    "cards": ("Entrance", "FloatingCard", "Ground", "Panel", "Popover"),  # not shown
    "chip": ("Chip", "ChipRow", "draw_chips", "fitting"),  # not shown
    "choice": ("Choice", "Option", "Tab", "Tabs"),  # not shown
    "combo": ("CheckBox", "Combo"),  # not shown
    "field": ("Field", "FieldState", "LineEdit", "label_row", "muted"),  # not shown
    "label": ("Flow", "Ink", "Label", "PaneTitle", "SectionTitle", "ink_color", "plain_tip"),  # not shown
    "listview": ("ListView", "Table", "TableHead"),  # not shown
    "notices": ("Banner", "Bar", "EmptyState", "Hint", "Line", "Notice", "Skeleton"),  # not shown
    "painting": (
        "Align",  # not shown
        "ChipSpec",
        "ChipStyle",
        "KeyTone",
        "box",
        "chip_width",
        "draw_bar",
        "draw_chip",
        "draw_icon",
        "draw_key",
        "draw_marked",
        "draw_text",
        "elided",
        "fill",
        "key_width",
        "leading_edge",
        "outline",
        "text_width",
    ),
    "rows": (
        "ROW_ROLE",
        "Cell",  # not shown
        "Column",  # not shown
        "RowDelegate",
        "RowLook",
        "RowsModel",
        "RowState",
        "TableDelegate",
        "column_rects",
        "paint_cell",
    ),
    "scroll": ("ScrollBar", "scrolled"),
    "textpane": ("SavedLabel", "TextPane"),
}
_HOME_OF = {name: home for home, names in _PARTS.items() for name in names}

if not TYPE_CHECKING:  # a type checker shall know a wrong name

    def __getattr__(name: str) -> object:
        if name not in _HOME_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        part: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
        globals()[name] = part
        return part


__all__ = [
    "ROW_ROLE",
    "Align",
    "Banner",
    "Bar",
    "Button",
    "ButtonKind",
    "ButtonSize",
    "Cell",
    "CheckBox",
    "Chip",
    "ChipRow",
    "ChipSpec",
    "ChipStyle",
    "Choice",
    "Column",
    "Combo",
    "EmptyState",
    "Entrance",
    "Field",
    "FieldState",
    "FloatingCard",
    "Flow",
    "Ground",
    "Hint",
    "Ink",
    "KeyCap",
    "KeyTone",
    "Label",
    "Line",
    "LineEdit",
    "ListBehind",
    "ListView",
    "Notice",
    "Option",
    "PaneTitle",
    "Panel",
    "Popover",
    "RowDelegate",
    "RowLook",
    "RowState",
    "RowsModel",
    "SavedLabel",
    "ScrollBar",
    "SectionTitle",
    "Skeleton",
    "Tab",
    "Table",
    "TableDelegate",
    "TableHead",
    "Tabs",
    "TextPane",
    "box",
    "chip_width",
    "column_rects",
    "draw_bar",
    "draw_chip",
    "draw_chips",
    "draw_icon",
    "draw_key",
    "draw_marked",
    "draw_text",
    "elided",
    "fill",
    "fitting",
    "ink_color",
    "key_width",
    "label_row",
    "leading_edge",
    "muted",
    "outline",
    "paint_cell",
    "plain_tip",
    "scrolled",
    "text_width",
]
