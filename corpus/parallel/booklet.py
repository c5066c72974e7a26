"""The parallel edition (互译本) of one statute as a value: article by article, Chinese beside approved Bai.

Where no approved text rests on the Chinese of the day the place is empty and says so; nothing else
ever stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus.bai.glossary import concepts_in
from corpus.bai.models import Concept, TermStatus
from corpus.bai.varieties import Variety
from corpus.law.queries import articles_of, find_statute, version_on
from corpus.parallel.unit_tables import TranslationUnit, UnitScript, UnitStatus
from corpus.parallel.units import rests_on

EMPTY_PLACE = "（此处留给经审定的白语译文，目前还没有）"
LONGEST_WORD_LIST_SOURCE = 200_000
MOST_PLACES = 40
"""Articles; a word that stands in more of them, or in more than a third, leads nobody anywhere."""


@dataclass(frozen=True)
class FacingText:
    """One article: its headings where they change, its number, its Chinese, its Bai or nothing."""

    headings: tuple[str, ...]
    label: str
    chinese: str
    bai: str
    provenance: str = ""


@dataclass(frozen=True)
class BookletWord:
    """A word of the glossary at the end, with its source."""

    chinese: str
    bai: str
    source: str


@dataclass(frozen=True)
class IndexEntry:
    """A word of the glossary and the articles it stands in, as places in the booklet's texts."""

    chinese: str
    places: tuple[int, ...]


@dataclass(frozen=True)
class Booklet:
    """Everything that is set: title, edition of the law, variety, texts, words, index, how much is approved."""

    title: str
    effective_on: date
    variety: Variety
    script: UnitScript
    texts: tuple[FacingText, ...]
    words: tuple[BookletWord, ...]
    index: tuple[IndexEntry, ...] = ()

    @property
    def approved_count(self) -> int:
        """How many articles have an approved text."""
        return sum(1 for each in self.texts if each.bai)


def booklet_of(
    session: Session, *, statute: str, variety: Variety, script: UnitScript, on: date
) -> Booklet | None:
    """The booklet of a statute as it stands on a day; None for a statute that is not there."""
    found = find_statute(session, statute)
    version = version_on(session, statute=found.short_name, on=on) if found is not None else None
    if found is None or version is None:
        return None
    units: dict[tuple[int, int], list[TranslationUnit]] = {}
    for unit in session.scalars(
        select(TranslationUnit)
        .where(
            TranslationUnit.statute == found.short_name,
            TranslationUnit.variety == variety,
            TranslationUnit.script == script,
            TranslationUnit.status == UnitStatus.APPROVED,
        )
        .order_by(TranslationUnit.paragraph, TranslationUnit.item)
    ):
        units.setdefault((unit.article, unit.suffix), []).append(unit)
    texts: list[FacingText] = []
    before: tuple[str, ...] = ()
    for article in articles_of(session, version):
        path = tuple(article.heading_path)
        resting = [
            unit
            for unit in units.get((article.number, article.suffix or 0), ())
            if rests_on(unit, article.text)
        ]
        texts.append(
            FacingText(
                headings=tuple(
                    part for place, part in enumerate(path) if path[: place + 1] != before[: place + 1]
                ),
                label=article.citation.label,
                chinese=article.text,
                bai="\n".join(unit.text for unit in resting),
                provenance="；".join(dict.fromkeys(unit.provenance for unit in resting if unit.provenance)),
            )
        )
        before = path
    concepts = concepts_in(
        session, "".join(text.chinese for text in texts)[:LONGEST_WORD_LIST_SOURCE], limit=500
    )
    return Booklet(
        found.name,
        version.effective_on,
        variety,
        script,
        tuple(texts),
        _words(concepts, variety),
        _index(concepts, texts),
    )


def _index(concepts: Sequence[Concept], texts: Sequence[FacingText]) -> tuple[IndexEntry, ...]:
    """Where words of two and more characters stand, in the order of their characters."""
    most = min(MOST_PLACES, max(3, len(texts) // 3))
    found = []
    for chinese in sorted({concept.chinese for concept in concepts if len(concept.chinese) > 1}):
        places = tuple(place for place, text in enumerate(texts) if chinese in text.chinese)
        if 0 < len(places) <= most:
            found.append(IndexEntry(chinese, places))
    return tuple(found)


def _words(concepts: Sequence[Concept], variety: Variety) -> tuple[BookletWord, ...]:
    """Approved glossary forms of this variety for words of the statute."""
    found = [
        BookletWord(concept.chinese, term.text or term.ipa, term.source)
        for concept in concepts
        for term in concept.terms
        if term.status is TermStatus.APPROVED and term.variety is variety and (term.text or term.ipa)
    ]
    return tuple(sorted(found, key=lambda word: word.chinese))
