"""Reading the collection into the plain values that the index is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus.citation import nicknames_of
from corpus.law.models import Article, Statute, StatuteKind, StatuteVersion
from corpus.law.successors import successions, successors_of
from corpus.search.documents import IndexedArticle

Translations = Callable[[Session], Mapping[tuple[str, int, int, date], Sequence[str]]]

_KINDS = {
    StatuteKind.AMENDMENT: "amendment",
    StatuteKind.DECISION: "decision",
    StatuteKind.LEGISLATIVE_INTERPRETATION: "interpretation",
}


def read_articles(session: Session, translations: Translations | None = None) -> list[IndexedArticle]:
    """Every article of every version, in the order statute, version, position.

    ``translations`` gives the varieties with an approved translation by (short name, number, suffix,
    first day of the version).
    """
    translated = translations(session) if translations is not None else {}
    repealed_wholly = _repealed_wholly(session)
    rows = session.execute(
        select(Article, StatuteVersion, Statute)
        .join(StatuteVersion, Article.version_id == StatuteVersion.id)
        .join(Statute, StatuteVersion.statute_id == Statute.id)
        .order_by(Statute.short_name, StatuteVersion.effective_on, Article.position)
    )
    found = []
    for article, version, statute in rows:
        citation = article.citation
        found.append(
            IndexedArticle(
                citation=str(citation),
                law=statute.name,
                short_name=statute.short_name,
                label=citation.label,
                number=article.number,
                suffix=article.suffix,
                text=article.text,
                heading_path=tuple(article.heading_path),
                kind=_KINDS.get(statute.kind, "statute"),
                category=statute.department,
                effective_on=version.effective_on,
                ended_on=version.repealed_on,
                repealed=statute.short_name in repealed_wholly,
                doubt=version.doubt,
                successors=tuple(str(each) for each in successors_of(citation)),
                translations=tuple(
                    translated.get(
                        (statute.short_name, article.number, article.suffix, version.effective_on), ()
                    )
                ),
                nicknames=nicknames_of(statute.short_name),
            )
        )
    return found


def _repealed_wholly(session: Session) -> set[str]:
    """Statutes whose every version has ended: repealed, not merely amended."""
    rows = session.execute(
        select(Statute.short_name, StatuteVersion.repealed_on).join(StatuteVersion.statute)
    )
    ended: dict[str, bool] = {}
    for name, day in rows:
        ended[name] = ended.get(name, True) and day is not None
    return {name for name, over in ended.items() if over}


def forwarding() -> dict[str, tuple[str, ...]]:
    """Successors of repealed articles, also of statutes whose own text is not in the collection."""
    return {str(row.old): tuple(str(new) for new in row.new) for row in successions()}
