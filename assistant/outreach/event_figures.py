"""Figures of what was held: by topic, by place, by period; what was never covered; the summary that is reported.

Units are never added to each other, a count by head never to an estimate. An event that taught two topics
stands with its whole reach under each of them, so topics are never added up either. What is planned or
called off counts nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from assistant.outreach.event_models import EventStatus, OutreachEvent
from assistant.outreach.measures import NAMES, Measure, measure_of
from assistant.outreach.starter import starter_topics


def held_between(
    session: Session, *, since: date = date.min, until: date = date.max, area_prefix: str = ""
) -> Sequence[OutreachEvent]:
    """The events held in a period (both days included) in an area, oldest first."""
    statement = (
        select(OutreachEvent)
        .where(
            OutreachEvent.status == EventStatus.HELD,
            OutreachEvent.held_on >= since,
            OutreachEvent.held_on <= until,
            OutreachEvent.division_code.startswith(area_prefix, autoescape=True),
        )
        .order_by(OutreachEvent.held_on, OutreachEvent.id)
        .options(selectinload(OutreachEvent.reach))
    )
    return session.scalars(statement).all()


def reach_of(events: Iterable[OutreachEvent]) -> dict[Measure, int]:
    """What these events reached, measure by measure, counted and estimated together."""
    found: Counter[Measure] = Counter()
    for event in events:
        for figure in event.reach:
            found[measure_of(figure.unit, figure.measure)] += figure.count
    return {measure: found[measure] for measure in Measure if measure in found}


@dataclass(frozen=True)
class TopicFigures:
    """How often a topic was taught, and its reach by measure."""

    topic: str
    title: str
    event_count: int
    reach: dict[Measure, int]


def by_topic(events: Sequence[OutreachEvent]) -> list[TopicFigures]:
    """Every topic of the set; one that was never taught has no event."""
    figures = []
    for topic in starter_topics():
        taught = [event for event in events if topic.key in event.topics]
        figures.append(TopicFigures(topic.key, topic.title, len(taught), reach_of(taught)))
    return figures


def figures_by_topic(session: Session, *, since: date, area_prefix: str = "") -> list[TopicFigures]:
    """The topics with their figures since a day."""
    return by_topic(held_between(session, since=since, area_prefix=area_prefix))


@dataclass(frozen=True)
class PlaceLine:
    """A place with the number of events of each topic, in the order of the topics, and of all events."""

    code: str
    counts: tuple[int, ...]
    event_count: int

    @property
    def never(self) -> int:
        """How many topics were never taught there."""
        return self.counts.count(0)


def coverage(
    events: Sequence[OutreachEvent], *, places: Sequence[str], place_of: Callable[[str], str]
) -> list[PlaceLine]:
    """Places against topics. ``place_of`` says which of the places an event's division lies in ("" in none).

    An event held for a whole county belongs to none of its townships.
    """
    counted: dict[str, Counter[str]] = {code: Counter() for code in places}
    held: Counter[str] = Counter()
    for event in events:
        code = place_of(event.division_code)
        if code in counted:
            counted[code].update(set(event.topics))
            held[code] += 1
    topics = [topic.key for topic in starter_topics()]
    return [PlaceLine(code, tuple(counted[code][topic] for topic in topics), held[code]) for code in places]


@dataclass(frozen=True)
class Words:
    """How places and languages are called; the studio itself knows neither table."""

    place: Callable[[str], str]
    language: Callable[[str], str]


@dataclass(frozen=True)
class Column:
    """A column of the report: what stands over it, and the value in an event's line."""

    heading: str
    width: int
    value: Callable[[OutreachEvent, Words], str | int | None]
    is_number: bool = False


def _figure(measure: Measure) -> Callable[[OutreachEvent, Words], int | None]:
    def value(event: OutreachEvent, _words: Words) -> int | None:
        rows = [row for row in event.reach if measure_of(row.unit, row.measure) is measure]
        return sum(row.count for row in rows) if rows else None

    return value


def _estimated(event: OutreachEvent, _words: Words) -> str:
    return "、".join(NAMES[measure_of(row.unit, row.measure)] for row in event.reach if row.is_estimate)


def _proofs(event: OutreachEvent, _words: Words) -> str:
    proofs = [row.proof for row in event.reach if row.proof]
    if event.photographs:
        proofs.append(f"照片{len(event.photographs)}张")
    return "；".join(proofs)


def _topics(event: OutreachEvent, _words: Words) -> str:
    titles = {topic.key: topic.title for topic in starter_topics()}
    return "、".join(titles.get(key, key) for key in event.topics)


REPORT: tuple[Column, ...] = (
    Column("日期", 12, lambda event, _words: event.held_on.isoformat()),
    Column("活动名称", 26, lambda event, _words: event.title),
    Column("地点", 30, lambda event, words: f"{words.place(event.division_code)} {event.place}".strip()),
    Column("主题", 26, _topics),
    Column("语种", 14, lambda event, words: words.language(event.language_code)),
    Column("场次", 8, _figure(Measure.SESSIONS), is_number=True),
    Column("横幅(条)", 9, _figure(Measure.BANNERS), is_number=True),
    Column("展板(块)", 9, _figure(Measure.BOARDS), is_number=True),
    Column("资料(份)", 9, _figure(Measure.SHEETS), is_number=True),
    Column("宣传品(份)", 10, _figure(Measure.GIFTS), is_number=True),
    Column("咨询(人次)", 10, _figure(Measure.CONSULTATIONS), is_number=True),
    Column("受教育(人次)", 12, _figure(Measure.ATTENDANCES), is_number=True),
    Column("到场(人)", 9, _figure(Measure.PEOPLE), is_number=True),
    Column("广播(次)", 9, _figure(Measure.BROADCASTS), is_number=True),
    Column("自然村数", 9, lambda event, _words: event.hamlet_count, is_number=True),
    Column("短信和群消息(条)", 14, _figure(Measure.MESSAGES), is_number=True),
    Column("播放量", 9, _figure(Measure.PLAYS), is_number=True),
    Column("队伍(支)", 9, lambda event, _words: 1 if event.team else None, is_number=True),
    Column("队员(名)", 9, lambda event, _words: len(event.team or ()) or None, is_number=True),
    Column("其中估计的", 16, _estimated),
    Column("凭据", 26, _proofs),
)
"""The columns that summaries of the prefecture print, then what makes the figures honest."""


def report_rows(events: Sequence[OutreachEvent], words: Words) -> list[list[str | int | None]]:
    """One line an event, and a line of sums; where nothing was held the sums are zeros: the zero report."""
    rows = [[column.value(event, words) for column in REPORT] for event in events]
    sums: list[str | int | None] = [
        sum(value for row in rows if isinstance(value := row[index], int)) if column.is_number else None
        for index, column in enumerate(REPORT)
    ]
    sums[0], sums[1] = "合计", f"{len(rows)} 次活动"
    return [*rows, sums]
