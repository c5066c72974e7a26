"""Citations: what people write, the one canonical form, and back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.citation import Citation, NotACitation, find_citations, known_names, short_name


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("《民法典》第1079条", "民法典#1079"),
        ("民法典一千零七十九条第二款", "民法典#1079.2"),
        ("婚姻法32", "婚姻法#32"),
        ("民诉法205", "民事诉讼法#205"),
        ("民法典１０７９", "民法典#1079"),
        ("刑法第一百二十条之一", "刑法#120-1"),
        ("中华人民共和国民法典第1079条第二款第（三）项", "民法典#1079.2(3)"),
        ("《中华人民共和国民事诉讼法》（2023年修正）第二百零五条", "民事诉讼法#205"),
        ("家暴法 16条", "反家庭暴力法#16"),
        ("婚姻法第三十二條", "婚姻法#32"),
        (
            "《最高人民法院关于适用《民法典》婚姻家庭编的解释（二）》第五条",
            "最高人民法院关于适用《民法典》婚姻家庭编的解释（二）#5",
        ),
        ("婚姻法解释一第3条", "最高人民法院关于适用《婚姻法》若干问题的解释（一）#3"),
        ("民法典#1079.2(3)@2021-01-01", "民法典#1079.2(3)@2021-01-01"),
    ],
)
def test_people_write_it_in_many_ways_and_mean_one_thing(written, canonical):
    assert str(Citation.parse(written)) == canonical


@pytest.mark.parametrize(
    "text",
    ["", "民法典", "2021年", "第三条", "民法典第零条", "民法典2021年实施", "民法典#0", "民法典#1@2021-13-01"],
)
def test_what_names_no_article_is_refused_with_an_example(text):
    with pytest.raises(NotACitation):
        Citation.parse(text)


def test_citations_are_found_in_running_text_with_their_places():
    text = "依据民法典第1079条和反家暴法第2条办理，2024年民法典实施三年。"
    found = find_citations(text)
    assert [str(each.citation) for each in found] == ["民法典#1079", "反家庭暴力法#2"]
    assert [text[each.start : each.end] for each in found] == [each.raw for each in found]


def test_a_citation_is_printed_with_the_official_name():
    assert (
        Citation("民法典", 1079, paragraph=2).in_words() == "《中华人民共和国民法典》第一千零七十九条第二款"
    )
    assert Citation("信访工作条例", 3).in_words() == "《信访工作条例》第三条"


def test_nicknames_lead_to_the_official_name():
    assert short_name("《民诉法》") == "民事诉讼法"
    assert short_name("没有这部法") == "没有这部法"


@pytest.mark.parametrize("numbers", [{"article": 0}, {"article": 5000}, {"article": 1, "paragraph": 0}])
def test_a_citation_with_an_impossible_number_cannot_be_built(numbers):
    with pytest.raises(ValueError, match="no article|not the number"):
        Citation("民法典", **numbers)


part = st.none() | st.integers(1, 99)


@given(
    st.sampled_from(sorted(known_names())),
    st.integers(1, 2000),
    part,
    part,
    part,
    st.none() | st.dates(date(1949, 10, 1), date(2100, 1, 1)),
)
def test_the_canonical_form_comes_back(statute, article, suffix, paragraph, item, edition):
    citation = Citation(statute, article, suffix, paragraph, item, edition)
    assert Citation.parse(str(citation)) == citation
    if edition is None:
        assert Citation.parse(citation.in_words()) == citation


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_crash(text):
    for found in find_citations(text):
        assert text[found.start : found.end] == found.raw
