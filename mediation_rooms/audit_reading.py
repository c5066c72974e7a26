"""Reading the trail: a person's own lines, a room's, all of them, and who browses too much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediation_rooms.audit import WALL, AuditRecord

VIEW, PRINT, ATTACHMENT, BIND, DOWNLOAD = (
    "case.view",
    "case.print",
    "case.attachment",
    "case.bind",
    "case.download",
)
LOOKS = frozenset({VIEW, PRINT, ATTACHMENT, BIND, DOWNLOAD})
"""Every way of looking into a file: its page, a paper, a stored file of it, the bound file."""
MANY_FILES_A_DAY = 50
NIGHT_HOURS = frozenset({22, 23, 0, 1, 2, 3, 4, 5})
REPORT_DAYS = 7


def lines_of_account(session: Session, account_id: int, *, limit: int) -> Sequence[AuditRecord]:
    """What one person did, newest first."""
    found = select(AuditRecord).where(AuditRecord.account_id == account_id)
    return session.scalars(found.order_by(AuditRecord.id.desc()).limit(limit)).all()


def lines_of_chain(session: Session, chain: int, *, before: int | None, limit: int) -> Sequence[AuditRecord]:
    """What happened in one room, newest first; ``before`` continues at a line's id."""
    found = select(AuditRecord).where(AuditRecord.chain == chain)
    if before is not None:
        found = found.where(AuditRecord.id < before)
    return session.scalars(found.order_by(AuditRecord.id.desc()).limit(limit)).all()


def all_lines(session: Session, *, before: int | None, limit: int) -> Sequence[AuditRecord]:
    """Everything, newest first."""
    found = select(AuditRecord)
    if before is not None:
        found = found.where(AuditRecord.id < before)
    return session.scalars(found.order_by(AuditRecord.id.desc()).limit(limit)).all()


def lines_about_file(session: Session, chain: int, case_id: int, *, limit: int) -> Sequence[AuditRecord]:
    """Who looked at, changed or handed on one file of a room, newest first."""
    found = select(AuditRecord).where(
        AuditRecord.chain == chain,
        AuditRecord.object_kind == "case_file",
        AuditRecord.object_id == str(case_id),
    )
    return session.scalars(found.order_by(AuditRecord.id.desc()).limit(limit)).all()


@dataclass(frozen=True)
class Browsing:
    """A person who looked at unusually many files on a day, or at night."""

    account_id: int
    actor_name: str
    day: str
    file_count: int
    at_night: bool


def browsing_report(
    session: Session, *, room_id: int | None, now: datetime | None = None, days: int = REPORT_DAYS
) -> list[Browsing]:
    """Days of the last week on which one person opened more than 50 different files, or any at night."""
    since = (now or datetime.now(UTC)) - timedelta(days=days)
    found = select(
        AuditRecord.account_id, AuditRecord.actor_name, AuditRecord.happened_at, AuditRecord.object_id
    ).where(
        AuditRecord.action.in_(LOOKS),
        AuditRecord.happened_at >= since,
        AuditRecord.account_id.is_not(None),
    )
    if room_id is not None:
        found = found.where(AuditRecord.chain == room_id)
    files: dict[tuple[int, str, str], set[str]] = {}
    nights: set[tuple[int, str, str]] = set()
    for account_id, name, happened_at, object_id in session.execute(found):
        if account_id is None:
            continue
        local = happened_at.astimezone(WALL)
        key = (account_id, name, local.date().isoformat())
        files.setdefault(key, set()).add(object_id)
        if local.hour in NIGHT_HOURS:
            nights.add(key)
    return [
        Browsing(
            account_id=key[0], actor_name=key[1], day=key[2], file_count=len(seen), at_night=key in nights
        )
        for key, seen in sorted(files.items(), key=lambda entry: (entry[0][2], entry[0][1]), reverse=True)
        if len(seen) > MANY_FILES_A_DAY or key in nights
    ]


def alerts(
    session: Session, *, room_id: int | None, now: datetime | None = None, days: int = REPORT_DAYS
) -> Sequence[AuditRecord]:
    """The alerts of the last days about people of a room (of all rooms without one), newest first."""
    since = (now or datetime.now(UTC)) - timedelta(days=days)
    found = select(AuditRecord).where(
        AuditRecord.action == "browsing.alert", AuditRecord.happened_at >= since
    )
    if room_id is not None:
        found = found.where(AuditRecord.chain == room_id)
    return session.scalars(found.order_by(AuditRecord.id.desc())).all()


def line_count(session: Session) -> int:
    """How many lines the trail has."""
    return session.scalar(select(func.count()).select_from(AuditRecord)) or 0
