"""The promised quality on the real law: runs where a collection is imported and its index built."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.search._index import IndexDamaged
from corpus.search.engine import SearchEngine

INDEX = Path(__file__).parents[3] / "instance" / "index"
DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def law() -> SearchEngine:
    """The index of this checkout's own instance."""
    try:
        engine = SearchEngine.open(INDEX)
    except IndexDamaged as problem:
        pytest.skip(f"QUALITY OF THE SEARCH NOT MEASURED: {problem}; run make serve once")
    if engine.size < 20_000:
        pytest.skip(f"QUALITY OF THE SEARCH NOT MEASURED: only {engine.size} articles are imported")
    return engine


@pytest.mark.parametrize(
    ("query", "article"),
    [
        ("婚姻法第三十二条", "民法典#1079"),
        ("民法典1079", "民法典#1079"),
        ("minfadian 1079", "民法典#1079"),
        ("mfd 1079", "民法典#1079"),
        ("離婚冷靜期", "民法典#1077"),
        ("借钱不还", "民法典#675"),
        ("村里把我家承包地收回", "农村土地承包法#27"),
        ("隔壁盖房挡住我家光", "民法典#293"),
    ],
)
def test_a_right_article_stands_on_the_first_page(law: SearchEngine, query: str, article: str) -> None:
    found = [result.citation.split("@")[0] for result in law.find(query, in_force_on=DAY).results]
    assert article in found


def test_every_thesaurus_entry_names_terms_topics_and_articles_that_exist(law: SearchEngine) -> None:
    thesaurus = law.thesaurus
    expansions = [entry for entries in thesaurus._words.values() for _word, entry in entries]
    expansions += [entry for *_pattern, entry in thesaurus._expressions]
    unknown = {
        reference
        for entry in expansions
        for reference in entry.articles
        if not any(law.table.in_force(DAY.toordinal())[row] for row in law.rows_of(reference, DAY))
    }
    assert not unknown
    assert not {topic for entry in expansions for topic in entry.topics} - set(thesaurus.topics)
    assert not {
        name
        for topic in thesaurus.topics.values()
        for name in topic.statutes
        if not law.names.laws_named(name)
    }
