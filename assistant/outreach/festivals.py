"""The educator's year: days of law and Bai festivals, solar and lunar, as real dates of a year; a month as a sheet.

Festivals of the lunar calendar are computed; a festival is a good day for songs because people gather.
Sources: 12·4 《法治宣传教育法》 art. 13, the week from 1 to 7 December by the yearly notice; 4·15
《国家安全法》 art. 14; the week of 15 May 《家庭教育促进法》 art. 13; 3·15 and 6·26 are international days
(consumers; against drugs); May as the month of the 民法典 by the yearly notice. 三月街 from the 15th of
the 3rd lunar month, 绕三灵 from the 23rd of the 4th, 火把节 on the 25th of the 6th.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lunar_python import Lunar, Solar

from assistant.outreach.wording import N_

FIRST_YEAR, LAST_YEAR = 1901, 2098


@dataclass(frozen=True)
class OutreachDay:
    """A day of the year that calls for outreach: its key, name, date, and topics that fit; ``until`` ends a span."""

    key: str
    name: str
    on: date
    topics: tuple[str, ...]
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether a day is this day or lies in the span."""
        return self.on <= day <= (self.until or self.on)


_CIVIL_CODE = ("betrothal", "elders", "neighbours", "loans", "land")
_SOLAR: tuple[tuple[str, str, int, int, tuple[str, ...], int], ...] = (
    ("consumers", N_("3·15 消费者权益日"), 3, 15, ("seeds", "fraud"), 1),
    ("security", N_("4·15 全民国家安全教育日"), 4, 15, ("security",), 1),
    ("civil-code", N_("五月民法典宣传月"), 5, 1, _CIVIL_CODE, 31),
    ("drugs", N_("6·26 国际禁毒日"), 6, 26, ("children",), 1),
    ("constitution-week", N_("宪法宣传周"), 12, 1, (), 7),
    ("constitution", N_("12·4 国家宪法日"), 12, 4, (), 1),
)
"""Key, name, month, day, topics, length in days."""
_LUNAR: tuple[tuple[str, str, int, int, tuple[str, ...]], ...] = (
    ("third-month-fair", N_("三月街"), 3, 15, ("seeds", "fraud", "fundraising")),
    ("three-spirits", N_("绕三灵"), 4, 23, ("neighbours", "elders")),
    ("torches", N_("火把节"), 6, 25, ("neighbours", "violence")),
)


def outreach_days(year: int) -> list[OutreachDay]:
    """All days of a solar year in order. Raises ValueError outside 1901–2098, where the tables end."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"农历表只到 {FIRST_YEAR}–{LAST_YEAR} 年，没有 {year} 年。")
    days = []
    for key, name, month, day, topics, length in _SOLAR:
        begins = date(year, month, day)
        until = begins + timedelta(days=length - 1) if length > 1 else None
        days.append(OutreachDay(key, name, begins, topics, until))
    family = date(year, 5, 15)
    monday = family - timedelta(days=family.weekday())
    days.append(
        OutreachDay(
            "family-education", N_("全国家庭教育宣传周"), monday, ("children",), monday + timedelta(days=6)
        )
    )
    days += [
        OutreachDay(key, name, _from_lunar(year, month, day), topics)
        for key, name, month, day, topics in _LUNAR
    ]
    return sorted(days, key=lambda each: (each.on, each.key))


def days_from(day: date) -> list[OutreachDay]:
    """The days of the rest of this year and of the next, in order; a span that has begun is among them."""
    return [
        each
        for year in (day.year, day.year + 1)
        for each in outreach_days(year)
        if (each.until or each.on) >= day
    ]


def occasion_names() -> dict[str, str]:
    """The name of every day by its key."""
    return {each.key: each.name for each in outreach_days(2000)}


@dataclass(frozen=True)
class SheetDay:
    """A square of the month's sheet: the day, its lunar date, what it is, and whether it belongs to the month."""

    on: date
    lunar: str
    occasions: tuple[OutreachDay, ...]
    is_of_month: bool


def month_sheet(year: int, month: int) -> list[list[SheetDay]]:
    """The weeks of a month from Monday to Sunday, with the days before and after that fill them."""
    weeks = calendar.Calendar(firstweekday=0).monthdatescalendar(year, month)
    years = {day.year for week in weeks for day in week if FIRST_YEAR <= day.year <= LAST_YEAR}
    occasions = [each for each_year in sorted(years) for each in outreach_days(each_year)]
    return [[_square(day, month, occasions) for day in week] for week in weeks]


def _square(day: date, month: int, occasions: Sequence[OutreachDay]) -> SheetDay:
    found = tuple(each for each in occasions if each.on == day)
    return SheetDay(day, short_lunar(day), found, day.month == month)


def _from_lunar(year: int, month: int, day: int) -> date:
    solar = Lunar.fromYmd(year, month, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


_MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
_TENS = ("初", "十", "廿", "三")
_ONES = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


def _lunar_parts(day: date) -> tuple[str, str]:
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    month = lunar.getMonth()  # negative in a leap month
    number = lunar.getDay()
    name = {10: "初十", 20: "二十", 30: "三十"}.get(number) or _TENS[number // 10] + _ONES[number % 10 - 1]
    return f"{'闰' if month < 0 else ''}{_MONTHS[abs(month) - 1]}月", name


def in_lunar_words(day: date) -> str:
    """A date as the farmers' calendar says it, for instance 农历三月十五."""
    month, name = _lunar_parts(day)
    return f"农历{month}{name}"


def short_lunar(day: date) -> str:
    """The lunar day alone; on the first of a month the month."""
    month, name = _lunar_parts(day)
    return month if name == "初一" else name
