"""How often printed codes were opened: the own counter file and those other machines brought, added up.

What is counted are openings of an address. Whoever scans twice counts twice, a machine that looks at
the address counts too, and a person who only reads the poster does not: it is never a number of people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.outreach.counter_file import Counts
from assistant.outreach.event_models import DayCount, OutreachCode

OPENED = "q"


def opening(code: str) -> str:
    """The name under which an opening of a code is counted."""
    return f"{OPENED}:{code}"


def take_in(session: Session, counts: Counts) -> int:
    """Store another machine's totals; the same file twice changes nothing. The number of days that changed.

    A file only grows, so of two states the larger is the newer. Codes that were never made are left out.
    """
    known = set(session.scalars(select(OutreachCode.code)))
    stored = {
        (row.counted_on, row.what): row
        for row in session.scalars(select(DayCount).where(DayCount.source == counts.source))
    }
    changed = 0
    for (day, what), count in counts.totals.items():
        if what.partition(":")[2].partition(":")[0] not in known:
            continue
        row = stored.get((day, what))
        if row is None:
            session.add(DayCount(source=counts.source, counted_on=day, what=what, count=count))
            changed += 1
        elif row.count < count:
            row.count = count
            changed += 1
    session.flush()
    return changed


def totals(
    session: Session, own: Counts, *, since: date = date.min, until: date = date.max
) -> Mapping[str, int]:
    """Everything counted between two days (both included), by what was counted."""
    by_place: dict[tuple[str, date, str], int] = {
        (row.source, row.counted_on, row.what): row.count
        for row in session.scalars(
            select(DayCount).where(DayCount.counted_on >= since, DayCount.counted_on <= until)
        )
    }
    for (day, what), count in own.totals.items():
        if since <= day <= until:
            key = (own.source, day, what)
            by_place[key] = max(by_place.get(key, 0), count)
    found: Counter[str] = Counter()
    for (_source, _day, what), count in by_place.items():
        found[what] += count
    return found


def openings_of(counted: Mapping[str, int], code: str) -> int:
    """The openings of one code among the totals."""
    return counted.get(opening(code), 0)
