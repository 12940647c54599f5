"""A return as tables, the same on the screen and in every file: its figures, its parts, its redress, who signed it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from crmdesk.domain.cases.returns import FIGURE_WORDS, Figure, Given, Return, ReturnShown, Signature
from crmdesk.domain.complaints import REDRESS_WORDS, RedressKind
from crmdesk.domain.language import mark, tr
from crmdesk.domain.money import said
from crmdesk.domain.sheets import Sheet, SheetColumn, Unit, Value
from crmdesk.domain.values import known_or_none

NOT_BY_KIND = mark("Decided, not put down by kind")


def sheets(shown: ReturnShown) -> tuple[Sheet, ...]:
    """Return a return as tables: the figures (beside those that were signed last), the parts, the redress by kind."""
    return _figures(shown), _parts(shown.one), _redress(shown.one)


def equation(one: Return) -> str:
    """Return the line that has to add up, in figures: "12 + 30 + 2 - 28 = 16"."""
    of = one.figures
    began = f"{of[Figure.START]} + {of[Figure.OPENED]} + {of[Figure.OPENED_AGAIN]}"
    return f"{began} - {of[Figure.ENDED]} {'=' if one.adds_up else '≠'} {of[Figure.END]}"


def kind_words(one: Given) -> str:
    """Return what the kind of redress is called."""
    kind = known_or_none(RedressKind, one.kind)
    return tr(REDRESS_WORDS[kind]) if kind is not None else one.kind or tr(NOT_BY_KIND)


def signed_words(one: Signature) -> str:
    """Return a signature in words, its moment in UTC as the document's readers are in any zone."""
    return tr("Signed by {name}, {moment} UTC", name=one.name, moment=f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M}")


def _figures(shown: ReturnShown) -> Sheet:
    before = shown.before
    columns = [SheetColumn(mark("Figure"), Unit.WORDS), SheetColumn(mark("Complaints"))]
    if before is not None:
        columns += [SheetColumn(mark("As signed last")), SheetColumn(mark("Difference"), Unit.CHANGE)]
    rows: list[tuple[Value, ...]] = []
    for figure in Figure:
        now = shown.one.figures[figure]
        last: tuple[Value, ...] = () if before is None else (before.figures[figure], now - before.figures[figure])
        rows.append((tr(FIGURE_WORDS[figure]), now, *last))
    return Sheet(tr("Return"), tuple(columns), tuple(rows), tuple(_notes(shown)))


def _notes(shown: ReturnShown) -> Iterator[str]:
    one = shown.one
    period = one.scope.period
    days = tr("{first} to {last}", first=period.first.isoformat(), last=period.last.isoformat())
    yield f"{shown.regime}, {days}"
    yield tr("Legal entity: {entity}", entity=shown.entity) if shown.entity else tr("Legal entity: the whole house")
    adds_up = tr("Adds up: start + opened + opened again - ended = end.") if one.adds_up else tr("Does not add up.")
    yield f"{adds_up} {equation(one)}"
    share = one.upheld_share
    yield tr("Upheld of those decided: {share}.", share="-" if share is None else f"{share:.1%}")
    for currency, sum_ in sorted(one.redress.items()):
        yield tr("Redress: {sum}.", sum=said(sum_, currency))
    if not shown.signed:
        yield tr("Not signed.")
    for signature in shown.signed:
        yield signed_words(signature)
    if shown.signatures and not shown.signed:
        last = shown.signatures[0]
        yield tr(
            "Other figures were signed last: {signed}, digest {digest}", signed=signed_words(last), digest=last.digest
        )
    yield tr("Digest: {digest}", digest=one.digest())


def _parts(one: Return) -> Sheet:
    return Sheet(
        tr("By product and category"),
        (
            SheetColumn(mark("Product"), Unit.WORDS),
            SheetColumn(mark("Category"), Unit.WORDS),
            SheetColumn(mark("Opened")),
            SheetColumn(mark("Ended")),
            SheetColumn(mark("Upheld")),
        ),
        tuple((p.product, p.category, p.opened, p.ended, p.upheld) for p in one.parts),
    )


def _redress(one: Return) -> Sheet:
    return Sheet(
        tr("Redress by kind"),
        (
            SheetColumn(mark("Kind"), Unit.WORDS),
            SheetColumn(mark("Times given")),
            SheetColumn(mark("Sum"), Unit.WORDS),
        ),
        tuple((kind_words(g), g.count, said(g.minor, g.currency) if g.minor or g.currency else "") for g in one.given),
    )
