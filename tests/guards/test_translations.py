"""Every word that a person reads can be translated, and is, in each language that is shipped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tests.guards.sources import ROOT, modules
from tests.guards.words import bare
from tests.support.translating import as_text, compiled, missing, read, renewed, said_in, spoken, texts

SPOKEN_AT_THE_DESK = ("crmdesk/ui", "crmdesk/domain", "crmdesk/services", "crmdesk/runtime", "crmdesk/sync/client")
_VALUE = re.compile(r"\{(\w+)[^}]*\}")

every_language = pytest.mark.parametrize("path", texts(), ids=lambda path: path.parents[1].name)


@pytest.mark.parametrize("folder", SPOKEN_AT_THE_DESK)
def test_no_words_stand_bare(folder: str) -> None:
    assert [f"{where}: {words}" for path in modules(folder) for where, words in bare(path)] == []


def test_the_finder_sees_words_in_each_place(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_text('label("Nobody waits")\nTITLE = "Callbacks"\nsaid = f"{n} calls wait"\n', encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.guards.sources.ROOT", tmp_path)
        assert [words for _, words in sorted(bare(source))] == ["Nobody waits", "Callbacks", "{} calls wait"]


def test_messages_within_f_strings_and_with_contexts_are_collected(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_text('a = f"x {tr(\'Held\')}"\nb = tr_in("a change", "Open")\nc = tr_n("{n} call", "{n} calls", 2)\n')
    assert list(said_in(source)) == [("Held", None), ("Open", "a change"), (("{n} call", "{n} calls"), None)]


@every_language
def test_nothing_is_left_untranslated_and_nothing_is_kept_that_nobody_says(path: Path) -> None:
    translation = read(path)
    assert missing(renewed(read(path), spoken())) == []
    assert {_key(m) for m in translation if m.id} == {_key(m) for m in spoken() if m.id}


@every_language
def test_each_value_stands_in_the_translation_too(path: Path) -> None:
    wrong = [message.id for message in read(path) if message.id and not _has_the_same_values(message)]
    assert wrong == []


@every_language
def test_what_the_program_reads_was_made_of_the_text(path: Path) -> None:
    translation = read(path)
    assert path.with_suffix(".mo").read_bytes() == compiled(translation), "./run.sh translate"
    assert path.read_bytes() == as_text(translation), "./run.sh translate"


def test_a_translation_lies_where_the_program_looks() -> None:
    assert {path.relative_to(ROOT).parts[:2] for path in texts()} == {("resources", "translations")}


def _key(message: Message) -> tuple[object, object]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def _has_the_same_values(message: Message) -> bool:
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    said = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    wanted = set(_VALUE.findall(ids[-1]))
    # The form for one may say it without the figure.
    return all(set(_VALUE.findall(text)) | {"n"} == wanted | {"n"} for text in said)
