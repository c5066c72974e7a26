"""Events: what was held where with which materials, whom it reached, and what was never covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.outreach.items import Editor, ItemRefused
from assistant.outreach.models import EventReach, OutreachEvent, ReachUnit
from assistant.outreach.starter import starter_topics

LARGEST_COUNT = 10_000_000


@dataclass(frozen=True)
class ReachEntry:
    """One figure: its unit, whether it was counted by head or estimated, and what proves it."""

    unit: ReachUnit
    count: int
    is_estimate: bool
    proof: str = ""


@dataclass(frozen=True)
class EventEntry:
    """What is entered of an event."""

    title: str
    held_on: date
    division_code: str
    language_code: str
    place: str = ""
    topics: tuple[str, ...] = ()
    item_ids: tuple[int, ...] = ()
    remarks: str = ""
    reach: tuple[ReachEntry, ...] = ()


def entry_problems(entry: EventEntry, *, today: date) -> dict[str, str]:
    """Everything wrong with an entry at once, by field."""
    problems: dict[str, str] = {}
    if not entry.title.strip():
        problems["title"] = "请写活动名称"
    if entry.held_on > today:
        problems["held_on"] = "活动日期不能晚于今天：办完了再登记"
    if not entry.topics:
        problems["topics"] = "至少选一个主题"
    for each in entry.reach:
        if not 0 < each.count <= LARGEST_COUNT:
            problems[f"reach-{each.unit.name.lower()}"] = "数要在 1 到 10000000 之间；没有的空着"
    return problems


def record_event(session: Session, *, entry: EventEntry, editor: Editor, now: datetime) -> OutreachEvent:
    """Keep an event with its figures. Raises :class:`ItemRefused` with every problem."""
    if problems := entry_problems(entry, today=now.date()):
        raise ItemRefused(problems)
    event = OutreachEvent(
        title=entry.title.strip(),
        held_on=entry.held_on,
        division_code=entry.division_code,
        place=entry.place.strip(),
        language_code=entry.language_code,
        topics=list(entry.topics),
        item_ids=list(entry.item_ids),
        remarks=entry.remarks.strip(),
        recorded_by=editor.name,
        recorded_at=now,
        reach=[
            EventReach(unit=each.unit, count=each.count, is_estimate=each.is_estimate, proof=each.proof)
            for each in entry.reach
        ],
    )
    session.add(event)
    session.flush()
    return event


@dataclass(frozen=True)
class TopicFigures:
    """How often a topic was taught, and its reach by unit; units are never added to each other."""

    topic: str
    title: str
    event_count: int
    reach: dict[ReachUnit, int]


def figures_by_topic(session: Session, *, since: date, area_prefix: str = "") -> list[TopicFigures]:
    """Every topic of the set with its figures since a day; one that was never taught has none."""
    events: Sequence[OutreachEvent] = session.scalars(
        select(OutreachEvent).where(
            OutreachEvent.held_on >= since, OutreachEvent.division_code.startswith(area_prefix)
        )
    ).all()
    held: Counter[str] = Counter(topic for event in events for topic in event.topics)
    reach: dict[str, Counter[ReachUnit]] = {}
    for event in events:
        for topic in event.topics:
            counted = reach.setdefault(topic, Counter())
            for figure in event.reach:
                counted[figure.unit] += figure.count
    return [
        TopicFigures(topic.key, topic.title, held[topic.key], dict(reach.get(topic.key, {})))
        for topic in starter_topics()
    ]
