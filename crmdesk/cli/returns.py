"""``crmdesk return``: the return for the regulator, from the database as it stands."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmdesk.cli._database import ready
from crmdesk.domain.errors import UserMistake

if TYPE_CHECKING:
    from crmdesk.domain.cases.returns import ReturnShown, Scope


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add ``return show``, ``return save``, ``return cases`` and ``return sign``."""
    parser = commands.add_parser("return", help="count complaints for the regulator")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def action(name: str, run: Any, words: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = actions.add_parser(
            name, help=words, description=words[0].upper() + words[1:] + "."
        )
        made.add_argument("--regime", required=True, metavar="KEY", help="which rules, for example uk-fca-disp")
        made.add_argument("--from", dest="first", required=True, type=_day, metavar="DAY", help="first day: 2027-01-01")
        made.add_argument("--to", dest="last", required=True, type=_day, metavar="DAY", help="last day: 2027-06-30")
        made.add_argument("--entity", default="", metavar="KEY", help="one of house.toml; else the whole house")
        made.add_argument("--database", metavar="URL", help="PostgreSQL database; else from CRMDESK_DATABASE")
        made.set_defaults(func=run)
        return made

    action("show", _show, "print the figures, and what is unlike the return that was signed last")
    save = action("save", _save, "write it to a file: PDF or CSV where the name ends so, else XLSX")
    save.add_argument("file", type=Path, metavar="FILE", help="the file to write")
    save.add_argument("--format", choices=("csv", "pdf", "xlsx"), help="whatever the file is called")
    cases = action("cases", _cases, "list the complaints behind a figure")
    cases.add_argument("figure", metavar="FIGURE", help="opened, ended, end, ended_late, upheld, overdue ...")
    sign = action("sign", _sign, "keep it as it stands now, with its digest, in somebody's name")
    sign.add_argument("--as", dest="login", required=True, metavar="LOGIN", help="the supervisor or administrator")


def _day(text: str) -> date:
    from crmdesk.services.csv_file import day_of

    try:
        return day_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2027-01-01") from error


def _scope(arguments: argparse.Namespace) -> Scope:
    from crmdesk.domain.cases.returns import Period, Scope

    return Scope(arguments.regime, Period(arguments.first, arguments.last), arguments.entity)


def _shown(arguments: argparse.Namespace) -> ReturnShown:
    from crmdesk.sync.engine import returns, signed_returns

    scope = _scope(arguments)
    with ready(arguments) as engine:
        return engine.run(lambda conn: signed_returns.shown(conn, returns.made(conn, scope)))


def _show(arguments: argparse.Namespace) -> int:
    from crmdesk.domain.cases.return_sheets import sheets
    from crmdesk.domain.cases.returns import FIGURE_WORDS, differences

    shown = _shown(arguments)
    figures, *others = sheets(shown)
    for note in figures.notes:
        print(note)
    for sheet in (figures, *others):
        for row in sheet.rows:
            print("  " + "  ".join(str(cell) for cell in row))
    if shown.before is not None:
        for figure, was, is_now in differences(shown.one, shown.before):
            print(f"Unlike the signed one: {FIGURE_WORDS[figure]} was {was}, is {is_now}.")
    return 0 if shown.one.adds_up else 1


def _save(arguments: argparse.Namespace) -> int:
    from crmdesk.domain.cases.return_sheets import sheets
    from crmdesk.services import exporting

    shown = _shown(arguments)
    file: Path = arguments.file
    form = arguments.format or file.suffix.lower().removeprefix(".")
    if form == "pdf":
        _write_pdf(file, shown)
    else:
        exporting.write(file, sheets(shown), exporting.Format.CSV if form == "csv" else exporting.Format.XLSX)
    print(f"{file} was written, digest {shown.one.digest()}.")
    return 0


def _write_pdf(file: Path, shown: ReturnShown) -> None:
    from crmdesk.domain.cases.return_sheets import sheets

    try:
        from crmdesk.ui.reports.windowless import write_pdf_windowless
    except ImportError as error:
        what = f"A PDF needs libraries of this system that Qt does not find: {error}."
        raise UserMistake("format", what, "Write .xlsx or .csv here, or the PDF at a desk.") from error
    write_pdf_windowless(file, sheets(shown), shown.one.digest())


def _cases(arguments: argparse.Namespace) -> int:
    from crmdesk.domain.cases.returns import Behind, Figure
    from crmdesk.domain.values import known_or_none
    from crmdesk.sync.engine import returns

    figure = known_or_none(Figure, arguments.figure)
    if figure is None:
        names = ", ".join(one.value for one in Figure)
        raise UserMistake("figure", f"There is no figure {arguments.figure!r}.", f"Use one of {names}.")
    with ready(arguments) as engine:
        found = engine.run(lambda conn: returns.behind(conn, _scope(arguments), Behind(figure)))
    for spell in found:
        print(spell.reference)
    return 0


def _sign(arguments: argparse.Namespace) -> int:
    from crmdesk.sync.engine import returns, signed_returns
    from crmdesk.sync.engine.people import leader_named

    with ready(arguments) as engine:
        digest = engine.run(
            lambda conn: signed_returns.sign(
                conn, returns.made(conn, _scope(arguments)), leader_named(conn, arguments.login)
            )
        )
    print(f"Signed, digest {digest}.")
    return 0
