"""Where a case and the collection meet on paper: the Bai beside the fixed sentences of a form, and its sound.

A fixed sentence has Bai only where an approved unit of the collection was translated from exactly these
words; nothing is composed, shortened or guessed. Without one the form shows an empty, marked place.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus.bai.varieties import Variety
from corpus.law.words import hash_of
from corpus.parallel.recordings import recording_for
from corpus.parallel.tables import RecordedKind, Recording
from corpus.parallel.unit_tables import TranslationUnit, UnitStatus
from mediation_rooms.documents.phrases import BaiPhrases, phrases

PROMPT_PREFIX = "phrase:"
"""Recordings of a fixed sentence carry this before its key."""


def bai_phrases(session: Session, *, variety: Variety) -> BaiPhrases:
    """The approved Bai of the fixed sentences in one variety, by key, with the units it comes from."""
    keys = {hash_of(phrase.text): key for key, phrase in phrases().items()}
    units = session.scalars(
        select(TranslationUnit)
        .where(
            TranslationUnit.source_hash.in_(keys),
            TranslationUnit.status == UnitStatus.APPROVED,
            TranslationUnit.variety == variety,
        )
        .order_by(TranslationUnit.id)
    ).all()
    texts = {keys[unit.source_hash]: unit.text for unit in units}
    source = "；".join(dict.fromkeys(unit.provenance for unit in units if unit.provenance))
    return BaiPhrases(variety.value, texts, source)


def spoken_phrases(session: Session, *, variety: Variety, village: str = "") -> Mapping[str, Recording]:
    """The approved recordings of the fixed sentences in one variety, by key; what has none is absent."""
    found = {
        key: recording_for(
            session,
            kind=RecordedKind.PROMPT,
            object_key=f"{PROMPT_PREFIX}{key}",
            variety=variety,
            village=village,
        )
        for key in phrases()
    }
    return {key: take for key, take in found.items() if take is not None}
