"""Which files an actor may see: the one place where every list and every look-up gets its scope.

A room sees its own files and those shared with it; a centre sees a file only when it was referred
up to it, for half a year, and figures of its area otherwise. Sealed files are in no list without an approval.
What is not yours does not exist: :class:`NotFound`, never "forbidden".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from mediation_rooms.actor import Actor
from mediation_rooms.divisions import Division, children, code_prefix, division, is_within
from mediation_rooms.errors import NotFound
from mediation_rooms.models.cases import CaseFile, CaseShare
from mediation_rooms.models.outcomes import Referral
from mediation_rooms.models.rights import SealedAccess
from mediation_rooms.models.vocabulary import CaseState, ReferralDirection

OPEN_STATES = tuple(
    state
    for state in CaseState
    if state not in {CaseState.DECLINED, CaseState.CLOSED, CaseState.ARCHIVED, CaseState.VOIDED}
)


REFERRAL_OPEN_DAYS = 180
"""How long a centre may read a file after it was referred up (our rule); the room can refer it again."""


def _reach(actor: Actor, today: date) -> ColumnElement[bool]:
    """Files of the own room, shared with it, or referred up to the centre.

    Ids from three indexed look-ups, never an OR over them: that reads the files of the whole prefecture.
    """
    ways: list[Select[int]] = []
    if actor.room_id is not None:
        own = aliased(CaseFile)
        ways.append(select(own.id).where(own.room_id == actor.room_id))
        ways.append(
            select(CaseShare.case_id).where(
                CaseShare.room_id == actor.room_id,
                CaseShare.ended_at.is_(None),
                or_(CaseShare.until_on.is_(None), CaseShare.until_on >= today),
            )
        )
    if actor.division_code is not None:
        since = datetime.combine(today - timedelta(days=REFERRAL_OPEN_DAYS), time.min, tzinfo=UTC)
        ways.append(
            select(Referral.case_id).where(
                Referral.direction == ReferralDirection.UP,
                Referral.target_division_code == actor.division_code,
                Referral.sent_at >= since,
            )
        )
    return CaseFile.id.in_(union_all(*ways)) if ways else false()


def _unsealed(actor: Actor, today: date) -> ColumnElement[bool]:
    open_file = CaseFile.is_sealed.is_(False)
    if actor.account_id is None:
        return open_file
    approved = exists().where(
        SealedAccess.case_id == CaseFile.id,
        SealedAccess.account_id == actor.account_id,
        SealedAccess.ended_at.is_(None),
        SealedAccess.until_on >= today,
    )
    return or_(open_file, approved)


def may_read(actor: Actor, *, today: date) -> ColumnElement[bool]:
    """The condition on ``case_files`` under which an actor may read a file."""
    return and_(_reach(actor, today), _unsealed(actor, today))


def visible_cases(actor: Actor, *, today: date) -> Select[CaseFile]:
    """The files an actor may read, as a statement to filter and order further."""
    return select(CaseFile).where(may_read(actor, today=today))


def load_case(session: Session, *, actor: Actor, case_id: int, today: date) -> CaseFile:
    """One file to read. Raises :class:`NotFound`, whether it is absent or not the actor's."""
    found = session.scalar(visible_cases(actor, today=today).where(CaseFile.id == case_id))
    if found is None:
        raise NotFound("没有这份案卷")
    return found


def load_own_case(session: Session, *, actor: Actor, case_id: int, today: date) -> CaseFile:
    """One file to change: only the room that keeps it may. Raises :class:`NotFound`."""
    found = load_case(session, actor=actor, case_id=case_id, today=today)
    if found.room_id != actor.room_id:
        raise NotFound("没有这份案卷")
    return found


def sealed_cases_to_open(session: Session, *, actor: Actor) -> list[tuple[int, str]]:
    """Ids and numbers of the room's own sealed files, for asking an approval; nothing else of them."""
    if actor.room_id is None:
        return []
    rows = session.execute(
        select(CaseFile.id, CaseFile.number)
        .where(CaseFile.room_id == actor.room_id, CaseFile.is_sealed)
        .order_by(CaseFile.id)
    )
    return [(row.id, row.number or "") for row in rows]


@dataclass(frozen=True)
class AreaFigures:
    """Figures of one division for the centre above it; no name, no number, no file."""

    division: Division
    open_count: int
    overdue_count: int
    closed_count: int


def area_overview(session: Session, *, actor: Actor, today: date, area_code: str) -> list[AreaFigures]:
    """Figures by the divisions directly below an area that lies in the actor's own.

    Sealed files are in no figure. Raises :class:`NotFound` for an area that is not the actor's.
    """
    if actor.division_code is None or not is_within(area_code, actor.division_code):
        raise NotFound("没有这个区域的汇总")
    is_open = CaseFile.state.in_(OPEN_STATES)
    rows = session.execute(
        select(
            CaseFile.division_code,
            func.count(case((is_open, 1))),
            func.count(case((and_(is_open, CaseFile.next_due_on < today), 1))),
            func.count(case((CaseFile.state.in_([CaseState.CLOSED, CaseState.ARCHIVED]), 1))),
        )
        .where(CaseFile.is_sealed.is_(False))
        .group_by(CaseFile.division_code)
    ).all()
    figures = []
    for part in children(area_code) or (division(area_code),):
        prefix = code_prefix(part.code)
        within = [counts for place, *counts in rows if (place or "").startswith(prefix)]
        opened, overdue, closed = (sum(each) for each in zip(*within, strict=True)) if within else (0, 0, 0)
        figures.append(AreaFigures(part, opened, overdue, closed))
    return figures
