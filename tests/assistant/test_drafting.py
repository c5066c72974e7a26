"""Bai stands beside a fixed sentence only where an approved unit was translated from exactly these words."""

from __future__ import annotations

from assistant.drafting import bai_phrases, spoken_phrases
from corpus.bai.varieties import Variety
from corpus.law.words import hash_of
from corpus.parallel.unit_tables import TranslationUnit, UnitScript, UnitStatus
from mediation_rooms.documents.phrases import phrases

PLACEHOLDER = "[Latin placeholder, not Bai]"


def test_only_an_approved_unit_of_the_very_words_and_variety_stands_beside_a_sentence(collection_store):
    sentence = phrases()["rights.free_of_charge"].text
    with collection_store.writing() as session:
        for number, (status, variety, words) in enumerate(
            [
                (UnitStatus.APPROVED, Variety.SOUTHERN, sentence),
                (UnitStatus.DRAFT, Variety.SOUTHERN, phrases()["rights.stop"].text),
                (UnitStatus.APPROVED, Variety.CENTRAL, phrases()["rights.voluntary"].text),
            ],
            start=1,
        ):
            session.add(
                TranslationUnit(
                    statute="示例", article=number, variety=variety, script=UnitScript.LATIN_1993,
                    source_text=words, source_hash=hash_of(words), text=PLACEHOLDER, status=status,
                    provenance="测试占位",
                )
            )  # fmt: skip
    with collection_store.reading() as session:
        found = bai_phrases(session, variety=Variety.SOUTHERN)
        assert found.texts == {"rights.free_of_charge": PLACEHOLDER}
        assert found.source == "测试占位"
        assert spoken_phrases(session, variety=Variety.SOUTHERN) == {}
