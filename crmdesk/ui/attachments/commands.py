"""What can be done with attached files, and by which key."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.ui.qt.keys import Command, Group, Scope
from crmdesk.ui.theme import Icon

ADD = Command("files.add", mark("Attach files"), "Ctrl+D", Group.ELSE, Icon.PAPERCLIP)
LOOK = Command("files.look", mark("Go to the attached files"), "", Group.GO_TO, Icon.PAPERCLIP)
PASTE = Command("files.paste", mark("Attach what was copied"), "Ctrl+V", Group.LIST, Icon.COPY, Scope.FOCUS)
SAVE = Command("files.save", mark("Save the file as"), "S", Group.LIST, Icon.HARD_DRIVE_DOWNLOAD, Scope.FOCUS)
_DELETE = "Del"  # not shown
TAKE_BACK = Command("files.take_back", mark("Take the file back"), _DELETE, Group.LIST, Icon.UNDO_2, Scope.FOCUS)
