"""Citations: read from what people write, printed back, never guessed."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.citation import Citation, NotACitation, find_citations, known_names, short_name

INTERPRETATION = "最高人民法院关于适用《民法典》婚姻家庭编的解释（一）"

WRITTEN = [
    ("《民法典》第1079条", "民法典#1079"),
    ("《中华人民共和国民法典》第一千零七十九条第三款第（一）项", "民法典#1079.3(1)"),
    ("民法典一千零七十九条第二款", "民法典#1079.2"),
    ("民法典1079", "民法典#1079"),
    ("民法典１０７９", "民法典#1079"),
    ("民法典 第 1079 条", "民法典#1079"),
    ("婚姻法32", "婚姻法#32"),
    ("婚姻法第三十二条", "婚姻法#32"),
    ("民诉法205", "民事诉讼法#205"),
    ("家暴法第二十三条", "反家庭暴力法#23"),
    ("老年法十四条", "老年人权益保障法#14"),
    ("刑法第一百二十条之一", "刑法#120-1"),
    ("刑法二百三十四条之一第二款", "刑法#234-1.2"),
    ("治安管理处罚法第四十三条第二款第（二）项", "治安管理处罚法#43.2(2)"),
    ("《民事诉讼法》（2023年修正）第二百零五条", "民事诉讼法#205"),
    ("民法典第一千零七十九條第二款", "民法典#1079.2"),
    ("勞動法50", "劳动法#50"),
    ("中華人民共和國婚姻法第32條", "婚姻法#32"),
    ("婚姻家庭编解释（一）第五条", f"{INTERPRETATION}#5"),
    ("最高人民法院关于适用《中华人民共和国民法典》婚姻家庭编的解释（一）第5条", f"{INTERPRETATION}#5"),
    ("《最高人民法院关于适用〈中华人民共和国民法典〉婚姻家庭编的解释（一）》第五条", f"{INTERPRETATION}#5"),
    ("《最高人民法院关于适用〈中华人民共和国民法典〉婚姻家庭编的解释》（一）第五条", f"{INTERPRETATION}#5"),
    ("民法典#1079@2021-01-01", "民法典#1079@2021-01-01"),
    ("民诉法＃２０５", "民事诉讼法#205"),
]


@pytest.mark.parametrize(("written", "canonical"), WRITTEN)
def test_a_citation_is_read_however_people_write_it(written: str, canonical: str) -> None:
    assert str(Citation.parse(written)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "民法典",
        "第1079条",
        "今天天气好",
        "民法典第零条",
        "民法典#0",
        "民法典#1079@2021-13-01",
        "民法典99999",
        "婚姻法2001年修正",
    ],
)
def test_what_names_no_article_is_refused(text: str) -> None:
    with pytest.raises(NotACitation):
        Citation.parse(text)


def test_the_words_are_those_of_official_documents() -> None:
    assert (
        Citation("民法典", 1079, paragraph=2).in_words() == "《中华人民共和国民法典》第一千零七十九条第二款"
    )
    assert Citation("刑法", 120, suffix=1).in_words() == "《中华人民共和国刑法》第一百二十条之一"
    assert Citation("信访工作条例", 3).in_words() == "《信访工作条例》第三条"
    assert (
        Citation(INTERPRETATION, 5).in_words()
        == "《最高人民法院关于适用〈中华人民共和国民法典〉婚姻家庭编的解释（一）》第五条"
    )


citations = st.builds(
    Citation,
    statute=st.sampled_from(sorted(known_names())),
    article=st.integers(1, 2000),
    suffix=st.none() | st.integers(1, 20),
    paragraph=st.none() | st.integers(1, 20),
    item=st.none() | st.integers(1, 20),
    edition=st.none() | st.dates(date(1950, 1, 1), date(2100, 1, 1)),
)


@given(citations)
def test_the_canonical_form_is_read_back_unchanged(citation: Citation) -> None:
    assert Citation.parse(str(citation)) == citation


@given(citations)
def test_the_words_are_read_back_unchanged(citation: Citation) -> None:
    assert Citation.parse(citation.in_words()) == citation.at(None)


@given(st.text(max_size=200))
def test_any_text_is_searched_without_an_error(text: str) -> None:
    for found in find_citations(text):
        assert text[found.start : found.end] == found.raw


def test_every_citation_of_a_text_is_found_where_it_stands() -> None:
    text = (
        "根據《民法典》第1079条、第1080条和第一千零八十一条第一款，参照婚姻法32及刑法第二百六十条之一处理。"
    )
    found = find_citations(text)
    assert [str(each.citation) for each in found] == [
        "民法典#1079",
        "民法典#1080",
        "民法典#1081.1",
        "婚姻法#32",
        "刑法#260-1",
    ]
    assert all(text[each.start : each.end] == each.raw for each in found)


def test_a_year_or_a_sum_after_a_name_is_no_article() -> None:
    assert find_citations("婚姻法1980年公布，民法典2021年施行，赔偿按劳动法500元计") == []


@pytest.mark.parametrize("wrong", [("", 1), ("民法典", 0), ("民 法", 1), ("民法典", 2001), ("民#法", 1)])
def test_a_citation_that_cannot_be_is_not_built(wrong: tuple[str, int]) -> None:
    with pytest.raises(ValueError, match=r"statute|article"):
        Citation(*wrong)


def test_nicknames_lead_to_official_names() -> None:
    assert short_name("民诉法") == "民事诉讼法"
    assert short_name("《中华人民共和国民法典》") == "民法典"
    assert short_name("无此法") == "无此法"


def test_importing_the_value_loads_nothing_heavy() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, corpus.citation; print(*sorted(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"jieba", "whoosh", "sqlalchemy", "flask", "opencc"} & set(loaded)
