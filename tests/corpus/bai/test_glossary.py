"""The glossary: attested forms with sources, found however typed, carried in and out without loss."""

import time
from dataclasses import replace

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from corpus.bai.glossary import (
    IncomingTerm,
    expand_for_search,
    preview,
    search_glossary,
    starter_rows,
    store_rows,
)
from corpus.bai.models import Concept, GlossaryTerm, Subject
from corpus.bai.parsing import syllable_table
from corpus.bai.scheme import Edition
from corpus.bai.varieties import Script, Variety
from corpus.exporting.tbx import write_tbx
from corpus.importing.cldf import CldfRefused, read_cldf
from corpus.importing.glossary_table import TableRefused, read_glossary_table
from corpus.importing.tbx import TbxRefused, read_tbx
from corpus.importing.word_list import read_word_list

from .research import DIRECTORY, rows


@pytest.fixture
def starter(collection_store):
    with collection_store.writing() as session:
        store_rows(session, rows=starter_rows())
    with collection_store.reading() as session:
        yield session


def test_every_form_of_the_starter_glossary_names_its_source_and_legal_terms_are_left_open(starter):
    assert starter.scalar(select(func.count()).select_from(GlossaryTerm)) > 190
    assert not starter.scalars(select(GlossaryTerm).where(GlossaryTerm.source == "")).all()
    legal = starter.scalars(select(Concept).where(Concept.subject == Subject.LEGAL)).all()
    assert len(legal) >= 150
    assert not any(concept.terms for concept in legal)
    assert all(concept.citation for concept in legal)


@pytest.mark.parametrize(
    "typed",
    ["yildanl", "Yil danl", "yil-danl", "yidan", "ji⁵⁵tɑ̃⁵⁵", "ji55tã55", "刀子", "knife"],
)
def test_the_knife_is_found_in_any_spelling_sound_or_language(starter, typed):
    assert "刀子" in [hit.concept.chinese for hit in search_glossary(starter, typed)]


def test_the_chosen_variety_stands_first(starter):
    for variety, form in ((Variety.CENTRAL, "yildanl"), (Variety.SOUTHERN, "yifdaf")):
        hit = search_glossary(starter, "刀子", variety=variety)[0]
        assert hit.forms[0].text == form


def test_a_bai_query_becomes_chinese_terms_and_a_chinese_query_does_not(starter):
    assert "衙门" in expand_for_search(starter, "hhex meid")
    assert "衙门" in expand_for_search(starter, "hhexmeid")
    assert expand_for_search(starter, "衙门") == []


def test_importing_twice_changes_nothing_the_second_time(collection_store):
    for expected in (True, False):
        with collection_store.writing() as session:
            assert bool(store_rows(session, rows=starter_rows()).term_count) is expected


def test_a_form_without_source_or_with_markup_is_refused_with_its_line():
    bad = [
        IncomingTerm(7, "六", text="fv"),
        IncomingTerm(8, "<b>六</b>", text="fv", source="x"),
        IncomingTerm(9, ""),
    ]
    messages = [problem.message for problem in preview(bad).problems]
    assert len(messages) == 3
    assert "第7行的白语没有来源" in messages[0]


@pytest.mark.shared
def test_the_word_lists_load_with_their_villages_and_licence(collection_store):
    rows("word-lists.tsv")
    with collection_store.writing() as session:
        stored = store_rows(session, rows=read_word_list(DIRECTORY / "word-lists.tsv"))
    assert stored.term_count > 11_000
    with collection_store.reading() as session:
        assert "六" in [hit.concept.chinese for hit in search_glossary(session, "fv⁴⁴")]
        assert "六" in [hit.concept.chinese for hit in search_glossary(session, "fv")]


def test_a_glossary_leaves_as_tbx_opens_elsewhere_and_comes_back_whole(starter, tmp_path):
    from translate.storage.tbx import tbxfile

    path = tmp_path / "glossary.tbx"
    concepts = starter.scalars(select(Concept).order_by(Concept.id)).all()
    write_tbx(path, concepts, title="术语表")
    assert len(tbxfile.parsefile(str(path)).units) == len(concepts)
    back = list(read_tbx(path))
    before = {
        (c.chinese, t.text, t.ipa, t.edition, t.variety, t.village, t.source)
        for c in concepts
        for t in c.terms
    }
    after = {
        (r.chinese, r.text, r.ipa, r.edition, r.variety, r.village, r.source) for r in back if r.text or r.ipa
    }
    assert after == before
    assert len([row for row in back if not (row.text or row.ipa)]) >= 150


BOMB = (
    '<!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><martif><text><body>&b;</body></text></martif>'
)
OUTSIDE = '<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]><martif><text>&a;</text></martif>'


@pytest.mark.parametrize("content", [BOMB, OUTSIDE, "<martif><text>", "<html/>"])
def test_a_dangerous_or_broken_tbx_is_refused_with_a_reason(tmp_path, content):
    path = tmp_path / "bad.tbx"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(TbxRefused, match=r"bad\.tbx"):
        list(read_tbx(path))


def test_a_table_and_a_workbook_give_the_same_rows_and_a_formula_is_refused(tmp_path):
    table = [["汉语", "白语", "方言", "来源"], ["衙门", "hhex meid", "", "示例来源"]]
    text = tmp_path / "a.tsv"
    text.write_text("\n".join("\t".join(row) for row in table), encoding="utf-8")
    book = Workbook()
    for row in table:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert list(read_glossary_table(text)) == list(read_glossary_table(tmp_path / "a.xlsx"))
    book.active["B3"] = "=HYPERLINK(1)"
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(TableRefused, match="B3 是公式"):
        list(read_glossary_table(tmp_path / "b.xlsx"))
    text.write_text("汉语\t方言\n衙门\tbai\n", encoding="utf-8")
    with pytest.raises(TableRefused, match="第2行方言“bai”"):
        list(read_glossary_table(text))


def test_a_cldf_folder_is_read_and_other_languages_are_left_out(tmp_path):
    (tmp_path / "languages.csv").write_text(
        "ID,Name,ISO639P3code\na,Eryuan,bca\nb,Other,lis\n", encoding="utf-8"
    )
    (tmp_path / "parameters.csv").write_text("ID,Name,Chinese\n1,six,六\n", encoding="utf-8")
    forms = "ID,Language_ID,Parameter_ID,Form,Source\n"
    (tmp_path / "forms.csv").write_text(forms + "f1,a,1,fv⁴⁴,Allen2007\nf2,b,1,zzz,X\n", encoding="utf-8")
    found = list(read_cldf(tmp_path, licence="CC-BY-4.0", collection="lexibank/allenbai"))
    assert [(row.chinese, row.ipa, row.village, row.script) for row in found] == [
        ("六", "fv⁴⁴", "Eryuan", Script.IPA)
    ]
    (tmp_path / "forms.csv").write_text(forms + "f1,x,1,fv⁴⁴,A\n", encoding="utf-8")
    with pytest.raises(CldfRefused, match="第2行"):
        list(read_cldf(tmp_path, licence="", collection="x"))


@pytest.mark.slow
@pytest.mark.slow
def test_a_search_among_fifty_thousand_forms_stays_within_ten_milliseconds(collection_store):
    """Load test: two-syllable strings of the grammar, marked as test material, in a throwaway database."""
    texts = [text for text, syllable in syllable_table(Edition.SCHEME_1993).items() if syllable.initial][
        :1000
    ]
    material = [
        IncomingTerm(
            n,
            f"压力测试{n}",
            text=f"{texts[n % 1000]} {texts[n // 1000 * 7 % 1000]}",
            edition="1993",
            source="压力测试用字母串，不是白语",
        )
        for n in range(50_000)
    ]
    with collection_store.writing() as session:
        store_rows(
            session, rows=[*starter_rows(), *(replace(row, variety=Variety.UNKNOWN) for row in material)]
        )
    spent = []
    with collection_store.reading() as session:
        for typed in ["yildanl", "yidan", "刀子", "knife", "ji55tã55", "ba", "Bairt‧ngvrt‧zix"] * 15:
            started = time.perf_counter()
            search_glossary(session, typed)
            spent.append(time.perf_counter() - started)
            session.expunge_all()
    assert sorted(spent)[int(len(spent) * 0.95)] < 0.010
