"""Which words of a note ask whether it is a complaint, and which do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.dissatisfaction.scoring import ENOUGH, judged, needed_of, words_of
from tests.support.dissatisfaction import lexicon


def raised(note: str) -> bool:
    return judged(note, lexicon()).raised


@pytest.mark.parametrize(
    "note",
    [
        "cust upset, third call, wants refund",
        "Complains that nobody rang back though promised twice.",
        "He is NOT HAPPY with the repair",
        "wasn’t happy w/ the offer",
        "Says it's unacceptable, wants to speak to a manager.",
        "No-show of the technician, second day off for nothing",
        "will go to the ombudsman",
        "My rights have been violated and nobody has responded.",
        "Kundin verärgert, dritter Anruf, will Geld zurück",
        "Kundin veraergert",
        "VERÄRGERT",
        "Techniker kam wieder nicht, sehr enttäuscht",
        "Beschwert sich über den Ton im Schreiben",
    ],
)
def test_words_of_dissatisfaction_raise_it(note: str) -> None:
    assert raised(note)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "   \n",
        "12345 ???",
        "refund processed as agreed",
        "asked how to cancel",
        "complaint closed last year",
        "No complaint, only wanted to know how an appeal works in general.",
        "He is not unhappy, not at all annoyed",
        "She was never upset about it",
        "Lost card blocked, new one sent.",
        "Engineer 20 minutes late because of traffic, told her.",
        "Wrong number.",
        "Beschwerde vom letzten Jahr ist erledigt",
        "Keine Beschwerde, wollte nur die Adresse ändern.",
        "Ist nicht verärgert, dass es bis Montag dauert.",
        "Erstattung wie vereinbart angewiesen",
    ],
)
def test_neutral_talk_does_not(note: str) -> None:
    assert not raised(note)


def test_a_negation_ends_with_its_clause() -> None:
    assert not raised("He is not angry.")
    assert raised("It is not repaired and he is angry.")
    assert raised("Not repaired, he is angry.")
    assert raised("Nicht repariert, weil das Teil fehlt, er ist wütend.")


def test_the_words_that_raised_it_stand_as_in_the_note_and_in_its_order() -> None:
    note = "Third call: she's VERY upset.\nNobody  came on 21 Dec."
    assert words_of(note, judged(note, lexicon()), 3) == ("Third call", "upset", "Nobody came")
    assert words_of(note, judged(note, lexicon()), 1) == ("upset",)


def test_signs_tell_their_place_in_the_note() -> None:
    note = "Straße gesperrt. Sehr verärgert!"
    (sign,) = judged(note, lexicon()).signs
    assert note[sign.begin : sign.end] == "verärgert"


def test_a_phrase_counts_once_and_overlapping_ones_once() -> None:
    once = judged("upset", lexicon())
    assert judged("upset, upset, upset", lexicon()).points == once.points
    assert len(judged("not happy", lexicon()).signs) == 1


def test_a_long_note_has_to_bring_more() -> None:
    short = needed_of(["word"] * 500)
    long = needed_of([f"word{number}" for number in range(640)])
    assert short == ENOUGH
    assert long == ENOUGH + 60


def test_weak_words_by_chance_do_not_raise_it_in_a_long_neutral_note() -> None:
    weak = "Sent again. One error, one delay."
    listed = " ".join(f"item{number}" for number in range(300))
    assert raised(weak)
    assert not raised(f"{listed}. {weak}")


@given(st.text())
def test_any_text_is_read_and_its_signs_lie_in_it_in_order(note: str) -> None:
    found = judged(note, lexicon())
    places = [place for sign in found.signs for place in (sign.begin, sign.end)]
    assert places == sorted(places)
    assert all(0 <= place <= len(note) for place in places)
    assert found.points == sum(sign.points for sign in found.signs)
