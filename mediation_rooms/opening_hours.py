"""Opening hours as people write them: ``周一至周五 08:30-17:30``, a span a line, and back again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time

from mediation_rooms.errors import InvalidEntry
from mediation_rooms.register_keeping import Hours
from mediation_rooms.wording import N_, say

_DAYS = "一二三四五六日"
_LINE = re.compile(
    r"^(?:周|星期)?([一二三四五六日天])(?:\s*(?:至|到|-|—|~)\s*(?:周|星期)?([一二三四五六日天]))?"
    r"\s*(\d{1,2})[:：](\d{2})\s*(?:-|—|至|到|~)\s*(\d{1,2})[:：](\d{2})$"
)


def hours_from(text: str) -> tuple[Hours, ...]:
    """The spans of a text. Raises :class:`InvalidEntry` that names the line."""
    spans: list[Hours] = []
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), start=1):
        match = _LINE.match(line)
        try:
            if match is None:
                raise ValueError(line)
            first, last = (_DAYS.index((day or match[1]).replace("天", "日")) for day in match.group(1, 2))
            opens, closes = time(int(match[3]), int(match[4])), time(int(match[5]), int(match[6]))
        except ValueError:
            raise InvalidEntry(
                {
                    "hours": say(
                        N_("第%(number)s行看不懂，请写成“周一至周五 08:30-17:30”的样子"), number=number
                    )
                }
            ) from None
        if opens >= closes or first > last:
            raise InvalidEntry(
                {"hours": say(N_("第%(number)s行的先后反了，请核对星期和时间"), number=number)}
            )
        spans += [Hours(day, opens, closes) for day in range(first, last + 1)]
    return tuple(spans)


def hours_as_text(spans: Iterable[Hours]) -> str:
    """One line a run of days that open alike."""
    lines: list[tuple[int, int, time, time]] = []
    for span in sorted(spans, key=lambda each: (each.opens_at, each.closes_at, each.weekday)):
        if lines and lines[-1][1] == span.weekday - 1 and lines[-1][2:] == (span.opens_at, span.closes_at):
            lines[-1] = (lines[-1][0], span.weekday, span.opens_at, span.closes_at)
        else:
            lines.append((span.weekday, span.weekday, span.opens_at, span.closes_at))
    return "\n".join(
        f"周{_DAYS[first]}{'' if first == last else f'至周{_DAYS[last]}'} {opens:%H:%M}-{closes:%H:%M}"
        for first, last, opens, closes in sorted(lines)
    )
