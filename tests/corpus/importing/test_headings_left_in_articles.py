"""The heading of the next part, left by a source at the end of an article, is no word of the law."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.importing.china_law_data import read_data_package
from corpus.importing.statute_text import without_next_heading
from tests.shared_data import law_database


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("示例的第一句。\n第五编 婚姻家庭", "示例的第一句。"),
        ("示例的第一句。\n第四编 人格权\n第一章 一般规定", "示例的第一句。"),
        ("示例的第一句。\n附 则", "示例的第一句。"),
        ("示例的第一句。\n第二章规定的期限，从其规定。", "示例的第一句。\n第二章规定的期限，从其规定。"),
        ("第一章 总则", "第一章 总则"),
        ("示例的第一句：\n（一）第一项；", "示例的第一句：\n（一）第一项；"),
    ],
)
def test_a_heading_at_the_end_is_left_out_and_a_sentence_never(source, words):
    assert without_next_heading(source) == words


@given(st.lists(st.text("示例条文的字。；，", min_size=1), min_size=1, max_size=5))
def test_words_with_no_heading_stay_as_they_are(lines):
    text = "\n".join(lines)
    assert without_next_heading(text) == text.strip()


def test_no_article_of_the_data_ends_with_a_heading():
    versions, _conflicts = read_data_package(law_database())
    ends = [
        (version.name, article.number)
        for version in versions
        for article in version.articles
        if article.text != without_next_heading(article.text)
    ]
    assert ends == []
    with closing(sqlite3.connect(f"file:{law_database()}?mode=ro", uri=True)) as connection:
        raw = [text for (text,) in connection.execute("SELECT article_text FROM articles")]
    assert 20 < sum(without_next_heading(text) != text.strip() for text in raw) < 60
