"""What can be done on the page and by which key: plain letters in its lists, everything from the palette."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.ui.qt.keys import Command, Group, Scope
from crmdesk.ui.theme import Icon


def _in_lists(id_: str, words: str, letter: str, icon: Icon) -> Command:
    return Command(f"learning.{id_}", words, letter, Group.LIST, icon, Scope.FOCUS)  # not shown: an id


NEW_CAUSE = _in_lists("cause.new", mark("New cause below the selected one"), "N", Icon.PLUS)
EDIT_CAUSE = _in_lists("cause.edit", mark("Change the name or the place of a cause"), "E", Icon.PENCIL)
RETIRE = _in_lists("cause.retire", mark("Retire a cause, or bring it back"), "X", Icon.MINUS)
PERIOD = _in_lists("period", mark("Count another period"), "P", Icon.CALENDAR_CLOCK)
PRODUCT = _in_lists("product", mark("Count one product"), "R", Icon.LIST_FILTER)
CLOSE_LIST = _in_lists("close", mark("Back to the causes"), "Escape", Icon.UNDO_2)  # not shown
SHOW_CAUSES = _in_lists("causes", mark("Show root causes"), "C", Icon.GIT_MERGE)
SHOW_ACTIONS = _in_lists("actions", mark("Show corrective actions"), "A", Icon.WRENCH)
ACT = _in_lists("act", mark("Begin an action against the cause"), "T", Icon.WRENCH)
NEW_ACTION = _in_lists("action.new", mark("Begin a corrective action"), "N", Icon.PLUS)
EDIT_ACTION = _in_lists("action.edit", mark("Change a corrective action"), "E", Icon.PENCIL)
ACTION_DONE = _in_lists("action.done", mark("The action is done"), "D", Icon.CHECK)
EVIDENCE = _in_lists("action.evidence", mark("Write what shows it"), "V", Icon.PEN_LINE)
DROP = _in_lists("action.drop", mark("Drop an action, or open it again"), "X", Icon.MINUS)
GIVE_TASKS = _in_lists("affected.tasks", mark("Give each affected customer a task"), "G", Icon.LIST_CHECKS)
SAVE_AFFECTED = _in_lists("affected.save", mark("Save the affected customers as CSV"), "S", Icon.FILE_TEXT)
CLOSE_AFFECTED = _in_lists("affected.close", mark("Back to the actions"), "Escape", Icon.UNDO_2)  # not shown
SHOW_FEEDBACK = _in_lists("feedback", mark("Show feedback about products"), "F", Icon.MESSAGE_SQUARE)
ANSWER = _in_lists("feedback.answer", mark("Answer feedback"), "R", Icon.SEND)
CLOSE_TOPIC = _in_lists("feedback.close", mark("Back to the topics"), "Escape", Icon.UNDO_2)  # not shown
