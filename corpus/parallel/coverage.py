"""How far the parallel collection has come: statute by statute, translated, reviewed, approved, heard."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from corpus.citation import Citation, NotACitation
from corpus.law.models import Article
from corpus.law.queries import article_history, version_on
from corpus.parallel.tables import RecordedKind, Recording, RecordingStatus
from corpus.parallel.unit_tables import TranslationUnit, UnitStatus
from corpus.parallel.units import rests_on


@dataclass(frozen=True)
class Coverage:
    """One statute: its articles in force, and how many of them stand where; each article counts once."""

    statute: str
    article_count: int
    written_count: int
    reviewed_count: int
    approved_count: int
    heard_count: int


def coverage(session: Session, *, on: date) -> list[Coverage]:
    """Every statute that anybody has begun, the most approved first."""
    places: dict[str, dict[tuple[int, int], set[UnitStatus]]] = defaultdict(lambda: defaultdict(set))
    rows = session.execute(
        select(
            TranslationUnit.statute, TranslationUnit.article, TranslationUnit.suffix, TranslationUnit.status
        ).where(TranslationUnit.text != "", ~TranslationUnit.is_phrase)
    )
    for statute, article, suffix, status in rows:
        places[statute][(article, suffix)].add(status)
    heard = _heard(session)
    found = []
    for statute, articles in places.items():
        version = version_on(session, statute=statute, on=on)
        count = (
            session.scalar(select(func.count()).where(Article.version_id == version.id))
            if version is not None
            else 0
        )
        standing = list(articles.values())
        done = {UnitStatus.APPROVED, UnitStatus.REVIEWED}
        found.append(
            Coverage(
                statute=statute,
                article_count=count or 0,
                written_count=len(standing),
                reviewed_count=sum(1 for each in standing if each & done),
                approved_count=sum(1 for each in standing if UnitStatus.APPROVED in each),
                heard_count=len(heard.get(statute, ())),
            )
        )
    return sorted(found, key=lambda row: (-row.approved_count, -row.written_count, row.statute))


def _heard(session: Session) -> dict[str, set[tuple[int, int]]]:
    """The articles of each statute with an approved sound of any of their parts, in any variety."""
    found: dict[str, set[tuple[int, int]]] = defaultdict(set)
    keys = session.scalars(
        select(Recording.object_key)
        .where(Recording.kind == RecordedKind.UNIT, Recording.status == RecordingStatus.APPROVED)
        .distinct()
    )
    for key in keys:
        try:
            place = Citation.parse(key)
        except NotACitation:
            continue
        found[place.statute].add((place.article, place.suffix or 0))
    return found


def approved_varieties(session: Session) -> dict[tuple[str, int, int, date], tuple[str, ...]]:
    """The varieties with an approved text by (short name, number, suffix, first day of the version).

    A text stands with the version whose words it was translated from; that is what the search shows.
    """
    places: dict[tuple[str, int, int], list[TranslationUnit]] = defaultdict(list)
    for unit in session.scalars(
        select(TranslationUnit).where(
            TranslationUnit.status == UnitStatus.APPROVED, ~TranslationUnit.is_phrase
        )
    ):
        places[(unit.statute, unit.article, unit.suffix)].append(unit)
    found: dict[tuple[str, int, int, date], tuple[str, ...]] = {}
    for (statute, number, suffix), units in places.items():
        for article in article_history(session, statute=statute, number=number, suffix=suffix or None):
            resting = {unit.variety.value for unit in units if rests_on(unit, article.text)}
            if resting:
                key = (statute, number, suffix, article.version.effective_on)
                found[key] = tuple(sorted(resting))
    return found
