"""What a question is understood to mean, before anything is ranked."""

from __future__ import annotations

import pytest

from corpus.search import _query
from corpus.search._thesaurus import Expansion, Thesaurus, told_once
from corpus.search.engine import SearchEngine

EMPTY = Thesaurus([], [])


@pytest.mark.parametrize(
    ("query", "statute", "number", "suffix"),
    [
        ("示例家事法第二条", "示例家事法", 2, 0),
        ("《中华人民共和国示例家事法》第2条第一款", "示例家事法", 2, 0),
        ("示例家事法２", "示例家事法", 2, 0),
        ("示例家事法 第一百零二条", "示例家事法", 102, 0),
        ("家事法3", "示例家事法", 3, 0),
        ("示例家事法第三条之一", "示例家事法", 3, 1),
        ("示例家事法#3-1", "示例家事法", 3, 1),
        ("示例家事法#2@2021-01-01", "示例家事法", 2, 0),
        ("shilijiashifa 2", "示例家事法", 2, 0),
        ("slj sf 2", "示例家事法", 2, 0),
        ("shìlì jiāshìfǎ dì 2 tiáo", "示例家事法", 2, 0),
        ("示例远法第五条", "示例远法", 5, 0),
    ],
)
def test_a_citation_is_read_however_it_is_written(
    engine: SearchEngine, query: str, statute: str, number: int, suffix: int
) -> None:
    reading = _query.read(query, engine.names, EMPTY)
    assert (reading.statute, reading.number, reading.suffix) == (statute, number, suffix)


@pytest.mark.parametrize("query", ["示例家事法人的责任", "2021年离婚", "第三条"])
def test_what_only_looks_like_a_citation_is_not_one(engine: SearchEngine, query: str) -> None:
    assert not _query.read(query, engine.names, EMPTY).is_citation


def test_traditional_characters_become_simplified_ones(engine: SearchEngine) -> None:
    reading = _query.read("離婚協議", engine.names, EMPTY)
    assert (reading.text, reading.simplified_from) == ("离婚协议", "離婚協議")


def test_pinyin_without_tones_becomes_words(engine: SearchEngine) -> None:
    engine.names._sounds.setdefault("lihun", ["离婚"])
    assert _query.read("líhūn", engine.names, EMPTY).text == "离婚"


def test_everyday_words_bring_legal_terms_and_a_longer_word_hides_the_shorter() -> None:
    def row(pattern: str, kind: str, terms: str) -> dict[str, str]:
        return {"pattern": pattern, "kind": kind, "terms": terms, "topics": "", "articles": ""}

    thesaurus = Thesaurus(
        [
            row("打人", "word", "殴打"),
            row("老公打人", "word", "家庭暴力"),
            row("拖.{0,3}工钱", "regex", "劳动报酬；工资"),
        ],
        [],
    )
    assert [found.terms for found in thesaurus.expand("老公打人")] == [("家庭暴力",)]
    assert [found.terms for found in thesaurus.expand("老板拖着工钱")] == [("劳动报酬", "工资")]
    assert thesaurus.expand("天气很好") == []


def test_a_reader_is_told_one_meaning_once_in_the_fullest_words() -> None:
    found = [
        Expansion("工钱不给", ("工资",), ("wages",), ("劳动法#50",)),
        Expansion("打我", ("家庭暴力",)),
        Expansion("工头拖着工钱不给", ("工资",), ("wages", "work"), ("劳动法#50", "民法典#1")),
        Expansion("拖着工钱", ("工资",)),
    ]
    assert told_once(found) == (
        Expansion("工头拖着工钱不给", ("工资",), ("wages", "work"), ("劳动法#50", "民法典#1")),
        Expansion("打我", ("家庭暴力",)),
    )
    assert told_once([]) == ()


def test_an_injected_expander_adds_its_terms(engine: SearchEngine) -> None:
    reading = _query.read("xyzzy", engine.names, EMPTY, [lambda text: Expansion(text, ("离婚",))])
    assert reading.expansions == (Expansion("xyzzy", ("离婚",)),)
