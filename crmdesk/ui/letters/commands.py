"""What can be done in the letters of a complaint, and by which key."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.ui.qt.keys import Command, Group, Scope
from crmdesk.ui.theme import Icon

PDF = Command("letters.pdf", mark("Save the letter as a PDF, to print it"), "Ctrl+P", Group.LIST, Icon.PRINTER)
SENT = Command("letters.sent", mark("Say that the letter went out"), "", Group.LIST, Icon.SEND, Scope.WINDOW)
MAIL = Command("letters.mail", mark("Send the letter by e-mail"), "", Group.LIST, Icon.MAIL, Scope.WINDOW)
