"""Overdue work as the centre above sees it: which room, how many, since when; never a person or a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.divisions import code_prefix, is_within
from mediation_rooms.errors import NotFound
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.visibility import OPEN_STATES


@dataclass(frozen=True)
class OverdueWork:
    """One room's overdue work of one kind, the oldest first."""

    room_name: str
    deadline_title: str
    count: int
    oldest_due_on: date
    days: int


def overdue_work(session: Session, *, actor: Actor, area_code: str, today: date) -> list[OverdueWork]:
    """What is overdue in an area, by room and kind of deadline. Raises :class:`NotFound` for another's area."""
    if actor.division_code is None or not is_within(area_code, actor.division_code):
        raise NotFound("没有这个区域的汇总")
    rows = session.execute(
        select(
            MediationRoom.name,
            CaseFile.next_due_title,
            func.count().label("files"),
            func.min(CaseFile.next_due_on).label("oldest"),
        )
        .join(MediationRoom, MediationRoom.id == CaseFile.room_id)
        .where(
            CaseFile.is_sealed.is_(False),
            CaseFile.state.in_(OPEN_STATES),
            CaseFile.next_due_on < today,
            CaseFile.division_code.startswith(code_prefix(area_code)),
        )
        .group_by(MediationRoom.name, CaseFile.next_due_title)
        .order_by(func.min(CaseFile.next_due_on), MediationRoom.name)
    )
    return [
        OverdueWork(row.name, row.next_due_title, row.files, row.oldest, (today - row.oldest).days)
        for row in rows
    ]
