"""What the article and statute pages show, gathered from the collection in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assistant.web.kiosk.differences import Piece, differences
from corpus.citation import Citation
from corpus.law.models import Article, Force, Statute, StatuteVersion
from corpus.law.queries import (
    article_cited,
    article_history,
    articles_of,
    find_statute,
    neighbours,
    view_article,
)
from mediation_rooms.errors import NotFound

STATUS_OF_FORCE = {Force.NOT_YET: "not_yet_in_force", Force.IN_FORCE: "in_force"}


@dataclass(frozen=True)
class VersionOfArticle:
    """An article in one version, with what changed since the version before it."""

    version: StatuteVersion
    article: Article
    changes: tuple[Piece, ...]
    is_first: bool

    @property
    def is_changed(self) -> bool:
        """Whether the words differ from the version before."""
        return any(piece.kind != "same" for piece in self.changes)


@dataclass(frozen=True)
class ArticlePage:
    """An article on a day with its neighbours and its history."""

    statute: Statute
    version: StatuteVersion
    article: Article
    status: str
    paragraphs: tuple[str, ...]
    previous: Article | None
    following: Article | None
    history: tuple[VersionOfArticle, ...]
    successors: tuple[str, ...]

    @property
    def citation(self) -> Citation:
        """The article in the version shown."""
        return self.article.citation


@dataclass(frozen=True)
class ContentsEntry:
    """A heading (depth from 0) with the articles directly under it."""

    heading: str
    depth: int
    articles: tuple[Article, ...]


def article_page(session: Session, *, citation: Citation, day: date) -> ArticlePage:
    """The article a citation names, in the version it names or the one that stands on ``day``.

    Raises NotFound when the collection has no such statute, version or article.
    """
    article = article_cited(session, citation, on=day)
    history = article_history(
        session, statute=citation.statute, number=citation.article, suffix=citation.suffix
    )
    if article is None and citation.edition is None and history:
        article = history[-1]  # the article once existed: its last words are better than none
    if article is None:
        raise NotFound
    view = view_article(article, on=day)
    previous, following = neighbours(session, article)
    return ArticlePage(
        statute=article.version.statute,
        version=article.version,
        article=article,
        status=status_of(article.version, day),
        paragraphs=tuple(line for line in view.text.splitlines() if line.strip()),
        previous=previous,
        following=following,
        history=_history(history),
        successors=tuple(str(each) for each in view.successors),
    )


def statute_named(session: Session, name: str) -> Statute:
    """The statute with this short name, full name or nickname. Raises NotFound."""
    statute = find_statute(session, name)
    if statute is None or not statute.versions:
        raise NotFound
    return statute


def status_of(version: StatuteVersion, day: date) -> str:
    """``in_force``, ``not_yet_in_force``, ``superseded`` (amended since) or ``repealed``."""
    force = version.force_on(day)
    if force is Force.REPEALED:
        return "superseded" if version.replaced_by == version.statute.short_name else "repealed"
    return STATUS_OF_FORCE[force]


def contents(session: Session, *, version: StatuteVersion) -> tuple[ContentsEntry, ...]:
    """The table of contents of a version: headings in order, each with its own articles."""
    entries: list[ContentsEntry] = []
    path: tuple[str, ...] = ()
    for article in articles_of(session, version):
        own = tuple(article.heading_path)
        if own != path or not entries:
            shared = 0
            while shared < min(len(own), len(path)) and own[shared] == path[shared]:
                shared += 1
            entries.extend(
                ContentsEntry(own[depth], depth, ()) for depth in range(min(shared, len(own)), len(own))
            )
            if shared == len(own) or not own:
                entries.append(ContentsEntry("", len(own), ()))
            path = own
        last = entries[-1]
        entries[-1] = ContentsEntry(last.heading, last.depth, (*last.articles, article))
    return tuple(entries)


def _history(found: Sequence[Article]) -> tuple[VersionOfArticle, ...]:
    history = []
    before: Article | None = None
    for article in found:
        changes = differences(before.text if before is not None else article.text, article.text)
        history.append(VersionOfArticle(article.version, article, changes, before is None))
        before = article
    return tuple(history)
