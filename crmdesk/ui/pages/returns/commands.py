"""What can be done with a return, and by which key."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.ui.qt.keys import Command, Group, Scope
from crmdesk.ui.theme import Icon

SIGN = Command("returns.sign", mark("Sign this return"), "S", Group.LIST, Icon.SHIELD_CHECK, Scope.FOCUS)
CONFIRM = Command("returns.confirm", mark("Sign these figures"), "Ctrl+Return", Group.LIST, Icon.SHIELD_CHECK)
BACK = Command("returns.back", mark("Back to the figures"), "Escape", Group.LIST, Icon.UNDO_2, Scope.FOCUS)  # not shown
PDF = Command("returns.pdf", mark("Save the return as a PDF"), "Ctrl+P", Group.LIST, Icon.PRINTER)
XLSX = Command("returns.xlsx", mark("Save the return as XLSX"), "", Group.LIST, Icon.FILE_TEXT, Scope.WINDOW)
CSV = Command("returns.csv", mark("Save the return as CSV"), "", Group.LIST, Icon.FILE_TEXT, Scope.WINDOW)
AGAIN = Command("returns.again", mark("Count the return again"), "R", Group.LIST, Icon.ROTATE_CW, Scope.FOCUS)
