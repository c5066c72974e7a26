"""The reviewed table of everyday words: every entry well formed, every article existing and in force."""

import json
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from corpus.citation import Citation
from corpus.importing.corrections import corrections
from corpus.search._thesaurus import load
from tests.shared_data import law_database

DATA = Path("corpus/search/data")
ROWS = [line.split("\t") for line in (DATA / "thesaurus.tsv").read_text(encoding="utf-8").splitlines()[1:]]
TOPICS = {line.split("\t")[0] for line in (DATA / "topics.tsv").read_text(encoding="utf-8").splitlines()[1:]}
CITED = sorted({article for row in ROWS for article in row[4].split("；") if article})


def test_there_are_entries_enough_and_no_pattern_stands_twice():
    patterns = [row[0] for row in ROWS]
    assert len(patterns) == len(set(patterns)) >= 600
    assert all(len(row) == 6 and row[1] in {"word", "regex"} and row[2] for row in ROWS)


def test_every_topic_is_known():
    assert {topic for row in ROWS for topic in row[3].split("；") if topic} <= TOPICS


def test_every_expression_compiles_and_none_runs_away():
    hostile = ["的" * 200, "老公" * 100, "借钱不" * 66, "工头拖" * 66]
    for row in ROWS:
        if row[1] == "regex":
            expression = re.compile(row[0])
            began = time.process_time()
            for text in hostile:
                expression.search(text)
            assert time.process_time() - began < 0.5, row[0]


@pytest.mark.parametrize("article", CITED)
def test_every_article_is_a_citation(article):
    assert str(Citation.parse(article)) == article


def test_every_article_exists_in_a_text_that_applies():
    kept = {row.statute for row in corrections() if row.field == "not_repealed"}
    missing = []
    with closing(sqlite3.connect(f"file:{law_database()}?mode=ro", uri=True)) as connection:
        for article in CITED:
            citation = Citation.parse(article)
            rows = connection.execute(
                "SELECT l.status, a.article_no FROM articles a JOIN laws l USING (law_id)"
                " WHERE a.law_name = ? AND a.article_no_arabic = ?",
                (citation.official_name, citation.article),
            ).fetchall()
            applies = [
                status
                for status, number in rows
                if ("之" in number) == bool(citation.suffix)
                and (status in {"现行有效", "已被修改"} or citation.statute in kept)
            ]
            if not applies:
                missing.append(article)
    assert missing == []


def test_every_term_is_language_of_the_statutes():
    with closing(sqlite3.connect(f"file:{law_database()}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT article_text FROM articles")
        statutes = "\n".join("".join(str(row[0]).split()) for row in rows)
    terms = {term for row in ROWS for term in row[2].split("；")}
    assert sorted(term for term in terms if term not in statutes) == []


def test_every_cited_statute_has_begun():
    today = "2026-11-24"
    with closing(sqlite3.connect(f"file:{law_database()}?mode=ro", uri=True)) as connection:
        begins = {
            citation.statute: connection.execute(
                "SELECT min(effective_date) FROM laws WHERE law_name = ?", (citation.official_name,)
            ).fetchone()[0]
            for citation in map(Citation.parse, CITED)
        }
    assert {name: day for name, day in begins.items() if not day or day > today} == {}


@pytest.mark.parametrize("name", ["questions-tune.jsonl", "questions-held-out.jsonl"])
def test_questions_name_articles_that_exist(name):
    questions = [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    assert len(questions) >= 100
    assert len({question["question"] for question in questions}) == len(questions)
    with closing(sqlite3.connect(f"file:{law_database()}?mode=ro", uri=True)) as connection:
        for question in questions:
            for relevant in question["relevant"]:
                found = connection.execute(
                    "SELECT 1 FROM articles WHERE law_name = ? AND article_no_arabic = ?",
                    (relevant["law"], relevant["article"]),
                ).fetchone()
                assert found, (question["id"], relevant)


def test_tuning_and_held_out_questions_share_nothing():
    sets = [
        {json.loads(line)["question"] for line in (DATA / name).read_text(encoding="utf-8").splitlines()}
        for name in ("questions-tune.jsonl", "questions-held-out.jsonl")
    ]
    assert not sets[0] & sets[1]


@pytest.mark.parametrize(
    ("said", "article"),
    [
        ("老公打我怎么办", "反家庭暴力法#2"),
        ("工头拖着工钱不给", "劳动合同法#30"),
        ("老婆不让我看孩子", "民法典#1086"),
        ("隔壁盖房挡住我家光", "民法典#293"),
        ("彩礼能不能要回来", "民法典#1042"),
        ("村里把我家承包地收回", "农村土地承包法#27"),
    ],
)
def test_everyday_speech_reaches_the_article(said, article):
    assert article in {each for expansion in load().expand(said) for each in expansion.articles}


@pytest.mark.parametrize(
    "said",
    [
        "我在广东打工三年了",
        "明天打算去县城",
        "给我打电话",
        "老公打工去了",
        "妻子打电话来了",
        "他打扫院子",
        "打针疼不疼",
        "孩子考上大学了",
        "过年放几天假",
        "走路去街上",
        "公司法人是什么",
        "我家盖新房请客",
        "租赁合同一般包括哪些内容",
        "国家公园有哪些",
    ],
)
def test_harmless_speech_wakes_no_entry(said):
    assert load().expand(said) == []


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("孩子爸喝醉了就揍人", "domestic-violence"),
        ("带工的一直压着我们的薪水", "wages-migrant-workers"),
        ("前面那家起了五层，窗子全挡住了", "neighbours-light-water-trees"),
        ("老三把爹的存折拿走了", "elder-support"),
        ("挖掘机把我家墓碑推倒了", "customs"),
        ("老表借我两万，电话都不接，一直不还", "loans"),
        ("三轮车把老人刮倒就开走了", "traffic-accident"),
        ("隔壁的鹅啄人", "animals"),
    ],
)
def test_a_pattern_catches_what_nobody_wrote_down(said, topic):
    assert topic in {each for expansion in load().expand(said) for each in expansion.topics}
