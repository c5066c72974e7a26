"""Chinese numerals and sums of money in words."""

from __future__ import annotations

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
    ("text", "number"),
    [
        ("一千零七十九", 1079),
        ("１０７９", 1079),
        ("一千二百六十", 1260),
        ("十", 10),
        ("廿三", 23),
        ("卅", 30),
        ("两百", 200),
        ("二〇二六", 2026),
        ("三万零五", 30005),
        ("一亿零一", 100_000_001),
        ("零", 0),
    ],
)
def test_a_numeral_is_read_however_it_is_written(text: str, number: int) -> None:
    assert to_number(text) == number


@pytest.mark.parametrize("text", ["", "  ", "条", "一二三四十", "第三", "-3", "1.5", "十" * 41])
def test_what_is_no_numeral_is_refused(text: str) -> None:
    with pytest.raises(NotANumeral):
        to_number(text)


@given(st.integers(min_value=0, max_value=LARGEST))
def test_a_number_survives_being_written_in_words(number: int) -> None:
    assert to_number(to_chinese(number)) == number


@pytest.mark.parametrize("number", [-1, LARGEST + 1])
def test_a_number_without_words_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        to_chinese(number)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("3000", "叁仟元整"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("0.05", "伍分"),
        ("0", "零元整"),
    ],
)
def test_a_sum_is_written_as_on_a_bill(amount: str, words: str) -> None:
    assert amount_in_words(Decimal(amount)) == words


@given(st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2))
def test_a_sum_survives_being_written_in_words(amount: Decimal) -> None:
    assert parse_amount_in_words(amount_in_words(amount)) == amount


@pytest.mark.parametrize("text", ["", "元", "三千", "壹元拾角", "人民币"])
def test_what_is_no_sum_is_refused(text: str) -> None:
    with pytest.raises(NotANumeral):
        parse_amount_in_words(text)


def test_a_sum_is_never_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        amount_in_words(Decimal("-1"))
