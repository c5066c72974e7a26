"""Chinese numerals and sums of money in words: 一千零七十九 ⇄ 1079, 叁仟元整 ⇄ 3000.00.

Pure and small, because citations, file numbers and official forms all need it. Sums of money follow
the People's Bank's rules for writing amounts on bills (正确填写票据和结算凭证的基本规定).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

_DIGITS = "零一二三四五六七八九"
_READABLE = {each: value for value, each in enumerate(_DIGITS)} | {"〇": 0, "两": 2, "兩": 2}
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE_UNITS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_COMPOUND = {"廿": "二十", "卅": "三十"}
LARGEST = 10**12 - 1

_MONEY_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_MONEY_UNITS = ("", "拾", "佰", "仟")
_MONEY_TO_PLAIN = str.maketrans(
    "壹贰叁肆伍陆柒捌玖拾佰仟圆貳參陸萬億", "一二三四五六七八九十百千元二三六万亿"
)


class NotANumeral(ValueError):
    """The text is not a number written in Chinese characters or digits."""


def to_chinese(number: int) -> str:
    """``1079`` → ``一千零七十九``; ``10`` → ``十``. Raises ValueError below 0 or above 999,999,999,999."""
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} is outside 0…{LARGEST}")
    if number == 0:
        return "零"
    words = _group(number, _DIGITS, ("", "十", "百", "千"))
    return words.removeprefix("一") if words.startswith("一十") else words


def to_number(text: str) -> int:
    """``一千零七十九``, ``１０７９``, ``1079``, ``廿三``, ``二〇二六`` → the number. Raises NotANumeral."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for compound, meaning in _COMPOUND.items():
        plain = plain.replace(compound, meaning)
    if plain.isascii() and plain.isdigit():
        return int(plain)
    if not plain or len(plain) > 40:
        raise NotANumeral(f"“{text}”不是数字")
    if all(each in _READABLE for each in plain):
        return int("".join(str(_READABLE[each]) for each in plain))
    return _read_units(plain, text)


def _read_units(plain: str, original: str) -> int:
    total = section = 0
    digit: int | None = None
    for each in plain:
        if each in _READABLE:
            if digit not in {None, 0}:
                raise NotANumeral(f"“{original}”不是数字：{each}前面缺少单位")
            digit = _READABLE[each]
        elif each in _SMALL_UNITS:
            section += (1 if digit in {None, 0} else digit or 0) * _SMALL_UNITS[each]
            digit = None
        elif each in _LARGE_UNITS:
            total = (
                (total + section + (digit or 0)) * _LARGE_UNITS[each]
                if each in "亿億"
                else (total + (section + (digit or 0)) * _LARGE_UNITS[each])
            )
            section, digit = 0, None
        else:
            raise NotANumeral(f"“{original}”不是数字：看不懂“{each}”")
    return total + section + (digit or 0)


def amount_in_words(amount: Decimal) -> str:
    """``3000`` → ``叁仟元整``; ``107000.53`` → ``壹拾万柒仟元伍角叁分``. Yuan, rounded to fen.

    Raises ValueError for negative sums and sums of a trillion and more.
    """
    cents = int((Decimal(amount) * 100).to_integral_value(rounding=ROUND_HALF_UP))
    if cents < 0:
        raise ValueError("a sum of money is not negative")
    yuan, rest = divmod(cents, 100)
    if yuan > LARGEST:
        raise ValueError("a sum of a trillion yuan or more is not written here")
    jiao, fen = divmod(rest, 10)
    words = f"{_group(yuan, _MONEY_DIGITS, _MONEY_UNITS)}元" if yuan else ""
    if not rest:
        return f"{words or '零元'}整"
    if jiao:
        words += f"{_MONEY_DIGITS[jiao]}角"
    elif words:
        words += "零"
    return words + (f"{_MONEY_DIGITS[fen]}分" if fen else "整")


def parse_amount_in_words(text: str) -> Decimal:
    """``叁仟元整`` → ``Decimal("3000.00")``. Raises NotANumeral."""
    plain = re.sub(r"\s|人民币|整|正", "", text).translate(_MONEY_TO_PLAIN)
    match = re.fullmatch(
        r"(?:(?P<yuan>[^元角分]+)元)?零?(?:(?P<jiao>[^元角分])角)?零?(?:(?P<fen>[^元角分])分)?", plain
    )
    if not plain or match is None or not any(match.groups()):
        raise NotANumeral(f"“{text}”不是大写金额：应写成“叁仟元整”")
    parts = [to_number(part) if part else 0 for part in (match["yuan"], match["jiao"], match["fen"])]
    if parts[1] > 9 or parts[2] > 9:
        raise NotANumeral(f"“{text}”不是大写金额：角、分前面只能有一位数字")
    return (Decimal(parts[0]) + Decimal(parts[1]) / 10 + Decimal(parts[2]) / 100).quantize(Decimal("0.01"))


def _group(number: int, digits: str, units: tuple[str, ...]) -> str:
    """Write a positive number in groups of four digits, one zero for any run of them inside."""
    words = ""
    zero_pending = False
    for power, name in ((8, "亿"), (4, "万"), (0, "")):
        section = number // 10**power % 10**4
        if section == 0:
            zero_pending = bool(words)
            continue
        if words and (zero_pending or section < 1000):
            words += digits[0]
        words += _section(section, digits, units) + name
        zero_pending = False
    return words


def _section(section: int, digits: str, units: tuple[str, ...]) -> str:
    words, zero = "", False
    for position in range(3, -1, -1):
        digit = section // 10**position % 10
        if digit == 0:
            zero = bool(words)
            continue
        words += (digits[0] if zero else "") + digits[digit] + units[position]
        zero = False
    return words
