"""The demo's house: what its phone system plays has names that people read."""

from __future__ import annotations

from crmdesk.cli.demo import shipped
from crmdesk.demo.house import read_house
from crmdesk.telephony.ami.recording import Recording
from crmdesk.telephony.ami.replay import fold_recording


def test_every_queue_on_the_demos_board_has_a_name_for_people() -> None:
    named = {line.name: line.label for line in read_house((shipped() / "house.json").read_bytes()).queues}
    shown: set[str] = set()
    for path in (shipped() / "ami").glob("*.ami"):
        shown.update(fold_recording(Recording.load(path), "US")["boards"])
    assert len(shown) > 2
    assert {queue for queue in shown if named.get(queue, queue) == queue} == set()
