"""How each kind of call is worked: in keys, and in what has to be in sight between them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from tests.support.shift import people
from tests.support.shift.calls import Call, Kind, Typed
from tests.support.shift.phone import Caller, Phone
from tests.support.shift.robot import Robot

_SCRIPT = (
    ("Do you smell gas, or does an alarm sound?", "3", "Neither"),
    ("What does not work?", "1", "Heating"),
    ("Does anybody at home need warmth or power for their health?", "2", "No"),
    ("How warm is it in the coldest room that you use, in °F?", "", "61"),
    ("Does the display show a code?", "2", "No"),
    ("Press reset once and wait a minute. Does it start?", "1", "It runs"),
)
"""Question, digit ("" where the answer is typed), answer."""
_MOST_TABS = 20


class Worker:
    """Works calls one after the other; ``typed`` gathers what must be at the server afterwards."""

    def __init__(self, robot: Robot, phone: Phone) -> None:
        self._robot, self._phone = robot, phone
        self.typed = Typed()
        self._waiting: Caller | None = None
        self._others = iter(reversed(people.customers()))
        self._tasks: Mapping[Kind, Callable[[Call], Awaitable[None]]] = {
            Kind.UNKNOWN: self._put_down,
            Kind.PROMISE: self._promise,
            Kind.WITHHELD: self._attach,
            Kind.CALLBACK: self._call_back,
            Kind.COMPLAINT: self._complain,
            Kind.SCRIPT: self._follow_script,
            Kind.SEARCH: self._find_somebody_else,
            Kind.EDIT: self._edit,
        }

    async def sign_in(self, login: str, password: str) -> None:
        """Sign in at the sheet; in sync and on the phone afterwards."""
        await self._robot.writes_in("Login")
        await self._robot.type(login)
        await self._robot.press("Tab")
        await self._robot.writes_in("Password")
        await self._robot.type(password)
        await self._robot.press("Return")
        await self._robot.sees("Button", has="Live", within="Status")
        await self._robot.sees("Button", "Phone connected", within="Status")
        await self._robot.sees("StaticText", "Your work")

    async def work(self, call: Call, following: Call | None) -> None:
        """Work one call from the ring to the end of its wrap-up. The ``following`` one may ring meanwhile."""
        robot = self._robot
        line = self._waiting or await self._phone.ring(call.number, call.queue)
        self._waiting = None
        await robot.sees("Button", has="Ringing", within="Calls")
        if call.kind is Kind.SEVERAL:
            await self._choose(call)
        await self._phone.answer(line)
        await robot.sees("Button", has="Talking: ", within="Calls")
        await robot.writes("Note", call.note)
        if call.kind in self._tasks:
            await self._tasks[call.kind](call)
        await robot.sees("Button", has=f"Talking: {call.customer}", within="Calls")
        if call.kind is Kind.WAITED_FOR and following is not None:
            self._waiting = await self._phone.ring(following.number, following.queue)
            await robot.sees("Button", has="Ringing", within="Calls")
            await robot.type(" A second call rings.")
        note = (await robot.sees("EditableText", "Note", focused=True))["value"]
        await self._phone.hang_up(line)
        await self._wrap_up(call)
        self.typed.notes.append((call.customer, note))
        typed = call.note + (" A second call rings." if self._waiting is not None else "")
        assert note == typed, f"in the note is {note!r}, typed was {typed!r}"

    async def all_is_sent(self) -> None:
        """Wait until the status line says so."""
        await self._robot.sees("Button", "Live, all sent", within="Status")

    # Kinds -----------------------------------------------------------------------------------------------------------

    async def _choose(self, call: Call) -> None:
        """Say which of the family it is, while the phone rings."""
        await self._robot.sees("Button", has="Ctrl+1", within="Who is it?")
        rows = await self._robot.reads("Button", "Who is it?")
        await self._robot.press(next(row["description"] for row in rows if row["name"].startswith(call.customer)))
        await self._robot.sees("Button", has=call.customer, within="Customer")

    async def _put_down(self, call: Call) -> None:
        await self._robot.press("Ctrl+L")
        await self._robot.sees(name="Caller", focused=True)
        await self._robot.press("N")
        await self._robot.writes("Name", call.customer)
        await self._robot.press("Return")
        await self._robot.sees("Button", has=call.customer, within="Customer")
        self.typed.made.append(call.customer)

    async def _attach(self, call: Call) -> None:
        await self._robot.press("Ctrl+L")
        await self._robot.sees(name="Caller", focused=True)
        await self._robot.press("A")
        await self._robot.writes("Whose call is it?", call.customer)
        await self._robot.sees("ListItem", has=call.customer, within="Customers found", selected=True)
        await self._robot.press("Return")
        await self._robot.sees("Button", has=call.customer, within="Customer")

    async def _promise(self, call: Call) -> None:
        await self._robot.press("Ctrl+P")
        await self._robot.writes("Promise", f"call back tomorrow 10 about {call.subject}")
        await self._robot.sees("EditableText", "Promise", has="Enter makes it a promise")
        await self._robot.press("Return")
        await self._robot.sees("StaticText", has=f"call back about {call.subject}", within="Customer")
        self.typed.promises.append(f"call back about {call.subject}")

    async def _call_back(self, call: Call) -> None:
        await self._robot.press("Ctrl+B")
        await self._robot.writes("Callback", f"tomorrow 16:15 {call.subject}")
        await self._robot.press("Return")
        await self._robot.sees("StaticText", has=call.subject, within="Customer")
        self.typed.callbacks.append(call.subject)

    async def _complain(self, call: Call) -> None:
        robot = self._robot
        await robot.press("Ctrl+R")
        await robot.sees("EditableText", "In their own words", has=call.verbatim, focused=True)
        await robot.press("Tab")
        await robot.writes_in("Product")
        await robot.press("Tab")
        await robot.sees("ComboBox", "Category", focused=True)
        await robot.type("Bill")
        await robot.sees("ComboBox", "Category", has="Billing and payments")
        await robot.press("Tab")
        await robot.type("3")
        await robot.sees("StaticText", has="All 4 required fields are filled", within="New complaint")
        texts = await robot.reads("StaticText", "New complaint")
        reference = next(text["name"] for text in texts if text["name"].startswith("CP-"))
        await robot.press("Ctrl+Return")
        await robot.sees_no(name="New complaint")
        await robot.sees("StaticText", has=reference, within="Customer")
        self.typed.complaints.append((reference, call.verbatim))

    async def _follow_script(self, call: Call) -> None:
        robot = self._robot
        await robot.press("Ctrl+I")
        for question, digit, answer in _SCRIPT:
            await robot.sees(name=f"Script, {question}")
            if digit:
                await robot.press(digit)
            else:
                await robot.sees("EditableText", focused=True, within=f"Script, {question}")
                await robot.type(answer)
                await robot.press("Return")
            self.typed.answers.append((question, answer))
        await robot.sees("StaticText", has="call back in two hours")
        await robot.press("Escape")

    async def _find_somebody_else(self, call: Call) -> None:
        robot, other = self._robot, next(self._others).name
        await robot.press("Ctrl+F")
        await robot.sees("EditableText", has="A name in any script", focused=True)
        await robot.type(other)
        await robot.sees("ListItem", has=other, within="People found", selected=True)
        await robot.press("Return")
        await robot.sees("Button", has=other, within="Customer")
        await robot.writes("Note", f"Asked about {call.subject}")
        await robot.press("Ctrl+Return")
        await robot.sees("ListItem", has=f"Asked about {call.subject}", within="Timeline")
        self.typed.notes.append((other, f"Asked about {call.subject}"))
        await robot.press("Ctrl+L")
        await robot.sees("Button", has=call.customer, within="Customer")

    async def _edit(self, call: Call) -> None:
        robot = self._robot
        await robot.press("F2")
        await robot.writes_in("Name")
        for _ in range(_MOST_TABS):
            field = await robot.sees("EditableText", focused=True)
            if field["name"] == "How they like it":
                break
            await robot.press("Tab")
            await robot.sees_no("EditableText", field["name"], focused=True)
        await robot.press("Shift+Return")
        await robot.writes("How they like it", call.line)
        await robot.press("Return")
        await robot.sees_no("EditableText", "How they like it")
        await robot.sees("StaticText", has=call.line, within="Customer")
        self.typed.edits.append((call.customer, call.line))
        await robot.press("Ctrl+N")

    # The end of a call -----------------------------------------------------------------------------------------------

    async def _wrap_up(self, call: Call) -> None:
        robot = self._robot
        await robot.sees("Button", has=f"Wrap-up: {call.customer}", within="Calls")
        await robot.sees("ListItem", within="Outcome")
        rows = [row["name"].partition(", ")[0] for row in await robot.reads("ListItem", "Outcome")]
        if call.outcome not in rows:
            await self._outcome_by_typing(call.outcome)
        elif self._waiting is None:
            await self._outcome_by_digit(call.outcome)
        else:  # the digits are those of who rings
            await self._outcome_by_arrows(call.outcome)
        await robot.press("Ctrl+Return")
        await robot.sees_no("Button", has=f"Wrap-up: {call.customer}", within="Calls")
        self.typed.outcomes.append((call.customer, call.outcome))

    async def _outcome_by_digit(self, outcome: str) -> None:
        robot = self._robot
        await robot.sees("List", "Outcome", has="Ctrl+1")
        rows = [row["name"].partition(", ")[0] for row in await robot.reads("ListItem", "Outcome")]
        await robot.press(f"Ctrl+{rows.index(outcome) + 1}")
        await robot.sees("ListItem", has=outcome, within="Outcome", selected=True)

    async def _outcome_by_typing(self, outcome: str) -> None:
        robot = self._robot
        for _ in range(_MOST_TABS):
            focused = [row["name"] for row in await robot.reads("EditableText") if row["focused"]]
            if focused and focused[0].startswith("More outcomes"):
                break
            await robot.press("Shift+Tab")
        await robot.type(outcome)
        await robot.sees("ListItem", has=outcome, within="Outcome", selected=True)

    async def _outcome_by_arrows(self, outcome: str) -> None:
        robot = self._robot
        for _ in range(_MOST_TABS):
            focused = [row for row in await robot.reads("List", "") if row["focused"]]
            if focused and focused[0]["name"] == "Outcome":
                break
            await robot.press("Shift+Tab")
        for _ in range(_MOST_TABS):
            chosen = [row["name"] for row in await robot.reads("ListItem", "Outcome") if row["selected"]]
            if chosen and chosen[0].startswith(outcome):
                break
            await robot.press("Down")
        await robot.sees("ListItem", has=outcome, within="Outcome", selected=True)
