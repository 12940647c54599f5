"""Find anything."""

from __future__ import annotations

import pytest

from crmdesk.domain.found import HitKind, SearchPage
from crmdesk.services.search import find
from tests.services.conftest import Steps
from tests.support.desk import MARGARET, OMAR, TOMASZ


def people(page: SearchPage) -> list[object]:
    return [hit.id for hit in page.hits if hit.kind is HitKind.PERSON]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("marg", MARGARET),
        ("ellison marg", MARGARET),
        ("wisniewski", TOMASZ),
        ("Wiśn", TOMASZ),
        ("الحداد", OMAR),
        ("haddad", OMAR),
        ("argare", MARGARET),
        ("Margret Elison", MARGARET),
        ("+44 20 7946 0555", TOMASZ),
        ("020 7946 0555", TOMASZ),
        ("0207946055", TOMASZ),
        ("0044 20 7946 0555", TOMASZ),
    ],
)
def test_a_person_is_found_however_they_are_typed(do: Steps, typed: str, expected: object) -> None:
    assert expected in people(do(lambda uow: find(uow, typed, "GB")))


def test_a_reference_finds_its_complaint(do: Steps) -> None:
    hits = do(lambda uow: find(uow, "cp-26-0738", "GB")).hits
    assert [hit.title.split()[0] for hit in hits if hit.kind is HitKind.COMPLAINT] == ["CP-26-07388"]


def test_words_in_notes_are_found_with_their_surroundings(do: Steps) -> None:
    hits = [h for h in do(lambda uow: find(uow, "portable heat", "GB")).hits if h.kind is HitKind.NOTE]
    assert len(hits) == 1
    assert "Portable heater" in hits[0].excerpt
    assert hits[0].customer_id == MARGARET


@pytest.mark.parametrize("typed", ["", '"', "*", "NEAR(", "a AND", "%", "_", "'; DROP TABLE customer", "(" * 50, "\0"])
def test_no_text_breaks_the_search(do: Steps, typed: str) -> None:
    do(lambda uow: find(uow, typed, "GB"))


def test_everything_never_matches_by_a_wildcard(do: Steps) -> None:
    assert not do(lambda uow: find(uow, "%%%", "GB")).hits
    assert not do(lambda uow: find(uow, "___", "GB")).hits
