"""A material whose law has changed is found, and the reader is told what became of it."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.outreach.law_check import Cited, LawChange, hash_of, look_up
from corpus.citation import Citation
from corpus.law.models import Article, Statute, StatuteKind, StatuteVersion
from tests.assistant.sample_law import store_sample_law

OLD_WORDS = hash_of("样例文字乙，讲水渠三天。")
TODAY = date(2026, 11, 24)


@pytest.fixture
def collection(collection_store):
    """示例法 with two versions, 旧例法 repealed, 来例法 not yet begun."""
    store_sample_law(collection_store)
    with collection_store.writing() as session:
        for name, begins, ends in (
            ("旧例法", date(2000, 1, 1), date(2021, 1, 1)),
            ("来例法", date(2027, 1, 1), None),
        ):
            version = StatuteVersion(
                published_on=begins,
                effective_on=begins,
                repealed_on=ends,
                source="测试",
                fingerprint="c" * 64,
            )
            version.replaced_by = "示例法" if ends else ""
            version.articles = [Article(number=1, heading_path=[], text="样例文字丁。", position=1)]
            session.add(Statute(name=name, short_name=name, kind=StatuteKind.LAW, versions=[version]))
    with collection_store.reading() as session:
        yield session


@pytest.mark.parametrize(
    ("citation", "words_hash", "on", "change", "says"),
    [
        (Citation("示例法", 2), OLD_WORDS, date(2019, 12, 31), LawChange.UNCHANGED, "现行有效"),
        (Citation("示例法", 2), OLD_WORDS, TODAY, LawChange.CHANGED, "2020-01-01 起条文有改动"),
        (Citation("示例法", 2), "", TODAY, LawChange.UNCHANGED, "现行有效"),
        (Citation("示例法", 1), hash_of("样例文字甲，\n讲鸡鸭。"), TODAY, LawChange.UNCHANGED, "现行有效"),
        (Citation("示例法", 2, 1), hash_of("别的"), TODAY, LawChange.CHANGED, "之一"),
        (Citation("示例法", 9), "", TODAY, LawChange.MISSING, "没有这一条"),
        (Citation("无此法", 1), "", TODAY, LawChange.MISSING, "没有这部法"),
        (Citation("旧例法", 1), "", TODAY, LawChange.REPEALED, "由《示例法》接替"),
        (Citation("来例法", 1), "", TODAY, LawChange.NOT_YET, "2027-01-01 才施行"),
    ],
)
def test_what_became_of_a_cited_article(collection, citation, words_hash, on, change, says):
    (finding,) = look_up(collection, [Cited(citation, words_hash)], on=on)
    assert finding.change is change
    assert says in finding.message
    assert finding.needs_checking is (change is not LawChange.UNCHANGED)


def test_findings_come_in_the_order_asked_and_keep_the_words_of_the_day(collection):
    asked = [Cited(Citation("示例法", 2)), Cited(Citation("旧例法", 1)), Cited(Citation("示例法", 1))]
    found = look_up(collection, asked, on=TODAY)
    assert [each.cited for each in found] == asked
    assert found[0].words_hash == hash_of("样例文字乙，讲水渠五天。")
    (again,) = look_up(collection, [Cited(asked[0].citation, found[0].words_hash)], on=TODAY)
    assert again.change is LawChange.UNCHANGED
