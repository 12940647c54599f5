"""Knowledge on the desk: articles and their versions, text modules, and publishing another version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased

from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.found import Hit, HitKind
from crmdesk.domain.ids import new_id
from crmdesk.domain.knowledge.article import gist_of
from crmdesk.domain.knowledge.bodies import check_body
from crmdesk.domain.knowledge.edition import (
    ArticleView,
    EditionState,
    NewEdition,
    Shelf,
    TextModule,
    check_code,
    edition_of,
    parted,
)
from crmdesk.domain.knowledge.suggesting import Paper, Ranking
from crmdesk.domain.language import mark, tr
from crmdesk.domain.people import Role
from crmdesk.domain.quick import dataclass
from crmdesk.models import search_articles
from crmdesk.models.knowledge import Article, Script
from crmdesk.models.knowledge import TextModule as TextModuleRow
from crmdesk.models.limits import check_length
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.people import Agent
from crmdesk.models.rules import HouseRules, LetterTemplate, Regime
from crmdesk.models.search import words_of
from crmdesk.models.unit_of_work import UnitOfWork

FOUND = 10
_SHORT = select(Article.id, Article.title, Article.version, func.substr(Article.body, 1, 600).label("beginning")).where(
    Article.id.in_(bindparam("ids", expanding=True))
)
_Row = type[Article] | type[Script] | type[TextModuleRow] | type[Regime] | type[HouseRules] | type[LetterTemplate]
_SHELVES: dict[Shelf, _Row] = {
    Shelf.ARTICLE: Article,
    Shelf.SCRIPT: Script,
    Shelf.TEXT_MODULE: TextModuleRow,
    Shelf.REGIME: Regime,
    Shelf.HOUSE_RULES: HouseRules,
    Shelf.LETTER_TEMPLATE: LetterTemplate,
}


def newest_version(model: _Row) -> Select[str, int]:
    """Return the statement for the newest version of each code of a shelf."""
    return select(model.code, func.max(model.version).label("version")).group_by(model.code)


# Articles ------------------------------------------------------------------------------------------------------------


def articles(uow: UnitOfWork, typed: str = "") -> tuple[ArticleView, ...]:
    """Return the newest versions that were not withdrawn, by title; with words, those that have each as a prefix, those
    that have it in title or keywords first."""
    words = words_of(typed)
    if not words:
        return tuple(sorted(_views(uow, None), key=_by_title))
    first = search_articles.articles_titled(uow.session, words, FOUND * 5)
    ids = set(search_articles.articles_by_words(uow.session, words, FOUND * 5))
    ahead = set(first)
    found = sorted(_views(uow, ids | ahead), key=_by_title)
    return tuple(sorted(found, key=lambda view: view.id not in ahead))


def article(uow: UnitOfWork, article_id: UUID) -> ArticleView | None:
    """Return one version of an article, whichever it is, None if it is not on this computer."""
    return next(iter(_read(uow, select(Article).where(Article.id == article_id))), None)


def version_of(uow: UnitOfWork, code: str, version: int) -> ArticleView | None:
    """Return a version of an article by its number."""
    return next(iter(_read(uow, select(Article).where(Article.code == code, Article.version == version))), None)


def hits(uow: UnitOfWork, words: tuple[str, ...]) -> list[Hit]:
    """Return the articles that the search finds, as its results show them: those with the words in title or keywords
    first. It runs at each keystroke, so no more is read than is shown."""
    ids = search_articles.articles_titled(uow.session, words, FOUND)
    if len(ids) < FOUND:
        ids += search_articles.articles_by_words(uow.session, words, FOUND)
    ids = list(dict.fromkeys(ids))[:FOUND]
    found = {row.id: row for row in uow.session.execute(_SHORT, {"ids": ids})} if ids else {}
    return [
        Hit(
            kind=HitKind.ARTICLE,
            id=row.id,
            customer_id=None,
            title=row.title,
            latin_title="",
            detail="",
            version=row.version,
            number=None,
            excerpt=gist_of(row.beginning),
            at=None,
        )
        for row in (found[id_] for id_ in ids if id_ in found)
    ]


def papers(uow: UnitOfWork) -> tuple[Paper, ...]:
    """Return the articles as they are ranked."""
    return tuple(Paper(view.id, view.title, view.keywords, view.body) for view in _views(uow, None))


@dataclass(frozen=True, slots=True)
class Ranked:
    """The index over the articles, and the fingerprint of those that are in it."""

    fingerprint: tuple[int, int]
    ranking: Ranking


def suggest(uow: UnitOfWork, before: Ranked | None, note: str) -> tuple[Ranked, tuple[ArticleView, ...]]:
    """Return the articles that fit a note, the best first, and the index; ``before`` is used again where it is good."""
    now = fingerprint(uow)
    ranked = before if before is not None and before.fingerprint == now else Ranked(now, Ranking(papers(uow)))
    order = [found.id for found in ranked.ranking.suggest(note)]
    views = {view.id: view for view in _views(uow, order)} if order else {}
    return ranked, tuple(views[id_] for id_ in order if id_ in views)


def fingerprint(uow: UnitOfWork) -> tuple[int, int]:
    """Return what changes whenever an article comes or goes: versions are never edited, so their number tells."""
    count, last = uow.session.execute(select(func.count(), func.max(Article.updated_at)).select_from(Article)).one()
    return count or 0, 0 if last is None else int(last.timestamp() * 1_000_000)


def _views(uow: UnitOfWork, ids: Iterable[UUID] | None) -> list[ArticleView]:
    newest = newest_version(Article).subquery()
    query = select(Article).join(newest, (newest.c.code == Article.code) & (newest.c.version == Article.version))
    # Of two with the same number the server took one; the other waits among the unsent until its author has seen it.
    first = aliased(Article)
    taken = select(first.id).where(first.edition == Article.edition, first.ver > Article.ver)
    query = query.where(Article.state == EditionState.PUBLISHED.value, ~taken.exists())
    return _read(uow, query if ids is None else query.where(Article.id.in_(list(ids))))


def _read(uow: UnitOfWork, query: Select[Article]) -> list[ArticleView]:
    other = aliased(Article)
    newest = select(func.max(other.version)).where(other.code == Article.code).scalar_subquery()
    unsent = select(Outbox.row_id).where(Outbox.row_id == Article.id, Outbox.state != OutboxState.ACKED.value)
    whole = query.outerjoin(Agent, Agent.id == Article.updated_by)
    rows = uow.session.execute(whole.add_columns(Agent.display_name, newest, unsent.exists()))
    return [
        ArticleView(
            id=row.id,
            code=row.code,
            version=row.version,
            newest=latest,
            title=row.title,
            body=row.body,
            keywords=parted(row.keywords),
            by=who or "",
            at=row.updated_at,
            unsent=queued,
        )
        for row, who, latest, queued in rows
    ]


def _by_title(view: ArticleView) -> str:
    return view.title.casefold()


# Text modules --------------------------------------------------------------------------------------------------------


def text_modules(uow: UnitOfWork) -> tuple[TextModule, ...]:
    """Return the newest versions that were not withdrawn, by shortcut."""
    newest = newest_version(TextModuleRow).subquery()
    query = select(TextModuleRow).join(
        newest, (newest.c.code == TextModuleRow.code) & (newest.c.version == TextModuleRow.version)
    )
    rows = uow.session.scalars(
        query.where(TextModuleRow.state == EditionState.PUBLISHED.value).order_by(TextModuleRow.code)
    )
    return tuple(TextModule(row.code, row.title, row.body) for row in rows)


# Publishing ----------------------------------------------------------------------------------------------------------


def publish(uow: UnitOfWork, new: NewEdition, on: int | None = None) -> UUID:
    """Publish another version from this desk and return its id; the server takes it from those who lead alone.

    ``on`` is the version that was edited, 0 for something new, None where that does not matter. Raises UserMistake for
    what cannot be taken, also when another version came meanwhile; Refused for somebody who does not lead.
    """
    _check_leads(uow)
    check_code(new.code)
    if not new.title.strip():
        raise UserMistake("title", tr("The title is empty."), tr("Write it, then publish."))
    if not new.body.strip():
        raise UserMistake("body", tr("The body is empty."), tr("Write it, then publish."))
    check_length("body", new.body, Article.body)
    check_body(new)
    model = _SHELVES[new.shelf]
    latest = uow.session.scalar(select(func.max(model.version)).where(model.code == new.code)) or 0
    if on is not None and on != latest:
        _check_version(uow, new, on, latest)
    own: dict[Shelf, dict[str, str]] = {Shelf.ARTICLE: {"keywords": new.keywords}, Shelf.SCRIPT: {"queue": new.queue}}
    row = model(
        id=new_id(),
        code=new.code,
        version=latest + 1,
        edition=edition_of(new.code, latest + 1),
        title=new.title.strip(),
        language=new.language,
        state=new.state.value,
        body=new.body.strip(),
        **own.get(new.shelf, {}),
    )
    uow.insert(row, tr("{what}, {title}", what=tr(_NAMES[new.shelf]), title=new.title.strip()))
    return row.id


def _check_version(uow: UnitOfWork, new: NewEdition, on: int, latest: int) -> None:
    """Raise UserMistake: what is there is not what was edited."""
    model, code = _SHELVES[new.shelf], new.code
    if on == 0 and new.shelf is Shelf.ARTICLE:
        there = tr("There is an article {code} already.", code=code)
        raise UserMistake("code", there, tr("Edit that one, or choose another code."))
    by = select(Agent.display_name).join(model, model.updated_by == Agent.id)
    who = uow.session.scalar(by.where(model.code == code, model.version == latest)) or tr("Somebody")
    what = tr("{name} published version {n} while you wrote.", name=who, n=latest)
    raise UserMistake(
        "version", what, tr("Your words are kept. Read that version; publishing again puts yours after it.")
    )


_NAMES = {
    Shelf.ARTICLE: mark("Article"),
    Shelf.SCRIPT: mark("Call script"),
    Shelf.TEXT_MODULE: mark("Text module"),
    Shelf.REGIME: mark("Regime"),
    Shelf.HOUSE_RULES: mark("Rules of the house"),
    Shelf.LETTER_TEMPLATE: mark("Template of a letter"),
}
_LEADING: Sequence[str] = (Role.SUPERVISOR.value, Role.ADMINISTRATOR.value)


def _check_leads(uow: UnitOfWork) -> None:
    role = uow.session.scalar(select(Agent.role).where(Agent.id == uow.actor))
    if role not in _LEADING:
        raise Refused(tr("Only a supervisor or an administrator can publish this."), tr("Ask one of them."))
