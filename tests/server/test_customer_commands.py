"""``crmdesk server erase`` and ``move``: what an administrator does to one customer, typed as they would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from crmdesk.domain.ids import new_id
from crmdesk.sync.engine import Engine
from crmdesk.sync.wire import Op, Status
from tests.support.server import Device, customer, desk_of
from tests.support.terminal import Terminal

NUMBER = "+442079460777"


@pytest.fixture
def anna(engine: Engine) -> Device:
    """An agent's desk."""
    return desk_of(engine, "anna", team="North")


@pytest.fixture
def ruth(anna: Device) -> Iterator[UUID]:
    """A customer with a number."""
    row = new_id()
    anna.insert("customer", row, **customer())
    point: dict[str, Any] = {"kind": "phone", "value": NUMBER, "e164": NUMBER, "customer_id": row.hex}
    anna.push(anna.mutation("contact_point", new_id(), Op.INSERT, **point))
    yield row


def test_a_customer_is_erased_by_id_and_written_down(
    anna: Device, ruth: UUID, terminal: Terminal, database_url: str, tmp_path: Path
) -> None:
    journal = tmp_path / "erased"
    words = ("server", "erase", str(ruth), "--erasures", str(journal), "--yes")
    code, out, err = terminal.type(*words, url=database_url)
    assert (code, err) == (0, "")
    assert out.startswith("Erased: 1 customer, 1 contact point.")
    assert ruth.hex in journal.read_text()
    assert anna.update("customer", ruth, 1, city="Leeds").status is Status.ERASED
    code, _, err = terminal.type(*words, url=database_url)
    assert (code, "already" in err) == (1, True)
    again = terminal.type("server", "erase-again", "--erasures", str(journal), url=database_url)
    assert again == (0, "Everybody in the journal is erased.\n", "")


def test_a_customer_is_erased_by_number(
    anna: Device, ruth: UUID, terminal: Terminal, database_url: str, tmp_path: Path
) -> None:
    words = ("server", "erase", "--number", NUMBER, "--erasures", str(tmp_path / "erased"), "--yes")
    assert terminal.type(*words, url=database_url)[0] == 0
    assert anna.update("customer", ruth, 1, city="Leeds").status is Status.ERASED


def test_a_customer_is_given_to_a_team(
    engine: Engine, anna: Device, ruth: UUID, terminal: Terminal, database_url: str
) -> None:
    south = desk_of(engine, "sam", team="South")
    code, out, _ = terminal.type("server", "move", str(ruth), "--team", "South", url=database_url)
    assert (code, out) == (0, "The customer is South's now.\n")
    assert set(south.pull()["customer"]) == {ruth}
    assert "customer" not in anna.pull()
    assert terminal.type("server", "move", str(ruth), "--everybody", url=database_url)[0] == 0
    assert set(anna.pull()["customer"]) == {ruth}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("erase", "nonsense", "--erasures", "x", "--yes"), "no customer's id"),
        (("erase", "--number", "0207", "--erasures", "x", "--yes"), "0207 is not"),
        (("erase", str(UUID(int=7)), "--erasures", "/no/such/folder/x", "--yes"), "CRMDESK_ERASURES"),
        (("erase", str(UUID(int=7)), "--erasures", "x"), "--yes"),
        (("erase", str(UUID(int=7)), "--erasures", "x", "--yes"), "no such customer"),
        (("erase-again", "--erasures", "/no/such/folder/x"), "CRMDESK_ERASURES"),
        (("move", str(UUID(int=7)), "--team", "West"), "no team named West"),
        (("move", str(UUID(int=7)), "--everybody"), "no such customer"),
    ],
)
def test_what_is_missing_or_wrong_is_said(
    terminal: Terminal, database_url: str, words: tuple[str, ...], said: str
) -> None:
    code, _, err = terminal.type("server", *words, url=database_url)
    assert code == 1
    assert said in err
