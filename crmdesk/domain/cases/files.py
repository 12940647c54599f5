"""A folder of rules: ``house.toml``, ``causes.toml`` where the house has a tree of root causes, and ``regimes/*.toml``
and ``letters/*.txt`` where it has others than those that are shipped."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from crmdesk.domain.cases.house import house_from
from crmdesk.domain.cases.letter_templates import edition_from
from crmdesk.domain.cases.rules import HOUSE
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.knowledge.edition import NewEdition, Shelf, check_code
from crmdesk.domain.language import tr
from crmdesk.domain.learning.causes import CAUSES, tree_from
from crmdesk.domain.sla.calendars import WorkCalendar
from crmdesk.domain.sla.documents import text_of
from crmdesk.domain.sla.public_holidays import PublicHolidays
from crmdesk.domain.sla.regimes import Regime, calendar_of, read_regimes

_ANY_YEAR = 2026


def read_rules(folder: Path, shipped: Path, letters: Path | None = None) -> list[NewEdition]:
    """Return a house's rules, its causes, every regime and every letter's template, its own in place of those of the
    same key in ``shipped`` and the same name in ``letters`` (None: no templates beside the house's own).

    Raises UserMistake that names the file which cannot be taken, and for a regime that the house names and that is
    not there.
    """
    file = folder / "house.toml"
    if not file.exists():
        raise UserMistake("folder", tr("There is no {file}.", file=file), tr("Begin with docs/sla.md."))
    try:
        text = text_of(file)
        house = house_from(text, 1)
    except UserMistake as mistake:
        what = tr("{file}: {what}", file=file.name, what=mistake.what)
        raise UserMistake(mistake.field, what, mistake.next_step) from mistake
    known = {one.key: (one, shipped / f"{one.key}.toml") for one in read_regimes(shipped)}
    own = folder / "regimes"
    known |= {one.key: (one, own / f"{one.key}.toml") for one in (read_regimes(own) if own.is_dir() else ())}
    for key, (_, path) in known.items():
        check_code(key)
        if not path.is_file():
            what = tr("The regime {key} is in a file of another name.", key=key)
            raise UserMistake("regime", what, tr("Call the file {file}.", file=f"regimes/{path.name}"))
    for key in (house.regime, *house.products.values(), *house.requests.values()):
        if key not in known:
            raise UserMistake(
                "regime", tr("There is no regime {key}.", key=key), tr("Use one of {names}.", names=", ".join(known))
            )
    for version in known[house.regime][0].versions:
        calendar_of(version, house.subdivision or next(iter(version.business_days.subdivisions), ""), house.calendar)
    _check_holidays([house.calendar], [one for one, _ in known.values()])
    rules = NewEdition(Shelf.HOUSE_RULES, HOUSE, house.title, text)
    return [
        rules,
        *_causes(folder / "causes.toml"),
        *(NewEdition(Shelf.REGIME, key, regime.title, text_of(path)) for key, (regime, path) in known.items()),
        *({one.code: one for one in (*_letters(letters), *_letters(folder / "letters"))}.values()),
    ]


def _causes(file: Path) -> list[NewEdition]:
    if not file.exists():
        return []
    try:
        text = text_of(file)
        return [NewEdition(Shelf.HOUSE_RULES, CAUSES, tree_from(text).title, text)]
    except UserMistake as mistake:
        what = tr("{file}: {what}", file=file.name, what=mistake.what)
        raise UserMistake(mistake.field, what, mistake.next_step) from mistake


def _check_holidays(calendars: Iterable[WorkCalendar], regimes: Iterable[Regime]) -> None:
    """Raise UserMistake for a country or a part of one whose holidays nobody knows: no clock could be read by them."""
    asked = {period.holidays for calendar in calendars for period in calendar.periods if period.holidays is not None}
    asked |= {
        PublicHolidays(version.business_days.country, part)
        for regime in regimes
        for version in regime.versions
        if version.business_days.country
        for part in version.business_days.subdivisions or ("",)
    }
    for one in asked:
        one.of_year(_ANY_YEAR)


def _letters(folder: Path | None) -> list[NewEdition]:
    return [] if folder is None else read_letters(folder)


def read_letters(folder: Path) -> list[NewEdition]:
    """Return the templates of a folder, none where there is none; raises UserMistake that names the file and the line
    of one that cannot be taken."""
    found: list[NewEdition] = []
    for path in sorted(folder.glob("*.txt")):
        try:
            found.append(edition_from(path.stem, text_of(path)))
        except UserMistake as mistake:
            what = tr("{file}: {what}", file=path.name, what=mistake.what)
            raise UserMistake("folder", what, mistake.next_step) from mistake
    return found
