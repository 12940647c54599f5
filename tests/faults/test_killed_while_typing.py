"""kill -9 while somebody types, in every place in which one types: at most a second is lost, nothing that said "saved".

A few kills of each place; ``./run.sh soak --typing N`` does as many as are wanted.
"""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from tests.faults.typist.ledger import MAY_BE_LOST_S
from tests.faults.typist.play import Told

KILLS, SECONDS = 10, 18
FEWEST = 3


@pytest.mark.long
def test_a_desk_that_is_killed_while_somebody_types_has_every_word_older_than_a_second() -> None:
    words = f"-m tests.faults.typist --kills {KILLS} --seconds {SECONDS}"
    played = subprocess.run([sys.executable, *words.split()], capture_output=True, text=True, check=False)
    told = msgspec.json.decode(played.stdout.splitlines()[-1], type=Told)
    assert not told.failures, f"{told.failures}\n{played.stderr}"
    assert sum(told.done.values()) >= FEWEST, "it was too slow to kill a desk often enough"
    assert all(ran <= MAY_BE_LOST_S for _, ran in told.lost.values())
