"""A letter's words: gaps that must be filled, bold marks, and the digest by which it is known again."""

from __future__ import annotations

from crmdesk.domain.cases.letters import SENT_BY, LetterKind, Run, digest_of, gaps, runs


def test_gaps_are_what_stands_in_double_brackets_on_one_line() -> None:
    assert gaps("By [[ the day ]], [[how]] it is paid. [[not\nthis]] [nor this] [[]]") == ("the day", "how")


def test_marks_make_words_bold_and_one_that_nothing_ends_stays() -> None:
    assert runs("We **uphold** it") == (Run("We ", False), Run("uphold", True), Run(" it", False))
    assert runs("2 ** 3") == (Run("2 ** 3", False),)
    assert runs("**a** and **b") == (Run("a", True), Run(" and **b", False))


def test_the_digest_is_of_the_words_alone_and_changes_with_each_of_them() -> None:
    assert digest_of("Dear Grace") == digest_of("Dear Grace") != digest_of("Dear Grace ")
    assert len(digest_of("\ud800")) == 64


def test_every_kind_of_letter_is_sent_by_a_step_of_its_own() -> None:
    assert set(SENT_BY) == set(LetterKind)
    assert len(set(SENT_BY.values())) == len(LetterKind)
