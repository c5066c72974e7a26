"""The day and the hour at the place where the product is used. China keeps one zone without summer time."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def now() -> datetime:
    """This instant, in China's zone."""
    return datetime.now(CHINA)


def today() -> date:
    """Today's date in China."""
    return now().date()


def china_time(instant: datetime) -> str:
    """``2026-11-24 09:30`` as the clock on the wall showed it."""
    return instant.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
