"""Chinese numerals and sums of money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.numerals import (
    LARGEST,
    NotANumeral,
    amount_in_words,
    parse_amount_in_words,
    to_chinese,
    to_number,
)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "零"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1010, "一千零一十"),
        (1079, "一千零七十九"),
        (1260, "一千二百六十"),
        (10001, "一万零一"),
        (100000, "十万"),
        (100001000, "一亿零一千"),
    ],
)
def test_numbers_are_written_as_statutes_write_them(number, words):
    assert to_chinese(number) == words
    assert to_number(words) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("１０７９", 1079),
        ("1079", 1079),
        ("二〇二六", 2026),
        ("两百", 200),
        ("廿三", 23),
        ("卅", 30),
        ("一零七九", 1079),
    ],
)
def test_other_ways_of_writing_are_read_too(text, number):
    assert to_number(text) == number


@pytest.mark.parametrize("text", ["", "甲", "一二三十", "十十百甲", "一千元", "百" * 60])
def test_what_is_not_a_number_is_refused(text):
    with pytest.raises(NotANumeral):
        to_number(text)


@given(st.integers(0, LARGEST))
def test_every_number_comes_back(number):
    assert to_number(to_chinese(number)) == number


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("3000", "叁仟元整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("0.05", "伍分"),
        ("0", "零元整"),
    ],
)
def test_sums_are_written_as_on_bills(amount, words):
    assert amount_in_words(Decimal(amount)) == words


@given(st.decimals(0, 10**11, places=2))
def test_every_sum_comes_back(amount):
    assert parse_amount_in_words(amount_in_words(amount)) == amount


@pytest.mark.parametrize("text", ["", "三千块", "叁仟", "元整", "叁仟元拾角"])
def test_a_sum_that_cannot_be_read_says_how_to_write_one(text):
    with pytest.raises(NotANumeral, match="叁仟元整|大写金额|数字"):
        parse_amount_in_words(text)
