"""The set that ships is complete, cites law that exists and is in force, and holds no Bai."""

from __future__ import annotations

import re
import sqlite3

import pytest

from assistant.outreach.starter import starter_topics
from tests.shared_data import law_database

TOPICS = starter_topics()


def test_there_are_twelve_topics_each_with_all_three_materials():
    assert len({topic.key for topic in TOPICS}) == 12
    assert {"非法集资要警惕", "国家安全为人民"} <= {topic.title for topic in TOPICS}
    assert all(len(topic.lines) == 3 and len(topic.points) >= 3 and len(topic.radio) > 60 for topic in TOPICS)


def test_no_latin_letters_stand_in_any_text():
    for topic in TOPICS:
        text = "".join((topic.title, *topic.lines, *(a + b for a, b in topic.points), topic.radio))
        assert not re.search(r"[A-Za-z]", text), topic.key


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.key)
def test_every_cited_article_exists_and_is_in_force(topic):
    connection = sqlite3.connect(f"file:{law_database()}?mode=ro", uri=True)
    for article in topic.articles:
        found = connection.execute(
            "SELECT status FROM articles WHERE law_name = ? AND article_no_arabic = ?",
            (article.statute, article.number),
        ).fetchall()
        assert found, f"{article.label} is not in the data"
        # a code whose text was amended since its first edition is marked 已被修改 and still applies
        assert {status for (status,) in found} & {"现行有效", "已被修改"}, article.label
    connection.close()
