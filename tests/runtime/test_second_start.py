"""A second start on a profile whose program is not heard: what is said is true, and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.domain.errors import AlreadyRunning
from crmdesk.runtime.profile import Profile


def test_a_start_that_the_first_does_not_hear_claims_no_window_at_the_front(tmp_path: Path) -> None:
    first = Profile(tmp_path / "desk")
    with pytest.raises(AlreadyRunning) as told:
        Profile(tmp_path / "desk")
    first.release()
    assert "does not answer" in told.value.what
    assert "end that program" in told.value.next_step


def test_one_profile_is_one_programs_alone_by_whatever_path_it_is_named(tmp_path: Path) -> None:
    """Two programs at one step of one complaint would share one draft, and each would write over the other's words."""
    first = Profile(tmp_path / "desk")
    (tmp_path / "link").symlink_to(tmp_path / "desk", target_is_directory=True)
    for path in (tmp_path / "link", tmp_path / "desk" / ".." / "desk"):
        with pytest.raises(AlreadyRunning):
            Profile(path)
    first.release()
    Profile(tmp_path / "link").release()
