"""Taking the people out of a text that is to be used for teaching. Pure, and never the last word.

Names come from the file itself, everything else from patterns; every replaced span is listed, so
that a person reviews the result before anything leaves the room. Dates move by one secret number
of days, so intervals stay true while no day does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from mediation_rooms.divisions import Level, all_divisions

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)")
_BANK_CARD = re.compile(r"(?<!\d)\d{16,19}(?!\d)")
_PHONE = re.compile(r"(?<!\d)1\d{2}[ -]?\d{4}[ -]?\d{4}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·•]?[A-Z0-9]{5,6}(?![A-Z0-9])"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_HOUSE = re.compile(r"(?:第?[一二三四五六七八九十百\d]+(?:村民小组|小组|组|社))?\d+(?:号楼|栋|幢|单元|室|号)")
_DATE = re.compile(
    r"(?P<year>(?:19|20)\d{2})\s*(?:年|[-/.])\s*(?P<month>\d{1,2})\s*(?:月|[-/.])\s*(?P<day>\d{1,2})\s*日?"
)
_SCHOOL = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:小学|中学|幼儿园|学校)")


@dataclass(frozen=True)
class ReplacedSpan:
    """One replaced place: where it stood in the original, of what kind, and what stands there now."""

    start: int
    end: int
    kind: str
    original: str
    replacement: str


@dataclass(frozen=True)
class Deidentified:
    """The new text and every span that was replaced, in the order of the original."""

    text: str
    spans: tuple[ReplacedSpan, ...]


@lru_cache(maxsize=1)
def _places() -> re.Pattern[str]:
    names = set()
    for division in all_divisions().values():
        if division.level is Level.PREFECTURE or len(division.name) < 3:
            continue
        names.add(division.name)
        short = re.sub(r"(村民委员会|村委会|社区居委会|居委会|居民委员会)$", "", division.name)
        if len(short) >= 2 and division.level is Level.VILLAGE:
            names.add(f"{short}村")
            names.add(f"{short}社区")
    ordered = sorted(names, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)))


def _place_replacement(name: str) -> str:
    for ending in ("自治县", "街道", "县", "市", "镇", "乡", "社区", "村"):
        if name.endswith(ending):
            return f"某{ending}"
    return "某村" if "村" in name else "某地"


def stand_in(number: int) -> str:
    """The stand-in for the n-th person: 某甲 … 某癸, then 某甲2 …"""
    round_number, index = divmod(number, len(_STEMS))
    return f"某{_STEMS[index]}{round_number + 1 if round_number else ''}"


def _shifted(match: re.Match[str], days: int) -> str:
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"])) + timedelta(days=days)
    except (ValueError, OverflowError):
        return "某年某月某日"
    return f"{day.year}年{day.month}月{day.day}日"


def _found(text: str, names: Sequence[str], shift_days: int) -> Iterable[ReplacedSpan]:
    stand_ins = {name: stand_in(number) for number, name in enumerate(dict.fromkeys(names))}
    for name in sorted((each for each in stand_ins if each), key=len, reverse=True):
        loose = r"\s*".join(map(re.escape, name))
        for match in re.finditer(loose, text):
            yield ReplacedSpan(match.start(), match.end(), "name", match.group(), stand_ins[name])
    for kind, pattern, replacement in (
        ("id_number", _ID, "某身份证号"),
        ("bank_card", _BANK_CARD, "某账号"),
        ("phone", _PHONE, "某电话"),
        ("plate", _PLATE, "某车牌"),
        ("mail", _MAIL, "某邮箱"),
        ("house", _HOUSE, "某号"),
        ("school", _SCHOOL, "某学校"),
    ):
        for match in pattern.finditer(text):
            yield ReplacedSpan(match.start(), match.end(), kind, match.group(), replacement)
    for match in _DATE.finditer(text):
        yield ReplacedSpan(match.start(), match.end(), "date", match.group(), _shifted(match, shift_days))
    for match in _places().finditer(text):
        yield ReplacedSpan(
            match.start(), match.end(), "place", match.group(), _place_replacement(match.group())
        )


def deidentify(text: str, *, names: Sequence[str], shift_days: int) -> Deidentified:
    """Replace every known name and every pattern of identity. Raises ValueError for a shift of 0 days.

    Where two finds overlap the earlier, longer one wins.
    """
    if shift_days == 0:
        raise ValueError("日期要移动至少一天")
    spans: list[ReplacedSpan] = []
    for span in sorted(_found(text, names, shift_days), key=lambda each: (each.start, -each.end)):
        if not spans or span.start >= spans[-1].end:
            spans.append(span)
    pieces, position = [], 0
    for span in spans:
        pieces += [text[position : span.start], span.replacement]
        position = span.end
    pieces.append(text[position:])
    return Deidentified("".join(pieces), tuple(spans))
