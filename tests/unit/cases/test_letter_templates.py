"""Templates of letters: those that ship render for every regime and language, and a hostile one is never published."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crmdesk.cli import main
from crmdesk.domain.cases.files import read_letters, read_rules
from crmdesk.domain.cases.letter_elements import Around, contained, looked_through, missing
from crmdesk.domain.cases.letter_templates import LetterTemplate, fitting, rendered, template_from, tried_out
from crmdesk.domain.cases.letter_values import LetterFacts, LetterIssue, LetterRedress, values_of
from crmdesk.domain.cases.letters import LetterKind, gaps
from crmdesk.domain.complaints import Finding, Outcome, RedressKind
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.knowledge.edition import EditionState, Shelf
from crmdesk.domain.shipped import shipped
from crmdesk.domain.sla.regimes import Regime, RegimeVersion, read_regimes
from tests.support.house_rules import HOUSE_TOML

REGIMES = read_regimes(shipped("regimes"))
VERSIONS = [(regime, version) for regime in REGIMES for version in regime.versions]
SHIPPED = [template_from(one.code, 1, one.body) for one in read_letters(shipped("letters"))]
CUSTOMER = "Siobhán {{ 7 * 7 }} Ní Bhriain"
HEAD = "title: Ours\nkind: progress\nlanguage: en\n\n"


def facts(regime: Regime, version: RegimeVersion, outcome: str = "upheld", given: int = 59_000) -> LetterFacts:
    redress = [LetterRedress(RedressKind.REFUND, "Ceiling", given, "GBP")] if given else []
    return LetterFacts(
        house="Harbour Home Cover",
        handler="Petra Novák",
        today=date(2026, 12, 23),
        customer=CUSTOMER,
        reference="CP-26-07102",
        received=date(2026, 11, 9),
        product="HomeCover",
        stage=1,
        regime=regime.key,
        answer_by=date(2027, 1, 4),
        issues=[LetterIssue("The ceiling came down.", Finding.UPHELD, "It was ours.")],
        outcome=outcome,
        reasons="The pressure test was not done.",
        redress=redress,
        ombudsman=version.ombudsman,
    )


def letter(kind: LetterKind, language: str, told: LetterFacts) -> str:
    template = fitting(SHIPPED, kind, told.regime, language)
    assert template is not None
    assert template.language == language
    return rendered(template, values_of(told, language))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", LetterKind)
@pytest.mark.parametrize(("regime", "version"), VERSIONS, ids=[f"{r.key}-{v.begins}" for r, v in VERSIONS])
def test_every_letter_that_ships_is_whole_in_every_regime_and_language(
    regime: Regime, version: RegimeVersion, kind: LetterKind, language: str
) -> None:
    for outcome in ("", *Outcome):
        words = letter(kind, language, facts(regime, version, outcome, 0 if outcome == "rejected" else 59_000))
        assert words.startswith(f"Dear {CUSTOMER}," if language == "en" else f"Guten Tag {CUSTOMER},")
        assert words.endswith("Petra Novák\nHarbour Home Cover")
        assert "{%" not in words
        assert "\n\n\n" not in words
        if version.ombudsman is not None and kind is not LetterKind.PROGRESS:
            assert version.ombudsman.web in words


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("regime", "version"), VERSIONS, ids=[f"{r.key}-{v.begins}" for r, v in VERSIONS])
def test_what_the_words_of_a_shipped_letter_can_show_they_show(
    regime: Regime, version: RegimeVersion, language: str
) -> None:
    for asked in version.letters:
        words = letter(asked.kind, language, facts(regime, version))
        seen = looked_through(asked, words, (), Around(language, "CP-26-07102", version.ombudsman))
        assert [one.key for one in seen if one.by_words and not one.there] == []


def test_a_final_response_says_decision_reasons_sum_and_the_six_months_in_its_own_language() -> None:
    regime = next(one for one in REGIMES if one.key == "uk-fca-disp")
    told = facts(regime, regime.versions[-1])
    english, german = (letter(LetterKind.FINAL_RESPONSE, language, told) for language in ("en", "de"))
    for said in ("We **uphold** your complaint", "9 November 2026", "£590.00", "The pressure test was not done."):
        assert said in english
    assert "within **six months** of the date of this letter" in english
    for said in ("**geben Ihrer Beschwerde statt**", "9. November 2026", "590,00 £", "**sechs Monaten**"):
        assert said in german
    assert gaps(english)[-1] == "the words of DISP 1 Annex 3R that apply"


def test_only_where_the_ombudsman_already_may_a_holding_letter_sends_there_at_once() -> None:
    """A complaint about payments may be referred after a holding response once 35 business days have passed."""
    words = {one.key: letter(LetterKind.HOLDING, "en", facts(one, one.versions[-1])) for one in REGIMES}
    assert "You may take your complaint to the **Financial Ombudsman Service** now" in words["uk-fca-disp"]
    assert " now; " not in words["uk-fca-disp-payments"]
    assert "Once 35 business days have passed since we received your complaint" in words["uk-fca-disp-payments"]


def test_a_holding_letter_leaves_open_whether_a_late_referral_is_consented_to_where_the_regime_asks() -> None:
    for language, asked in (("en", "consent"), ("de", "einverstanden")):
        wanted = {
            one.key
            for one in REGIMES
            if any(asked in gap for gap in gaps(letter(LetterKind.HOLDING, language, facts(one, one.versions[-1]))))
        }
        assert wanted == {"uk-fca-disp"}


def test_the_letter_of_a_rejected_complaint_offers_nothing() -> None:
    regime = next(one for one in REGIMES if one.key == "iso-10002")
    words = letter(LetterKind.FINAL_RESPONSE, "en", facts(regime, regime.versions[0], "rejected", 0))
    assert "We **do not uphold** your complaint." in words
    assert "We offer no redress." in words
    assert "Ombudsman" not in words


def test_what_a_customer_is_called_is_never_read_as_a_template() -> None:
    regime = REGIMES[0]
    assert "49" not in letter(LetterKind.PROGRESS, "en", facts(regime, regime.versions[0]))


# Which one ----------------------------------------------------------------------------------------------------------


def ours(regime: str, language: str) -> LetterTemplate:
    text = f"title: T\nkind: progress\nregime: {regime}\nlanguage: {language}\n\nDear {{{{ customer }}}}"
    return template_from(f"ours-{regime}-{language}", 1, text)


def test_the_language_counts_before_the_regime_and_english_before_any_other() -> None:
    own, others, french = ours("uk-fca-disp", "en"), ours("us-cfpb", "de"), ours("", "fr")
    both = (*SHIPPED, own, others, french)
    assert fitting(both, LetterKind.PROGRESS, "uk-fca-disp", "en") is own
    found = fitting(both, LetterKind.PROGRESS, "uk-fca-disp", "de-AT")
    assert found is not None
    assert found.edition == "progress-de/1"
    assert fitting(both, LetterKind.PROGRESS, "uk-fca-disp", "pl") is own
    assert fitting((french,), LetterKind.PROGRESS, "", "pl") is french
    assert fitting((french,), LetterKind.HOLDING, "", "fr") is None


# What is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Dear {{ customer }},\n{{ customer.__class__ }}", "Line 6: There is no value __class__"),
        ("{{ ''.__class__.__mro__ }}", "Line 5: Only a list can be gone through"),
        ("{{ shoe_size }}", "Line 5: There is no value shoe_size"),
        ("{{ ombudsman.phone }}", "There is no value phone; known are months, name, waiver, web"),
        ("{% for one in range(9) %}x{% endfor %}", "Line 5: Only a list can be gone through"),
        ("{% for one in customer %}x{% endfor %}", "Only a list can be gone through"),
        ("{{ cycler(1) }}", "call is not allowed"),
        ("{{ 'x' * 900000000 }}", "mul is not allowed"),
        ("{{ 9 ** 9 ** 9 }}", "pow is not allowed"),
        ("{{ '%999999999d' % 1 }}", "mod is not allowed"),
        ("{{ customer ~ customer }}", "concat is not allowed"),
        ("{{ customer['x'] }}", "getitem is not allowed"),
        ("{{ customer|center(900000000) }}", "There is no filter center"),
        ("{{ [1, 2] }}", "list is not allowed"),
        ("{% macro again() %}{{ again() }}{% endmacro %}", "macro is not allowed"),
        ("{% set x = customer %}", "assign is not allowed"),
        ("{% include '/etc/passwd' %}", "include is not allowed"),
        ("{% import 'os' as os %}", "import is not allowed"),
        ("{% extends 'x' %}", "extends is not allowed"),
        ("{% block x %}{% endblock %}", "block is not allowed"),
        ("{% filter upper %}x{% endfilter %}", "filterblock is not allowed"),
        ("{% for a in issues %}{% for b in issues %}{% for c in issues %}x{% endfor %}{% endfor %}{% endfor %}", "way"),
        ("{% for a in issues recursive %}x{% endfor %}", "way of going through a list is not allowed"),
        ("Dear {{ customer }\nand", "Line 5: unexpected '}'"),
        ("{% if customer %}\nx", "Line 6: Unexpected end of template"),
        ("{{ ombudsman.name }}", "The template fails: 'None' has no attribute 'name'"),
        ("{% if customer %}" * 120 + "x" + "{% endif %}" * 120, "nested too deep"),
        ("{{ " + "not " * 300 + "customer }}", "nested too deep"),
        ("{{ " + "customer if customer else " * 300 + "customer }}", "nested too deep"),
        ("{{ customer }}" + "x" * 20_000, "more than 20000 characters"),
    ],
)
def test_a_template_that_tries_what_it_may_not_is_refused_with_its_line(body: str, said: str) -> None:
    with pytest.raises(UserMistake) as told:
        tried_out("ours", HEAD + body)
    assert said in told.value.what
    assert told.value.next_step


def test_a_letter_never_grows_without_end() -> None:
    long = template_from(
        "ours", 1, HEAD + "{% for a in issues %}{% for b in issues %}" + "x" * 900 + "{% endfor %}" * 2
    )
    issues = [LetterIssue("x", None, "")] * 100
    told = facts(REGIMES[0], REGIMES[0].versions[0])
    values = values_of(told, "en") | {"issues": issues}
    with pytest.raises(UserMistake, match="gets longer than 50000 characters"):
        rendered(long, values)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("kind: progress\nlanguage: en", "Title, language or text is missing"),
        ("title: T\nlanguage: en", "The kind of letter is missing"),
        ("title: T\nkind: farewell\nlanguage: en", "The kind of letter is missing"),
        ("title: T\nkind: progress\nlanguage: en\nsize: 9", "'size: 9' says nothing"),
        ("title: T\nkind: progress\nlanguage: en\nstate: lost", "Title, language or text is missing"),
    ],
)
def test_a_head_that_says_too_little_is_refused(head: str, said: str) -> None:
    with pytest.raises(UserMistake) as told:
        template_from("ours", 1, f"{head}\n\nDear {{{{ customer }}}}")
    assert said in told.value.what


# Publishing ---------------------------------------------------------------------------------------------------------


def test_a_houses_own_templates_stand_in_place_of_those_that_ship(tmp_path: Path) -> None:
    (tmp_path / "house.toml").write_text(HOUSE_TOML, encoding="utf-8")
    (tmp_path / "letters").mkdir()
    text = "title: Ours\nkind: final_response\nlanguage: en\nstate: withdrawn\n\nDear {{ customer }}"
    (tmp_path / "letters" / "final-response-en.txt").write_text(text, encoding="utf-8")
    editions = read_rules(tmp_path, shipped("regimes"), shipped("letters"))
    found = {one.code: one for one in editions if one.shelf is Shelf.LETTER_TEMPLATE}
    assert len(found) == len(SHIPPED) == 12
    assert found["final-response-en"].title == "Ours"
    assert found["final-response-en"].state is EditionState.WITHDRAWN
    assert found["final-response-de"].language == "de"


def test_the_command_says_which_file_and_line_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "house.toml").write_text(HOUSE_TOML, encoding="utf-8")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "ours.txt").write_text(HEAD + "Dear\n{{ customer() }}", encoding="utf-8")
    assert main(["rules", "import", str(tmp_path), "--check"]) == 1
    assert "ours.txt: Line 6: call is not allowed in a letter." in capsys.readouterr().err


# Elements -----------------------------------------------------------------------------------------------------------


def test_what_words_can_tell_is_found_in_them_and_cannot_be_ticked_and_the_rest_is() -> None:
    version = next(one for one in REGIMES if one.key == "uk-fca-disp").versions[-1]
    asked = next(one for one in version.letters if one.kind is LetterKind.FINAL_RESPONSE)
    around = Around("en", "CP-26-07102", version.ombudsman)
    everything = tuple(one.key for one in asked.elements)
    words = "The Financial\nOmbudsman Service, within **six** months."
    seen = looked_through(asked, words, everything, around)
    assert contained(seen) == ("decision", "reasons", "redress", "ombudsman", "six_months", "waiver", "leaflet")
    assert [one.title for one in missing(seen)] == ["Ombudsman’s web page"]
    again = looked_through(asked, f"{words} See https://www.financial-ombudsman.org.uk/x", everything, around)
    assert missing(again) == ()


def test_in_a_language_whose_words_nobody_knows_a_person_ticks() -> None:
    version = next(one for one in REGIMES if one.key == "uk-fca-disp").versions[-1]
    asked = next(one for one in version.letters if one.kind is LetterKind.FINAL_RESPONSE)
    seen = looked_through(asked, "six mois", ("six_months",), Around("fr", "CP-26-07102", version.ombudsman))
    six = next(one for one in seen if one.key == "six_months")
    assert six.there
    assert not six.by_words
