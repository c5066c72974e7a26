"""The law as data: what an article said on a day, what ended it, and what took its place."""

from datetime import date
from difflib import SequenceMatcher

import pytest

from corpus.citation import Citation
from corpus.importing.china_law_data import read_data_package
from corpus.importing.law_import import Change, carry_out, plan_import
from corpus.importing.statute_text import IncomingArticle, IncomingVersion
from corpus.law.models import Force, StatuteKind
from corpus.law.queries import (
    article_cited,
    article_history,
    article_on,
    find_statute,
    neighbours,
    statutes,
    view_article,
)
from corpus.law.state import content_fingerprint
from corpus.law.successors import successions, successors_of
from tests.shared_data import law_database


def version(name="中华人民共和国示例法", *, day, texts, repeals=()):
    articles = [
        IncomingArticle(number, 0, ("第一章 总则",), text) for number, text in enumerate(texts, start=1)
    ]
    return IncomingVersion(
        name=name,
        kind=StatuteKind.LAW,
        published_on=day,
        effective_on=day,
        source="测试",
        articles=articles,
        repeals=repeals,
    )


def store(session, *versions):
    report = plan_import(session, versions)
    carry_out(session, report)
    return report


def test_what_an_article_said_on_a_day_has_one_answer(collection_store):
    with collection_store.writing() as session:
        store(
            session,
            version(day=date(2010, 1, 1), texts=["旧一", "旧二"]),
            version(day=date(2020, 1, 1), texts=["新一", "新二", "新三"]),
        )
    with collection_store.reading() as session:
        assert article_on(session, statute="示例法", number=2, on=date(2019, 12, 31)).text == "旧二"
        assert article_on(session, statute="示例法", number=2, on=date(2020, 1, 1)).text == "新二"
        assert article_on(session, statute="示例法", number=3, on=date(2015, 1, 1)) is None
        assert [each.text for each in article_history(session, statute="示例法", number=1)] == [
            "旧一",
            "新一",
        ]


def test_force_is_computed_from_days(collection_store):
    with collection_store.writing() as session:
        store(
            session,
            version(day=date(2010, 1, 1), texts=["旧"]),
            version(day=date(2030, 1, 1), texts=["新"]),
        )
    with collection_store.reading() as session:
        old, new = article_history(session, statute="示例法", number=1)
        today = date(2026, 11, 24)
        assert old.version.force_on(today) is Force.IN_FORCE
        assert new.version.force_on(today) is Force.NOT_YET
        assert old.version.force_on(date(2030, 1, 1)) is Force.REPEALED
        assert view_article(old, on=today).replaced_by == "示例法"


def test_a_text_that_repeals_another_ends_it(collection_store):
    with collection_store.writing() as session:
        store(
            session,
            version("中华人民共和国旧例法", day=date(2000, 1, 1), texts=["旧"]),
            version(day=date(2021, 1, 1), texts=["新"], repeals=("旧例法",)),
        )
    with collection_store.reading() as session:
        old = article_on(session, statute="旧例法", number=1, on=date(2026, 1, 1))
        assert (old.version.repealed_on, old.version.replaced_by) == (date(2021, 1, 1), "示例法")


def test_importing_twice_changes_nothing_and_keeps_the_fingerprint(collection_store):
    texts = version(day=date(2010, 1, 1), texts=["一", "二"])
    with collection_store.writing() as session:
        store(session, texts)
        first = content_fingerprint(session)
    with collection_store.writing() as session:
        report = store(session, version(day=date(2010, 1, 1), texts=["一", " 二\n"]))
        assert [each.change for each in report.planned] == [Change.UNCHANGED]
        assert content_fingerprint(session) == first
    with collection_store.writing() as session:
        store(session, version(day=date(2010, 1, 1), texts=["一", "改"]))
        assert content_fingerprint(session) != first


def test_neighbours_stand_before_and_after(collection_store):
    with collection_store.writing() as session:
        store(session, version(day=date(2010, 1, 1), texts=["一", "二", "三"]))
    with collection_store.reading() as session:
        middle = article_on(session, statute="示例法", number=2, on=date(2020, 1, 1))
        before, after = neighbours(session, middle)
        assert (before.number, after.number) == (1, 3)
        assert neighbours(session, before)[0] is None


def test_every_row_of_the_succession_table_names_an_article_of_the_civil_code():
    rows = successions()
    assert len(rows) == len({row.old for row in rows}) >= 390
    assert all(row.new and row.established_by for row in rows)
    assert {each.statute for row in rows for each in row.new} == {"民法典"}
    assert successors_of(Citation("婚姻法", 32, paragraph=2)) == (Citation("民法典", 1079),)


@pytest.fixture(scope="module")
def law_store(tmp_path_factory):
    from corpus.database import Store
    from corpus.migrations import COLLECTION_MIGRATIONS

    path = law_database()
    store_ = Store(f"sqlite:///{tmp_path_factory.mktemp('law')}/collection.sqlite3")
    COLLECTION_MIGRATIONS.upgrade(store_)
    versions, _conflicts = read_data_package(path)
    with store_.writing() as session:
        carry_out(session, plan_import(session, versions))
    yield store_
    store_.dispose()


TODAY = date(2026, 11, 24)


def test_the_data_package_comes_in_whole(law_store):
    with law_store.reading() as session:
        entries = {entry.statute.short_name: entry for entry in statutes(session, on=TODAY)}
        counts = {"民法典": 1260, "民事诉讼法": 306, "人民调解法": 35, "反家庭暴力法": 38}
        assert {name: entries[name].article_count for name in counts} == counts
        assert entries["刑法"].article_count == 505
        assert article_on(session, statute="刑法", number=120, suffix=1, on=TODAY) is not None


@pytest.mark.parametrize(
    ("name", "effective_on", "force"),
    [
        ("民事诉讼法", date(2024, 1, 1), Force.IN_FORCE),
        ("农村土地承包法", date(2019, 1, 1), Force.IN_FORCE),
        ("民法典", date(2021, 1, 1), Force.IN_FORCE),
        ("环境保护法", date(2015, 1, 1), Force.REPEALED),
        ("医疗保障法", date(2027, 1, 1), Force.NOT_YET),
        ("商标法", date(2019, 4, 23), Force.IN_FORCE),
    ],
)
def test_faults_of_the_metadata_are_mended(law_store, name, effective_on, force):
    with law_store.reading() as session:
        assert find_statute(session, name) is not None
        entry = next(each for each in statutes(session, on=TODAY) if each.statute.short_name == name)
        assert (entry.version.effective_on, entry.force) == (effective_on, force)


def test_an_amended_text_with_an_unknown_first_day_says_so(law_store):
    with law_store.reading() as session:
        entry = next(each for each in statutes(session, on=TODAY) if each.statute.short_name == "森林法")
        assert entry.version.effective_on >= entry.version.published_on
        patent = next(each for each in statutes(session, on=TODAY) if each.statute.short_name == "专利法")
        assert "暂按公布之日" in patent.version.doubt


def test_successors_exist_and_the_general_provisions_really_match(law_store):
    with law_store.reading() as session:
        missing = [
            str(new)
            for row in successions()
            for new in row.new
            if article_cited(session, new, on=TODAY) is None
        ]
        assert missing == []
        marriage = article_on(session, statute="民法典", number=1079, on=TODAY)
        assert SequenceMatcher(None, marriage.text, "夫妻一方要求离婚的").find_longest_match().size == 9
