"""What a recording speaks: a unit, a glossary term or a page prompt, by its key and by the words themselves.

The key says where a sound belongs and holds in every copy of the collection; the hash says which words
it speaks, so that a sound never plays beside words that were changed after it was recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from corpus.bai.models import Concept, GlossaryTerm, Subject, TermStatus
from corpus.bai.varieties import Variety
from corpus.citation import Citation
from corpus.law.words import hash_of
from corpus.parallel.places import PHRASES_TITLE
from corpus.parallel.recordings import WantedRecording, takes_to_play
from corpus.parallel.tables import RecordedKind, Recording
from corpus.parallel.unit_tables import TranslationUnit, UnitStatus
from corpus.parallel.units import approved_units

_UNIT_ORDER = (UnitStatus.APPROVED, UnitStatus.REVIEWED, UnitStatus.DRAFT)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something to be spoken: where it stands, the Bai words (none for a prompt), the Chinese beside it.

    ``variety`` is None for a prompt, which may be said in any.
    """

    kind: RecordedKind
    row: str
    """How the pages name it: the row of the unit or term, the name of the prompt."""
    object_key: str
    title: str
    text: str
    chinese: str
    variety: Variety | None
    words_hash: str
    source: str = ""
    """Where an attested form comes from."""

    @property
    def wanted(self) -> WantedRecording:
        """A line of the recording list."""
        return WantedRecording(self.kind, self.object_key, self.text or self.chinese, self.words_hash)


def _words_hash(variety: Variety, text: str) -> str:
    return hash_of(f"{variety.value}\n{text}")


def spoken_unit(unit: TranslationUnit) -> Spoken:
    """A translation unit to be read aloud in its variety."""
    return Spoken(
        RecordedKind.UNIT,
        str(unit.id),
        str(unit.citation),
        unit.citation.in_words(),
        unit.text,
        unit.source_text,
        unit.variety,
        _words_hash(unit.variety, unit.text),
    )


def spoken_term(term: GlossaryTerm) -> Spoken:
    """An attested form of the glossary to be said in its variety."""
    text = term.text or term.ipa
    return Spoken(
        RecordedKind.TERM,
        str(term.id),
        f"term:{term.id}",
        term.concept.chinese or term.concept.english,
        text,
        "；".join(part for part in (term.concept.chinese, term.concept.english) if part),
        term.variety,
        _words_hash(term.variety, text),
        term.source,
    )


def spoken_prompt(name: str, chinese: str) -> Spoken:
    """A sentence of the kiosk's pages, which a speaker says in Bai in his own words: none are written."""
    return Spoken(
        RecordedKind.PROMPT, name, f"prompt:{name}", chinese, "", chinese, None, hash_of(f"prompt\n{chinese}")
    )


def units_to_speak(session: Session, *, variety: Variety, statute: str) -> list[Spoken]:
    """Every place of a statute, or of 固定用语, with a text in the variety, in its order, once.

    Where a place is written in two scripts, the one that has come farthest is read.
    """
    units = session.scalars(
        select(TranslationUnit)
        .where(
            TranslationUnit.is_phrase if statute == PHRASES_TITLE else TranslationUnit.statute == statute,
            TranslationUnit.variety == variety,
            TranslationUnit.text != "",
            TranslationUnit.status != UnitStatus.WITHDRAWN,
        )
        .order_by(
            TranslationUnit.article, TranslationUnit.suffix, TranslationUnit.paragraph, TranslationUnit.id
        )
    )
    places: dict[str, TranslationUnit] = {}
    for unit in units:
        present = places.get(str(unit.citation))
        if present is None or _UNIT_ORDER.index(unit.status) < _UNIT_ORDER.index(present.status):
            places[str(unit.citation)] = unit
    return [spoken_unit(unit) for unit in places.values()]


def terms_to_speak(session: Session, *, variety: Variety, subject: Subject) -> list[Spoken]:
    """The attested forms of a subject in the variety, in the order of the glossary."""
    terms = session.scalars(
        select(GlossaryTerm)
        .join(GlossaryTerm.concept)
        .options(contains_eager(GlossaryTerm.concept))
        .where(
            Concept.subject == subject,
            GlossaryTerm.variety == variety,
            GlossaryTerm.status != TermStatus.WITHDRAWN,
        )
        .order_by(Concept.id, GlossaryTerm.id)
    )
    return [spoken_term(term) for term in terms]


def sounds_of(
    session: Session, objects: Iterable[Spoken], *, variety: Variety | None = None, village: str = ""
) -> list[Recording]:
    """The approved takes to play of these objects, in their order; words and variety must agree."""
    words: dict[RecordedKind, dict[str, set[str]]] = {}
    for each in objects:
        words.setdefault(each.kind, {}).setdefault(each.object_key, set()).add(each.words_hash)
    found: list[Recording] = []
    for kind, wanted in words.items():
        takes = takes_to_play(session, kind=kind, words=wanted, variety=variety, village=village)
        order = {key: number for number, key in enumerate(wanted)}
        found += [takes[place] for place in sorted(takes, key=lambda place: (order[place[0]], place[1]))]
    return found


def sounds_of_article(
    session: Session, citation: Citation, *, on: date, variety: Variety | None = None, village: str = ""
) -> list[Recording]:
    """What villagers hear beside an article: approved sounds of approved texts that rest on the day's Chinese."""
    units: Sequence[TranslationUnit] = approved_units(session, citation, on=on)
    return sounds_of(session, map(spoken_unit, units), variety=variety, village=village)


def articles_with_sound(
    session: Session, citations: Sequence[Citation], *, variety: Variety, village: str = "", on: date
) -> dict[Citation, Recording]:
    """The sound of each article of a page of results that is heard in the variety.

    Whole articles only: a single paragraph is heard on the page of its article.
    """
    keys = {str(each.at(None)): each for each in citations}
    anything = takes_to_play(
        session, kind=RecordedKind.UNIT, words=dict.fromkeys(keys), variety=variety, village=village
    )
    found: dict[Citation, Recording] = {}
    for key, _variety in anything:
        for sound in sounds_of_article(session, keys[key], on=on, variety=variety, village=village):
            if sound.object_key == key:
                found[keys[key]] = sound
    return found
