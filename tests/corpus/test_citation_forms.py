"""Citations beyond the plain ones: Traditional characters, interpretations, lists, and what they cost to load."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.citation import Citation, find_citations, known_names

INTERPRETATION = "最高人民法院关于适用《民法典》婚姻家庭编的解释（一）"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("民法典第一千零七十九條第二款", "民法典#1079.2"),
        ("勞動法50", "劳动法#50"),
        ("中華人民共和國婚姻法第32條", "婚姻法#32"),
        ("民诉法＃２０５", "民事诉讼法#205"),
        ("婚姻家庭编解释（一）第五条", f"{INTERPRETATION}#5"),
        ("最高人民法院关于适用《中华人民共和国民法典》婚姻家庭编的解释（一）第5条", f"{INTERPRETATION}#5"),
        (
            "《最高人民法院关于适用〈中华人民共和国民法典〉婚姻家庭编的解释（一）》第五条",
            f"{INTERPRETATION}#5",
        ),
        (
            "《最高人民法院关于适用〈中华人民共和国民法典〉婚姻家庭编的解释》（一）第五条",
            f"{INTERPRETATION}#5",
        ),
    ],
)
def test_a_citation_is_read_in_traditional_characters_and_of_interpretations(
    written: str, canonical: str
) -> None:
    assert str(Citation.parse(written)) == canonical


def test_official_names_are_printed_in_full() -> None:
    assert Citation("信访工作条例", 3).in_words() == "《信访工作条例》第三条"
    assert (
        Citation("全国人民代表大会组织法", 1).in_words() == "《中华人民共和国全国人民代表大会组织法》第一条"
    )
    assert (
        Citation(INTERPRETATION, 5).in_words()
        == "《最高人民法院关于适用〈中华人民共和国民法典〉婚姻家庭编的解释（一）》第五条"
    )


@given(st.sampled_from(sorted(known_names())), st.integers(1, 2000), st.none() | st.integers(1, 20))
def test_the_words_of_every_known_statute_are_read_back(name: str, number: int, suffix: int | None) -> None:
    citation = Citation(name, number, suffix=suffix)
    assert Citation.parse(citation.in_words()) == citation


def test_every_article_of_a_list_is_found_where_it_stands() -> None:
    text = "根據《民法典》第1079条、第1080条和第一千零八十一条第一款，参照婚姻法32及刑法第二百六十条之一。"
    found = find_citations(text)
    assert [str(each.citation) for each in found] == [
        "民法典#1079",
        "民法典#1080",
        "民法典#1081.1",
        "婚姻法#32",
        "刑法#260-1",
    ]
    assert all(text[each.start : each.end] == each.raw for each in found)


def test_importing_the_value_loads_nothing_heavy() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, corpus.citation; print(*sorted(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"jieba", "whoosh", "sqlalchemy", "flask", "opencc"} & set(loaded)
