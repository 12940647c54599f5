"""A telephone program on the agent's computer tells of calls at the desk's door: they pop like any other."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QUrl
from PySide6.QtGui import QFileOpenEvent

from crmdesk.domain.calls.live import Phase, RingResult
from crmdesk.domain.knock import Knock, KnockEvent
from crmdesk.runtime import doorbell
from crmdesk.ui.frame.door import Door
from crmdesk.ui.qt.tasks import spawn
from tests.gui.desk.hand import Hand
from tests.support.desk import SHARED_LINE, TOMASZ, ringing


class Telephone(QObject):
    """A door that a desk listens at, and programs that ring there."""

    def __init__(self, hand: Hand, folder: Path) -> None:
        super().__init__(hand.window)
        self._hand = hand
        self.folder = folder
        self.told: list[Knock] = []
        self.raised = 0
        self.door = Door(self)
        self.door.raised.connect(self._raise)
        self.door.knocked.connect(self._knocked)
        self.door.listen(doorbell.address(folder))

    def _raise(self) -> None:
        self.raised += 1

    def _knocked(self, knock: Knock) -> None:
        self.told.append(knock)
        spawn(self, self._hand.house.desk.beside.told(knock))

    def tell(self, **words: str) -> None:
        """Tell of a call as ``crmdesk pop`` does."""
        message = doorbell.message_of({name.replace("_", "-"): word for name, word in words.items()})
        assert message is not None
        self.say(message)

    def say(self, message: bytes) -> None:
        """Say bytes at the door."""
        assert doorbell.ring(self.folder, message)


@pytest.fixture
def telephone(hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Telephone]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    made = Telephone(hand, tmp_path / "p")
    yield made
    made.door.close()
    hand.house.desk.beside.close()


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Let threads overtake each other at every step."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_a_ring_pops_the_customer_and_takes_no_focus_from_a_note(hand: Hand, telephone: Telephone) -> None:
    hand.open_customer(TOMASZ)
    hand.write("I would pass that on to Bil")
    telephone.tell(number=SHARED_LINE, name="Ellison", queue="sales", did="110")
    hand.until(lambda: len(hand.popped) == 1)
    assert hand.writes_in_note()
    hand.write("ling")
    assert hand.note.text.text == "I would pass that on to Billing"
    (call,) = hand.house.desk.phone.calls
    assert (call.phase, call.party.e164, call.party.name) == (Phase.RINGING, SHARED_LINE, "Ellison")
    assert (call.queue, call.did) == ("sales", "110")


def test_a_call_that_is_told_to_its_end_waits_for_its_wrap_up(hand: Hand, telephone: Telephone) -> None:
    telephone.tell(number=SHARED_LINE, call_id="7")
    hand.until(lambda: len(hand.popped) == 1)
    telephone.tell(number=SHARED_LINE, call_id="7", event="answer")
    hand.until(lambda: [call.phase for call in hand.house.desk.phone.calls] == [Phase.TALKING])
    telephone.tell(number=SHARED_LINE, call_id="7", event="end")
    hand.until(lambda: [case.wrap_up for case in hand.page.book.cases] not in ([], [None]))
    (case,) = hand.page.book.cases
    assert (case.call.ring_result, case.call.phase) == (RingResult.ANSWERED, Phase.ENDED)


def test_what_is_told_again_or_rings_here_already_is_one_call(hand: Hand, telephone: Telephone) -> None:
    hand.hear(ringing())
    telephone.tell(number=SHARED_LINE)
    telephone.tell(number=SHARED_LINE, event="answer")
    telephone.tell(number="020 7946 0999")
    hand.until(lambda: len(hand.house.desk.phone.calls) == 2)
    telephone.tell(number="+442079460999")
    telephone.tell(number="020 7946 0999", event="end")
    hand.until(lambda: len(hand.house.desk.phone.calls) == 1)
    assert hand.house.desk.phone.calls[0].key == "ring-1"
    assert hand.house.desk.phone.calls[0].phase is Phase.RINGING


def test_words_told_in_one_breath_are_heard_in_their_order(
    hand: Hand, telephone: Telephone, hasty_threads: None
) -> None:
    for number in range(12):
        for event in ("ring", "ring", "answer", "end"):
            telephone.tell(number=f"+4420794601{number:02}", call_id=str(number), event=event)
    hand.until(lambda: len(telephone.told) == 48)
    hand.rest()
    assert [knock.event for knock in telephone.told] == [
        KnockEvent.RING, KnockEvent.RING, KnockEvent.ANSWER, KnockEvent.END
    ] * 12  # fmt: skip
    assert hand.house.desk.phone.calls == ()
    assert len(hand.page.book.cases) == 12


def test_a_withheld_number_says_so(hand: Hand, telephone: Telephone) -> None:
    telephone.tell(number="anonymous")
    hand.until(lambda: len(hand.house.desk.phone.calls) == 1)
    assert hand.house.desk.phone.calls[0].party.withheld


@pytest.mark.parametrize(
    "said",
    [b"pop\0number=$(reboot)\n", b"pop\0cmd=x\n", b"pop\0\xff\n", b"pop\0link=file:///etc/passwd\n"],
)
def test_what_is_no_call_shows_nothing(hand: Hand, telephone: Telephone, expected_logs: list[str], said: bytes) -> None:
    expected_logs.append("crmdesk.ui.frame.door: another program told of a call that cannot be")
    telephone.say(said)
    telephone.say(doorbell.RAISE)
    hand.until(lambda: telephone.raised == 1)
    assert telephone.told == []


def test_who_says_too_much_or_nothing_is_shown_out_and_the_next_is_heard(hand: Hand, telephone: Telephone) -> None:
    with socket.socket(socket.AF_UNIX) as silent, socket.socket(socket.AF_UNIX) as loud:
        silent.connect(doorbell.address(telephone.folder))
        loud.connect(doorbell.address(telephone.folder))
        loud.sendall(b"x" * 20_000)
        telephone.tell(number="+442079460999")
        hand.until(lambda: len(telephone.told) == 1)
    assert telephone.raised == 0


def test_a_link_that_the_operating_system_hands_over_is_a_knock(telephone: Telephone, hand: Hand) -> None:
    hand.window.installEventFilter(telephone.door)
    link = QFileOpenEvent(QUrl("crmdesk://pop?number=%2B442079460999&event=ring"))
    QCoreApplication.sendEvent(hand.window, link)
    hand.window.removeEventFilter(telephone.door)
    assert telephone.told == [Knock("+442079460999", KnockEvent.RING)]
    hand.until(lambda: len(hand.house.desk.phone.calls) == 1)
