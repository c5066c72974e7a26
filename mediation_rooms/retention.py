"""Files past their years: appraised by one person, agreed by another, destroyed by a job, never by a clock.

The years are those of :mod:`mediation_rooms.privacy`; a file under legal hold has no last day. Before its
last day is over nothing can be proposed, and what is destroyed stays on a list of numbers and days, which
a restore applies again to an older backup (个人信息保护法第十九条、第四十七条).
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mediation_rooms import audit
from mediation_rooms.actor import Actor
from mediation_rooms.calendar_days import add_months
from mediation_rooms.case_view import day_of
from mediation_rooms.errors import InvalidEntry, NotFound, StepNotAllowed
from mediation_rooms.integrity import RowSeal, clock_is_wrong
from mediation_rooms.models.appraisals import RetentionAppraisal
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.evidence import Attachment
from mediation_rooms.models.requests import RequestForHelp
from mediation_rooms.models.vocabulary import RequestState, RetentionClass
from mediation_rooms.privacy import DATA, keep_until, proposed_for_appraisal
from mediation_rooms.steps import must_be_own
from mediation_rooms.store import Base
from mediation_rooms.wording import N_

NUMBERS_KEPT = frozenset({"issued_numbers"})
"""Registers of numbers stay without gaps; they lose the way to the file."""

Years = Mapping[RetentionClass, int | None]


def propose_destruction(
    session: Session,
    case: CaseFile,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    years: Years | None = None,
) -> RetentionAppraisal:
    """Put a file past its years on the list, with the finding of who appraised it.

    Raises :class:`StepNotAllowed` while it must be kept, :class:`InvalidEntry` without a finding.
    """
    must_be_own(case, actor)
    last = keep_until(case, years)
    if last is None or last >= day_of(now) or case.retention_class is None:
        raise StepNotAllowed([N_("保管期限还没有过，或者案卷有保留要求，不能提出销毁")])
    if not reason.strip() or actor.account_id is None:
        raise InvalidEntry({"reason": N_("要写明鉴定意见：为什么不再有保存价值")})
    if any(each.destroyed_at is None for each in _appraisals_of(session, case)):
        raise InvalidEntry({"reason": N_("这份案卷已经在等另一个人同意")})
    found = RetentionAppraisal(
        case_id=case.id,
        received_at=case.received_at,
        room_id=case.room_id,
        case_number=case.number or "",
        retention_class=case.retention_class,
        kept_until=last,
        reason=reason.strip(),
        proposed_by_account_id=actor.account_id,
        proposed_by=actor.name,
        proposed_at=now,
    )
    session.add(found)
    session.flush()
    _line(session, found, actor=actor, action="retention.propose", now=now)
    return found


def _appraisals_of(session: Session, case: CaseFile) -> Sequence[RetentionAppraisal]:
    return session.scalars(select(RetentionAppraisal).where(RetentionAppraisal.case_id == case.id)).all()


def agree_to_destruction(
    session: Session, *, appraisal_id: int, approver: Actor, now: datetime
) -> RetentionAppraisal:
    """Agree as the second person of the room. Raises :class:`NotFound`, :class:`InvalidEntry`."""
    found = session.get(RetentionAppraisal, appraisal_id)
    if (
        found is None
        or approver.room_id is None
        or found.room_id != approver.room_id
        or found.approved_at is not None
    ):
        raise NotFound("没有这一件")
    if approver.account_id is None or approver.account_id == found.proposed_by_account_id:
        raise InvalidEntry({"approver": N_("销毁要由提出的人以外的另一个人同意")})
    found.approved_by_account_id, found.approved_by, found.approved_at = (
        approver.account_id,
        approver.name,
        now,
    )
    session.flush()
    _line(session, found, actor=approver, action="retention.agree", now=now)
    return found


def _line(
    session: Session, appraisal: RetentionAppraisal, *, actor: Actor, action: str, now: datetime
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_kind="case_file",
        object_id=appraisal.case_id,
        room_id=appraisal.room_id,
        now=now,
    )


@dataclass(frozen=True)
class DueFile:
    """A file past its years, and how far its appraisal is."""

    case_id: int
    number: str
    kept_until: date
    appraisal: RetentionAppraisal | None


def due_in_room(session: Session, *, actor: Actor, today: date, years: Years | None = None) -> list[DueFile]:
    """The list of one room, for the people who appraise."""
    return [
        _due(session, case, years)
        for case in proposed_for_appraisal(session, actor=actor, today=today, years=years)
        if case.room_id == actor.room_id
    ]


def due_everywhere(session: Session, *, today: date, years: Years | None = None) -> list[DueFile]:
    """Every file past its years in all rooms, sealed ones too: only numbers and days are told."""
    archived = session.scalars(
        select(CaseFile).where(CaseFile.archived_on.is_not(None)).order_by(CaseFile.id)
    )
    return [
        _due(session, case, years)
        for case in archived
        if (last := keep_until(case, years)) is not None and last < today
    ]


def _due(session: Session, case: CaseFile, years: Years | None) -> DueFile:
    last = keep_until(case, years)
    assert last is not None  # noqa: S101 - both callers ask only for files with a last day
    open_ones = [each for each in _appraisals_of(session, case) if each.destroyed_at is None]
    return DueFile(case.id, case.number or "", last, open_ones[-1] if open_ones else None)


@dataclass(frozen=True)
class Destroyed:
    """What one run of the job removed: the numbers, and the stored files still to be removed."""

    numbers: tuple[str, ...]
    case_ids: tuple[int, ...]
    stored_names: tuple[str, ...]


def carry_out(session: Session, *, actor: Actor, now: datetime, years: Years | None = None) -> Destroyed:
    """Destroy what two people agreed on and whose years are over today; holds are looked at again.

    The caller commits, then removes the stored files and checkpoints the log. Raises
    :class:`StepNotAllowed` when the clock cannot be trusted.
    """
    newest = session.scalar(
        select(audit.AuditRecord.happened_at).order_by(audit.AuditRecord.id.desc()).limit(1)
    )
    if clock_is_wrong(now, newest_known=newest):
        raise StepNotAllowed([N_("时钟不对，什么都没有销毁；请先校准时间")])
    numbers: list[str] = []
    ids: list[int] = []
    names: list[str] = []
    for due in due_everywhere(session, today=day_of(now), years=years):
        if due.appraisal is None or due.appraisal.approved_at is None:
            continue
        names += destroy_case(session, due.case_id)
        due.appraisal.destroyed_at = now
        _line(session, due.appraisal, actor=actor, action="retention.destroy", now=now)
        numbers.append(due.number or f"#{due.case_id}")
        ids.append(due.case_id)
    session.flush()
    return Destroyed(tuple(numbers), tuple(ids), tuple(names))


def years_of_requests() -> int:
    """How long the words of a request that became no case are kept (data/retention.toml, with its source)."""
    return int(tomllib.loads(DATA.read_text(encoding="utf-8"))["request"]["years"])


def forget_answered_requests(session: Session, *, actor: Actor, now: datetime) -> int:
    """Take words, name and telephone out of answered requests past their years; number and day stay.

    One line in the trail a room. Nothing is forgotten while the clock is wrong, as in :func:`carry_out`.
    """
    until = add_months(day_of(now), -12 * years_of_requests())
    old = session.scalars(
        select(RequestForHelp).where(
            RequestForHelp.state == RequestState.ANSWERED,
            RequestForHelp.case_id.is_(None),
            RequestForHelp.received_at < datetime(until.year, until.month, until.day, tzinfo=audit.WALL),
            RequestForHelp.words.is_not(None)
            | RequestForHelp.contact_name.is_not(None)
            | RequestForHelp.contact_phone.is_not(None)
            | (RequestForHelp.answer != ""),
        )
    ).all()
    for each in old:
        _empty(each)
    session.flush()
    for room_id, count in sorted(Counter(each.room_id for each in old).items()):
        audit.record(
            session,
            actor=actor,
            action="request.forget",
            object_kind="request",
            room_id=room_id,
            reason=f"{count} 件",
            now=now,
        )
    return len(old)


def _empty(asked: RequestForHelp) -> None:
    """Take out everything the person wrote; the receipt's number and day stay."""
    asked.words = asked.contact_name = asked.contact_phone = None
    asked.answer = asked.call_when = ""


def forget_request(
    session: Session, *, receipt: str, reason: str, actor: Actor, now: datetime
) -> RequestForHelp:
    """Delete, because the person asks for it, what they wrote in a request that became no case (第四十七条).

    Raises :class:`NotFound` for a receipt of another room, :class:`StepNotAllowed` for a request that still
    waits for its answer or became a case, :class:`InvalidEntry` without a reason.
    """
    asked = session.scalar(select(RequestForHelp).where(RequestForHelp.reference == receipt.strip().upper()))
    if asked is None or actor.room_id is None or asked.room_id != actor.room_id:
        raise NotFound("没有这条求助")
    if asked.case_id is not None:
        raise StepNotAllowed([N_("这条求助已经立案，请在案卷里登记删除个人信息的请求")])
    if asked.state is not RequestState.ANSWERED:
        raise StepNotAllowed([N_("这条求助还没有答复，请先登记答复")])
    if not reason.strip():
        raise InvalidEntry({"reason": N_("要写明本人几时、怎样提出的")})
    _empty(asked)
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="request.forget",
        object_kind="request",
        object_id=asked.id,
        room_id=asked.room_id,
        now=now,
    )
    return asked


def destroy_case(session: Session, case_id: int) -> list[str]:
    """Remove every row of a file; the names of its stored files, which the caller removes after commit."""
    session.flush()
    names = list(session.scalars(select(Attachment.stored_name).where(Attachment.case_id == case_id)))
    session.execute(delete(RequestForHelp).where(RequestForHelp.case_id == case_id))
    doomed = _rows_of(session, case_id)
    for table_name, ids in doomed.items():
        session.execute(delete(RowSeal).where(RowSeal.table_name == table_name, RowSeal.row_id.in_(ids)))
    for table in reversed(Base.metadata.sorted_tables):
        for column in table.columns:
            points_at_file = any(key.column.table.name == "case_files" for key in column.foreign_keys)
            if not points_at_file:
                continue
            if column.nullable and (table.name in NUMBERS_KEPT or table.name == "case_files"):
                session.execute(update(table).where(column == case_id).values({column.name: None}))
            elif not (column.nullable and _only_loses_the_way(table.name)):
                session.execute(delete(table).where(column == case_id))
    session.execute(delete(CaseFile.__table__).where(CaseFile.__table__.c.id == case_id))  # type: ignore[arg-type]
    session.expire_all()
    return names


def _only_loses_the_way(table_name: str) -> bool:
    """Whether rows of this table belong to a round or an event of their own (the database sets them null)."""
    return table_name in {"prevented_events", "screening_findings"}


def _rows_of(session: Session, case_id: int) -> dict[str, list[int]]:
    """table → ids of the file's rows, found from the file downwards over every way that points at it."""
    found: dict[str, list[int]] = {"case_files": [case_id]}
    for table in Base.metadata.sorted_tables:
        if table.name == "case_files" or "id" not in table.columns:
            continue
        ids: set[int] = set()
        for column in table.columns:
            for key in column.foreign_keys:
                parents = found.get(key.column.table.name, [])
                if parents and key.ondelete == "CASCADE":
                    ids |= set(session.scalars(select(table.c.id).where(column.in_(parents))))
        if ids:
            found[table.name] = sorted(ids)
    return found
