"""TMX, XLIFF and running text, ours and other programs': every unit comes back, foreign shapes find their articles.

The texts are marked places in brackets; no Bai is invented.
"""

from __future__ import annotations

import io

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.bai.varieties import Variety
from corpus.citation import Citation
from corpus.exporting.tmx import as_tmx
from corpus.exporting.units_xlsx import as_units_xlsx
from corpus.exporting.xliff import SeveralLanguages, as_xliff_1, as_xliff_2
from corpus.importing.bilingual_entries import Defaults
from corpus.importing.file_refused import FileRefused
from corpus.importing.incoming_units import plan_units
from corpus.importing.marked_text import decoded_text, read_marked_lines
from corpus.importing.source_places import source_places
from corpus.importing.units_file import Beside, read_units
from corpus.importing.units_table import read_units_table
from corpus.importing.units_tmx import read_units_tmx
from corpus.importing.units_xliff import read_units_xliff
from corpus.parallel.unit_tables import TranslationUnit, UnitScript, UnitStatus
from tests.assistant.sample_law import store_sample_law
from tests.corpus.in_this_process import in_this_process  # noqa: F401 - for the whole module
from tests.corpus.parallel.test_units import TODAY

ARTICLES = {
    (1, 0): "样例文字甲，讲鸡鸭。",
    (2, 0): "样例文字乙，讲水渠五天。",
    (2, 1): "样例文字丙。\n第二段。",
}
BESIDE = Beside("示例法", Variety.CENTRAL, UnitScript.HAN)
WORDS = (
    st.text(st.sampled_from("【】占位甲乙Ab<>&\"'é 。\n\u3000"), min_size=1, max_size=40)
    .map(str.strip)
    .filter(lambda text: text and "<" not in text and text[0] not in "=+@")
)


@pytest.fixture
def session(collection_store):
    """A reading session of a collection with a little law."""
    store_sample_law(collection_store)
    with collection_store.reading() as opened:
        yield opened


def unit(article: int, text: str, **values: object) -> TranslationUnit:
    made: dict[str, object] = {
        "statute": "示例法", "article": article, "suffix": 0, "paragraph": 0, "item": 0, "variety": Variety.CENTRAL,
        "script": UnitScript.HAN, "source_text": "样例 & 文字。\n第二行", "text": text, "status": UnitStatus.DRAFT,
        "provenance": "示例来源", "printed_page": "3", "translator": "示例译者",
    }  # fmt: skip
    return TranslationUnit(**{**made, **values})


PLACES = st.tuples(st.integers(1, 500), st.integers(0, 3), st.integers(0, 4), st.integers(0, 4)).map(
    lambda place: place if place[2] else (*place[:3], 0)
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)
@given(st.dictionaries(PLACES, st.tuples(WORDS, st.sampled_from(list(UnitScript))), min_size=1, max_size=6))
def test_every_unit_comes_back_from_every_format(given_units):
    units = [
        unit(article, text, suffix=suffix, paragraph=paragraph, item=item, script=script)
        for (article, suffix, paragraph, item), (text, script) in given_units.items()
    ]
    kept = sorted((str(each.citation), each.script, each.text, each.provenance) for each in units)
    one_script = [each for each in units if each.script is units[0].script]
    for read, expected in (
        (read_units_tmx(as_tmx(units)), kept),
        (read_units_xliff(as_xliff_1(units)), kept),
        (read_units_table(as_units_xlsx(units), name="a.xlsx"), kept),
        (read_units_xliff(as_xliff_2(one_script)), [row for row in kept if row[1] is units[0].script]),
    ):
        assert read.problems == []
        assert (
            sorted((str(row.citation), row.script, row.text, row.provenance) for row in read.units)
            == expected
        )


def test_units_without_a_text_go_out_to_be_translated_and_are_passed_over_on_the_way_back():
    for made in (as_xliff_1, as_xliff_2):
        content = made([unit(1, ""), unit(2, "【甲】")])
        assert content == made([unit(1, ""), unit(2, "【甲】")])
        assert content.count(b"<source>") == 2
        assert [str(row.citation) for row in read_units_xliff(content).units] == ["示例法#2"]
    with pytest.raises(SeveralLanguages, match="一种方言"):
        as_xliff_2([unit(1, "【甲】"), unit(2, "【乙】", variety=Variety.SOUTHERN)])


def test_translate_toolkit_opens_our_files_without_complaint(tmp_path):
    from translate.storage import factory

    units = [unit(1, "【甲】", status=UnitStatus.APPROVED), unit(2, "【乙】\n二")]
    for name, content in (("a.xlf", as_xliff_1(units)), ("b.tmx", as_tmx(units))):
        path = tmp_path / name
        path.write_bytes(content)
        store = factory.getobject(str(path))
        assert [str(each.target) for each in store.units] == ["【甲】", "【乙】\n二"]
        assert [str(each.source) for each in store.units] == [each.source_text for each in units]
    xliff2 = pytest.importorskip("translate.storage.xliff2")
    path = tmp_path / "c.xlf"
    path.write_bytes(as_xliff_2(units))
    store = xliff2.Xliff2File.parsefile(str(path))
    assert [str(each.target) for each in store.units if not each.isheader()] == ["【甲】", "【乙】\n二"]


OMEGAT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx11.dtd">
<tmx version="1.1"><header creationtool="OmegaT" o-tmf="OmegaT TMX" adminlang="EN-US" datatype="plaintext"
 creationtoolversion="6.0" segtype="sentence" srclang="ZH-CN"/><body>
<tu><tuv lang="ZH-CN"><seg>样例文字甲，讲鸡鸭。</seg></tuv><tuv lang="BCA"><seg>【第一条占位】</seg></tuv></tu>
<tu><tuv lang="ZH-CN"><seg>样例文字丙。</seg></tuv><tuv lang="BCA"><seg>【丙占位】</seg></tuv></tu>
<tu><tuv lang="ZH-CN"><seg>第二段。</seg></tuv><tuv lang="BCA"><seg>【段占位】</seg></tuv></tu>
<tu><tuv lang="ZH-CN"><seg>别处的一句话。</seg></tuv><tuv lang="BCA"><seg>【别处】</seg></tuv></tu>
</body></tmx>"""
TRADOS = """<?xml version="1.0" encoding="utf-16"?>
<tmx version="1.4"><header creationtool="SDL Language Platform" creationtoolversion="8.0" o-tmf="SDL TM8 Format"
 datatype="xml" segtype="sentence" adminlang="zh-CN" srclang="zh-CN"><prop type="x-Recognizers">all</prop></header><body>
<tu creationdate="20261101T000000Z" usagecount="0"><prop type="x-LastUsedBy">sample</prop>
<tuv xml:lang="zh-CN"><seg>第一条 样例文字甲，<bpt i="1" type="cf" x="1"/>讲鸡鸭<ept i="1"/>。</seg></tuv>
<tuv xml:lang="en-US"><seg>【第<bpt i="1">&lt;b&gt;</bpt>一条<ept i="1">&lt;/b&gt;</ept><ph x="1">{0}</ph>占位】</seg></tuv></tu>
</body></tmx>"""
SDLXLIFF = """<?xml version="1.0" encoding="utf-8"?>
<xliff xmlns:sdl="http://sdl.com/FileTypes/SdlXliff/1.0" version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="a.docx" datatype="x-sdlfilterframework2" source-language="zh-CN" target-language="en-US"><body>
<group><trans-unit id="5f0e7c0e-0000"><source><g id="1">样例文字甲，讲鸡鸭。</g></source>
<seg-source><g id="1"><mrk mtype="seg" mid="1">样例文字甲，讲鸡鸭。</mrk></g></seg-source>
<target><g id="1"><mrk mtype="seg" mid="1">【一条<x id="2"/>占位】</mrk></g></target></trans-unit>
<trans-unit id="5f0e7c0e-0001" translate="no"><source><x id="0"/></source></trans-unit></group>
</body></file></xliff>"""
VIRTAAL = """<?xml version="1.0" encoding="utf-8"?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:1.1" version="1.1"><file original="NoName" source-language="zh_CN"
 target-language="bca" datatype="x-unknown"><body>
<trans-unit xml:space="preserve" id="1" approved="yes"><source>样例文字乙，讲水渠五天。</source>
<target state="translated">【二条占位】</target></trans-unit>
<trans-unit xml:space="preserve" id="2"><source>第二段。</source><target/></trans-unit></body></file></xliff>"""
SEGMENTED_2 = """<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="zh-Hans-CN" trgLang="und">
<file id="f1"><group id="g"><unit id="u1"><originalData><data id="d1">&lt;b></data></originalData>
<segment><source>样例文字丙。</source><target>【<pc id="1">丙</pc><ph id="2" dataRef="d1"/>】</target></segment>
<ignorable><source>\n</source><target>\n</target></ignorable>
<segment><source>第二段。</source><target>【段】</target></segment></unit></group></file></xliff>"""


@pytest.mark.parametrize(
    ("content", "ending", "expected", "left_out"),
    [
        (OMEGAT.encode(), "tmx", {"示例法#1": "【第一条占位】", "示例法#2-1": "【丙占位】【段占位】"}, 1),
        (TRADOS.encode("utf-16"), "tmx", {"示例法#1": "【第一条占位】"}, 0),
        (SDLXLIFF.encode(), "sdlxliff", {"示例法#1": "【一条占位】"}, 0),
        (VIRTAAL.encode(), "xlf", {"示例法#2": "【二条占位】"}, 0),
        (SEGMENTED_2.encode(), "xlf", {"示例法#2-1": "【丙】\n【段】"}, 0),
    ],
    ids=["OmegaT", "Trados", "Trados-XLIFF", "Virtaal", "XLIFF-2-in-segments"],
)
def test_files_of_other_programs_find_their_articles_by_the_chinese(
    session, content, ending, expected, left_out
):
    read = read_units(session, content, ending=ending, beside=BESIDE, on=TODAY)
    assert read.problems == []
    assert {str(row.citation): row.text for row in read.units} == expected
    assert {(row.variety, row.script) for row in read.units} == {(Variety.CENTRAL, UnitScript.HAN)}
    assert len(read.left_out) == left_out
    plan = plan_units(session, read.units, on=TODAY)
    assert plan.count("new") == len(expected)
    assert not any(each.remark for each in plan.planned)


def test_a_paragraph_alone_finds_its_paragraph_and_without_a_statute_the_person_is_asked(session):
    content = VIRTAAL.replace("样例文字乙，讲水渠五天。", "第二段。").encode()
    places = source_places(session, statute="示例法", on=TODAY)
    read = read_units_xliff(content, Defaults(Variety.CENTRAL, None, places))
    assert [(str(row.citation), row.script) for row in read.units] == [
        ("示例法#2-1.2", UnitScript.LATIN_1993)
    ]
    alone = read_units(session, content, ending="xlf", beside=Beside(), on=TODAY)
    assert alone.units == []
    assert "看不懂" in alone.problems[0].sentence
    with pytest.raises(FileRefused, match="库里没有"):
        read_units(session, content, ending="xlf", beside=Beside("没有的法"), on=TODAY)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
XLIFF_HEAD = '<xliff version="1.2"><file source-language="{}" target-language="bca"><body>'
XLIFF_UNIT = (
    '<trans-unit id="示例法#1"><source>甲</source><target>{}</target></trans-unit></body></file></xliff>'
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOMB + XLIFF_HEAD.format("zh") + XLIFF_UNIT.format("&b;"), "实体"),
        (OUTSIDE + XLIFF_HEAD.format("zh") + XLIFF_UNIT.format("&b;"), "实体"),
        (XLIFF_HEAD.format("en") + XLIFF_UNIT.format("【甲】"), "不是中文"),
        ("<xliff version='3.0'/>", "1.2 或 2.0"),
        ("<html/>", "1.2 或 2.0"),
        ("<xliff", "不是完整的 XML"),
        ("", "不是完整的 XML"),
        (" " * (20 * 1024 * 1024 + 1), "超过 20 MB"),
    ],
)
def test_a_dangerous_broken_or_foreign_xliff_is_refused_with_a_reason(content, said):
    with pytest.raises(FileRefused, match=said):
        read_units_xliff(content.encode())


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "【甲】<b>乙</b>"])
def test_formulas_and_markup_inside_an_entry_are_named_and_not_taken(text):
    body = text.replace("<", "&lt;").replace(">", "&gt;")
    read = read_units_xliff((XLIFF_HEAD.format("zh") + XLIFF_UNIT.format(body)).encode())
    assert read.units == []
    assert len(read.problems) == 1


MARKED = """中华人民共和国示例法

第一章　总则
第一条　样例文字甲，讲鸡鸭。
第一条　【第一条占位】
第二条　样例文字乙，讲水渠三天。
【第二条占位】
第二条之一　样例文字丙。
【丙占位】
第二段。
【段占位】
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_running_text_is_read_by_its_markers_in_any_encoding(session, encoding):
    read = read_units(session, MARKED.encode(encoding), ending="txt", beside=BESIDE, on=TODAY)
    assert read.problems == []
    assert {str(row.citation): row.text for row in read.units} == {
        "示例法#1": "【第一条占位】",
        "示例法#2": "【第二条占位】",
        "示例法#2-1": "【丙占位】\n【段占位】",
    }
    remarks = [bool(each.remark) for each in plan_units(session, read.units, on=TODAY).planned]
    assert remarks == [False, True, False]  # the Chinese of article 2 is an older one


def test_a_text_of_translations_alone_and_a_document_of_paragraphs_by_turns(session):
    alone = read_marked_lines(
        ["第1条 【甲】", "第2条", "【乙】"],
        statute="示例法",
        articles=ARTICLES,
        variety=Variety.CENTRAL,
        script=UnitScript.HAN,
    )
    assert [row.text for row in alone.units] == ["【甲】", "【乙】"]
    document = Document()
    for line in MARKED.splitlines():
        document.add_paragraph(line)
    made = io.BytesIO()
    document.save(made)
    read = read_units(session, made.getvalue(), ending="docx", beside=BESIDE, on=TODAY)
    assert [str(row.citation) for row in read.units] == ["示例法#1", "示例法#2", "示例法#2-1"]


def test_what_is_wrong_in_running_text_is_said_by_line(session):
    text = "第一条 【甲】\n第九十条 【乙】\n第一条 【丙】\n"
    read = read_units(session, text.encode(), ending="txt", beside=BESIDE, on=TODAY)
    assert [problem.line for problem in read.problems] == [3, 2]
    for content, beside, said in (
        ("没有条号的文字", BESIDE, "没有以“第…条”开头"),
        (text, Beside(), "写是哪一部法律"),
        ("x" * (10 * 1024 * 1024 + 1), BESIDE, "超过 10 MB"),
    ):
        with pytest.raises(FileRefused, match=said):
            read_units(session, content.encode(), ending="txt", beside=beside, on=TODAY)
    for content in (b"\x00\x01\x02\x00\xff", b"\x89PNG\r\n\x1a\n\x00\x00"):
        with pytest.raises(FileRefused, match="编码"):
            decoded_text(content)
    for ending, content in (("docx", b"PK\x03\x04 broken"), ("exe", b"MZ"), ("docx", b"")):
        with pytest.raises(FileRefused):
            read_units(session, content, ending=ending, beside=BESIDE, on=TODAY)


def test_an_item_of_a_paragraph_is_a_place_of_its_own():
    read = read_units_xliff(as_xliff_1([unit(3, "【项】", paragraph=2, item=4)]))
    assert read.units[0].citation == Citation("示例法", 3, paragraph=2, item=4)
