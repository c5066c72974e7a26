"""The table of successors against the civil code: right book, right order, nothing skipped by a slip."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise

import pytest

from corpus.law.successors import successions
from tests.shared_data import law_database

FIRST_OF_BOOK = {
    "总则": 1,
    "物权": 205,
    "合同": 463,
    "人格权": 989,
    "婚姻家庭": 1040,
    "继承": 1119,
    "侵权责任": 1164,
    "附则": 1259,
}
EXPECTED_BOOKS = {
    "民法总则": {"总则"},
    "物权法": {"物权"},
    "合同法": {"合同", "总则"},
    "担保法": {"合同"},
    "婚姻法": {"婚姻家庭", "继承", "总则", "人格权"},
    "收养法": {"婚姻家庭", "总则"},
    "继承法": {"继承", "总则"},
    "侵权责任法": {"侵权责任", "总则", "人格权"},
}


def _book(article: int) -> str:
    return next(name for name, first in reversed(FIRST_OF_BOOK.items()) if article >= first)


def test_every_row_leads_into_the_book_that_took_the_matter_over() -> None:
    astray = [
        f"{row.old} → {new}"
        for row in successions()
        for new in row.new
        if _book(new.article) not in EXPECTED_BOOKS[row.old.statute]
    ]
    assert astray == []


@pytest.mark.parametrize("statute", ["民法总则", "物权法"])
def test_statutes_taken_over_in_order_keep_their_order(statute: str) -> None:
    rows = sorted(
        (row for row in successions() if row.old.statute == statute), key=lambda row: row.old.article
    )
    assert len(rows) > 200
    assert all(earlier.new[0].article <= later.new[0].article for earlier, later in pairwise(rows))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("婚姻法#32", 1079, "夫妻一方要求离婚"),
        ("继承法#10", 1127, "第一顺序"),
        ("收养法#4", 1093, "被收养"),
        ("侵权责任法#85", 1253, "脱落、坠落"),
        ("物权法#84", 288, "相邻权利人"),
        ("物权法#106", 311, "善意"),
        ("物权法#131", 337, "不得收回承包地"),
        ("物权法#152", 362, "宅基地使用权人"),
        ("物权法#202", 419, "主债权诉讼时效"),
        ("合同法#52", 0, ""),
        ("合同法#94", 563, "不可抗力"),
        ("合同法#107", 577, "违约责任"),
        ("合同法#196", 667, "借款合同是"),
        ("合同法#214", 705, "二十年"),
        ("合同法#229", 725, "所有权变动"),
        ("合同法#286", 807, "建设工程"),
        ("担保法#18", 688, "连带责任"),
    ],
)
def test_the_successor_speaks_of_the_same_matter(old: str, new: int, words: str) -> None:
    rows = {str(row.old): row for row in successions()}
    if not new:
        assert old not in rows  # divided over the general part without a single successor: statute-level only
        return
    assert rows[old].new[0].article == new
    with closing(sqlite3.connect(f"file:{law_database()}?mode=ro", uri=True)) as connection:
        (text,) = connection.execute(
            "SELECT article_text FROM articles WHERE law_name = '中华人民共和国民法典' AND article_no_arabic = ?",
            (new,),
        ).fetchone()
    assert words in text
