"""Where a window may stand on the screens of today."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.window_place import Area, WindowPlace, fitted
from crmdesk.runtime import window_file

LAPTOP = Area(0, 0, 1366, 736)
WALL = Area(1366, -200, 1920, 1040)

numbers = st.integers(-8000, 8000)
sides = st.integers(1, 6000)
areas = st.builds(Area, numbers, numbers, sides, sides)


def test_a_window_stays_where_it_stood() -> None:
    place = WindowPlace(Area(1500, 0, 1440, 800), maximised=True)
    assert fitted(place, (LAPTOP, WALL)) == place


def test_a_screen_that_is_gone_gives_its_window_to_the_first_one() -> None:
    there = fitted(WindowPlace(Area(1500, 0, 1200, 700)), (LAPTOP,))
    assert there.area == Area(83, 18, 1200, 700)


def test_a_smaller_screen_makes_the_window_smaller_and_shows_its_edges() -> None:
    assert fitted(WindowPlace(Area(200, 100, 1800, 1000)), (LAPTOP,)).area == LAPTOP


@given(areas, st.booleans(), st.lists(areas, min_size=1, max_size=4))
def test_whatever_was_kept_the_whole_window_is_on_one_screen(was: Area, maximised: bool, screens: list[Area]) -> None:
    there = fitted(WindowPlace(was, maximised), screens)
    assert there.maximised is maximised
    assert any(there.area.shared_with(screen) == there.area.width * there.area.height for screen in screens)


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    place = WindowPlace(WALL, maximised=True)
    window_file.write(tmp_path, place)
    assert window_file.read(tmp_path) == place
    assert (tmp_path / window_file.FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"[]",
        b'{"x": 1}',
        b'{"x":0,"y":0,"width":0,"height":9,"maximised":false}',
        b'{"x":0,"y":0,"width":1e999,"height":9,"maximised":false}',
        b'{"x":"\xc3\xa9"}',
    ],
)
def test_a_broken_file_is_as_none(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / window_file.FILE).write_bytes(broken)
    assert window_file.read(tmp_path) is None


def test_a_disk_that_takes_nothing_is_no_trouble(tmp_path: Path) -> None:
    window_file.write(tmp_path / "not there", WindowPlace(LAPTOP))
    assert window_file.read(tmp_path / "not there") is None
