"""The actions of the frame and of a call, with their usual keys (VISUAL section 5); pages bind them."""

from __future__ import annotations

from crmdesk.domain.language import mark
from crmdesk.ui.qt.keys import Command, Group, Scope
from crmdesk.ui.theme import Icon

PALETTE = Command("palette", mark("Commands"), "Ctrl+K", Group.ELSE, Icon.TERMINAL)
KEYS = Command("keys", mark("Keys and help"), "F1", Group.ELSE, Icon.KEYBOARD)
FIND = Command("find", mark("Find anything"), "Ctrl+F", Group.GO_TO, Icon.SEARCH)
LOOK = Command("call.look", mark("Look at the call"), "Ctrl+L", Group.CALL, Icon.PHONE_INCOMING)
MORE_TIME = Command("call.more_time", mark("More time"), "Ctrl+Shift+M", Group.CALL, Icon.TIMER)
HOLD = Command("phone.hold", mark("Hold, or take back"), "Ctrl+Shift+H", Group.CALL, Icon.PAUSE)
TRANSFER = Command("phone.transfer", mark("Transfer the call"), "Ctrl+Shift+T", Group.CALL, Icon.PHONE_FORWARDED)
END = Command("phone.end", mark("End the call"), "Ctrl+Shift+E", Group.CALL, Icon.PHONE_OFF)
DIAL = Command("phone.dial", mark("Call a number"), "Ctrl+Shift+D", Group.CALL, Icon.PHONE_OUTGOING)
BREAK = Command("phone.break", mark("Take a break"), "Ctrl+Shift+B", Group.CALL, Icon.COFFEE)
READY = Command("phone.ready", mark("Be ready for calls"), "Ctrl+Shift+R", Group.CALL, Icon.CIRCLE_DOT)
NEXT_CALL = Command("call.next", mark("Next call or draft"), "Ctrl+Tab", Group.CALL, Icon.ARROW_DOWN)
NOTE = Command("note", mark("Write in the note"), "Ctrl+N", Group.CALL, Icon.PEN_LINE)
PROMISE = Command("promise", mark("Promise something"), "Ctrl+P", Group.CALL, Icon.HANDSHAKE)
CALLBACK = Command("callback", mark("Promise a callback"), "Ctrl+B", Group.CALL, Icon.PHONE_OUTGOING)
TAKE_OVER = Command("call.take_over", mark("Got the hand-over"), "Ctrl+Shift+G", Group.CALL, Icon.HANDSHAKE)
COMPLAINT = Command("complaint", mark("Register a complaint"), "Ctrl+R", Group.CALL, Icon.SCALE)
SERVICE_REQUEST = Command("request.service", mark("Register a service request"), "Ctrl+S", Group.CALL, Icon.WRENCH)
RETURN = Command("request.return", mark("Register a product return"), "Ctrl+Shift+P", Group.CALL, Icon.UNDO_2)
QUESTION = Command(
    "request.information", mark("Register an information request"), "Ctrl+Shift+I", Group.CALL, Icon.INFO
)
NOT_A_COMPLAINT = Command("complaint.not", mark("Not a complaint: the hint goes"), "F8", Group.CALL, Icon.X)
INFORMATION = Command(
    "information", mark("Suggested article, or the call's script"), "Ctrl+I", Group.CALL, Icon.BOOK_OPEN
)
NEW_ARTICLE = Command("articles.new", mark("Write a new article"), "", Group.ELSE, Icon.PLUS)
SCRIPT = Command("script", mark("Follow a call script"), "", Group.CALL, Icon.LIST_CHECKS)
CONTACT = Command("contact", mark("Write down a letter, e-mail or visit"), "Ctrl+O", Group.CALL, Icon.MAIL)
FEEDBACK = Command("feedback", mark("Tell the product team"), "Ctrl+Shift+F", Group.CALL, Icon.MESSAGE_SQUARE)
FINISH = Command("finish", mark("Finish what you are in"), "Ctrl+Enter", Group.CALL, Icon.CHECK)
BACK = Command("back", mark("Back, put aside; nothing is lost"), "Escape", Group.ELSE, Icon.UNDO_2)  # not shown
EDIT = Command("edit", mark("Edit the field in place"), "F2", Group.ELSE, Icon.PENCIL)
UNDO_EDIT = Command("card.undo", mark("Take back the last change"), "Ctrl+Z", Group.ELSE, Icon.UNDO_2)
TAKE_OFF = Command("card.take_off", mark("Take a number, person or tag off the card"), "", Group.ELSE, Icon.MINUS)
SHARED = Command("card.shared", mark("Shared number or address, or take it back"), "", Group.ELSE, Icon.USERS)
WHO_CHANGED = Command("card.who_changed", mark("Who changed the card, and when"), "F3", Group.ELSE, Icon.HISTORY)
ADD_TO_CARD = {
    Command("card.add_phone", mark("Add a phone number"), "", Group.ELSE, Icon.PHONE): "phone",
    Command("card.add_email", mark("Add an e-mail address"), "", Group.ELSE, Icon.MAIL): "email",
    Command("card.add_address", mark("Add an address"), "", Group.ELSE, Icon.MAP_PIN): "address",
    Command("card.add_tag", mark("Add a tag"), "", Group.ELSE, Icon.HASH): "tag",
    Command("card.add_household", mark("Add somebody of the household"), "", Group.ELSE, Icon.USER_PLUS): "household",
    Command("card.add_company", mark("Add somebody of the company"), "", Group.ELSE, Icon.BUILDING_2): "company",
}
"""What can be added to a card, by ``ui.pages.desk.facts.Adding`` value."""
NEXT_PANE = Command("pane.next", mark("Next pane"), "F6", Group.ELSE, Icon.CHEVRON_RIGHT)
PREVIOUS_PANE = Command("pane.previous", mark("Previous pane"), "Shift+F6", Group.ELSE, Icon.CHEVRON_LEFT)
UNSENT = Command("go.unsent", mark("Go to what is unsent"), "Ctrl+J, U", Group.GO_TO, Icon.INBOX)
SETTLE = Command("conflicts", mark("Settle what has two versions"), "Ctrl+J, V", Group.GO_TO, Icon.GIT_COMPARE)
LOCK = Command("lock", mark("Lock the desk"), "F12", Group.ELSE, Icon.LOCK)
TOUR = Command("tour", mark("Take the tour again"), "", Group.ELSE, Icon.EYE)
THEME = Command("theme", mark("Light or dark"), "", Group.ELSE, Icon.SUN)
TRY_NOW = Command("unsent.try", mark("Try now"), "T", Group.LIST, Icon.REFRESH_CW, Scope.FOCUS)
PIN = Command("search.pin", mark("Pin the selected customer, or let go"), "Ctrl+T", Group.LIST, Icon.PIN)
MERGE = Command("customer.merge", mark("Merge with another record, or undo a merge"), "", Group.ELSE, Icon.GIT_MERGE)
DO_NOT_CALL = Command("customer.do_not_call", mark("Do not call, or take it back"), "", Group.ELSE, Icon.PHONE_OFF)
CLAIM = Command(
    "list.claim", mark("Claim the callback or promise"), "C", Group.LIST, Icon.USER_ROUND_CHECK, Scope.FOCUS
)
DONE = Command("list.done", mark("The callback or promise is done"), "D", Group.LIST, Icon.CHECK, Scope.FOCUS)
SNOOZE = Command("list.snooze", mark("Snooze: be reminded later"), "S", Group.LIST, Icon.ALARM_CLOCK, Scope.FOCUS)
HAND_OVER = Command("list.hand_over", mark("Hand over to a colleague"), "E", Group.LIST, Icon.HANDSHAKE, Scope.FOCUS)
MINE = Command("list.mine", mark("Show my work"), "M", Group.LIST, Icon.USER, Scope.FOCUS)
TEAM = Command("list.team", mark("Show the team's work"), "T", Group.LIST, Icon.USERS, Scope.FOCUS)
CALENDAR_FILE = Command(
    "tasks.calendar", mark("Save as a calendar file"), "X", Group.LIST, Icon.CALENDAR_CLOCK, Scope.FOCUS
)
FILTER = Command("list.filter", mark("Filter the lists"), "/", Group.LIST, Icon.LIST_FILTER, Scope.FOCUS)
CHANGE_IT = Command("unsent.change", mark("Change a refused change"), "E", Group.LIST, Icon.PENCIL, Scope.FOCUS)
ASK = Command("unsent.ask", mark("Ask a supervisor about it"), "A", Group.LIST, Icon.USER_ROUND_CHECK, Scope.FOCUS)
LET_GO = Command("unsent.let_go", mark("Let a refused change go"), "L", Group.LIST, Icon.X, Scope.FOCUS)
KEEP_AS_NOTE = Command(
    "unsent.note", mark("Keep a refused change as a note"), "N", Group.LIST, Icon.PEN_LINE, Scope.FOCUS
)

LIVE = Command("board.live", mark("Live again"), "L", Group.LIST, Icon.RADIO, Scope.FOCUS)
LOOK_BACK = Command("board.back", mark("Look back at the queues"), "B", Group.LIST, Icon.HISTORY, Scope.FOCUS)
TEAMS = Command("board.teams", mark("Next team on the board"), "T", Group.LIST, Icon.USERS, Scope.FOCUS)
TREND = Command("board.trend", mark("Trend by half hours, or by quarters"), "H", Group.LIST, Icon.TIMER, Scope.FOCUS)
OTHERS_BREAK = Command(
    "board.break", mark("Break or ready for somebody else"), "P", Group.LIST, Icon.COFFEE, Scope.FOCUS
)
GOT_IT = Command("board.got_it", mark("Got it: the notice was seen"), "X", Group.LIST, Icon.CHECK, Scope.FOCUS)
WALLBOARD = Command("wallboard", mark("Wallboard"), "F11", Group.ELSE, Icon.MAXIMIZE)


def jump(page_id: str, going: str, letter: str, icon: Icon) -> Command:
    """Return the command that goes to a page, which ``going`` says ("Go to board"): Ctrl+J, then its letter."""
    return Command(f"go.{page_id}", going, f"Ctrl+J, {letter}", Group.GO_TO, icon)
