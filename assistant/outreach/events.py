"""Verbs on events: plan, record, change, call off, go back one step. Each leaves a line with everything as it stood.

An event that lies ahead is planned and has no figures; once it was held it says whom it reached, each
figure with its own measure, counted or estimated, and with its proof. Nobody who came is ever named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from assistant.outreach.codes import make_code
from assistant.outreach.event_models import EventMaterial, EventReach, EventStatus, EventStep, OutreachEvent
from assistant.outreach.items import Editor, ItemChangedMeanwhile, ItemRefused
from assistant.outreach.measures import UNITS, Measure, measure_of
from assistant.outreach.wording import N_

LARGEST_COUNT = 10_000_000
MOST_TEAM_MEMBERS = 60
FURTHEST_YEARS = 3

TEAM_ROLES: Mapping[str, str] = {
    "speaker": N_("讲解（汉语）"),
    "bai_speaker": N_("讲解（白语）"),
    "interpreter": N_("翻译"),
    "singer": N_("演唱"),
    "musician": N_("三弦伴奏"),
    "actor": N_("表演"),
    "jurist": N_("法律咨询"),
    "photographer": N_("拍照"),
    "volunteer": N_("志愿者"),
    "other": N_("其他"),
}
"""What a member of the team does there."""


@dataclass(frozen=True)
class ReachEntry:
    """One figure: what was counted, whether by head or estimated, and what proves it."""

    measure: Measure
    count: int
    is_estimate: bool
    proof: str = ""


@dataclass(frozen=True)
class EventEntry:
    """What is entered of an event. ``materials`` pairs a material's row with the copies handed out."""

    title: str
    held_on: date
    division_code: str
    language_code: str
    place: str = ""
    status: EventStatus = EventStatus.HELD
    occasion: str = ""
    topics: tuple[str, ...] = ()
    materials: tuple[tuple[int, int], ...] = ()
    team: tuple[tuple[str, str], ...] = ()
    hamlet_count: int | None = None
    remarks: str = ""
    reach: tuple[ReachEntry, ...] = ()

    def as_stored(self) -> dict[str, Any]:
        """The entry as its history keeps it: plain values only."""
        return {**asdict(self), "held_on": self.held_on.isoformat()}

    @classmethod
    def from_stored(cls, row: Mapping[str, Any]) -> EventEntry:
        """The entry of a line of the history."""
        return cls(
            **{
                **row,
                "held_on": date.fromisoformat(row["held_on"]),
                "status": EventStatus(row["status"]),
                "topics": tuple(row["topics"]),
                "materials": tuple((int(item), int(copies)) for item, copies in row["materials"]),
                "team": tuple((str(role), str(name)) for role, name in row["team"]),
                "reach": tuple(
                    ReachEntry(**{**each, "measure": Measure(each["measure"])}) for each in row["reach"]
                ),
            }
        )


def entry_of(event: OutreachEvent) -> EventEntry:
    """What now stands in an event."""
    return EventEntry(
        title=event.title,
        held_on=event.held_on,
        division_code=event.division_code,
        language_code=event.language_code,
        place=event.place,
        status=event.status,
        occasion=event.occasion,
        topics=tuple(event.topics),
        materials=tuple((row.item_id, row.copies) for row in event.materials),
        team=tuple((row["role"], row["name"]) for row in event.team or ()),
        hamlet_count=event.hamlet_count,
        remarks=event.remarks,
        reach=tuple(
            ReachEntry(measure_of(row.unit, row.measure), row.count, row.is_estimate, row.proof)
            for row in event.reach
        ),
    )


def entry_problems(entry: EventEntry, *, today: date) -> dict[str, str]:
    """Everything wrong with an entry at once, by field."""
    problems: dict[str, str] = {}
    if not entry.title.strip():
        problems["title"] = N_("请写活动名称")
    if entry.status is EventStatus.HELD and entry.held_on > today:
        problems["held_on"] = N_("日期还没有到：先登记为“计划中”，办完了再登记到了多少人")
    if entry.held_on.year > today.year + FURTHEST_YEARS:
        problems["held_on"] = N_("日期太远了，请核对年份")
    if not entry.topics:
        problems["topics"] = N_("至少选一个主题")
    if entry.status is EventStatus.PLANNED and entry.reach:
        problems["status"] = N_("还没有办的活动不能填到了多少人；办完了请把“计划中”改为“已经办了”")
    for each in entry.reach:
        if not 0 < each.count <= LARGEST_COUNT:
            problems[f"reach-{each.measure.value}"] = N_("数要在 1 到 10000000 之间；没有的空着")
    if entry.hamlet_count is not None and not 0 < entry.hamlet_count <= LARGEST_COUNT:
        problems["hamlet_count"] = N_("数要在 1 到 10000000 之间；没有的空着")
    if any(not 0 <= copies <= LARGEST_COUNT for _item, copies in entry.materials):
        problems["materials"] = N_("份数要在 0 到 10000000 之间")
    if len(entry.team) > MOST_TEAM_MEMBERS:
        problems["team"] = N_("队员最多写 60 个")
    if any(role not in TEAM_ROLES for role, _name in entry.team):
        problems["team"] = N_("请从列表中选择队员做什么")
    return problems


def record_event(session: Session, *, entry: EventEntry, editor: Editor, now: datetime) -> OutreachEvent:
    """Keep a new event, planned or held. Raises :class:`ItemRefused` with every problem."""
    if problems := entry_problems(entry, today=now.date()):
        raise ItemRefused(problems)
    event = OutreachEvent(recorded_by=editor.name, recorded_at=now)
    session.add(event)
    _write(session, event, entry)
    _note(event, "plan" if entry.status is EventStatus.PLANNED else "record", editor=editor, now=now)
    session.flush()
    make_code(session, event=event, now=now)
    return event


def change_event(
    session: Session,
    event: OutreachEvent,
    *,
    entry: EventEntry,
    editor: Editor,
    now: datetime,
    seen_version: int | None = None,
    step: str = "change",
) -> OutreachEvent:
    """Write an event anew; what stood there stays in its history.

    Raises :class:`ItemRefused`, and :class:`ItemChangedMeanwhile` when somebody saved first.
    """
    if seen_version is not None and event.version_id != seen_version:
        raise ItemChangedMeanwhile
    if problems := entry_problems(entry, today=now.date()):
        raise ItemRefused(problems)
    was_planned = event.status is EventStatus.PLANNED
    _write(session, event, entry)
    if step == "change" and was_planned and entry.status is EventStatus.HELD:
        step = "hold"
    _note(event, step, editor=editor, now=now)
    session.flush()
    make_code(session, event=event, now=now)
    return event


def call_off(session: Session, event: OutreachEvent, *, editor: Editor, now: datetime) -> OutreachEvent:
    """The event does not take place: it stays in its history and counts nowhere.

    Raises :class:`ItemRefused` when it was held.
    """
    if event.status is not EventStatus.PLANNED:
        raise ItemRefused([N_("已经办了的活动不能取消；登记错了请修改")])
    entry = replace(entry_of(event), status=EventStatus.CANCELLED)
    return change_event(session, event, entry=entry, editor=editor, now=now, step="call_off")


def undo(session: Session, event: OutreachEvent, *, editor: Editor, now: datetime) -> OutreachEvent:
    """Bring back what stood before the last change. Raises :class:`ItemRefused` without one.

    The bringing back is itself a line, so that going back twice leads to where one was.
    """
    before = _entry_before(event)
    if before is None:
        raise ItemRefused([N_("没有可以撤销的修改")])
    return change_event(session, event, entry=before, editor=editor, now=now, step="undo")


def _entry_before(event: OutreachEvent) -> EventEntry | None:
    present = entry_of(event)
    earlier = (EventEntry.from_stored(line.entry) for line in reversed(event.history))
    return next((entry for entry in earlier if entry != present), None)


def can_undo(event: OutreachEvent) -> bool:
    """Whether there is a change to take back."""
    return _entry_before(event) is not None


def _write(session: Session, event: OutreachEvent, entry: EventEntry) -> None:
    event.title, event.place, event.remarks = entry.title.strip(), entry.place.strip(), entry.remarks.strip()
    event.held_on, event.status, event.occasion = entry.held_on, entry.status, entry.occasion
    event.division_code, event.language_code = entry.division_code, entry.language_code
    event.topics, event.hamlet_count = list(entry.topics), entry.hamlet_count
    event.item_ids = [item for item, _copies in entry.materials]
    event.team = [{"role": role, "name": name} for role, name in entry.team]
    event.reach = [
        EventReach(
            unit=UNITS[each.measure],
            measure=each.measure,
            count=each.count,
            is_estimate=each.is_estimate,
            proof=each.proof,
        )
        for each in entry.reach
    ]
    event.materials = []
    session.flush()  # the old rows leave before new ones of the same material come
    event.materials = [EventMaterial(item_id=item, copies=copies) for item, copies in entry.materials]


def _note(event: OutreachEvent, step: str, *, editor: Editor, now: datetime) -> None:
    event.history.append(
        EventStep(step=step, taken_at=now, taken_by=editor.name, entry=entry_of(event).as_stored())
    )


def note_step(event: OutreachEvent, step: str, *, editor: Editor, now: datetime) -> None:
    """A line of the history for something beside the entry: a photograph, answers."""
    _note(event, step, editor=editor, now=now)
