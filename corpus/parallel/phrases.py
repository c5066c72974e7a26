"""The fixed phrases that can be translated like articles: the Chinese of the programme, by key, with a version.

The sentences come in from the application (:func:`register_phrases`); when a sentence changes, what was
translated from the old one is stale, exactly as with an article.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from corpus.bai.varieties import Variety
from corpus.law.words import hash_of
from corpus.parallel.places import LONGEST_KEY, phrase_place
from corpus.parallel.unit_tables import TranslationUnit, UnitScript, UnitStatus
from corpus.store import Base


class FixedPhrase(Base):
    """One sentence of the programme; ``version`` counts how often its words have changed, from 1."""

    __tablename__ = "fixed_phrases"

    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)


@dataclass(frozen=True)
class PhraseStanding:
    """A phrase and its unit in one variety and script; None where nobody has begun."""

    phrase: FixedPhrase
    unit: TranslationUnit | None


def register_phrases(session: Session, texts: Mapping[str, str]) -> int:
    """Make the phrases be exactly these sentences by key; the number added, changed or taken away.

    A phrase that the programme no longer says has no source any more: its units stay, and are stale.
    """
    present = {row.key: row for row in session.scalars(select(FixedPhrase))}
    changed = 0
    for key, text in texts.items():
        phrase_place(key)
        row = present.pop(key, None)
        if row is None:
            session.add(FixedPhrase(key=key, text=text, version=1))
        elif row.text != text:
            row.text, row.version = text, row.version + 1
        else:
            continue
        changed += 1
    for row in present.values():
        session.delete(row)
    session.flush()
    return changed + len(present)


def phrase_source(session: Session, key: str) -> str:
    """The Chinese of a phrase; empty where the programme says no such thing."""
    row = session.get(FixedPhrase, key)
    return row.text if row is not None else ""


def approved_phrases(session: Session, texts: Mapping[str, str]) -> list[tuple[str, TranslationUnit]]:
    """The approved units of these phrases by key that were translated from exactly these words, any variety."""
    keys = {phrase_place(key).statute: key for key in texts}
    units = session.scalars(
        select(TranslationUnit)
        .where(TranslationUnit.statute.in_(keys), TranslationUnit.status == UnitStatus.APPROVED)
        .order_by(TranslationUnit.id)
    )
    found = [(keys[unit.statute], unit) for unit in units]
    return [(key, unit) for key, unit in found if unit.source_hash == hash_of(texts[key])]


def phrase_standings(session: Session, *, variety: Variety, script: UnitScript) -> list[PhraseStanding]:
    """Every phrase by its key, with how far its translation has come."""
    phrases = session.scalars(select(FixedPhrase).order_by(FixedPhrase.key)).all()
    units = {
        unit.statute: unit
        for unit in session.scalars(
            select(TranslationUnit).where(
                TranslationUnit.is_phrase,
                TranslationUnit.variety == variety,
                TranslationUnit.script == script,
            )
        )
    }
    return [PhraseStanding(each, units.get(phrase_place(each.key).statute)) for each in phrases]
