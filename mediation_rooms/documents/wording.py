"""How dates, money and people are written on the forms."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from corpus.numerals import amount_in_words
from mediation_rooms.case_view import CHINA, age_on
from mediation_rooms.languages import language
from mediation_rooms.models.people import Party

_DIGITS = "〇一二三四五六七八九"
_TEN = 10


def day_in_words(day: date | None) -> str:
    """``二〇二六年十一月二十四日`` (GB/T 9704 writes dates so in signatures); empty for an unknown day."""
    if day is None:
        return ""
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{_small(day.month)}月{_small(day.day)}日"


def day_in_figures(day: date | None) -> str:
    """``2026年11月24日``; empty for an unknown day."""
    return f"{day.year}年{day.month}月{day.day}日" if day is not None else ""


def instant_in_figures(instant: datetime | None) -> str:
    """``2026年11月24日15时30分`` in China's official time; empty for an unknown instant."""
    if instant is None:
        return ""
    local = instant.astimezone(CHINA)
    return f"{day_in_figures(local.date())}{local.hour}时{local.minute:02d}分"


def money(amount: Decimal | None) -> str:
    """``3000.00元（人民币叁仟元整）``; empty when no amount was settled."""
    return f"{amount:.2f}元（人民币{amount_in_words(amount)}）" if amount is not None else ""


def age(party: Party, day: date | None) -> str:
    """Completed years, or empty when the date of birth is not known."""
    return f"{age_on(party.born_on, day)}岁" if party.born_on is not None and day is not None else ""


def spoken(code: str) -> str:
    """The name of a language, or empty."""
    return language(code).name if code else ""


def yes_no(answer: bool | None) -> str:
    """是, 否, or empty when nobody asked."""
    return "" if answer is None else "是" if answer else "否"


def _small(number: int) -> str:
    tens, ones = divmod(number, _TEN)
    if tens == 0:
        return _DIGITS[ones]
    return f"{'' if tens == 1 else _DIGITS[tens]}十{_DIGITS[ones] if ones else ''}"
