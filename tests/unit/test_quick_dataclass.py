"""Dataclasses made quickly behave as those of the standard library wherever the program relies on it."""

from __future__ import annotations

import pickle
from dataclasses import dataclass as library
from dataclasses import field, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.quick import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """A value with every kind of field."""

    key: str
    agents: tuple[str, ...]
    seconds: float = 0.0
    tags: list[str] = field(default_factory=list)
    secret: str = field(default="", repr=False)
    note: str = field(default="", compare=False)


@library(frozen=True, slots=True)
class TheirCall:
    """The same, made by the library."""

    key: str
    agents: tuple[str, ...]
    seconds: float = 0.0
    tags: list[str] = field(default_factory=list)
    secret: str = field(default="", repr=False)
    note: str = field(default="", compare=False)


@dataclass(slots=True)
class Counter:
    """A mutable one, with a part that is worked out."""

    start: int
    now: int = field(init=False)

    def __post_init__(self) -> None:
        """Work it out."""
        self.now = self.start + 1


@dataclass(frozen=True, slots=True)
class Key:
    """One field."""

    text: str


@dataclass(slots=True, eq=False)
class Seat:
    """Told apart by which one it is."""

    number: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """No field at all."""


Parts = tuple[str, tuple[str, ...], float, list[str], str, str]
_parts = st.tuples(
    st.text(), st.lists(st.text()).map(tuple), st.floats(allow_nan=False), st.lists(st.text()), st.text(), st.text()
)


@given(_parts, _parts)
def test_two_are_equal_exactly_where_the_librarys_are(one: Parts, other: Parts) -> None:
    """Equality and representation look at the same fields."""
    assert (Call(*one) == Call(*other)) is (TheirCall(*one) == TheirCall(*other))
    assert Call(*one) == Call(*one)
    assert repr(Call(*one)) == repr(TheirCall(*one)).replace("TheirCall", "Call", 1)


def test_a_password_is_not_in_the_representation() -> None:
    """What is not to be shown is not shown."""
    assert "hunter2" not in repr(Call("a", (), secret="hunter2"))


def test_equal_values_are_one_key_of_a_dictionary() -> None:
    """A frozen value is hashed by its fields; one that changes has no hash."""
    assert {Key("a"): 1}[Key("a")] == 1
    assert len({Nothing(), Nothing()}) == 1
    with pytest.raises(TypeError):
        hash(Counter(1))


def test_values_of_two_classes_are_never_equal() -> None:
    """The same fields mean something else in another class; without equality each is itself only."""
    one: object = Call("a", ())
    assert one != TheirCall("a", ())
    assert Seat(1) != Seat(1)


def test_defaults_are_made_anew_and_parts_worked_out() -> None:
    """No two values share a list; ``__post_init__`` runs."""
    assert Call("a", ()).tags is not Call("b", ()).tags
    assert Counter(4).now == 5


def test_fields_replace_matching_and_copies_work() -> None:
    """The library's own functions take it for one of theirs."""
    call = Call("a", ("x",), 2.0)
    assert [part.name for part in fields(call)] == ["key", "agents", "seconds", "tags", "secret", "note"]
    assert replace(call, seconds=3.0) == Call("a", ("x",), 3.0)
    assert pickle.loads(pickle.dumps(call)) == call
    match call:
        case Call(key, agents):
            assert (key, agents) == ("a", ("x",))


def test_a_missing_or_unknown_field_is_refused() -> None:
    """As a call of any function is."""
    with pytest.raises(TypeError, match="agents"):
        Call("a")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="colour"):
        Call("a", (), colour="red")  # type: ignore[call-arg]


def test_there_is_no_room_for_anything_else() -> None:
    """Slots: a mistyped name is noticed."""
    with pytest.raises(AttributeError):
        Counter(1).later = 2  # type: ignore[attr-defined]
