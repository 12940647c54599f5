"""What can be done with routing rules and by which key: plain letters in the list, everything from the palette."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.ui.qt.keys import Command, Group, Scope
from crmdesk.ui.theme import Icon


def _in_list(id_: str, words: str, chord: str, icon: Icon) -> Command:
    return Command(f"routing.{id_}", words, chord, Group.LIST, icon, Scope.FOCUS)  # not shown: an id


NEW = _in_list("new", mark("Write a new rule below this one"), "N", Icon.PLUS)
COPY = _in_list("copy", mark("Copy the rule"), "D", Icon.COPY)
PAUSE = _in_list("pause", mark("Let the rule rest, or hold again"), "P", Icon.PAUSE)
REMOVE = _in_list("remove", mark("Take the rule away"), "Delete", Icon.X)  # not shown
UP = _in_list("up", mark("Move the rule up"), "Alt+Up", Icon.ARROW_UP)  # not shown
DOWN = _in_list("down", mark("Move the rule down"), "Alt+Down", Icon.ARROW_DOWN)  # not shown
TRY = _in_list("try", mark("Try the rules over the last 30 days"), "T", Icon.EYE)
EDITIONS = _in_list("editions", mark("Look at the editions"), "E", Icon.HISTORY)
UNDO = Command("routing.undo", mark("Take back the last change of the rules"), "Ctrl+Z", Group.LIST, Icon.UNDO_2)
REDO = Command("routing.redo", mark("Do the change of the rules again"), "Ctrl+Y", Group.LIST, Icon.ROTATE_CW)
DISCARD = Command("routing.discard", mark("Begin again from the rules in force"), "", Group.LIST, Icon.X)
CONDITION = Command("routing.condition", mark("Add a condition"), "Alt+C", Group.LIST, Icon.PLUS)
GROUP = Command("routing.group", mark("Add a group of conditions"), "Alt+G", Group.LIST, Icon.ROWS_3)
