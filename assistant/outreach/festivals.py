"""The educator's year: days of law and Bai festivals, solar and lunar, as real dates of a year.

Festivals of the lunar calendar are computed; a festival is a good day for songs because people gather.
Sources: 12·4 decision of the Standing Committee of 1 November 2014; 4·15 《国家安全法》 art. 14; 3·15 and
6·26 are international days (consumers; against drugs). 三月街 from the 15th of the 3rd lunar month,
火把节 on the 25th of the 6th.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lunar_python import Lunar, Solar

FIRST_YEAR, LAST_YEAR = 1901, 2098


@dataclass(frozen=True)
class OutreachDay:
    """A day of the year that calls for outreach: its key, name, date, and topics that fit."""

    key: str
    name: str
    on: date
    topics: tuple[str, ...]


_SOLAR = (
    ("consumers", "3·15 消费者权益日", 3, 15, ("seeds", "fraud")),
    ("security", "4·15 全民国家安全教育日", 4, 15, ("security",)),
    ("drugs", "6·26 国际禁毒日", 6, 26, ("children",)),
    ("constitution", "12·4 国家宪法日", 12, 4, ()),
)
_LUNAR = (
    ("third-month-fair", "三月街", 3, 15, ("seeds", "fraud", "fundraising")),
    ("torches", "火把节", 6, 25, ("neighbours", "violence")),
)


def outreach_days(year: int) -> list[OutreachDay]:
    """All days of a solar year in order. Raises ValueError outside 1901–2098, where the tables end."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"农历表只到 {FIRST_YEAR}–{LAST_YEAR} 年，没有 {year} 年。")
    days = [
        OutreachDay(key, name, date(year, month, day), topics) for key, name, month, day, topics in _SOLAR
    ]
    days += [
        OutreachDay(key, name, _from_lunar(year, month, day), topics)
        for key, name, month, day, topics in _LUNAR
    ]
    return sorted(days, key=lambda each: each.on)


def days_from(day: date) -> list[OutreachDay]:
    """The days of the rest of this year and of the next, in order."""
    return [each for year in (day.year, day.year + 1) for each in outreach_days(year) if each.on >= day]


def _from_lunar(year: int, month: int, day: int) -> date:
    solar = Lunar.fromYmd(year, month, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def in_lunar_words(day: date) -> str:
    """A date as the farmers' calendar says it, for instance 农历三月十五."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    month = lunar.getMonth()  # negative in a leap month
    months = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
    tens = ("初", "十", "廿", "三")
    ones = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
    number = lunar.getDay()
    name = {10: "初十", 20: "二十", 30: "三十"}.get(number) or tens[number // 10] + ones[number % 10 - 1]
    return f"农历{'闰' if month < 0 else ''}{months[abs(month) - 1]}月{name}"
