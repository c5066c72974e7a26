"""Reporting periods: month, quarter, half-year, year, with the cut-off day a county sets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_WRITTEN = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})|[-]?Q(?P<quarter>[1-4])|[-]?H(?P<half>[12]))?", re.I
)
_MONTHS_IN_QUARTER = 3
_MONTHS_IN_HALF = 6
_MONTHS_IN_YEAR = 12


class InvalidPeriod(ValueError):
    """The words do not name a period; the message says which forms do."""


@dataclass(frozen=True)
class Period:
    """A span of whole reporting months, both ends included.

    ``code`` is how the period is written (``2026-10``, ``2026Q3``, ``2026H1``, ``2026``). With a
    cut-off day of 25 the month 2026-10 runs from 26 September to 25 October; 0 means calendar
    months. Cut-off days are local habit (黄石 closed its year on 30 November), never law.
    """

    code: str
    starts_on: date
    ends_on: date

    @classmethod
    def parse(cls, text: str, *, cut_off_day: int = 0) -> Period:
        """Read a period. Raises InvalidPeriod with the accepted forms."""
        match = _WRITTEN.fullmatch(text.strip())
        if match is None or not 0 <= cut_off_day <= 28:
            raise InvalidPeriod(
                f"看不懂统计期“{text}”：请写成 2026-10（月）、2026Q3（季）、"
                "2026H1（半年）或 2026（年），截止日为 0 至 28"
            )
        year = int(match["year"])
        first, count = 1, _MONTHS_IN_YEAR
        if match["month"]:
            first, count = int(match["month"]), 1
        elif match["quarter"]:
            first, count = (int(match["quarter"]) - 1) * _MONTHS_IN_QUARTER + 1, _MONTHS_IN_QUARTER
        elif match["half"]:
            first, count = (int(match["half"]) - 1) * _MONTHS_IN_HALF + 1, _MONTHS_IN_HALF
        if not 1 <= first <= _MONTHS_IN_YEAR or year < 1:
            raise InvalidPeriod(f"没有“{text}”这个月份：月份只能是 01 至 12")
        starts = _month_start(year, first, cut_off_day)
        ends = _month_start(year, first + count, cut_off_day) - timedelta(days=1)
        return cls(code=match[0].upper(), starts_on=starts, ends_on=ends)

    def contains(self, day: date | None) -> bool:
        """True when ``day`` lies in the period; an unknown day lies in none."""
        return day is not None and self.starts_on <= day <= self.ends_on


def _month_start(year: int, month: int, cut_off_day: int) -> date:
    year, month = year + (month - 1) // _MONTHS_IN_YEAR, (month - 1) % _MONTHS_IN_YEAR + 1
    first = date(year, month, 1)
    if cut_off_day == 0:
        return first
    previous = first - timedelta(days=1)
    return date(previous.year, previous.month, cut_off_day) + timedelta(days=1)
