"""Where a case and the collection meet on paper: the Bai beside the fixed sentences of a form, and its sound.

A fixed sentence has Bai only where an approved unit of the collection was translated from exactly these
words; nothing is composed, shortened or guessed. Without one the form shows an empty, marked place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus.bai.varieties import Variety
from corpus.law.words import hash_of
from corpus.parallel.spoken import Spoken, sounds_of, spoken_prompt, spoken_unit
from corpus.parallel.tables import Recording
from corpus.parallel.unit_tables import TranslationUnit, UnitStatus
from mediation_rooms.documents.phrases import BaiPhrases, phrases

PROMPT_PREFIX = "phrase."
"""A fixed sentence to be said without a written text has this before its key, among the page prompts."""


def phrase_texts() -> dict[str, str]:
    """The Chinese of the fixed sentences by key, to be translated in the workbench."""
    return {key: phrase.text for key, phrase in phrases().items()}


def phrase_prompt(key: str) -> Spoken:
    """A fixed sentence as something a speaker says in Bai in his own words."""
    return spoken_prompt(f"{PROMPT_PREFIX}{key}", phrases()[key].text)


def _approved(session: Session, variety: Variety) -> Sequence[tuple[str, TranslationUnit]]:
    """The approved units of exactly these sentences with their keys; those of a phrase itself come last."""
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
    return [(keys[unit.source_hash], unit) for unit in sorted(units, key=lambda unit: unit.is_phrase)]


def bai_phrases(session: Session, *, variety: Variety) -> BaiPhrases:
    """The approved Bai of the fixed sentences in one variety, by key, with the units it comes from."""
    found = _approved(session, variety)
    source = "；".join(dict.fromkeys(unit.provenance for _key, unit in found if unit.provenance))
    return BaiPhrases(variety.value, {key: unit.text for key, unit in found}, source)


def spoken_phrases(session: Session, *, variety: Variety, village: str = "") -> Mapping[str, Recording]:
    """The approved recordings of the fixed sentences in one variety, by key; what has none is absent.

    A recording of the approved text is preferred to one in the speaker's own words; neither is played
    when the sentence has changed since.
    """
    objects: dict[str, list[Spoken]] = {key: [phrase_prompt(key)] for key in phrases()}
    for key, unit in _approved(session, variety):
        objects[key].append(spoken_unit(unit))
    everything = [(key, spoken) for key, several in objects.items() for spoken in several]
    keys = {spoken.object_key: key for key, spoken in everything}
    takes = sounds_of(session, [spoken for _key, spoken in everything], variety=variety, village=village)
    return {keys[take.object_key]: take for take in takes}
