"""Days of the law: months, days and working days, with public holidays and make-up days.

Holidays come from the ``chinese_calendar`` package, whose tables end with the last year the State
Council has announced. Beyond it nobody knows the make-up days yet: only weekends are then left out,
and the answer says so (``is_certain``).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
from chinese_calendar import constants

SATURDAY = 5


@dataclass(frozen=True)
class ReckonedDay:
    """A day that was counted to; ``is_certain`` is False where a year's holidays are not yet announced."""

    day: date
    is_certain: bool


@dataclass(frozen=True)
class DayKind:
    """What a day is: working or not, the name of the holiday, a make-up day of work."""

    is_working: bool
    holiday_name: str
    is_make_up_day: bool
    is_certain: bool


@lru_cache(maxsize=1)
def announced_years() -> tuple[int, int]:
    """First and last year whose holidays are known."""
    years = [day.year for day in constants.holidays]
    return min(years), max(years)


_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


def kind_of_day(day: date) -> DayKind:
    """What a day is."""
    first, last = announced_years()
    weekend = day.weekday() >= SATURDAY
    if not first <= day.year <= last:
        return DayKind(not weekend, "", is_make_up_day=False, is_certain=False)
    working = bool(chinese_calendar.is_workday(day))
    name = str(constants.holidays.get(day, ""))
    return DayKind(
        is_working=working,
        holiday_name=_NAMES.get(name, name),
        is_make_up_day=working and weekend,
        is_certain=True,
    )


def add_months(start: date, months: int) -> date:
    """The same day some months later, or the last day of a month that has no such day."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def add_working_days(start: date, count: int) -> ReckonedDay:
    """Count working days from the day after ``start`` (民法典第二百零一条: the first day is not counted)."""
    day, left, certain = start, count, True
    while left > 0:
        day += timedelta(days=1)
        kind = kind_of_day(day)
        certain = certain and kind.is_certain
        left -= kind.is_working
    return ReckonedDay(day, certain)


def last_day_of_period(last: date) -> ReckonedDay:
    """Move an end that falls on a day off to the day after the holiday (民法典第二百零三条)."""
    day, certain = last, True
    kind = kind_of_day(day)
    while not kind.is_working:
        certain = certain and kind.is_certain
        day += timedelta(days=1)
        kind = kind_of_day(day)
    return ReckonedDay(day, certain and kind.is_certain)
