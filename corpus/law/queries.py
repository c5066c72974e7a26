"""Questions to the collection: what an article said on a day, what came before, what replaced it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from corpus.citation import Citation, short_name
from corpus.law.models import Article, Force, Statute, StatuteKind, StatuteVersion
from corpus.law.successors import successors_of


@dataclass(frozen=True)
class ArticleView:
    """An article as a reader sees it on a day."""

    citation: Citation
    law: str
    """Official full name of the statute."""
    label: str
    heading_path: tuple[str, ...]
    text: str
    force: Force
    published_on: date
    effective_on: date
    repealed_on: date | None
    replaced_by: str
    doubt: str
    successors: tuple[Citation, ...]


def view_article(article: Article, *, on: date) -> ArticleView:
    """The plain view of a stored article."""
    version = article.version
    citation = article.citation
    return ArticleView(
        citation=citation,
        law=version.statute.name,
        label=citation.label,
        heading_path=tuple(article.heading_path),
        text=article.text,
        force=version.force_on(on),
        published_on=version.published_on,
        effective_on=version.effective_on,
        repealed_on=version.repealed_on,
        replaced_by=version.replaced_by,
        doubt=version.doubt,
        successors=successors_of(citation),
    )


def find_statute(session: Session, name: str) -> Statute | None:
    """A statute by its official name, short name or nickname."""
    return session.scalar(select(Statute).where(Statute.short_name == short_name(name)))


def version_on(session: Session, *, statute: str, on: date) -> StatuteVersion | None:
    """The version in force on a day; else the one that ended last before it; else the first to come."""
    versions = versions_of(session, statute=statute)
    begun = [each for each in versions if each.effective_on <= on]
    return begun[-1] if begun else versions[0] if versions else None


def versions_of(session: Session, *, statute: str) -> Sequence[StatuteVersion]:
    """Every version of a statute, oldest first."""
    return session.scalars(
        select(StatuteVersion)
        .join(StatuteVersion.statute)
        .where(Statute.short_name == short_name(statute))
        .order_by(StatuteVersion.effective_on)
        .options(joinedload(StatuteVersion.statute))
    ).all()


def article_on(
    session: Session, *, statute: str, number: int, suffix: int | None = None, on: date
) -> Article | None:
    """What an article said on a day; None when the statute or the article did not exist."""
    version = version_on(session, statute=statute, on=on)
    if version is None:
        return None
    return _article(session, version_id=version.id, number=number, suffix=suffix)


def article_cited(session: Session, citation: Citation, *, on: date) -> Article | None:
    """The article a citation means: in its own edition when it names one, else as it stood on ``on``."""
    if citation.edition is None:
        return article_on(
            session, statute=citation.statute, number=citation.article, suffix=citation.suffix, on=on
        )
    version = session.scalar(
        select(StatuteVersion)
        .join(StatuteVersion.statute)
        .where(Statute.short_name == citation.statute, StatuteVersion.effective_on == citation.edition)
    )
    if version is None:
        return None
    return _article(session, version_id=version.id, number=citation.article, suffix=citation.suffix)


def article_history(
    session: Session, *, statute: str, number: int, suffix: int | None = None
) -> list[Article]:
    """The article of this number in every version of its statute, oldest first."""
    return list(
        session.scalars(
            select(Article)
            .join(Article.version)
            .join(StatuteVersion.statute)
            .where(
                Statute.short_name == short_name(statute),
                Article.number == number,
                Article.suffix == (suffix or 0),
            )
            .order_by(StatuteVersion.effective_on)
            .options(joinedload(Article.version).joinedload(StatuteVersion.statute))
        )
    )


def neighbours(session: Session, article: Article) -> tuple[Article | None, Article | None]:
    """The articles before and after in the same version."""
    around = session.scalars(
        select(Article).where(
            Article.version_id == article.version_id,
            Article.position.in_((article.position - 1, article.position + 1)),
        )
    ).all()
    before = next((each for each in around if each.position < article.position), None)
    after = next((each for each in around if each.position > article.position), None)
    return before, after


def articles_of(session: Session, version: StatuteVersion) -> Sequence[Article]:
    """All articles of a version in order."""
    return session.scalars(
        select(Article).where(Article.version_id == version.id).order_by(Article.position)
    ).all()


@dataclass(frozen=True)
class StatuteEntry:
    """A statute in a list: its version that counts on the day."""

    statute: Statute
    version: StatuteVersion
    force: Force
    article_count: int
    version_count: int


def statutes(
    session: Session, *, on: date, kind: StatuteKind | None = None, name_contains: str = ""
) -> list[StatuteEntry]:
    """Statutes by name, each with the version that counts on a day."""
    statement = select(Statute).order_by(Statute.short_name)
    if kind is not None:
        statement = statement.where(Statute.kind == kind)
    if name_contains:
        wanted = short_name(name_contains)
        statement = statement.where(Statute.name.contains(wanted, autoescape=True))
    per_version = select(Article.version_id, func.count()).group_by(Article.version_id)
    counts = {row[0]: row[1] for row in session.execute(per_version)}
    versions: dict[int, list[StatuteVersion]] = {}
    for version in session.scalars(select(StatuteVersion).order_by(StatuteVersion.effective_on)):
        versions.setdefault(version.statute_id, []).append(version)
    entries = []
    for statute in session.scalars(statement):
        own = versions.get(statute.id, [])
        if not own:
            continue
        begun = [each for each in own if each.effective_on <= on]
        current = begun[-1] if begun else own[0]
        entries.append(
            StatuteEntry(statute, current, current.force_on(on), counts.get(current.id, 0), len(own))
        )
    return entries


def _article(session: Session, *, version_id: int, number: int, suffix: int | None) -> Article | None:
    return session.scalar(
        select(Article)
        .where(Article.version_id == version_id, Article.number == number, Article.suffix == (suffix or 0))
        .options(joinedload(Article.version).joinedload(StatuteVersion.statute))
    )


def articles_naming(session: Session, words: str, *, on: date, limit: int) -> list[Article]:
    """Articles in force on a day in which the words stand as they are; the newest law first."""
    if not words.strip():
        return []
    found = session.scalars(
        select(Article)
        .join(Article.version)
        .where(
            Article.text.contains(words.strip(), autoescape=True),
            StatuteVersion.effective_on <= on,
            StatuteVersion.repealed_on.is_(None) | (StatuteVersion.repealed_on > on),
        )
        .options(joinedload(Article.version).joinedload(StatuteVersion.statute))
        .order_by(StatuteVersion.effective_on.desc(), Article.id)
        .limit(limit)
    )
    return list(found)
