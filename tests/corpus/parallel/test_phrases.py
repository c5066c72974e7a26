"""Fixed phrases are units like articles: two people, stale with their words, in and out of files. Placeholders only."""

from __future__ import annotations

import pytest

from corpus.bai.varieties import Variety
from corpus.citation import Citation, NotACitation
from corpus.exporting.units_out import WRITERS, as_units_file, chosen_units
from corpus.importing.incoming_units import plan_units, store_units
from corpus.importing.units_file import Beside, read_units
from corpus.parallel import units
from corpus.parallel.coverage import approved_varieties, coverage
from corpus.parallel.memory import read_memory
from corpus.parallel.phrases import FixedPhrase, phrase_standings, register_phrases
from corpus.parallel.places import PHRASES_TITLE, phrase_place, place_of
from corpus.parallel.spoken import units_to_speak
from corpus.parallel.unit_tables import UnitScript, UnitStatus
from tests.corpus.in_this_process import in_this_process  # noqa: F401 - for the whole module
from tests.corpus.parallel.test_units import NOW, PLACE, REVIEWER, TODAY, TRANSLATOR, written

TEXTS = {"rights.example": "示例句：可以拒绝。", "duties.example": "示例句：应当如实。"}


@pytest.fixture
def session(collection_store):
    """A writing session of a collection that knows two phrases and a little law."""
    from tests.assistant.sample_law import store_sample_law

    store_sample_law(collection_store)
    with collection_store.writing() as opened:
        assert register_phrases(opened, TEXTS) == len(TEXTS)
        yield opened


def begun(session, key: str = "rights.example"):  # type: ignore[no-untyped-def]
    return units.begin_unit(
        session, phrase_place(key), variety=Variety.SOUTHERN, script=UnitScript.HAN, on=TODAY
    )


def translated(session, key: str = "rights.example"):  # type: ignore[no-untyped-def]
    return units.write_text(
        session, begun(session, key), text=PLACE, person=TRANSLATOR, now=NOW, on=TODAY, provenance="测试占位"
    )


def test_a_phrase_is_named_by_its_key_and_nothing_else():
    place = place_of(" phrase:rights.example ")
    assert (str(place), place.label) == ("phrase:rights.example", "rights.example")
    assert place.in_words() == "固定用语 rights.example"
    assert place_of(str(place.at(None))) == place == phrase_place("rights.example")
    assert place_of("示例法#2") == Citation("示例法", 2)
    for wrong in ("phrase:", "phrase:a b", "phrase:a#1", f"phrase:{'a' * 81}"):
        with pytest.raises(NotACitation):
            place_of(wrong)


def test_a_phrase_needs_two_people_like_an_article(session):
    unit = translated(session)
    assert unit.source_text == TEXTS["rights.example"]
    with pytest.raises(units.UnitRefused):
        units.review(session, unit, person=TRANSLATOR, now=NOW, on=TODAY)
    units.review(session, unit, person=REVIEWER, now=NOW, on=TODAY)
    units.approve(session, unit, person=REVIEWER, now=NOW, on=TODAY)
    assert unit.status is UnitStatus.APPROVED
    assert units.approved_units(session, unit.citation, on=TODAY) == [unit]
    with pytest.raises(units.UnitRefused):
        begun(session, "no.such.phrase")


def test_a_changed_sentence_has_a_new_version_and_stale_units(session):
    unit = translated(session)
    assert register_phrases(session, TEXTS) == 0
    assert units.stale_units(session, on=TODAY) == []
    assert register_phrases(session, TEXTS | {"rights.example": "示例句：可以随时拒绝。"}) == 1
    assert session.get_one(FixedPhrase, "rights.example").version == 2
    (stale,) = units.stale_units(session, on=TODAY)
    assert (stale.unit, stale.new_source) == (unit, "示例句：可以随时拒绝。")
    assert units.is_stale(session, unit, on=TODAY)
    assert register_phrases(session, {}) == len(TEXTS)
    assert units.stale_units(session, on=TODAY)[0].new_source == ""


def test_phrases_stand_apart_from_the_law_in_lists_and_together_in_memory(session):
    unit = translated(session)
    written(session)
    empty = begun(session, "duties.example")
    assert units.next_to_translate(session, unit) == empty.id
    assert [row.statute for row in coverage(session, on=TODAY)] == ["示例法"]
    assert not any(key[0].startswith("phrase:") for key in approved_varieties(session))
    standings = phrase_standings(session, variety=Variety.SOUTHERN, script=UnitScript.HAN)
    assert [(each.phrase.key, each.unit) for each in standings] == [
        ("duties.example", empty),
        ("rights.example", unit),
    ]
    hit = read_memory(session).similar(TEXTS["rights.example"], variety=Variety.SOUTHERN)[0]
    assert (hit.entry.label, hit.entry.text) == ("固定用语 rights.example", PLACE)
    (spoken,) = units_to_speak(session, variety=Variety.SOUTHERN, statute=PHRASES_TITLE)
    assert spoken.object_key == "phrase:rights.example"


@pytest.mark.parametrize("ending", sorted(WRITERS))
def test_phrases_go_out_and_come_back_in_every_format(session, ending):
    unit = translated(session)
    written(session)
    found = chosen_units(session, work=PHRASES_TITLE)
    assert list(found) == [unit]
    content = as_units_file(found, ending=ending).replace(PLACE.encode(), "【占位乙】".encode())
    if ending == "xlsx":
        content = as_units_file(found, ending=ending)
    read = read_units(session, content, ending=ending.removesuffix("2"), beside=Beside(), on=TODAY)
    assert read.problems == []
    plan = plan_units(session, read.units, on=TODAY)
    assert [(str(each.incoming.citation), each.remark) for each in plan.planned] == [
        ("phrase:rights.example", "")
    ]
    assert [each.effect for each in plan.planned] == ["same" if ending == "xlsx" else "changed"]
    store_units(session, plan, person=TRANSLATOR, now=NOW, on=TODAY)
    assert unit.text == (PLACE if ending == "xlsx" else "【占位乙】")
