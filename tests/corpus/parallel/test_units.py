"""Units: two people, stale sources, memory, files in and out. No Bai is invented: texts are marked places."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from corpus.bai.varieties import Variety
from corpus.citation import Citation
from corpus.exporting.tmx import as_tmx
from corpus.exporting.units_xlsx import as_units_xlsx
from corpus.importing.file_refused import FileRefused
from corpus.importing.incoming_units import plan_units, store_units
from corpus.importing.units_table import read_units_table
from corpus.importing.units_tmx import read_units_tmx
from corpus.law.models import StatuteVersion
from corpus.parallel import units
from corpus.parallel.coverage import approved_varieties, coverage
from corpus.parallel.memory import MemoryEntry, TranslationMemory, read_memory
from corpus.parallel.unit_tables import TranslationUnit, UnitScript, UnitStatus
from corpus.parallel.units import Person, UnitChangedMeanwhile, UnitRefused
from tests.assistant.sample_law import store_sample_law
from tests.corpus.in_this_process import in_this_process  # noqa: F401 - for the whole module

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY = NOW.date()
TRANSLATOR, REVIEWER = Person(1, "示例译者"), Person(2, "示例审校")
PLACE = "【译文占位甲】"


@pytest.fixture
def session(collection_store):
    """A writing session of a collection with a little law."""
    store_sample_law(collection_store)
    with collection_store.writing() as opened:
        yield opened


def written(session, text: str = PLACE, *, article: int = 2, script: UnitScript = UnitScript.HAN):  # type: ignore[no-untyped-def]
    unit = units.begin_unit(
        session, Citation("示例法", article), variety=Variety.CENTRAL, script=script, on=TODAY
    )
    return units.write_text(
        session, unit, text=text, person=TRANSLATOR, now=NOW, on=TODAY, provenance="示例来源"
    )


def approved(session, **options):  # type: ignore[no-untyped-def]
    unit = written(session, **options)
    units.review(session, unit, person=REVIEWER, now=NOW, on=TODAY)
    units.approve(session, unit, person=REVIEWER, now=NOW, on=TODAY)
    return unit


def test_whoever_translated_neither_reviews_nor_approves(session):
    unit = written(session)
    with pytest.raises(UnitRefused, match="自己译的"):
        units.review(session, unit, person=TRANSLATOR, now=NOW, on=TODAY)
    with pytest.raises(UnitRefused, match="审校过的"):
        units.approve(session, unit, person=REVIEWER, now=NOW, on=TODAY)
    units.review(session, unit, person=REVIEWER, now=NOW, on=TODAY)
    with pytest.raises(UnitRefused, match="至少要两个人"):
        units.approve(session, unit, person=TRANSLATOR, now=NOW, on=TODAY)
    units.approve(session, unit, person=REVIEWER, now=NOW, on=TODAY)
    assert [each.text for each in units.approved_units(session, unit.citation, on=TODAY)] == [PLACE]
    units.write_text(session, unit, text="【译文占位乙】", person=REVIEWER, now=NOW, on=TODAY)
    assert (unit.status, unit.reviewer, unit.approver) == (UnitStatus.DRAFT, "", "")
    assert [change.action for change in unit.changes] == ["write", "review", "approve", "write"]


def test_a_changed_article_makes_its_units_stale_and_hides_them(session):
    unit = approved(session)
    assert units.stale_units(session, on=TODAY) == []
    key = ("示例法", 2, 0, date(2020, 1, 1))
    assert approved_varieties(session) == {key: ("bca",)}
    version = session.scalars(
        select(StatuteVersion).where(StatuteVersion.effective_on == date(2020, 1, 1))
    ).one()
    article = next(row for row in version.articles if row.number == 2 and not row.suffix)
    article.text = "样例文字乙，讲水渠七天。"
    session.flush()
    (stale,) = units.stale_units(session, on=TODAY)
    assert (stale.unit, stale.new_source) == (unit, "样例文字乙，讲水渠七天。")
    assert units.approved_units(session, unit.citation, on=TODAY) == []
    assert approved_varieties(session) == {}


def test_an_unreadable_script_is_named_letter_by_letter_and_stops_the_review(session):
    unit = written(session, "авс1", script=UnitScript.LATIN_1993)
    problems = units.orthography_problems(unit.text, unit.script)
    assert problems[0].position == 0
    with pytest.raises(UnitRefused, match="西里尔"):
        units.review(session, unit, person=REVIEWER, now=NOW, on=TODAY)


def test_the_second_editor_is_told_and_empty_texts_are_refused(session):
    unit = written(session)
    seen = unit.version_id
    units.write_text(session, unit, text="【先存】", person=REVIEWER, now=NOW, on=TODAY, seen_version=seen)
    with pytest.raises(UnitChangedMeanwhile):
        units.write_text(
            session, unit, text="【后存】", person=TRANSLATOR, now=NOW, on=TODAY, seen_version=seen
        )
    for text in ("  ", "x" * 20_001, "看不见\x07"):
        with pytest.raises(UnitRefused):
            units.write_text(session, unit, text=text, person=TRANSLATOR, now=NOW, on=TODAY)
    with pytest.raises(UnitRefused):
        units.begin_unit(
            session, Citation("示例法", 900), variety=Variety.CENTRAL, script=UnitScript.HAN, on=TODAY
        )


def test_coverage_counts_each_article_once(session):
    approved(session)
    written(session, article=1)
    (row,) = coverage(session, on=TODAY)
    assert (row.article_count, row.written_count, row.reviewed_count, row.approved_count) == (3, 2, 1, 1)


def test_files_go_out_and_come_back_with_every_unit(session, collection_store):
    approved(session)
    written(session, "【译文占位丙】\n第二段", article=1)
    kept = {(str(unit.citation), unit.script): unit.text for unit in session.scalars(select(TranslationUnit))}
    found = session.scalars(select(TranslationUnit).order_by(TranslationUnit.id)).all()
    tmx, table = as_tmx(found), as_units_xlsx(found)
    assert as_tmx(found) == tmx
    for read in (read_units_tmx(tmx), read_units_table(table, name="译文.xlsx")):
        assert read.problems == []
        assert {(str(each.citation), each.script): each.text for each in read.units} == kept
        plan = plan_units(session, read.units, on=TODAY)
        assert (plan.problems, plan.count("same")) == ([], 2)
        changed = [replace(each, text=f"{each.text}改") for each in read.units]
        assert plan_units(session, changed, on=TODAY).count("changed") == 2
    for unit in found:
        session.delete(unit)
    session.flush()
    plan = plan_units(session, read_units_tmx(tmx).units, on=TODAY)
    assert store_units(session, plan, person=TRANSLATOR, now=NOW, on=TODAY) == 2
    assert {unit.status for unit in session.scalars(select(TranslationUnit))} == {UnitStatus.DRAFT}


def test_other_programs_read_our_tmx_and_we_read_theirs(session, tmp_path):
    tmxfile = pytest.importorskip("translate.storage.tmx")
    unit = approved(session)
    path = tmp_path / "out.tmx"
    path.write_bytes(as_tmx([unit]))
    store = tmxfile.tmxfile.parsefile(str(path))
    assert [str(each.source) for each in store.units] == [unit.source_text]
    theirs = tmxfile.tmxfile()
    theirs.addtranslation("样例文字甲，讲鸡鸭。", "zh-CN", "【他们的译文】", "bca-Hani")
    content = bytes(theirs).replace(b"<tu ", '<tu tuid="示例法#1" '.encode())
    read = read_units_tmx(content)
    assert [(str(each.citation), each.text) for each in read.units] == [("示例法#1", "【他们的译文】")]


BOMB = b"""<?xml version="1.0"?><!DOCTYPE tmx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><tmx version="1.4"><body><tu tuid="x"><tuv xml:lang="zh"><seg>&b;</seg></tuv></tu></body></tmx>"""


@pytest.mark.parametrize("content", [b"", b"not xml", b"<tmx", BOMB, b"<html/>", b"PK\x03\x04"])
def test_dangerous_and_broken_files_are_refused_with_a_sentence(content):
    with pytest.raises(FileRefused):
        read_units_tmx(content)
    with pytest.raises(FileRefused):
        read_units_table(content, name="译文.xlsx")
    with pytest.raises(FileRefused):
        read_units_table(content, name="译文.docx", statute="示例法")


def test_formulas_markup_and_wrong_rows_are_named_by_line():
    book = Workbook()
    rows = [
        ("条文", "方言", "文字", "译文"),
        ("《示例法》第二条", "bca", "han", "=HYPERLINK(1)"),
        ("《示例法》第二条", "xyz", "han", "【甲】"),
        ("随便", "bca", "han", "【乙】"),
        ("《示例法》第二条", "bca", "han", "<b>丙</b>"),
    ]
    for row in rows:
        book.active.append(row)
    for cell in book.active["D"]:
        cell.data_type = "s"
    made = io.BytesIO()
    book.save(made)
    read = read_units_table(made.getvalue(), name="a.xlsx")
    assert read.units == []
    assert sorted({problem.line for problem in read.problems}) == [2, 3, 4, 5]
    assert load_workbook(io.BytesIO(made.getvalue())).active.max_row == 5


def test_a_two_column_document_is_read_by_its_article_numbers(session):
    document = Document()
    table = document.add_table(rows=0, cols=2)
    for left, right in (
        ("第一条　样例文字甲，讲鸡鸭。", "【甲】"),
        ("第二条　别的中文。", "【乙】"),
        ("附件", "【丙】"),
    ):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = left, right
    made = io.BytesIO()
    document.save(made)
    read = read_units_table(
        made.getvalue(), name="互译本.docx", statute="示例法", variety=Variety.SOUTHERN, script=UnitScript.HAN
    )
    assert [str(each.citation) for each in read.units] == ["示例法#1", "示例法#2"]
    assert [problem.line for problem in read.problems] == [3]
    plan = plan_units(session, read.units, on=TODAY)
    assert [bool(each.remark) for each in plan.planned] == [False, True]


def test_the_booklet_shows_approved_texts_and_marks_the_rest_and_is_read_back(session):
    from assistant.typesetting.booklet_pdf import booklet_as_pdf
    from corpus.exporting.booklet_docx import as_booklet_docx
    from corpus.parallel.booklet import EMPTY_PLACE, booklet_of

    approved(session)
    written(session, "【只是草稿】", article=1)
    made = booklet_of(session, statute="示例法", variety=Variety.CENTRAL, script=UnitScript.HAN, on=TODAY)
    assert made is not None
    assert [text.bai for text in made.texts] == ["", PLACE, ""]
    assert made.approved_count == 1
    pdf = booklet_as_pdf(made)
    assert pdf == booklet_as_pdf(made)
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "只是草稿" not in words
    assert EMPTY_PLACE[:8] in words
    assert "目录" in words
    assert "索引：各条在哪一页" in words
    for shows in (True, False):
        content = as_booklet_docx(made, shows_empty_places=shows)
        read = read_units_table(
            content, name="互译本.docx", statute="示例法", variety=Variety.CENTRAL, script=UnitScript.HAN
        )
        assert [(str(unit.citation), unit.text) for unit in read.units] == [("示例法#2", PLACE)]
        assert read.problems == []
    assert (
        booklet_of(session, statute="没有的法", variety=Variety.CENTRAL, script=UnitScript.HAN, on=TODAY)
        is None
    )


def test_the_booklet_has_contents_words_and_an_index_by_word_and_article():
    from docx import Document

    from assistant.typesetting.booklet_pdf import booklet_as_pdf
    from corpus.exporting.booklet_docx import as_booklet_docx
    from corpus.parallel.booklet import Booklet, BookletWord, FacingText, IndexEntry

    made = Booklet(
        title="示例法",
        effective_on=TODAY,
        variety=Variety.CENTRAL,
        script=UnitScript.HAN,
        texts=(
            FacingText(("第一章　示例",), "第一条", "讲水渠。", ""),
            FacingText((), "第二条", "讲田埂。", ""),
        ),
        words=(BookletWord("水渠", "【占位】", "示例来源"),),
        index=(IndexEntry("水渠", (0,)),),
    )
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(booklet_as_pdf(made))).pages]
    assert "第一章" in pages[1]
    assert "水渠" in pages[-1] + pages[-2]
    document = Document(io.BytesIO(as_booklet_docx(made)))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert [line for line in lines if line.startswith("水渠")] == [
        "水渠　【占位】（示例来源）",
        "水渠　第一条",
    ]
    assert lines.index("目录") < lines.index("词汇\t") < lines.index("词汇") < lines.index("索引：词在哪一条")
    fields = document.element.body.xpath("//w:fldSimple/@w:instr")
    marks = set(document.element.body.xpath("//w:bookmarkStart/@w:name"))
    assert {field.split()[1] for field in fields} <= marks


def test_a_word_that_stands_nearly_everywhere_is_not_in_the_index(session):
    from corpus.bai.models import Concept
    from corpus.parallel.booklet import FacingText, _index

    texts = [FacingText((), f"第{number}条", "占位甲" + "占位乙" * (number < 2), "") for number in range(12)]
    concepts = [Concept(chinese=each) for each in ("占位甲", "占位乙", "占")]
    assert [(each.chinese, each.places) for each in _index(concepts, texts)] == [("占位乙", (0, 1))]


def test_the_memory_finds_similar_chinese_best_first(session):
    written(session)
    written(session, "【甲】", article=1)
    memory = read_memory(session)
    hits = memory.similar("样例文字乙，讲水渠六天。")
    assert hits[0].entry.label.endswith("第二条")
    assert hits[0].score > 0.7
    assert memory.similar("毫不相干的一句话啊") == []
    assert TranslationMemory([]).similar("任何") == []


@given(st.lists(st.text(alphabet="甲乙丙丁，。", min_size=1, max_size=12), min_size=1, max_size=20))
def test_a_source_is_always_most_similar_to_itself(sources):
    entries = [
        MemoryEntry(number, str(number), source, "【】", Variety.CENTRAL, UnitScript.HAN, UnitStatus.DRAFT)
        for number, source in enumerate(sources)
    ]
    memory = TranslationMemory(entries)
    for source in sources:
        hits = memory.similar(source)
        if any(character.isalnum() for character in source):
            assert hits[0].score == 1.0
