"""Advice after a search: every step rests on articles that exist and are in force, or it is not given."""

import sqlite3
from contextlib import closing

import pytest

from assistant.web.kiosk.next_steps import MOST_STEPS, all_steps, next_steps
from corpus.citation import Citation
from corpus.search._thesaurus import load
from tests.shared_data import law_database


def test_every_step_belongs_to_a_topic_the_search_understands_and_is_said_in_both_languages():
    assert {step.topic for step in all_steps()} <= set(load().topics)
    for step in all_steps():
        assert step.articles
        assert step.chinese.endswith("。")
        assert step.english.endswith(".")


def test_the_dangers_come_with_the_number_to_call():
    first = next(step for step in all_steps() if step.topic == "domestic-violence")
    assert "110" in first.chinese
    assert "110" in first.english


@pytest.mark.parametrize("article", sorted({each for step in all_steps() for each in step.articles}))
def test_every_article_exists_in_a_text_that_applies(article):
    citation = Citation.parse(article)
    with closing(sqlite3.connect(f"file:{law_database()}?mode=ro", uri=True)) as connection:
        found = connection.execute(
            "SELECT l.status FROM articles a JOIN laws l USING (law_id)"
            " WHERE a.law_name = ? AND a.article_no_arabic = ?",
            (citation.official_name, citation.article),
        ).fetchall()
    # 农村土地承包法 is marked as repealed in the data although nothing repeals it: a reviewed correction
    assert {status for (status,) in found} & {"现行有效", "已被修改"} or citation.statute == "农村土地承包法"


def test_a_step_whose_article_is_no_longer_law_is_not_given():
    gone = "反家庭暴力法#15"
    everything = next_steps(["domestic-violence"], lambda _article: True)
    left = next_steps(["domestic-violence"], lambda article: article != gone)
    assert [step for step in everything if gone not in step.articles] == left != everything


def test_only_the_first_topics_with_advice_count_and_never_too_many_steps():
    steps = next_steps(["customs", "divorce", "divorce", "child-custody", "loans"], lambda _article: True)
    assert {step.topic for step in steps} == {"divorce", "child-custody"}
    assert len(steps) <= MOST_STEPS
    assert next_steps(["no-such-topic"], lambda _article: True) == []


def test_no_word_of_settling_stands_beside_advice_on_violence_at_home():
    steps = next_steps(["public-security", "divorce", "domestic-violence"], lambda _article: True)
    assert {step.topic for step in steps} == {"domestic-violence"}
